using System;
using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Linq;
using System.Text.Json;
using System.Threading;
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

    /// <summary>As the sweep gives each campaign its turn.</summary>
    public Task<bool> TurnAsync(Guid owner, Guid id, CancellationToken ct) =>
        Get<OutboxRelay>().TakeTurnAsync(Ids.Format(Ids.Tenant, owner), Ids.Format(Ids.Campaign, id));

    /// <summary>The campaign's state, which it came to long ago.</summary>
    public async Task StandAsync(string state)
    {
        await using var superuser = await fixture.OpenSuperuserAsync();
        await superuser.RunAsync(
            "update campaign set state = $2, updated_at = $3, opens_at = $4 where campaign_id = $1",
            [campaign, state, fixture.Time.Now - TimeSpan.FromDays(30), fixture.Time.Now + TimeSpan.FromDays(1)], default);
    }

    public Task RelayAsync() => Get<OutboxRelay>().RelayAsync(Tenant, Campaign, default);

    public async Task<Guid> AddUserAsync(string role, params Guid[] campaigns)
    {
        var id = fixture.NewId();
        await fixture.Get<UserStore>().CreateAsync(
            id, $"u{id:n}@example.com", role, role == Roles.SuperAdmin ? UserGrants.None : new UserGrants([tenant], [.. campaigns]), "hash", "system", default);
        return id;
    }

    /// <summary>So many audit events, each beside what it tells of, as a grain's transaction writes them.</summary>
    public async Task HappenAsync(int events)
    {
        await using var lease = await fixture.Get<CampaignConnections>().RequireAsync(Tenant, Campaign, default);
        await using var transaction = await lease.Connection.BeginTransactionAsync();
        await using var batch = new NpgsqlBatch(lease.Connection, transaction);
        for (var i = 0; i < events; i++)
        {
            var id = fixture.NewId();
            batch.AddAudit(campaign, new CampaignEvent(id, fixture.Time.Now, "usr_1", "pool.changed", Ids.Format(Ids.Pool, id), null, $$"""{"stock":{{i}}}"""));
        }

        await batch.ExecuteNonQueryAsync();
        await transaction.CommitAsync();
    }

    public async Task<int> WaitingAsync(string kind = "notice")
    {
        await using var lease = await fixture.Get<CampaignConnections>().RequireAsync(Tenant, Campaign, default);
        return (int)await lease.Connection.ScalarAsync<long>("select count(*) from outbox where kind = $1", [kind], default);
    }

    /// <summary>The campaign's events as its own database has them, or as the central one has.</summary>
    public async Task<ImmutableArray<string>> EventsAsync(bool central)
    {
        await using var superuser = central ? await fixture.OpenSuperuserAsync() : await OpenSuperuserAsync();
        return await superuser.ListAsync(
            $"""
            select concat_ws(' ', event_id, at, actor, action, subject, before, after) from {(central ? "audit_event" : "audit")}
            where campaign_id = $1 and action <> 'audit.recalled' order by event_id
            """, [campaign], row => row.GetString(0), default);
    }

    /// <summary>As the superuser on the campaign's own database.</summary>
    public async Task<NpgsqlConnection> OpenSuperuserAsync()
    {
        string name;
        await using (var lease = await fixture.Get<CampaignConnections>().RequireAsync(Tenant, Campaign, default))
        {
            name = lease.Connection.Database;
        }

        var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(fixture.Postgres.SuperuserConnectionString) { Database = name, Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        return connection;
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
