using System;
using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Storage.Campaign;
using PrizeDraw.Storage.Central.Notices;
using PrizeDraw.Storage.Central.Users;
using PrizeDraw.Storage.Tests.Campaigns;

namespace PrizeDraw.Storage.Tests.Notices;

/// <summary>A campaign with a database, whose outbox gets notices as a pool's batch writes them.</summary>
internal sealed class NoticeCampaign(CentralFixture fixture, ServiceProvider host, Guid tenant, Guid campaign) : IAsyncDisposable
{
    public Guid TenantId => tenant;

    public Guid CampaignId => campaign;

    public string Tenant => Ids.Format(Ids.Tenant, tenant);

    public string Campaign => Ids.Format(Ids.Campaign, campaign);

    public Guid Mug { get; } = fixture.NewId();

    public Wakes Woken => (Wakes)host.GetRequiredService<IDeliveryWake>();

    public T Get<T>()
        where T : notnull => host.GetRequiredService<T>();

    public static async Task<NoticeCampaign> AddAsync(CentralFixture fixture)
    {
        var host = new ServiceCollection().AddLogging().AddSingleton<TimeProvider>(fixture.Time).AddPlatformStorage(fixture.Options())
            .AddSingleton<OutboxRelay>().AddSingleton<IDeliveryWake, Wakes>().BuildServiceProvider();
        var tenant = await fixture.AddTenantAsync();
        var id = await SampleCampaigns.AddAsync(fixture, tenant, "live");
        await fixture.AddCampaignDatabaseAsync(tenant, Ids.Format(Ids.Campaign, id));
        var campaign = new NoticeCampaign(fixture, host, tenant, id);
        await campaign.AddPrizeAsync();
        return campaign;
    }

    /// <summary>What a pool's transaction writes when a prize crosses its threshold.</summary>
    public async Task<Guid> CrossAsync(string kind = "stock.low", long remaining = 9, string? json = null)
    {
        var id = fixture.NewId();
        var body = json ?? JsonSerializer.Serialize(new
        {
            kind, campaign = Campaign, pool = Ids.Format(Ids.Pool, id), prize = Ids.Format(Ids.Prize, Mug), name = "Mug", stock = 100, remaining,
            threshold = 10, number = 1042, at = fixture.Time.Now,
        });
        await RunAsync("insert into outbox (campaign_id, event_id, kind, body, created_at) values ($1, $2, 'notice', $3::jsonb, $4)",
            campaign, id, body, fixture.Time.Now);
        return id;
    }

    public Task RelayAsync() => Get<OutboxRelay>().RelayAsync(Tenant, Campaign, default);

    public async Task<Guid> AddUserAsync(string role, params Guid[] campaigns)
    {
        var id = fixture.NewId();
        await fixture.Get<UserStore>().CreateAsync(
            id, $"u{id:n}@example.com", role, role == Roles.SuperAdmin ? UserGrants.None : new UserGrants([tenant], [.. campaigns]), "hash", "system", default);
        return id;
    }

    public async Task<int> WaitingAsync()
    {
        await using var lease = await fixture.Get<CampaignConnections>().RequireAsync(Tenant, Campaign, default);
        return (int)await lease.Connection.ScalarAsync<long>("select count(*) from outbox where kind = 'notice'", [], default);
    }

    public async Task RunAsync(string sql, params object?[] values)
    {
        await using var lease = await fixture.Get<CampaignConnections>().RequireAsync(Tenant, Campaign, default);
        await lease.Connection.RunAsync(sql, values, default);
    }

    /// <summary>Rows as the superuser sees them: channel, target, state.</summary>
    public async Task<ImmutableArray<(Guid Notice, string Channel, string Target, string State)>> DeliveriesAsync()
    {
        await using var superuser = await fixture.OpenSuperuserAsync();
        return await superuser.ListAsync(
            "select notice_id, channel, target, state from delivery where tenant_id = $1 order by notice_id, channel, target", [tenant],
            row => (row.GetGuid(0), row.GetString(1), row.GetString(2), row.GetString(3)), default);
    }

    public ValueTask DisposeAsync() => host.DisposeAsync();

    private async Task AddPrizeAsync()
    {
        var pool = fixture.NewId();
        await RunAsync(
            "insert into pool (campaign_id, pool_id, ordinal, name, modes, secret, secret_hash) values ($1, $2, 0, 'Instant', '{moments}', '', '')",
            campaign, pool);
        await RunAsync(
            """
            insert into prize (campaign_id, prize_id, pool_id, ordinal, name, kind, mode, stock, fulfilment)
            values ($1, $2, $3, 0, 'Mug', 'prize', 'moments', 100, 'delivery')
            """, campaign, Mug, pool);
    }
}

/// <summary>Remembers who was to be told, and fails where a test says so.</summary>
internal sealed class Wakes : IDeliveryWake
{
    public ConcurrentQueue<string> Tenants { get; } = new();

    public bool Fails { get; set; }

    public Task WakeAsync(string tenantId)
    {
        Tenants.Enqueue(tenantId);
        return Fails ? Task.FromException(new TimeoutException("The host is ending.")) : Task.CompletedTask;
    }
}
