using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Reflection;
using System.Security.Cryptography;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Orleans;
using Orleans.Hosting;
using PrizeDraw.Domain.Sync;
using PrizeDraw.Grains;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Sync;
using PrizeDraw.Grains.Sync;
using PrizeDraw.Providers.Databases;
using PrizeDraw.Providers.Hosting;
using PrizeDraw.Providers.Mail;
using PrizeDraw.Providers.Repositories;
using PrizeDraw.Storage;
using PrizeDraw.Storage.Central;
using PrizeDraw.Storage.Central.Sync;
using PrizeDraw.Storage.Secrets;
using PrizeDraw.TestKit;
using Shouldly;
using Xunit;

namespace PrizeDraw.Provisioning.Tests.Releases;

/// <summary>The central database and a host with the grains of releases. Campaigns are rows alone; their syncs and pages come out as a test says.</summary>
public sealed class ReleaseStage : IAsyncLifetime
{
    public static readonly Actor Admin = new("usr_admin", Roles.SuperAdmin);
    private static readonly TimeSpan TimeOut = TimeSpan.FromMinutes(3);
    private readonly byte[] masterKey = RandomNumberGenerator.GetBytes(MasterKey.Length);
    private readonly TestPostgres postgres = new();
    private IHost? host;
    private int campaigns;

    public AheadClock Clock { get; } = new();

    public FakeSites Sites { get; } = new();

    /// <summary>What the hosts of this stage have said that they hold.</summary>
    public HeldLog Held { get; } = new();

    /// <summary>Hosts whose pages do not answer, and how often not.</summary>
    public ConcurrentDictionary<string, int> Down { get; } = [];

    /// <summary>How often each host's page was asked for.</summary>
    public ConcurrentDictionary<string, int> Looks { get; } = [];

    /// <summary>Entries and refused submissions of campaigns; else none.</summary>
    public ConcurrentDictionary<string, (long Taken, long Refused)> Counts { get; } = [];

    async Task IAsyncLifetime.InitializeAsync()
    {
        await ((IAsyncLifetime)postgres).InitializeAsync();
        await StartAsync();
        await SqlAsync("insert into template_version (source, tag, commit_id, number, seen_at) values ('local', 'v2', 'c2', 2, now()), ('local', 'v3', 'c3', 3, now())");
    }

    async Task IAsyncLifetime.DisposeAsync()
    {
        await StopAsync();
        await ((IAsyncLifetime)postgres).DisposeAsync();
    }

    /// <summary>The host ends, and another one starts on what is stored.</summary>
    public async Task RestartAsync()
    {
        await StopAsync();
        await StartAsync();
    }

    public IReleaseGrain Grain(string release) => host!.Services.GetRequiredService<IGrainFactory>().GetGrain<IReleaseGrain>(GrainKeys.Release(release));

    public ITemplateQueries Queries => host!.Services.GetRequiredService<ITemplateQueries>();

    public Task<bool> RehearsesAsync(string tenant, string campaign) =>
        host!.Services.GetRequiredService<ReleaseStore>().RehearsesAsync(Ids.Parse(Ids.Tenant, tenant), Ids.Parse(Ids.Campaign, campaign), default);

    public string NewId() => Ids.New(Ids.Release, Clock.GetUtcNow());

    /// <summary>A tenant with so many campaigns whose sites are up; answers the tenant's id and the campaigns', in the order of their names.</summary>
    public async Task<(string Tenant, ImmutableArray<string> Campaigns)> FleetAsync(int count, string state = "live", string? account = null)
    {
        var tenant = Guid.CreateVersion7();
        await SqlAsync($"insert into tenant (tenant_id, name, slug, created_at, updated_at) values ('{tenant}', 'Fleet', '{tenant:n}', now(), now())");
        var ids = ImmutableArray.CreateBuilder<string>();
        for (var i = 0; i < count; i++)
        {
            var (id, number) = (Guid.CreateVersion7(), Interlocked.Increment(ref campaigns));
            var providers = account is null ? "{}" : $"{{\"providers\":{{\"repository\":\"{account}\"}}}}";
            await SqlAsync(
                $"""
                insert into campaign (tenant_id, campaign_id, name, slug, state, settings, closes_at, site_url, created_at, updated_at)
                values ('{tenant}', '{id}', 'Site {number:d4}', 'site-{number}', '{state}', '{providers}', now() + interval '90 days', 'http://site-{number}.example/', now(), now());
                insert into site_sync (tenant_id, campaign_id, home_id, source, base_tag, base_commit) values ('{tenant}', '{id}', '{Guid.CreateVersion7()}', 'local', 'v1', 'c1')
                """);
            ids.Add(Ids.Format(Ids.Campaign, id));
        }

        return (Ids.Format(Ids.Tenant, tenant), ids.ToImmutable());
    }

    public async Task<ReleaseView> CreateAsync(string tenant, ReleaseSettings? settings = null, bool isDryRun = false, string? id = null, params WaveSettings[] waves)
    {
        var made = await AskAsync(tenant, settings, isDryRun, id, waves);
        made.Refusal.ShouldBeNull();
        return made.Value!;
    }

    public Task<Result<ReleaseView>> AskAsync(string tenant, ReleaseSettings? settings = null, bool isDryRun = false, string? id = null, params WaveSettings[] waves) =>
        Grain(id ?? NewId()).CreateAsync(new CreateRelease(Admin, "v2", [], [.. waves], (settings ?? new ReleaseSettings([])) with { TenantIds = [tenant] }, isDryRun));

