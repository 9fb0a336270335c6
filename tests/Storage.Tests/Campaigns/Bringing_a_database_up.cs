using System;
using System.Linq;
using System.Security.Cryptography;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Providers.Databases;
using PrizeDraw.Storage.Campaign;
using PrizeDraw.Storage.Central;
using PrizeDraw.Storage.Migrations;
using PrizeDraw.Storage.Secrets;
using Shouldly;
using Xunit;

namespace PrizeDraw.Storage.Tests.Campaigns;

/// <summary>A campaign that an earlier version of the platform provisioned, met by this one.</summary>
[Collection(CentralCollection.Name)]
public sealed class Bringing_a_database_up(CentralFixture fixture)
{
    private const string SomeRow = "insert into pool (campaign_id, pool_id, ordinal, name, modes, secret, secret_hash) values ($1, $1, 0, 'Kept', '{}', '', '')";

    [Fact]
    public async Task happens_when_it_is_first_used_and_keeps_what_is_in_it()
    {
        var old = await AddOldAsync();
        await using var connections = Connections(TimeSpan.FromMinutes(2));
        await using var lease = (await connections.OpenAsync(old.Tenant, old.Campaign, default)).ShouldNotBeNull();

        (await lease.Connection.ScalarAsync<string>("select name from pool", [], default)).ShouldBe("Kept");
        (await lease.Connection.ScalarAsync<long>("select count(*) from pool_hour", [], default)).ShouldBe(0);
        (await lease.Connection.ScalarAsync<string>("select entry_code from pool", [], default)).ShouldBe("none");
    }

    [Fact]
    public async Task counts_the_hours_of_entries_that_were_taken_before_hours_were_counted()
    {
        var old = await AddOldAsync();
        await using (var superuser = await SuperuserAsync(old.Database.Name))
        {
            await superuser.RunAsync(
                """
                insert into prize (campaign_id, prize_id, pool_id, ordinal, name, kind, mode, stock, fulfilment)
                values ($1, $1, $1, 0, 'Mug', 'prize', 'moments', 9, 'none')
                """, [old.Id], default);
            await superuser.RunAsync(
                """
                insert into entrant (campaign_id, entrant_id, identity, person_key, email, created_at)
                select $1, $1, '1', decode(repeat('00', 32), 'hex'), 'ann@example.com', now()
                """, [old.Id], default);
            await superuser.RunAsync(
                """
                insert into entry (campaign_id, pool_id, number, entry_id, entrant_id, idempotency_key, fingerprint, entered_at, day, terms_version,
                  outcome, prize_id, told, batch, path)
                select $1, $1, n, gen_random_uuid(), $1, n::text, '', timestamptz '2026-06-01T10:50:00Z' + n * interval '1 minute', '2026-06-01', 1,
                  case when n = 1 then 'prize' else 'none' end, case when n = 1 then $1 end, '{}', 1, ''
                from generate_series(1, 30) n
                """, [old.Id], default);
        }

        await using var connections = Connections(TimeSpan.FromMinutes(2));
        await using var lease = (await connections.OpenAsync(old.Tenant, old.Campaign, default)).ShouldNotBeNull();
        var hours = await lease.Connection.ListAsync(
            "select extract(hour from hour at time zone 'UTC')::int, what, n from pool_hour order by hour, what", [],
            row => $"{row.GetInt32(0)} {row.GetString(1)} {row.GetInt64(2)}", default);
        hours.ShouldBe(["10 entrants 1", "10 entries 9", "10 outcome:none 8", "10 outcome:prize 1", "11 entries 21", "11 outcome:none 21"]);
        (await lease.Connection.ScalarAsync<int>("select allocated from prize_hour", [], default)).ShouldBe(1);
    }

    [Fact]
    public async Task is_asked_for_by_many_and_done_once()
    {
        var old = await AddOldAsync();
        await using var connections = Connections(TimeSpan.FromMinutes(2));
        var owner = new Counting(Owner());
        await using var counted = Connections(TimeSpan.FromMinutes(2), owner);

        await Task.WhenAll(Enumerable.Range(0, 30).Select(async i =>
        {
            await using var lease = await counted.OpenAsync(old.Tenant, old.Campaign, default);
            await lease!.Connection.ScalarAsync<long>("select count(*) from pool_hour", [], default);
        }));
        owner.Asked.ShouldBe(1);

        // Another host finds it done.
        await using var lease = await connections.OpenAsync(old.Tenant, old.Campaign, default);
        lease.ShouldNotBeNull();
    }

    [Fact]
    public async Task lets_nobody_wait_for_long_and_goes_on_by_itself()
    {
        var old = await AddOldAsync();
        await using var connections = Connections(TimeSpan.FromMilliseconds(300));
        await using var reader = await SuperuserAsync(old.Database.Name);
        await using (var _ = await reader.BeginTransactionAsync())
        {
            await reader.RunAsync("lock table pool in access share mode", [], default);
            await Should.ThrowAsync<StorageUnavailableException>(() => connections.OpenAsync(old.Tenant, old.Campaign, default));
        }

        CampaignLease? lease = null;
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        while (lease is null)
        {
            try
            {
                lease = await connections.OpenAsync(old.Tenant, old.Campaign, limit.Token);
            }
            catch (StorageUnavailableException)
            {
                // As an entry is told: try again.
            }
        }

        (await lease.Connection.ScalarAsync<long>("select count(*) from pool_hour", [], default)).ShouldBe(0);
        await lease.DisposeAsync();
    }

