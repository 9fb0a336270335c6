using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Security.Cryptography;
using System.Threading.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using Orleans;
using Orleans.Runtime;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Pools;
using PrizeDraw.Providers.Databases;
using PrizeDraw.Storage.Campaign;
using PrizeDraw.Storage.Secrets;

namespace PrizeDraw.Pools.Tests.Setup;

/// <summary>One running host of the platform, without its HTTP.</summary>
public sealed class PoolHost(IHost host, string superuser) : IAsyncDisposable
{
    public static readonly DateTimeOffset Opens = new(2026, 6, 1, 9, 0, 0, TimeSpan.Zero);
    public static readonly DateTimeOffset Noon = new(2026, 6, 15, 12, 0, 0, TimeSpan.Zero);
    public static readonly DateTimeOffset Closes = new(2026, 7, 1, 9, 0, 0, TimeSpan.Zero);
    public static readonly Actor Manager = new("usr_manager", Roles.CampaignManager);

    public T Get<T>()
        where T : notnull => host.Services.GetRequiredService<T>();

    public IPrizePoolGrain Pool(TestCampaign campaign, int index = 0) =>
        Get<IGrainFactory>().GetGrain<IPrizePoolGrain>(GrainKeys.Pool(campaign.TenantId, campaign.Id, campaign.Settings.Pools[index].Id!));

    /// <summary>Lets the directory forget the pool's activation: the next call begins another, what is returned still reaches the first.</summary>
    public IPrizePoolGrain ForceSecondActivation(IPrizePoolGrain pool) => Get<EmbeddedRuntime>().ForceSecondActivation(pool);

    /// <summary>A tenant with a campaign that has its own database and secrets, its pools configured and published.</summary>
    public async Task<TestCampaign> AddCampaignAsync(Func<CampaignSettings, CampaignSettings> change, bool published = true)
    {
        var campaign = await AddBareCampaignAsync(change);
        for (var i = 0; i < campaign.Settings.Pools.Length; i++)
        {
            Accepted(await Pool(campaign, i).ConfigureAsync(new ConfigurePool(Manager, campaign.Settings.Pools[i], i, campaign.Settings with { Pools = [] })));
            await SetPhaseAsync(campaign, i, published, paused: false);
        }

        return campaign;
    }

    public async Task SetPhaseAsync(TestCampaign campaign, int pool, bool published, bool paused) =>
        Accepted(await Pool(campaign, pool).SetPhaseAsync(new SetPoolPhase(Manager, published, paused, campaign.Settings with { Pools = [] })));

    private async Task<TestCampaign> AddBareCampaignAsync(Func<CampaignSettings, CampaignSettings> change)
    {
        var (tenant, id) = (Guid.CreateVersion7(Noon), Guid.CreateVersion7(Noon));
        var settings = WithIds(change(new CampaignSettings
        {
            Name = "Summer",
            OpensAt = Opens,
            ClosesAt = Closes,
            Form = new EntryForm { MinimumAge = 0 },
            Limits = new Limits(EntriesPerEntrant: null, WinsPerEntrant: null),
            Terms = new Terms("Be fair."),
            Pools = [new PoolSettings { Name = "Entries" }],
        }));
        await using (var central = await OpenCentralAsync())
        {
            await central.RunAsync("insert into tenant (tenant_id, name, slug, created_at, updated_at) values ($1, 'Acme', $2, $3, $3)",
                tenant, "t-" + tenant.ToString("n")[^20..], Noon);
            await central.RunAsync(
                "insert into campaign (tenant_id, campaign_id, name, state, settings, created_at, updated_at) values ($1, $2, 'Summer', 'ready', '{}', $3, $3)",
                tenant, id, Noon);
        }

        var database = await AddDatabaseAsync(tenant, Ids.Format(Ids.Campaign, id));
        return new TestCampaign(Ids.Format(Ids.Tenant, tenant), Ids.Format(Ids.Campaign, id), settings, database);
    }

