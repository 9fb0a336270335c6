using System;
using System.Linq;
using System.Security.Cryptography;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Providers.Databases;
using PrizeDraw.TestKit;
using Shouldly;
using Xunit;

namespace PrizeDraw.Providers.Tests.Databases;

public sealed partial class A_campaign_database(TestPostgres postgres) : IClassFixture<TestPostgres>, IAsyncLifetime
{
    private readonly string _nonce = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
    private LocalDatabaseProvider _provider = null!;
    private string _provisioner = "";

    private DatabaseRequest Request => new($"cmp_{_nonce}", _nonce, "secret-of-the-campaign");

    public async Task InitializeAsync()
    {
        await AsSuperuserAsync("""
            DO $$ BEGIN
              IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'platform_provisioner') THEN
                CREATE ROLE platform_provisioner LOGIN CREATEDB CREATEROLE PASSWORD 'provisioner';
              END IF;
            END $$
            """);
        _provisioner = new NpgsqlConnectionStringBuilder(postgres.SuperuserConnectionString)
        {
            Username = "platform_provisioner",
            Password = "provisioner",
        }.ConnectionString;
        _provider = new LocalDatabaseProvider(_provisioner);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task is_listed_with_its_mark_whole_half_or_as_a_role_alone_and_nobody_elses_is()
    {
        await _provider.CreateAsync(Request, CancellationToken.None);
        var half = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        var role = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        var theirs = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        await AsSuperuserAsync($"CREATE DATABASE cmp_x_{half} OWNER platform_provisioner");
        await AsSuperuserAsync($"CREATE DATABASE cmp_{theirs}");
        await AsSuperuserAsync($"CREATE ROLE cmp_{role}");
        await AsSuperuserAsync($"COMMENT ON ROLE cmp_{role} IS 'prizedraw:{role}'");
        var held = await _provider.ListAsync(CancellationToken.None);
        held.IsWhole.ShouldBeTrue();
        foreach (var (name, nonce) in new[] { ($"cmp_{_nonce}", _nonce), ($"cmp_x_{half}", half), ($"cmp_{role}", role) })
        {
            held.Items.Count(r => r.Name == name && r.Nonce == nonce).ShouldBe(1, name);
        }

        held.Items.ShouldNotContain(r => r.Name == $"cmp_{theirs}");
    }

    [Fact]
    public async Task is_made_once_however_often_it_is_asked_for()
    {
        var first = await _provider.CreateAsync(Request, CancellationToken.None);
        var second = await _provider.CreateAsync(Request, CancellationToken.None);

        second.ShouldBe(first);
        (await _provider.FindAsync(Request, CancellationToken.None)).ShouldBe(first);
        (await MarkersAsync()).ShouldBe(["prizedraw:" + _nonce, "prizedraw:" + _nonce]);
    }

    [Fact]
    public async Task is_made_once_when_asked_for_at_the_same_time()
    {
        var made = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => _provider.CreateAsync(Request, CancellationToken.None)));