    [Fact]
    public async Task leaves_alone_what_a_newer_host_has_made_of_it()
    {
        var (tenant, campaign) = (await fixture.AddTenantAsync(), Ids.Format(Ids.Campaign, fixture.NewId()));
        var database = await fixture.AddCampaignDatabaseAsync(tenant, campaign);
        await using (var superuser = await SuperuserAsync(database.Name))
        {
            await superuser.RunAsync("comment on schema public is 'prizedraw 9999_later.sql 0000000000000000'", [], default);
        }

        var owner = new Counting(Owner());
        await using var connections = Connections(TimeSpan.FromMinutes(2), owner);
        await using var lease = await connections.OpenAsync(Ids.Format(Ids.Tenant, tenant), campaign, default);
        (lease, owner.Asked).ShouldSatisfyAllConditions(t => t.lease.ShouldNotBeNull(), t => t.Asked.ShouldBe(0));
    }

    [Fact]
    public async Task makes_changes_of_rules_unchangeable()
    {
        var (tenant, campaign) = await fixture.SharedCampaignAsync();
        await using var lease = (await fixture.Get<CampaignConnections>().OpenAsync(tenant, campaign, default)).ShouldNotBeNull();
        foreach (var sql in (string[])["update pool_change set line = ''", "delete from pool_change"])
        {
            (await Should.ThrowAsync<PostgresException>(() => lease.Connection.RunAsync(sql, [], default)))
                .SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
        }
    }

    /// <summary>As the platform left it that knew four migrations: no mark, other rights, a row.</summary>
    private async Task<(string Tenant, string Campaign, DatabaseRef Database, Guid Id)> AddOldAsync()
    {
        var (tenant, campaign) = (await fixture.AddTenantAsync(), Ids.Format(Ids.Campaign, fixture.NewId()));
        var provider = new LocalDatabaseProvider(fixture.Get<CentralConnections>().ProvisionerConnectionString);
        var nonce = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        var database = await provider.CreateAsync(new DatabaseRequest("cmp_" + nonce, nonce, nonce), default);
        await using var owner = new NpgsqlConnection(provider.OwnerConnectionString(database));
        await owner.OpenAsync();
        await new SqlMigrator(fixture.Time).RunAsync(
            owner, MigrationScript.Embedded("Campaign.Migrations").Where(s => string.CompareOrdinal(s.Name, "0005") < 0), default);
        await owner.RunAsync($"grant select, insert, update, delete on all tables in schema public to {database.Role}", [], default);
        await owner.RunAsync(SomeRow, [Ids.Parse(Ids.Campaign, campaign)], default);
        await fixture.Get<ISecrets>().PutAsync(
            tenant, campaign, CampaignConnections.SecretName, provider.CampaignConnectionString(database, nonce), default);
        return (Ids.Format(Ids.Tenant, tenant), campaign, database, Ids.Parse(Ids.Campaign, campaign));
    }

    private CampaignConnections Connections(TimeSpan wait, ICampaignDatabaseOwner? owner = null) => new(
        fixture.Get<ISecrets>(), new CampaignConnectionOptions { WaitMax = wait },
        new CampaignSchema(owner ?? Owner(), fixture.Get<CampaignDatabaseMigrator>(), TimeProvider.System, NullLogger<CampaignSchema>.Instance));

    private StoredOwner Owner() => new(
        fixture.Get<ISecrets>(), new LocalDatabaseProvider(fixture.Get<CentralConnections>().ProvisionerConnectionString));

    private async Task<NpgsqlConnection> SuperuserAsync(string database)
    {
        var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(fixture.Postgres.SuperuserConnectionString) { Database = database, Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    private sealed class Counting(ICampaignDatabaseOwner inner) : ICampaignDatabaseOwner
    {
        private int _asked;

        public int Asked => _asked;

        public Task<CampaignDatabaseAccess?> FindAsync(string tenantId, string campaignId, CancellationToken ct)
        {
            Interlocked.Increment(ref _asked);
            return inner.FindAsync(tenantId, campaignId, ct);
        }
    }
}

/// <summary>Knows the owner of a campaign's database from its connection string, as provisioning does.</summary>
internal sealed class StoredOwner(ISecrets secrets, IDatabaseProvider databases) : ICampaignDatabaseOwner
{
    public async Task<CampaignDatabaseAccess?> FindAsync(string tenantId, string campaignId, CancellationToken ct)
    {
        var database = new NpgsqlConnectionStringBuilder(
            await secrets.GetAsync(Ids.Parse(Ids.Tenant, tenantId), campaignId, CampaignConnections.SecretName, ct));
        return new CampaignDatabaseAccess(
            databases.OwnerConnectionString(new DatabaseRef(database.Database!, database.Username!, database.Host!, database.Port)), database.Username!);
    }
}
