using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Silo;
using PrizeDraw.Silo.Doctor;
using PrizeDraw.TestKit;
using PrizeDraw.TestKit.Platform;
using Shouldly;
using Xunit;

namespace PrizeDraw.Walk.Upkeep;

[UnsupportedOSPlatform("windows"), Collection(BackedUpFixture.Shared)]
public sealed class The_doctor(BackedUpFixture done)
{
    private const UnixFileMode Everybody = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead;

    // What the doctor gives seconds: where a busy machine takes longer, it is asked again.
    private static readonly string[] Hasty = ["Node.js", "git", "database's clock", "campaigns' databases"];
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private PlatformOptions Options => done.Options with { Port = PlatformProcess.FreePort() };

    private string KeyFile => Path.Combine(done.Folder["data"], "master.key");

    [Fact]
    public async Task finds_nothing_wrong_where_all_is_well()
    {
        var (exit, said) = await LookAsync(Options);
        said.Where(f => f.Level == "fail").ShouldBeEmpty();
        exit.ShouldBe(0);
        foreach (var what in (string[])["PostgreSQL", "schema", "sealed secrets", "backup", "audit log", "campaigns' databases", "database's clock", "reminders"])
        {
            said.ShouldContain(f => f.What == what && f.Level == "ok");
        }

        said.ShouldContain(f => f.What == "mail" && f.Level == "warn");
        using var lines = new StringWriter();
        await Polling.UntilAsync(
            () => DoctorCommand.RunAsync(Options, json: false, lines, TimeProvider.System, default), exit => exit == 0, Patience, _ => Task.FromResult(lines.ToString()));
        lines.ToString().ShouldContain("ok    schema: up to date");
    }

    [Fact]
    public async Task says_what_is_wrong_in_the_database_and_what_to_do()
    {
        await CentralAsync("update deployment set state = 'quarantined' where kind = 'provision'");
        await CentralAsync("update campaign set state = 'live', closes_at = now() - interval '1 hour', opens_at = now() - interval '2 hours' where state = 'completed'");
        await CentralAsync("insert into schema_migration values ('9999_of_tomorrow.sql', 'x', now())");
        await CentralAsync("update installation set confirmed_at = now()");
        var (exit, said) = await LookAsync(Options);
        await CentralAsync("update deployment set state = 'succeeded' where kind = 'provision'");
        await CentralAsync("update campaign set state = 'completed' where state = 'live'");
        await CentralAsync("delete from schema_migration where name = '9999_of_tomorrow.sql'");
        await CentralAsync("update installation set confirmed_at = began_at");
        exit.ShouldBe(1);
        foreach (var what in (string[])["quarantined", "reminders", "schema"])
        {
            said.Single(f => f.What == what).Level.ShouldBe("fail", what);
        }

        said.Single(f => f.What == "quarantined").Says.ShouldContain("Summer in Paris");
        said.Single(f => f.What == "schema").Says.ShouldContain("9999_of_tomorrow");
        said.Single(f => f.What == "audit log").ShouldSatisfyAllConditions(
            f => f.Level.ShouldBe("warn"), f => f.Says.ShouldContain("Summer in Paris"), f => f.Says.ShouldContain("each quarter of an hour"));
    }

    [Fact]
    public async Task says_what_is_wrong_with_the_key()
    {
        var right = done.MasterKey;
        await File.WriteAllTextAsync(KeyFile, Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
        var (exit, said) = await LookAsync(Options);
        await File.WriteAllTextAsync(KeyFile, right);
        exit.ShouldBe(1);
        said.Single(f => f.What == "sealed secrets").Says.ShouldContain("another master key");

        var mode = File.GetUnixFileMode(KeyFile);
        File.SetUnixFileMode(KeyFile, Everybody);
        (exit, said) = await LookAsync(Options);
        File.SetUnixFileMode(KeyFile, mode);
        exit.ShouldBe(1);
        said.Single(f => f.What == "master key").Says.ShouldContain("chmod 600");
    }

    [Fact]
    public async Task works_where_nothing_runs_and_changes_nothing()
    {
        using var empty = new TempFolder();
        using var taken = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        taken.Start();
        var options = Options with { Database = null, DataFolder = empty["data"], PostgresPort = PlatformProcess.FreePort() };
        (await LookAsync(options)).Exit.ShouldBe(0);
        Directory.Exists(empty["data"]).ShouldBeFalse();
        var (exit, said) = await LookAsync(options with { PostgresPort = ((System.Net.IPEndPoint)taken.LocalEndpoint).Port, TemplateFolder = empty["none"], Mail = "pigeon" });
        exit.ShouldBe(1);
        said.Where(f => f.Level == "fail").Select(f => f.What).ShouldBe(["options", "template", "ports"], ignoreOrder: true);
        (await LookAsync(Options with { Database = "Host=127.0.0.1;Port=1;Username=nobody;Password=secret-of-nobody" })).Said
            .Single(f => f.What == "PostgreSQL").Says.ShouldNotContain("secret-of-nobody");
    }

    [Fact]
    public async Task finds_campaigns_databases_after_their_passwords_were_changed()
    {
        done.NewLogins.Length.ShouldBe(2);
        done.NewLogins.Intersect(done.OldLogins).ShouldBeEmpty();
        foreach (var campaign in (string[])[done.CampaignId, done.Archived.Id])
        {
            done.Said.ShouldContain($"{campaign}: changed");
        }

        (await LookAsync(Options)).Said.Single(f => f.What == "campaigns' databases").Level.ShouldBe("ok");
        (await LeftAsync()).ShouldBe(0);
    }

    private static async Task<(int Exit, (string Level, string What, string Says)[] Said)> LookAsync(PlatformOptions options)
    {
        var began = Stopwatch.GetTimestamp();
        while (true)
        {
            var look = await LookOnceAsync(options);
            if (look.Said.All(f => f.Level == "ok" || !Hasty.Contains(f.What)) || Stopwatch.GetElapsedTime(began) > Patience)
            {
                return look;
            }
        }
    }

    private static async Task<(int Exit, (string Level, string What, string Says)[] Said)> LookOnceAsync(PlatformOptions options)
    {
        using var output = new StringWriter();
        var exit = await DoctorCommand.RunAsync(options, json: true, output, TimeProvider.System, default);
        var answer = JsonNode.Parse(output.ToString())!;
        ((bool)answer["healthy"]!).ShouldBe(exit == 0);
        return (exit, [.. answer["findings"]!.AsArray().Select(f => ((string)f!["level"]!, (string)f["what"]!, (string)f["says"]!))]);
    }

    private async Task<long> LeftAsync()
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(done.Superuser) { Database = "platform", Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("select count(*) from secret where name = 'database-password-next'", connection);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private async Task CentralAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(done.Superuser) { Database = "platform", Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
