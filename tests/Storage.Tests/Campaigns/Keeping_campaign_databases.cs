using System;
using System.Diagnostics;
using System.Linq;
using System.Net.Sockets;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Providers.Databases;
using PrizeDraw.Storage.Campaign;
using PrizeDraw.Storage.Central;
using PrizeDraw.Storage.Secrets;
using Shouldly;
using Xunit;

namespace PrizeDraw.Storage.Tests.Campaigns;

[Collection(CentralCollection.Name)]
public sealed class Keeping_campaign_databases(CentralFixture fixture)
{
    private readonly CampaignConnections _connections = fixture.Get<CampaignConnections>();

    [Fact]
    public async Task gives_the_campaigns_role_rows_and_nothing_else()
    {
        var (tenant, campaign) = await fixture.SharedCampaignAsync();
        await using var lease = (await _connections.OpenAsync(tenant, campaign, default)).ShouldNotBeNull();
        var tables = await lease.Connection.ListAsync(
            """
            select c.relname::text, array(select unnest(array['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) as p
              intersect select p from unnest(array['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) p
              where has_table_privilege(c.oid, p))
            from pg_class c where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace order by 1
            """, [], row => (Name: row.GetString(0), Rights: string.Join(' ', row.GetFieldValue<string[]>(1).Order())), default);

        string[] neverChanged = ["journal", "audit", "pool_change", "instant_commitment", "instant_opening", "moment_unseal"];
        tables.Length.ShouldBeGreaterThan(10);
        tables.ShouldAllBe(table => table.Rights == (
            table.Name == "schema_migration" ? ""
            : neverChanged.Contains(table.Name) ? "INSERT SELECT"
            : "DELETE INSERT SELECT UPDATE"));
    }

    [Theory]
    [InlineData("create table mine (n integer)")]
    [InlineData("create temporary table mine (n integer)")]
    [InlineData("create schema mine")]
    [InlineData("drop table pool")]
    [InlineData("alter table pool add column mine integer")]
    [InlineData("truncate entry")]
    [InlineData("update journal set record = ''")]
    [InlineData("delete from journal")]
    [InlineData("update audit set actor = ''")]
    [InlineData("delete from audit")]
    [InlineData("select * from schema_migration")]
    [InlineData("create role mine")]
    [InlineData("create database mine")]
    public async Task refuses_the_campaigns_role(string sql)
    {
        var (tenant, campaign) = await fixture.SharedCampaignAsync();
        await using var lease = (await _connections.OpenAsync(tenant, campaign, default)).ShouldNotBeNull();
        var refused = await Should.ThrowAsync<PostgresException>(() => lease.Connection.RunAsync(sql, [], default));
        refused.SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
    }

    [Fact]
    public async Task lets_no_campaign_into_anothers_database_nor_the_central_one()
    {
        var (tenant, one) = await fixture.SharedCampaignAsync();
        var (_, two) = await NewAsync();
        await using var lease = (await _connections.OpenAsync(tenant, one, default)).ShouldNotBeNull();
        var mine = await fixture.Get<ISecrets>().GetAsync(Ids.Parse(Ids.Tenant, tenant), one, CampaignConnections.SecretName, default);
        await using var superuser = await fixture.OpenSuperuserAsync();
        var others = await superuser.ListAsync(
            "select datname::text from pg_database where datname like 'cmp\\_%' or datname = 'platform'", [], row => row.GetString(0), default);

        foreach (var database in others.Where(database => database != lease.Connection.Database))
        {
            await using var connection = new NpgsqlConnection(
                new NpgsqlConnectionStringBuilder(mine) { Database = database, Pooling = false }.ConnectionString);
            (await Should.ThrowAsync<PostgresException>(connection.OpenAsync)).SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
        }

        two.ShouldNotBe(one);
    }

