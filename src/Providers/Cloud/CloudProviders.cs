using System;
using System.Collections.Concurrent;
using System.Net.Http;
using System.Security.Cryptography;
using System.Text;
using PrizeDraw.Providers.Cloud.GitHub;
using PrizeDraw.Providers.Cloud.Supabase;
using PrizeDraw.Providers.Cloud.Vercel;
using PrizeDraw.Providers.Databases;
using PrizeDraw.Providers.Hosting;
using PrizeDraw.Providers.Repositories;
using PrizeDraw.Providers.Sync;

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

    private const int AppsMax = 1_000;

    /// <summary>By installation and the hash of the app's key.</summary>
    private readonly ConcurrentDictionary<(GitHubInstallation App, string Key), GitHubAppTokens> _apps = [];

    /// <summary>Throws <see cref="ProviderException"/> for an account that can't be called with.</summary>
    public SupabaseDatabaseProvider Supabase(string token, SupabaseOptions account) => Checked("Supabase", () =>
    {
        var client = new SupabaseClient(Client(new SupabaseDialect(), token, options.Supabase));
        return new SupabaseDatabaseProvider(client, options.OfSupabase(account), clock);
    });

    /// <inheritdoc cref="Supabase"/>
    /// <param name="token">The token, or the app's private key where <paramref name="account"/> names an app.</param>
    /// <param name="account">What else the account says.</param>
    public IRepositoryHost Repositories(string token, GitHubOptions account) =>
        Checked("GitHub", () => new GitHubRepositoryHost(GitHub(token, account), options.OfGitHub(account), clock));

    /// <inheritdoc cref="Repositories"/>
    public ITemplateSource Template(string token, GitHubOptions account) =>
        Checked("GitHub", () => new GitHubTemplate(GitHub(token, account), options.OfGitHub(account)));

    /// <inheritdoc cref="Repositories"/>
    public ISyncHost Syncing(string token, GitHubOptions account) =>
        Checked("GitHub", () => new GitHubSyncHost(GitHub(token, account), options.OfGitHub(account), clock));

    /// <inheritdoc cref="Repositories"/>
    public ITemplateHistory Versions(string token, GitHubOptions account) =>
        Checked("GitHub", () => new GitHubTemplateHistory(GitHub(token, account), options.OfGitHub(account)));

    /// <inheritdoc cref="Supabase"/>
    public ISiteHosting Vercel(string token, VercelOptions account) =>
        Checked("Vercel", () => new VercelSiteHosting(Client(new VercelDialect(), token, options.Vercel), options.OfVercel(account), clock));

    /// <inheritdoc cref="Supabase"/>
    public VercelDomains Domains(string token, VercelOptions account) =>
        Checked("Vercel", () => new VercelDomains(Client(new VercelDialect(), token, options.Vercel), options.OfVercel(account)));

    public void Dispose()
    {
        foreach (var http in _http.Values)
        {
            http.Dispose();
        }
    }

    /// <summary>An app's tokens are kept as long as its key is the same: they live for an hour, and one is made at a time.</summary>
    private CloudClient GitHub(string token, GitHubOptions account)
    {
        if (account.App is not { } app)
        {
            return Client(new GitHubDialect(), token, options.GitHub);
        }

        var key = (app, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token))));
        if (_apps.Count >= AppsMax && !_apps.ContainsKey(key))
        {
            _apps.Clear(); // Keys that were replaced: what is still used is made anew.
        }

        var tokens = _apps.GetOrAdd(
            key, _ => new GitHubAppTokens(HttpOf(options.GitHub), new GitHubApp(app.AppId, app.Number, token), options.GitHub, budget, clock));
        return new CloudClient(HttpOf(options.GitHub), new GitHubDialect(), tokens.Account, options.GitHub, budget, clock);
    }

    private CloudClient Client(CloudDialect dialect, string token, CloudOptions calls) =>
        new(HttpOf(calls), dialect, CloudAccount.Of(dialect.Provider, token), calls, budget, clock);

    private HttpClient HttpOf(CloudOptions calls) => _http.GetOrAdd(calls.RootCertificate ?? "", _ => CloudClient.NewHttp(calls.RootCertificate));

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