    private async Task<DatabaseRef> AddDatabaseAsync(Guid tenant, string campaign)
    {
        var (provider, secrets) = (Get<IDatabaseProvider>(), Get<ISecrets>());
        var nonce = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        var password = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        var database = await provider.CreateAsync(new DatabaseRequest("cmp_" + nonce, nonce, password), default);
        await Get<CampaignDatabaseMigrator>().MigrateAsync(provider.OwnerConnectionString(database), database.Role, default);
        await secrets.PutAsync(tenant, campaign, SecretNames.Identity, Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)), default);
        await secrets.PutAsync(tenant, campaign, SecretNames.Database, provider.CampaignConnectionString(database, password), default);
        return database;
    }

    private static CampaignSettings WithIds(CampaignSettings settings) => settings with
    {
        Pools =
        [
            .. settings.Pools.Select(p => p with
            {
                Id = Ids.New(Ids.Pool, Noon),
                Prizes = [.. p.Prizes.Select(x => x with { Id = Ids.New(Ids.Prize, Noon) })],
            }),
        ],
    };

    public Task<NpgsqlConnection> OpenCentralAsync() => OpenAsync("platform");

    /// <summary>As the superuser on the campaign's database, past every right.</summary>
    public Task<NpgsqlConnection> OpenAsync(TestCampaign campaign) => OpenAsync(campaign.Database.Name);

    private async Task<NpgsqlConnection> OpenAsync(string database)
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(superuser) { Database = database, Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    /// <summary>What was told of stocks, relayed or not, in order.</summary>
    public async Task<List<string>> NoticesAsync(TestCampaign campaign)
    {
        await using var central = await OpenCentralAsync();
        await using var own = await OpenAsync(campaign);
        const string what = "body ->> 'kind' || ' ' || (body ->> 'name') || ' ' || (body ->> 'remaining') || ' at ' || (body ->> 'number')";
        var waiting = await own.ListAsync($"select event_id, {what} from outbox where kind = 'notice'", r => (Id: r.GetGuid(0), Text: r.GetString(1)));
        var relayed = await central.ListAsync(
            $"select notice_id, {what} from notice where campaign_id = $1", r => (Id: r.GetGuid(0), Text: r.GetString(1)), Ids.Parse(Ids.Campaign, campaign.Id));
        return [.. waiting.Concat(relayed).Distinct().OrderBy(n => n.Id).Select(n => n.Text)];
    }

    public static void Accepted(Result<bool> result)
    {
        if (result.Refusal is { } refusal)
        {
            throw new InvalidOperationException(refusal.Detail);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await host.StopAsync();
        if (host is IAsyncDisposable disposable)
        {
            await disposable.DisposeAsync();
        }
    }
}

/// <summary>A campaign made for one test.</summary>
public sealed record TestCampaign(string TenantId, string Id, CampaignSettings Settings, DatabaseRef Database)
{
    public string PoolId(int index = 0) => Settings.Pools[index].Id!;
}

/// <summary>What a person sends.</summary>
public static class Sent
{
    public static SubmitEntry Entry(string key, string person, DateTimeOffset? at = null) => new()
    {
        IdempotencyKey = key,
        ReceivedAt = at ?? PoolHost.Noon,
        Entrant = new EntrantData($"{person}@example.com", person, "Tester", null, null, null, null, null),
        TermsVersion = 1,
    };
}

internal static class Sql
{
    public static async Task<int> RunAsync(this NpgsqlConnection connection, string sql, params object?[] values)
    {
        await using var command = Command(connection, sql, values);
        return await command.ExecuteNonQueryAsync();
    }

    public static async Task<T> ScalarAsync<T>(this NpgsqlConnection connection, string sql, params object?[] values)
    {
        await using var command = Command(connection, sql, values);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public static async Task<List<T>> ListAsync<T>(this NpgsqlConnection connection, string sql, Func<NpgsqlDataReader, T> read, params object?[] values)
    {
        await using var command = Command(connection, sql, values);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<T>();
        while (await reader.ReadAsync())
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    /// <summary>Every row of every table but these, as JSON text.</summary>
    public static async Task<List<string>> DumpAsync(this NpgsqlConnection connection, params string[] except)
    {
        var tables = await connection.ListAsync(
            "select tablename::text from pg_tables where schemaname = 'public' and tablename <> all($1)", r => r.GetString(0), [except]);
        var rows = new List<string>();
        foreach (var table in tables)
        {
            rows.AddRange(await connection.ListAsync($"select to_jsonb(t)::text from \"{table}\" t", r => $"{table}: {r.GetString(0)}"));
        }

        return rows;
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, object?[] values)
    {
        var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value });
        }

        return command;
    }
}