    [Fact]
    public async Task leads_a_rehearsals_sessions_into_its_own_schema_also_after_they_were_given_back()
    {
        var (tenant, campaign) = await NewAsync();
        var rehearsal = Ids.Format(Ids.Rehearsal, fixture.NewId());
        var schema = CampaignSchema.Of(rehearsal);
        await using var connections = new CampaignConnections(fixture.Get<ISecrets>(), new CampaignConnectionOptions());
        await using (var own = (await connections.OpenAsync(tenant, campaign, default)).ShouldNotBeNull())
        {
            await using var superuser = new NpgsqlConnection(
                new NpgsqlConnectionStringBuilder(fixture.Postgres.SuperuserConnectionString) { Database = own.Connection.Database, Pooling = false }.ConnectionString);
            await superuser.OpenAsync();
            await superuser.RunAsync($"create schema {schema}; grant usage on schema {schema} to {own.Connection.UserName}", [], default);
        }

        for (var turn = 0; turn < 3; turn++)
        {
            await using var lease = (await connections.OpenAsync(tenant, campaign, rehearsal, default)).ShouldNotBeNull();
            (await lease.Connection.ScalarAsync<string>("select current_schema()::text", [], default)).ShouldBe(schema);
            await lease.Connection.RunAsync("set search_path = public", [], default);
        }
    }

    [Fact]
    public async Task refuses_a_session_of_a_rehearsal_that_would_work_on_the_campaigns_own_rows()
    {
        var (tenant, campaign) = await fixture.SharedCampaignAsync();
        await using var lease = (await _connections.OpenAsync(tenant, campaign, default)).ShouldNotBeNull();

        // As it comes out of a pooler that drops what the session asked for.
        await Should.ThrowAsync<StorageUnavailableException>(() => CampaignSchema.RequireWithinAsync(lease.Connection, "rehearsal_1"));
        await CampaignSchema.RequireWithinAsync(lease.Connection, "public");
    }

    [Fact]
    public async Task can_be_migrated_again()
    {
        var tenant = await fixture.AddTenantAsync();
        var database = await fixture.AddCampaignDatabaseAsync(tenant, Ids.Format(Ids.Campaign, fixture.NewId()));
        var provider = new LocalDatabaseProvider(fixture.Get<CentralConnections>().ProvisionerConnectionString);
        await fixture.Get<CampaignDatabaseMigrator>().MigrateAsync(provider.OwnerConnectionString(database), database.Role, default);
    }

    [Fact]
    public async Task knows_none_before_provisioning() =>
        (await _connections.OpenAsync(
            Ids.Format(Ids.Tenant, await fixture.AddTenantAsync()), Ids.Format(Ids.Campaign, fixture.NewId()), default)).ShouldBeNull();

    [Fact]
    public async Task finds_a_database_of_its_own_server_at_the_port_that_this_has_now()
    {
        var tenant = await fixture.AddTenantAsync();
        var campaign = Ids.Format(Ids.Campaign, fixture.NewId());
        await fixture.AddCampaignDatabaseAsync(tenant, campaign);
        var secrets = fixture.Get<ISecrets>();
        var stored = new NpgsqlConnectionStringBuilder(await secrets.GetAsync(tenant, campaign, CampaignConnections.SecretName, default));
        var port = stored.Port;
        stored.Port = 1; // As it was when the database was made.
        await secrets.PutAsync(tenant, campaign, CampaignConnections.SecretName, stored.ConnectionString, default);
        await using var lost = new CampaignConnections(secrets, new CampaignConnectionOptions());
        await using var found = new CampaignConnections(secrets, new CampaignConnectionOptions { EmbeddedPort = port });

        await Should.ThrowAsync<NpgsqlException>(() => lost.OpenAsync(Ids.Format(Ids.Tenant, tenant), campaign, default));
        await using var lease = (await found.OpenAsync(Ids.Format(Ids.Tenant, tenant), campaign, default)).ShouldNotBeNull();
        (await lease.Connection.ScalarAsync<string>("select current_database()", [], default)).ShouldBe(stored.Database);

        // What is reached by checked TLS is on no server of ours: it is looked for where it was, and nobody listens there.
        stored.SslMode = SslMode.VerifyFull;
        await secrets.PutAsync(tenant, campaign, CampaignConnections.SecretName, stored.ConnectionString, default);
        await using var remote = new CampaignConnections(secrets, new CampaignConnectionOptions { EmbeddedPort = port });
        (await Should.ThrowAsync<NpgsqlException>(() => remote.OpenAsync(Ids.Format(Ids.Tenant, tenant), campaign, default)))
            .InnerException.ShouldBeOfType<SocketException>();
    }

