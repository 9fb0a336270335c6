using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Security.Cryptography;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Hosting;
using PrizeDraw.Doubles;
using PrizeDraw.Doubles.GitHub;
using PrizeDraw.Doubles.Supabase;
using PrizeDraw.Doubles.Vercel;
using PrizeDraw.Grains;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Provisioning;
using PrizeDraw.Grains.Campaigns;
using PrizeDraw.Grains.Provisioning;
using PrizeDraw.Providers.Cloud;
using PrizeDraw.Providers.Cloud.GitHub;
using PrizeDraw.Providers.Databases;
using PrizeDraw.Providers.Hosting;
using PrizeDraw.Providers.Mail;
using PrizeDraw.Providers.Repositories;
using PrizeDraw.Storage;
using PrizeDraw.Storage.Campaign;
using PrizeDraw.Storage.Central;
using PrizeDraw.Storage.Secrets;
using PrizeDraw.TestKit;
using Shouldly;
using Xunit;

namespace PrizeDraw.Provisioning.Tests;

/// <summary>The platform's storage and grains on a PostgreSQL of their own, with stand-ins for Supabase, GitHub and Vercel that know of each other.</summary>
public sealed partial class CloudStage : IAsyncLifetime
{
    public const string Owner = "acme", Template = "prize-site";
    public const string GitHubToken = "ghp_planted_github_secret";
    public static readonly Actor Admin = new("usr_admin", Roles.SuperAdmin);

    private static readonly DateTimeOffset Opens = DateTimeOffset.UnixEpoch.AddYears(60);
    private readonly byte[] masterKey = RandomNumberGenerator.GetBytes(MasterKey.Length);
    private readonly TestPostgres postgres = new();
    private IHost? host;
    private int campaigns;

    /// <summary>The hosts' time, which only goes forward.</summary>
    public AheadClock Clock { get; } = new();

    /// <summary>What the next host to be started has otherwise.</summary>
    public Action<IServiceCollection>? Also { get; set; }

    /// <summary>Is told where each saga stands.</summary>
    public StageObserver Observer { get; } = new();

    public GitHubDouble GitHub { get; private set; } = null!;

    public SupabaseDouble Supabase { get; private set; } = null!;

    public VercelDouble Vercel { get; private set; } = null!;

    public IEnumerable<ProviderDouble> Doubles => [GitHub, Supabase, Vercel];

    /// <summary>After each test: no fault is left for the next one, and no call went against a provider's own document.</summary>
    public void EndFaults()
    {
        foreach (var one in Doubles)
        {
            one.Faults.Clear();
            one.Violations.ShouldBeEmpty();
        }
    }

    public string TenantId { get; } = Ids.New(Ids.Tenant, Opens);

    public string Superuser => postgres.SuperuserConnectionString;

    /// <summary>Everything that there is at the three providers.</summary>
    public string[] Left => [.. Doubles.SelectMany(d => d.Left).Select(r => $"{r.Kind} {r.Name} {r.Id}").Order(StringComparer.Ordinal)];

    async Task IAsyncLifetime.InitializeAsync()
    {
        await ((IAsyncLifetime)postgres).InitializeAsync();
        GitHub = await GitHubDouble.StartedAsync();
        GitHub.Limits = new GitHubLimits { RequestsPerHourMax = 1_000_000, PointsPerMinuteMax = 1_000_000, ContentPerMinuteMax = 1_000_000 };
        GitHub.AddOwner(Owner);
        GitHub.AddToken(GitHubToken, new GitHubToken("deployer") { Owners = [Owner] });
        GitHub.AddRepository(Owner, Template, new Dictionary<string, string> { ["content/campaign.json"] = "{}\n", ["template.json"] = """{"version":"1.0.0"}""" }, isTemplate: true);
        Supabase = new SupabaseDouble(postgres.SuperuserConnectionString, TimeProvider.System);
        await Supabase.StartAsync();
        Vercel = new VercelDouble(TimeProvider.System)
        {
            ProjectsMax = int.MaxValue, DeploymentsMax = int.MaxValue,
            Sees = name => GitHub.Left.FirstOrDefault(r => r.Name == name) is { } seen ? long.Parse(seen.Id, System.Globalization.CultureInfo.InvariantCulture) : null,
        };
        await Vercel.StartAsync();
        using (var first = Build())
        {
            await first.Services.GetRequiredService<CentralBootstrap>().RunAsync(OrleansSchema.Scripts.Select(s => (s.Name, s.Text)), default);
        }

        await StartHostAsync();
        await CentralAsync(
            "insert into tenant (tenant_id, name, slug, created_at, updated_at) values ($1, 'Acme', 'acme', now(), now()) returning name", Ids.Parse(Ids.Tenant, TenantId));
        await SetAccountAsync("supabase", Supabase.Token, new ProviderSettings(SupabaseDouble.Organization, "eu-central-1", null, null, null, null));
        await SetAccountAsync("github", GitHubToken, new ProviderSettings(null, null, null, Owner, $"{Owner}/{Template}", null));
        await SetAccountAsync("vercel", Vercel.Token!, new ProviderSettings(null, null, null, null, null, VercelDouble.Team));
    }

