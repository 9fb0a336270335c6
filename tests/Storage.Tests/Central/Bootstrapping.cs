using System;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using PrizeDraw.Storage.Central;
using PrizeDraw.Storage.Migrations;
using PrizeDraw.Storage.Secrets;
using PrizeDraw.TestKit;
using Shouldly;
using Xunit;

namespace PrizeDraw.Storage.Tests.Central;

/// <summary>On a server of its own: the roles belong to the whole server.</summary>
public sealed class Bootstrapping(TestPostgres postgres) : IClassFixture<TestPostgres>
{
    private static readonly MasterKey Key = new(Enumerable.Repeat((byte)7, 32).ToArray());
    private static readonly (string Name, string Sql)[] Engine =
        [("0001_orleans_sample.sql", "create table if not exists orleanssample (n integer)")];

    [Fact]
    public async Task can_be_repeated()
    {
        await RunAsync(postgres.SuperuserConnectionString, "repeated");
        await RunAsync(postgres.SuperuserConnectionString, "repeated");

        await using var connections = new CentralConnections(Options(postgres.SuperuserConnectionString, "repeated"));
        await using var app = await connections.App.OpenConnectionAsync();
        (await app.RunAsync("insert into orleanssample values (1)", [], default)).ShouldBe(1);
    }

    [Fact]
    public async Task by_two_hosts_at_once_is_done_once()
    {
        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => RunAsync(postgres.SuperuserConnectionString, "together")));

        await using var connections = new CentralConnections(Options(postgres.SuperuserConnectionString, "together"));
        await using var app = await connections.App.OpenConnectionAsync();
        (await app.ScalarAsync<long>("select count(*) from tenant", [], default)).ShouldBe(0);
    }

    [Fact]
    public async Task needs_no_superuser()
    {
        // Its own server: here the roles must be made by this administrator, not by the superuser before it.
        var server = new TestPostgres();
        await ((IAsyncLifetime)server).InitializeAsync();
        try
        {
            await ExecuteAsync(server.SuperuserConnectionString, "create role site_admin login createdb createrole password 'admin'");
            var admin = new NpgsqlConnectionStringBuilder(server.SuperuserConnectionString) { Username = "site_admin", Password = "admin" };

            await RunAsync(admin.ConnectionString, "platform");
            await RunAsync(admin.ConnectionString, "platform");

            await using var connections = new CentralConnections(Options(admin.ConnectionString, "platform"));
            await using var reader = await connections.Reader.OpenConnectionAsync();
            (await reader.ScalarAsync<long>("select count(*) from tenant", [], default)).ShouldBe(0);
        }
        finally
        {
            await ((IAsyncLifetime)server).DisposeAsync();
        }
    }

    [Fact]
    public async Task makes_roles_that_no_policy_lets_through()
    {
        await RunAsync(postgres.SuperuserConnectionString, "roles");

        await using var admin = await OpenAsync(postgres.SuperuserConnectionString);
        var roles = await admin.ListAsync(
            "select rolname::text, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb from pg_roles where rolname like 'platform_%' order by 1", [],
            row => (Name: row.GetString(0), Super: row.GetBoolean(1), Bypass: row.GetBoolean(2), Roles: row.GetBoolean(3), Databases: row.GetBoolean(4)),
            default);

        roles.Select(role => role.Name).ShouldBe(
            ["platform_app", "platform_owner", "platform_provisioner", "platform_reader", "platform_system"]);
        roles.ShouldAllBe(role => !role.Super && !role.Bypass);
        roles.Where(role => role.Roles || role.Databases).Select(role => role.Name).ShouldBe(["platform_provisioner"]);
    }

    [Fact]
    public async Task refuses_a_role_that_may_bypass_row_level_security()
    {
        await RunAsync(postgres.SuperuserConnectionString, "bypass");
        await ExecuteAsync(postgres.SuperuserConnectionString, "alter role platform_reader bypassrls");
        try
        {
            var refused = await Should.ThrowAsync<MigrationException>(() => RunAsync(postgres.SuperuserConnectionString, "bypass"));
            refused.Message.ShouldContain("platform_reader");
        }
        finally
        {
            await ExecuteAsync(postgres.SuperuserConnectionString, "alter role platform_reader nobypassrls");
        }
    }

    [Fact]
    public async Task lets_only_the_named_roles_connect()
    {
        await RunAsync(postgres.SuperuserConnectionString, "closed");
        await ExecuteAsync(postgres.SuperuserConnectionString, "create role stranger login password 'stranger'");
        var stranger = new NpgsqlConnectionStringBuilder(postgres.SuperuserConnectionString)
        {
            Database = "closed", Username = "stranger", Password = "stranger", Pooling = false,
        };

        var refused = await Should.ThrowAsync<PostgresException>(() => OpenAsync(stranger.ConnectionString));
        refused.SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
    }

    [Fact]
    public async Task sets_passwords_that_follow_from_the_master_key_alone()
    {
        await RunAsync(postgres.SuperuserConnectionString, "passwords");
        var other = Options(postgres.SuperuserConnectionString, "passwords") with { MasterKey = new MasterKey(new byte[32]) };

        await using var connections = new CentralConnections(other);
        var refused = await Should.ThrowAsync<PostgresException>(async () => await connections.App.OpenConnectionAsync());
        refused.SqlState.ShouldBe(PostgresErrorCodes.InvalidPassword);
    }

    [Fact]
    public async Task refuses_a_migration_that_was_edited_after_it_was_applied()
    {
        await RunAsync(postgres.SuperuserConnectionString, "edited");

        var refused = await Should.ThrowAsync<MigrationException>(() => RunAsync(
            postgres.SuperuserConnectionString, "edited", [("0001_orleans_sample.sql", "create table if not exists orleansother (n integer)")]));
        refused.Message.ShouldContain("0001_orleans_sample.sql");
    }

    [Fact]
    public async Task leaves_nothing_of_a_migration_that_fails()
    {
        await Should.ThrowAsync<PostgresException>(() => RunAsync(
            postgres.SuperuserConnectionString, "failed", [("0001_orleans_sample.sql", "create table orleanshalf (n integer); select 1 / 0")]));

        await RunAsync(postgres.SuperuserConnectionString, "failed");
        await using var owner = await OpenAsync(
            new NpgsqlConnectionStringBuilder(postgres.SuperuserConnectionString) { Database = "failed", Pooling = false }.ConnectionString);
        (await owner.ScalarAsync<bool>("select to_regclass('orleanshalf') is null", [], default)).ShouldBeTrue();
    }

    private static CentralOptions Options(string admin, string database) => new()
    {
        AdminConnectionString = admin, MasterKey = Key, Database = database,
    };

    private static async Task RunAsync(string admin, string database, (string Name, string Sql)[]? engine = null)
    {
        await using var host = new ServiceCollection().AddLogging().AddPlatformStorage(Options(admin, database)).BuildServiceProvider();
        await host.GetRequiredService<CentralBootstrap>().RunAsync(engine ?? Engine, default);
    }

    private static async Task ExecuteAsync(string connectionString, string sql)
    {
        await using var connection = await OpenAsync(connectionString);
        await connection.RunAsync(sql, [], default);
    }

    private static async Task<NpgsqlConnection> OpenAsync(string connectionString)
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        return connection;
    }
}
