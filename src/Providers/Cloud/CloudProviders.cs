using System;
using System.Collections.Concurrent;
using System.Net.Http;
using PrizeDraw.Providers.Cloud.GitHub;
using PrizeDraw.Providers.Cloud.Supabase;
using PrizeDraw.Providers.Cloud.Vercel;
using PrizeDraw.Providers.Databases;
using PrizeDraw.Providers.Hosting;
using PrizeDraw.Providers.Repositories;

namespace PrizeDraw.Providers.Cloud;

/// <summary>How this installation calls the cloud providers.</summary>
public sealed record CloudProvidersOptions
{
    public CloudOptions Supabase { get; init; } = new() { Address = new Uri("https://api.supabase.com/") };

    public CloudOptions GitHub { get; init; } = GitHubOptions.Calls();

    public CloudOptions Vercel { get; init; } = new() { Address = VercelOptions.PublicAddress };

    /// <summary>What holds for the accounts' projects beside what each account says.</summary>
    public Func<SupabaseOptions, SupabaseOptions> OfSupabase { get; init; } = account => account;

    /// <inheritdoc cref="OfSupabase"/>
    public Func<GitHubOptions, GitHubOptions> OfGitHub { get; init; } = account => account;

    /// <inheritdoc cref="OfSupabase"/>
    public Func<VercelOptions, VercelOptions> OfVercel { get; init; } = account => account;
}

/// <summary>
/// Makes the providers of an account. What an account's calls share (budget, breaker, serial writes) is the process's, whoever asks; so
/// they are made anew for each use, and a token that was changed counts at once.
/// </summary>
public sealed class CloudProviders(CloudProvidersOptions options, IRequestBudget budget, TimeProvider clock) : IDisposable
{
    /// <summary>By the roots that are trusted; empty for this machine's.</summary>
    private readonly ConcurrentDictionary<string, HttpClient> _http = [];

    /// <summary>Throws <see cref="ProviderException"/> for an account that can't be called with.</summary>
    public SupabaseDatabaseProvider Supabase(string token, SupabaseOptions account) => Checked("Supabase", () =>
    {
        var client = new SupabaseClient(Client(new SupabaseDialect(), token, options.Supabase));
        return new SupabaseDatabaseProvider(client, options.OfSupabase(account), clock);
    });

    /// <inheritdoc cref="Supabase"/>
    public IRepositoryHost Repositories(string token, GitHubOptions account) =>
        Checked("GitHub", () => new GitHubRepositoryHost(Client(new GitHubDialect(), token, options.GitHub), options.OfGitHub(account), clock));

    /// <inheritdoc cref="Supabase"/>
    public ITemplateSource Template(string token, GitHubOptions account) =>
        Checked("GitHub", () => new GitHubTemplate(Client(new GitHubDialect(), token, options.GitHub), options.OfGitHub(account)));

    /// <inheritdoc cref="Supabase"/>
    public ISiteHosting Vercel(string token, VercelOptions account) =>
        Checked("Vercel", () => new VercelSiteHosting(Client(new VercelDialect(), token, options.Vercel), options.OfVercel(account), clock));

    public void Dispose()
    {
        foreach (var http in _http.Values)
        {
            http.Dispose();
        }
    }

    private CloudClient Client(CloudDialect dialect, string token, CloudOptions calls) =>
        new(_http.GetOrAdd(calls.RootCertificate ?? "", _ => CloudClient.NewHttp(calls.RootCertificate)), dialect, CloudAccount.Of(dialect.Provider, token), calls, budget, clock);

    private static T Checked<T>(string title, Func<T> make)
    {
        try
        {
            return make();
        }
        catch (ArgumentException e)
        {
            throw new ProviderException(ProviderFault.Unauthorized, $"The account at {title} is not set up rightly: {e.Message} Mend it under Providers.", e);
        }
    }
}