    [Fact]
    public async Task lends_three_connections_of_a_campaign_and_makes_the_fourth_wait()
    {
        var (tenant, campaign) = await fixture.SharedCampaignAsync();
        await using var connections = new CampaignConnections(
            fixture.Get<ISecrets>(), new CampaignConnectionOptions { WaitMax = TimeSpan.FromMilliseconds(200) });
        var leases = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => LentAsync(connections, tenant, campaign)));

        await Should.ThrowAsync<StorageUnavailableException>(() => connections.OpenAsync(tenant, campaign, default));
        await leases[0].DisposeAsync();
        await leases[0].DisposeAsync();
        await using var fourth = await LentAsync(connections, tenant, campaign);
        await Should.ThrowAsync<StorageUnavailableException>(() => connections.OpenAsync(tenant, campaign, default));
        await leases[1].DisposeAsync();
        await leases[2].DisposeAsync();
    }

    [Fact]
    public async Task bounds_all_campaigns_together()
    {
        var (tenant, one) = await fixture.SharedCampaignAsync();
        var two = Ids.Format(Ids.Campaign, fixture.NewId());
        await fixture.AddCampaignDatabaseAsync(Ids.Parse(Ids.Tenant, tenant), two);
        await using var connections = new CampaignConnections(
            fixture.Get<ISecrets>(), new CampaignConnectionOptions { ConnectionsMax = 1, WaitMax = TimeSpan.FromMilliseconds(200) });

        await using (await LentAsync(connections, tenant, one))
        {
            await Should.ThrowAsync<StorageUnavailableException>(() => connections.OpenAsync(tenant, two, default));
        }

        await using var lease = await LentAsync(connections, tenant, two);
    }

    [Fact]
    public async Task follows_a_campaign_that_was_provisioned_anew()
    {
        var (tenant, campaign) = await NewAsync();
        string before;
        await using (var lease = await _connections.OpenAsync(tenant, campaign, default))
        {
            before = lease!.Connection.Database;
        }

        // As another host does it: this one is not told.
        await using var superuser = await fixture.OpenSuperuserAsync();
        await superuser.RunAsync($"drop database {before} with (force)", [], default);
        var database = await fixture.AddCampaignDatabaseAsync(Ids.Parse(Ids.Tenant, tenant), campaign);

        string? after = null;
        for (var attempt = 0; after is null && attempt <= CampaignConnections.PerCampaign; attempt++)
        {
            try
            {
                await using var lease = await _connections.OpenAsync(tenant, campaign, default);
                await lease!.Connection.ScalarAsync<int>("select 1", [], default);
                after = lease.Connection.Database;
            }
            catch (NpgsqlException)
            {
                // A pooled connection was cut with the old database; it is noticed when it is used.
            }
        }

        after.ShouldBe(database.Name);
    }

    [Fact]
    public async Task forgets_a_campaign_whose_database_is_to_be_deleted()
    {
        var (tenant, campaign) = await NewAsync();
        await using (await _connections.OpenAsync(tenant, campaign, default))
        {
        }

        await fixture.Get<ISecrets>().DeleteAsync(Ids.Parse(Ids.Tenant, tenant), campaign, CampaignConnections.SecretName, default);
        await _connections.ForgetAsync(tenant, campaign);
        (await _connections.OpenAsync(tenant, campaign, default)).ShouldBeNull();
    }

    /// <summary>A session that there is room for: where the wait is short, a busy server may not answer within it at first.</summary>
    private static async Task<CampaignLease> LentAsync(CampaignConnections connections, string tenant, string campaign)
    {
        var asked = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                return (await connections.OpenAsync(tenant, campaign, default)).ShouldNotBeNull();
            }
            catch (StorageUnavailableException) when (asked.Elapsed < TimeSpan.FromMinutes(2))
            {
                // Asked again.
            }
        }
    }

    private async Task<(string Tenant, string Campaign)> NewAsync()
    {
        var tenant = await fixture.AddTenantAsync();
        var campaign = Ids.Format(Ids.Campaign, fixture.NewId());
        await fixture.AddCampaignDatabaseAsync(tenant, campaign);
        return (Ids.Format(Ids.Tenant, tenant), campaign);
    }
}