        made.Distinct().Count().ShouldBe(1);
    }

    [Fact]
    public async Task is_gone_after_deletion_however_often_it_is_asked_for()
    {
        await _provider.CreateAsync(Request, CancellationToken.None);

        await _provider.DeleteIfOwnedAsync(Request, CancellationToken.None);
        await _provider.DeleteIfOwnedAsync(Request, CancellationToken.None);

        (await _provider.FindAsync(Request, CancellationToken.None)).ShouldBeNull();
        (await MarkersAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task is_deleted_even_while_the_campaign_is_connected()
    {
        var database = await _provider.CreateAsync(Request, CancellationToken.None);
        await using var connection = new NpgsqlConnection(_provider.CampaignConnectionString(database, Request.Password));
        await connection.OpenAsync();

        await _provider.DeleteIfOwnedAsync(Request, CancellationToken.None);

        (await MarkersAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task lets_its_own_role_in_with_rights_on_nothing_yet()
    {
        var database = await _provider.CreateAsync(Request, CancellationToken.None);
        await ExecuteAsync(_provider.OwnerConnectionString(database), "CREATE TABLE entries (id int)");

        var campaign = _provider.CampaignConnectionString(database, Request.Password);
        (await ScalarAsync(campaign, "SELECT count(*) FROM pg_tables WHERE tablename = 'entries'")).ShouldBe(1L);
        (await RefusalAsync(campaign, "SELECT * FROM entries")).ShouldBe("42501");
        (await RefusalAsync(campaign, "CREATE TABLE mine (id int)")).ShouldBe("42501");
        (await RefusalAsync(campaign, "CREATE TEMP TABLE mine (id int)")).ShouldBe("42501");
    }

    [Fact]
    public async Task is_closed_to_the_role_of_another_campaign()
    {
        var mine = await _provider.CreateAsync(Request, CancellationToken.None);
        var other = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        var theirs = await _provider.CreateAsync(new("cmp_" + other, other, "other-secret"), CancellationToken.None);

        var intruder = new NpgsqlConnectionStringBuilder(_provider.CampaignConnectionString(theirs, "other-secret")) { Database = mine.Name };

        (await RefusalAsync(intruder.ConnectionString, "SELECT 1")).ShouldBe("42501");
    }

    [Theory]
    [InlineData("role")]
    [InlineData("database without rights")]
    [InlineData("database without comment")]
    public async Task is_completed_from_the_half_that_a_crash_left(string half)
    {
        var name = Request.Name;
        await ExecuteAsync(_provisioner, $"CREATE ROLE {name} LOGIN PASSWORD 'old'; COMMENT ON ROLE {name} IS 'prizedraw:{_nonce}'");
        if (half != "role")
        {
            await ExecuteAsync(_provisioner, $"CREATE DATABASE {name}");
        }

        if (half == "database without comment")
        {
            await ExecuteAsync(_provisioner, $"REVOKE ALL ON DATABASE {name} FROM PUBLIC");
        }

        (await _provider.FindAsync(Request, CancellationToken.None)).ShouldBeNull();
        var database = await _provider.CreateAsync(Request, CancellationToken.None);

        (await ScalarAsync(_provider.CampaignConnectionString(database, Request.Password), "SELECT 1")).ShouldBe(1);
    }

    [Fact]
    public async Task leaves_nothing_when_only_a_half_is_deleted()
    {
        await ExecuteAsync(_provisioner, $"CREATE ROLE {Request.Name}; COMMENT ON ROLE {Request.Name} IS 'prizedraw:{_nonce}'");
        await ExecuteAsync(_provisioner, $"CREATE DATABASE {Request.Name}");

        await _provider.DeleteIfOwnedAsync(Request, CancellationToken.None);

        (await MarkersAsync()).ShouldBeEmpty();
        (await CountAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task never_touches_a_role_that_somebody_else_made()
    {
        await AsSuperuserAsync($"CREATE ROLE {Request.Name}");

        var refusal = await Should.ThrowAsync<ProviderException>(() => _provider.CreateAsync(Request, CancellationToken.None));
        await _provider.DeleteIfOwnedAsync(Request, CancellationToken.None);

        refusal.Fault.ShouldBe(ProviderFault.NameTaken);
        (await CountAsync()).ShouldBe(1);
    }

    [Theory]
    [InlineData("prizedraw:0000000000000000")]
    [InlineData("accounting")]
    public async Task never_touches_a_database_with_another_comment(string comment)
    {
        await ExecuteAsync(_provisioner, $"CREATE DATABASE {Request.Name}");
        await ExecuteAsync(_provisioner, $"COMMENT ON DATABASE {Request.Name} IS '{comment}'");

        var refusal = await Should.ThrowAsync<ProviderException>(() => _provider.CreateAsync(Request, CancellationToken.None));
        await _provider.DeleteIfOwnedAsync(Request, CancellationToken.None);

        refusal.Fault.ShouldBe(ProviderFault.NameTaken);
        (await CountAsync()).ShouldBe(1); // The database; the role, which is ours, is gone.
    }

    [Fact]
    public async Task never_touches_a_database_that_another_role_owns()
    {
        await AsSuperuserAsync($"CREATE DATABASE {Request.Name}");

        var refusal = await Should.ThrowAsync<ProviderException>(() => _provider.CreateAsync(Request, CancellationToken.None));
        await _provider.DeleteIfOwnedAsync(Request, CancellationToken.None);

        refusal.Fault.ShouldBe(ProviderFault.NameTaken);
        (await CountAsync()).ShouldBe(1);
    }

    [Theory]
    [InlineData("Robert\"; DROP")]
    [InlineData("cmp_without_marker")]
    [InlineData("")]
    public async Task refuses_a_name_of_the_wrong_form(string name) =>
        (await Should.ThrowAsync<ProviderException>(() => _provider.CreateAsync(Request with { Name = name }, CancellationToken.None)))
            .Fault.ShouldBe(ProviderFault.Rejected);

    [Fact]
    public async Task is_a_transient_failure_while_the_server_is_down()
    {
        await postgres.KillAsync();
        try
        {
            (await Should.ThrowAsync<ProviderException>(() => _provider.FindAsync(Request, CancellationToken.None)))
                .Fault.ShouldBe(ProviderFault.Transient);
        }
        finally
        {
            await postgres.StartAsync();
        }
    }

    private async Task<string[]> MarkersAsync() => (string[])(await ScalarAsync(
        postgres.SuperuserConnectionString,
        $"SELECT coalesce(array_agg(description), '{{}}') FROM pg_shdescription WHERE description = 'prizedraw:{_nonce}'"))!;

    private async Task<long> CountAsync() => (long)(await ScalarAsync(
        postgres.SuperuserConnectionString,
        $"SELECT (SELECT count(*) FROM pg_roles WHERE rolname = '{Request.Name}') + (SELECT count(*) FROM pg_database WHERE datname = '{Request.Name}')"))!;

    private Task AsSuperuserAsync(string sql) => ExecuteAsync(postgres.SuperuserConnectionString, sql);

    private static async Task<string> RefusalAsync(string connectionString, string sql) =>
        (await Should.ThrowAsync<PostgresException>(() => ScalarAsync(connectionString, sql))).SqlState;

    private static async Task ExecuteAsync(string connectionString, string sql) => await ScalarAsync(connectionString, sql);

    private static async Task<object?> ScalarAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }
}