    async Task IAsyncLifetime.DisposeAsync()
    {
        await StopHostAsync();
        foreach (var one in Doubles)
        {
            await one.DisposeAsync();
        }

        await ((IAsyncLifetime)postgres).DisposeAsync();

        // Whatever a test was about: what was sent and answered was as the providers' documents say.
        Doubles.SelectMany(d => d.Violations).ShouldBeEmpty();
    }

    public async Task StartHostAsync()
    {
        host = Build();
        await host.StartAsync();
    }

    public async Task StopHostAsync()
    {
        if (host is not null)
        {
            await host.StopAsync();
            host.Dispose();
            host = null;
        }
    }

    /// <summary>Lets go of the host as a process that dies does: nothing is ended in order, and nothing of it is heard of again.</summary>
    public async Task DropHostAsync()
    {
        if (Interlocked.Exchange(ref host, null) is { } dropped)
        {
            // Its databases first: what is left of it for a moment must write nothing that a dead process could not.
            await dropped.Services.GetRequiredService<CentralConnections>().DisposeAsync();
            await dropped.Services.GetRequiredService<CampaignConnections>().DisposeAsync();
            await ((IAsyncDisposable)dropped).DisposeAsync();
        }
    }

    /// <summary>Starts a host where there is none.</summary>
    public Task EnsureHostAsync() => host is null ? StartHostAsync() : Task.CompletedTask;

    /// <summary>All that a host needs to know of this stage.</summary>
    public CloudOrders Orders => new(
        Superuser, Convert.ToBase64String(masterKey), Supabase.Address, GitHub.Address, Vercel.Address, Supabase.RootCertificate, Supabase.SessionPort);

    public T Get<T>()
        where T : notnull => host!.Services.GetRequiredService<T>();

    public async Task SetAccountAsync(string provider, string token, ProviderSettings settings) =>
        (await Get<IGrainFactory>().GetGrain<IProviderAccountsGrain>(GrainKeys.Platform).SetAsync(new SetProviderAccount(Admin, provider, token, settings)))
            .Refusal.ShouldBeNull();

    public ICampaignGrain Campaign(string id) => Get<IGrainFactory>().GetGrain<ICampaignGrain>(GrainKeys.Campaign(TenantId, id));

    /// <summary>Settings of a campaign all of whose parts are in the cloud.</summary>
    public static CampaignSettings Settings(string slug) => new()
    {
        Name = "In the cloud", Slug = slug, OpensAt = Opens, ClosesAt = Opens.AddDays(1),
        Providers = new ProviderChoice(ProviderNames.Supabase, ProviderNames.GitHub, ProviderNames.Vercel),
    };

    /// <summary>A campaign all of whose parts are in the cloud; its provisioning has begun.</summary>
    public Task<(string Id, string Slug)> BeginAsync() => BeginAsync(NextSlug());

    /// <summary>A slug that none has had; none is part of another one.</summary>
    public string NextSlug() => $"cloudy-{Interlocked.Increment(ref campaigns):D5}";

    /// <summary>As above, with a slug that faults may wait for already.</summary>
    public async Task<(string Id, string Slug)> BeginAsync(string slug)
    {
        var id = Ids.New(Ids.Campaign, TimeProvider.System.GetUtcNow());
        var created = await Campaign(id).CreateAsync(new CreateCampaign(Admin, Settings(slug), Provision: true));
        created.Refusal.ShouldBeNull();
        return (id, slug);
    }

    /// <summary>The state in which provisioning of the campaign has come to rest.</summary>
    public async Task<string> EndsAsync(string id) => (await Polling.UntilAsync(
        async () => (await Get<ICampaignQueries>().FindAsync(Scope.Of(TenantId), id, default))?.State,
        state => state is not (null or "draft" or "provisioning"), TimeSpan.FromMinutes(5), async state => $"{state}: {string.Join("\n", await LogAsync(id))}"))!;

    /// <summary>A host of its own on this stage.</summary>
    public IHost Build() => CloudHost.Build(Orders, Clock, Observer, Hear);
}