    /// <summary>Waits until the release is as it is to be; it is woken meanwhile, since a failed write rests for seconds.</summary>
    public async Task<ReleaseView> UntilAsync(string release, Func<ReleaseView, bool> isThere)
    {
        using var limited = new CancellationTokenSource(TimeOut);
        ReleaseView? seen = null;
        while (!limited.IsCancellationRequested)
        {
            seen = await Queries.FindReleaseAsync(release, default);
            if (seen is not null && isThere(seen))
            {
                return seen;
            }

            await Grain(release).WakeAsync();
            await Task.Delay(10);
        }

        throw new TimeoutException($"It stands at {seen} {string.Join(" ", (seen?.Waves ?? []).Select(w => $"{w.State} {string.Join(",", w.Counts)}"))}.");
    }

    public Task<ReleaseView> UntilAsync(string release, string state) => UntilAsync(release, r => r.State == state);

    public async Task<ImmutableArray<ReleaseSiteView>> SitesAsync(string release)
    {
        var (all, cursor) = (ImmutableArray.CreateBuilder<ReleaseSiteView>(), (string?)null);
        do
        {
            var page = await Queries.ReleaseSitesAsync(release, null, 7, cursor, default);
            all.AddRange(page.Items);
            cursor = page.NextCursor;
        }
        while (cursor is not null);
        return all.ToImmutable();
    }

    /// <summary>Runs SQL past every rule and answers the first column as text.</summary>
    public async Task<List<string>> SqlAsync(string sql)
    {
        await using var central = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(postgres.SuperuserConnectionString) { Database = "platform" }.ConnectionString);
        await central.OpenAsync();
        await using var command = new NpgsqlCommand(sql, central);
        await using var rows = await command.ExecuteReaderAsync();
        var found = new List<string>();
        while (await rows.ReadAsync())
        {
            found.Add(rows.IsDBNull(0) ? "" : rows.GetValue(0).ToString()!);
        }

        return found;
    }

    private async Task StartAsync()
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.SetMinimumLevel(LogLevel.None).AddProvider(Held).AddFilter<HeldLog>("PrizeDraw.Grains", LogLevel.Information);
        builder.Services.AddSingleton<TimeProvider>(Clock).AddSingleton(new ReleaseOptions
        {
            FollowEvery = TimeSpan.FromMilliseconds(20), Pace = new ReleasePace { UnderWayMax = 5 },
        });
        builder.Services.AddPlatformStorage(new CentralOptions { AdminConnectionString = postgres.SuperuserConnectionString, MasterKey = new MasterKey(masterKey) });
        builder.Services.AddSingleton(NotAsked.Of<IDatabaseProvider>()).AddSingleton(NotAsked.Of<ITemplateSource>());
        builder.Services.AddSingleton(NotAsked.Of<IRepositoryHost>()).AddSingleton(NotAsked.Of<ISiteHosting>()).AddSingleton(NotAsked.Of<IMailer>());
        builder.Services.AddSingleton(Counted.By(Counts));
        builder.Services.AddPlatformGrains(_ => { });
        builder.Services.AddSingleton<ISiteSyncs>(Sites);
        builder.Services.AddHttpClient("site-check").ConfigurePrimaryHttpMessageHandler(() => new Pages(this));
        builder.Services.AddEmbeddedOrleans(o =>
        {
            o.DataSource = services => services.GetRequiredService<CentralConnections>().App;
            o.GrainAssemblies.Add(typeof(ReleaseGrain).Assembly);
        });
        host = builder.Build();
        await host.Services.GetRequiredService<CentralBootstrap>().RunAsync(OrleansSchema.Scripts.Select(s => (s.Name, s.Text)), default);
        await host.StartAsync();
    }

    private async Task StopAsync()
    {
        if (host is not null)
        {
            await host.StopAsync();
            host.Dispose();
        }
    }

    private sealed class Pages(ReleaseStage stage) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var host = request.RequestUri!.Host;
            stage.Looks.AddOrUpdate(host, 1, (_, looks) => looks + 1);
            var isDown = stage.Down.TryGetValue(host, out var left) && left > 0;
            if (isDown)
            {
                stage.Down.TryUpdate(host, left - 1, left);
            }

            return Task.FromResult(new HttpResponseMessage(isDown ? HttpStatusCode.BadGateway : HttpStatusCode.OK));
        }
    }
}

/// <summary>What campaigns' databases count; nothing else of them is asked.</summary>
public class Counted : DispatchProxy
{
    private ConcurrentDictionary<string, (long Taken, long Refused)> counts = [];

    public static ICampaignDataQueries By(ConcurrentDictionary<string, (long Taken, long Refused)> counts)
    {
        var made = Create<ICampaignDataQueries, Counted>();
        ((Counted)(object)made).counts = counts;
        return made;
    }

    protected override object Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        targetMethod!.Name.ShouldBe(nameof(ICampaignDataQueries.StatsAsync));
        var (taken, refused) = counts.GetValueOrDefault((string)args![1]!);
        return Task.FromResult<CampaignStats?>(new CampaignStats(
            taken, taken, new OutcomeCounts(0, 0, taken), ImmutableSortedDictionary<string, long>.Empty.Add("entry.invalid", refused), []));
    }
}
