using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Doubles;
using PrizeDraw.Doubles.Vercel;
using PrizeDraw.Providers.Cloud;
using PrizeDraw.Providers.Cloud.Vercel;
using PrizeDraw.Providers.Hosting;
using PrizeDraw.Providers.Repositories;
using PrizeDraw.TestKit.Cloud;
using Shouldly;

namespace PrizeDraw.Providers.Tests.Cloud.Vercel;

/// <summary>A stand-in for Vercel, and a client of it that waits for nothing long.</summary>
internal sealed class VercelWorkshop : IAsyncDisposable
{
    public const string Name = "summer-draw";
    public const string Nonce = "0123456789abcdef";
    public const string Commit = "c0ffee0000000000000000000000000000000001";
    public const string Secret = "S3CRET-planted-in-a-variable";
    public const long RepositoryId = 4711;

    private readonly HttpClient _http = CloudClient.NewHttp();

    private VercelWorkshop(VercelDouble vercel, VercelOptions options, int repeatsMax)
    {
        (Vercel, Options, RepeatsMax) = (vercel, options, repeatsMax);
        Hosting = new VercelSiteHosting(Client(), options, TimeProvider.System);
        Domains = new VercelDomains(Client(), options);
    }

    public VercelDouble Vercel { get; }

    public VercelOptions Options { get; }

    public VercelSiteHosting Hosting { get; }

    public VercelDomains Domains { get; }

    /// <summary>The output of builds.</summary>
    public List<string> Log { get; } = [];

    public static RepositoryRef Repository { get; } =
        new(Name, "https://github.com/promoters/" + Name + ".git", new string('a', 40), "v1.0.0") { Id = "4711", Branch = "main" };

    /// <summary>The campaign's site, with a secret and a public variable.</summary>
    public static SiteRequest Site { get; } = new(Name, Nonce)
    {
        Repository = Repository,
        Variables = [new SiteVariable("SITE_NAME", "Summer draw", IsSecret: false), new SiteVariable("REVALIDATION_KEY", Secret, IsSecret: true)],
    };

    private int RepeatsMax { get; }

    /// <param name="appearsMs">How long what is invisible is looked for, in milliseconds.</param>
    /// <param name="repeatsMax">How often the pipeline itself repeats a call.</param>
    /// <param name="team">Null for the account of a person who is in no team.</param>
    public static async Task<VercelWorkshop> OpenAsync(
        int appearsMs = 30, int buildMs = 60_000, int goneMs = 30_000, int repeatsMax = 0, string? team = VercelDouble.Team)
    {
        var vercel = new VercelDouble(TimeProvider.System) { IsPersonal = team is null };
        vercel.Grant("promoters/" + Name, RepositoryId);
        await vercel.StartAsync();
        return new VercelWorkshop(
            vercel,
            new VercelOptions
            {
                TeamId = team, PollInterval = TimeSpan.FromMilliseconds(1), AppearsWithin = TimeSpan.FromMilliseconds(appearsMs),
                BuildPatience = TimeSpan.FromMilliseconds(buildMs), GoneWithin = TimeSpan.FromMilliseconds(goneMs),
            },
            repeatsMax);
    }

    /// <summary>As told by another clock, with other options.</summary>
    public VercelSiteHosting HostingBy(TimeProvider clock, VercelOptions options) => new(Client(), options, clock);

    public Task<SiteRef> DeployAsync(SiteRequest site, string commit = Commit) =>
        Hosting.DeployAsync(site, Repository, commit, Log.Add, CancellationToken.None);

    /// <summary>The site, made and stored.</summary>
    public async Task<SiteRequest> MadeAsync()
    {
        var made = await Hosting.CreateAsync(Site, CancellationToken.None);
        return Site with { Id = made.Id, Account = made.Account };
    }

    /// <summary>The same, with another token.</summary>
    public VercelSiteHosting HostingWith(string token) => new(Client(token), Options, TimeProvider.System);

    public VercelDomains DomainsWith(string token) => new(Client(token), Options);

    /// <summary>The refusal of what is tried; fails when nothing is refused.</summary>
    public static Task<ProviderException> RefusalOfAsync(Func<Task> what) => Should.ThrowAsync<ProviderException>(what);

    /// <summary>Does it again while it fails for the moment, as a saga would.</summary>
    public static async Task<T> PersistAsync<T>(Func<Task<T>> what, int attempts = 12)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await what();
            }
            catch (ProviderException e) when (e.Fault == ProviderFault.Transient && attempt < attempts)
            {
                // Again.
            }
        }
    }

    public IReadOnlyList<SeenRequest> RequestsOf(string operation) => [.. Vercel.Requests.Where(r => r.Operation == operation)];

    /// <summary>Whether the double was made to answer something that Vercel's document does not have, or the client told to ask for another team.</summary>
    public bool AnswersOddly { get; set; }

    /// <summary>At its end, everything that was sent and answered was as described.</summary>
    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Vercel.DisposeAsync();
        if (!AnswersOddly)
        {
            Vercel.Violations.ShouldBeEmpty();
        }
    }

    private CloudClient Client(string token = "vercel-double-token") => new(
        _http, new VercelDialect(), CloudAccount.Of("vercel", token),
        new CloudOptions
        {
            Address = Vercel.Address, AttemptTimeout = TimeSpan.FromMinutes(5), RepeatsMax = RepeatsMax, RepeatDelay = TimeSpan.Zero,
            LimitDelay = TimeSpan.Zero, BreakAfter = 1000,
        },
        new RequestBudget(BudgetRules.None, TimeProvider.System), TimeProvider.System);
}
