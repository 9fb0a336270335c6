using System;
using System.IO;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Providers.Cloud;
using PrizeDraw.Providers.Cloud.GitHub;

namespace PrizeDraw.Silo;

/// <summary>Where the cloud providers are, and what campaigns get that choose none themselves.</summary>
public sealed record CloudSettings
{
    /// <summary>Where Supabase's management API is; default its public address.</summary>
    public string? SupabaseUrl { get; init; }

    /// <summary>Where GitHub's API is, for GitHub Enterprise Server <c>https://HOST/api/v3</c>; default its public address.</summary>
    public string? GitHubUrl { get; init; }

    /// <summary>Where Vercel's API is; default its public address.</summary>
    public string? VercelUrl { get; init; }

    /// <summary>PEM file of the roots that the certificate of Supabase's API must come from; default those that this machine trusts.</summary>
    public string? SupabaseTrust { get; init; }

    /// <inheritdoc cref="SupabaseTrust"/>
    public string? GitHubTrust { get; init; }

    /// <inheritdoc cref="SupabaseTrust"/>
    public string? VercelTrust { get; init; }

    /// <summary>PEM file of the root that the certificates of Supabase's databases must come from; default those that this machine trusts.</summary>
    public string? DatabaseTrust { get; init; }

    /// <summary>Port at which Supabase's pooler takes whole sessions, 1 to 65535; default 5432.</summary>
    public int? PoolerPort { get; init; }

    /// <summary>Where databases are of campaigns that do not say so: <c>local</c> (default) or <c>supabase</c>.</summary>
    public string DefaultDatabase { get; init; } = ProviderNames.Local;

    /// <summary>Where sites are of campaigns that do not say so: <c>local</c> (default), or <c>vercel</c> with the repository at GitHub.</summary>
    public string DefaultSite { get; init; } = ProviderNames.Local;

    public ProviderChoice Defaults => new(
        DefaultDatabase, DefaultSite == ProviderNames.Local ? ProviderNames.Local : ProviderNames.GitHub, DefaultSite);

    /// <summary>Throws <see cref="ArgumentException"/> with a sentence that says what to change.</summary>
    public CloudProvidersOptions ToOptions()
    {
        Require(PoolerPort is null or (>= 1 and <= 65_535), "--supabase-pooler-port is 1 to 65535.");
        Require(DefaultDatabase is ProviderNames.Local or ProviderNames.Supabase, "--default-database is local or supabase.");
        Require(DefaultSite is ProviderNames.Local or ProviderNames.Vercel, "--default-site is local or vercel.");
        Require(DatabaseTrust is null || File.Exists(DatabaseTrust), $"There is no file at {DatabaseTrust}: see --supabase-database-trust.");
        var usual = new CloudProvidersOptions();
        return new CloudProvidersOptions
        {
            Supabase = At(usual.Supabase, SupabaseUrl, SupabaseTrust, "supabase"),
            GitHub = At(GitHubOptions.Calls(), GitHubUrl, GitHubTrust, "github"),
            Vercel = At(usual.Vercel, VercelUrl, VercelTrust, "vercel"),
            OfSupabase = account => account with { RootCertificate = DatabaseTrust ?? account.RootCertificate, SessionPort = PoolerPort ?? account.SessionPort },
        };
    }

    private static CloudOptions At(CloudOptions usual, string? url, string? trust, string name)
    {
        Require(trust is null || File.Exists(trust), $"There is no file at {trust}: see --{name}-trust.");
        Uri? address = null;
        Require(url is null || Uri.TryCreate(url, UriKind.Absolute, out address), $"--{name}-url is an address such as https://api.example.com.");
        var options = usual with { Address = address ?? usual.Address, RootCertificate = trust };
        try
        {
            options.Validate();
        }
        catch (ArgumentException e)
        {
            throw new ArgumentException($"--{name}-url: {e.Message}", e);
        }

        return options;
    }

    private static void Require(bool holds, string message)
    {
        if (!holds)
        {
            throw new ArgumentException(message);
        }
    }
}
