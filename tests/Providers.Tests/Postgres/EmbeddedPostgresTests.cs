using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using PrizeDraw.Providers.Postgres;
using PrizeDraw.TestKit;
using PrizeDraw.TestKit.Platform;
using Shouldly;
using Xunit;

namespace PrizeDraw.Providers.Tests.Postgres;

[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class The_embedded_server : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private readonly int _port = PlatformProcess.FreePort();
    private EmbeddedPostgres _server = null!;

    public Task InitializeAsync()
    {
        _server = New();
        return _server.StartAsync(CancellationToken.None);
    }

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task listens_on_loopback_with_a_password_and_on_no_socket()
    {
        (await ScalarAsync("SHOW listen_addresses")).ShouldBe("127.0.0.1");
        (await ScalarAsync("SHOW unix_socket_directories")).ShouldBe("");
        (await ScalarAsync("SELECT datlocprovider::text || ':' || datlocale FROM pg_database WHERE datname = 'postgres'")).ShouldBe("b:C.UTF-8");
        var wrong = new NpgsqlConnectionStringBuilder(_server.SuperuserConnectionString) { Password = "wrong", Pooling = false };
        await using var connection = new NpgsqlConnection(wrong.ConnectionString);
        (await Should.ThrowAsync<PostgresException>(() => connection.OpenAsync())).SqlState.ShouldBe("28P01");
    }

    [Fact]
    public void keeps_its_password_in_a_file_for_its_owner_alone()
    {
        var file = Path.Combine(_folder.Path, "superuser.password");

        File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        _server.SuperuserConnectionString.ShouldContain(File.ReadAllText(file));
    }

    [Fact]
    public async Task takes_a_new_password_and_the_old_one_no_more()
    {
        var before = _server.SuperuserConnectionString;
        await _server.ReplacePasswordAsync(default);

        keeps_its_password_in_a_file_for_its_owner_alone();
        (await ScalarAsync("SELECT 1")).ShouldBe(1);
        await using (var old = new NpgsqlConnection(before + ";Pooling=false"))
        {
            (await Should.ThrowAsync<PostgresException>(() => old.OpenAsync())).SqlState.ShouldBe("28P01");
        }

        _server.CrashServer();
        (await EventuallyAsync("SELECT 1")).ShouldBe(1);
    }

    /// <summary>The next password is written, then the server is told, then it is stored: killed after the first, or after the second; or a power cut lost a renaming.</summary>
    [Theory]
    [InlineData(false, ".next")]
    [InlineData(true, ".next")]
    [InlineData(true, ".next.new")]
    public async Task finds_out_which_password_it_has_after_a_kill(bool isTold, string suffix)
    {
        var (file, next) = (Path.Combine(_folder.Path, "superuser.password"), new string('a', 48));
        var before = await File.ReadAllTextAsync(file);
        await File.WriteAllTextAsync(file + suffix, next);
        if (isTold)
        {
            await ScalarAsync($"ALTER ROLE postgres PASSWORD '{next}'");
        }

        await _server.KillAsync();
        _server = New();
        await _server.StartAsync(default);

        (await ScalarAsync("SELECT 1")).ShouldBe(1);
        (await File.ReadAllTextAsync(file)).ShouldBe(isTold ? next : before);
        File.Exists(file + suffix).ShouldBeFalse();
    }

    [Fact]
    public async Task goes_on_where_it_was_after_a_stop()
    {
        await ScalarAsync("CREATE TABLE kept AS SELECT 7 AS id");
        await _server.DisposeAsync();
        _server = New();
        await _server.StartAsync(CancellationToken.None);

        (await ScalarAsync("SELECT id FROM kept")).ShouldBe(7);
    }

    [Fact]
    public async Task restarts_by_itself_when_it_is_killed()
    {
        await ScalarAsync("CREATE TABLE kept AS SELECT 7 AS id");
        var before = ServerProcess();
        _server.CrashServer();

        await UntilExitedAsync(before);
        (await EventuallyAsync("SELECT id FROM kept")).ShouldBe(7);
        ServerProcess().ShouldNotBe(before);
    }

    [Fact]
    public async Task restarts_by_itself_when_its_supervisor_is_killed()
    {
        var before = ServerProcess();
        using (var supervisor = Process.GetProcessById(ParentOf(before)))
        {
            supervisor.Kill();
        }

        await UntilExitedAsync(before);
        (await EventuallyAsync("SELECT 1")).ShouldBe(1);
    }

    [Fact]
    public async Task lets_only_one_host_use_its_folder()
    {
        await using var second = New();

        (await Should.ThrowAsync<EmbeddedPostgresException>(() => second.StartAsync(CancellationToken.None)))
            .Message.ShouldContain("Another running platform");
        (await ScalarAsync("SELECT 1")).ShouldBe(1);
    }

    [Fact]
    public async Task says_so_when_its_port_is_taken()
    {
        await _server.StopAsync();
        using var intruder = new TcpListener(IPAddress.Loopback, _port);
        intruder.Start();
        await using var second = New();

        (await Should.ThrowAsync<EmbeddedPostgresException>(() => second.StartAsync(CancellationToken.None)))
            .Message.ShouldContain($"Port {_port}");
    }

    [Fact]
    public async Task ends_an_orphan_that_a_killed_host_left_on_its_folder()
    {
        // Where it runs from, which is elsewhere than it was installed if the clone is closed to its user.
        var postgres = new FileInfo($"/proc/{ServerProcess()}/exe").LinkTarget!;
        await _server.StopAsync();
        using var orphan = StartOrphan(postgres);
        await using var second = New();

        await second.StartAsync(CancellationToken.None);

        // It takes its file away a moment before it ends.
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        await orphan.WaitForExitAsync(limit.Token);
        await second.StopAsync();
    }

    [Fact]
    public async Task writes_no_personal_data_into_its_log()
    {
        await ScalarAsync("CREATE TABLE people (email text CONSTRAINT email_is_unique UNIQUE)");
        await ScalarAsync("INSERT INTO people VALUES ('alice@example.org')");
        await Should.ThrowAsync<PostgresException>(() => ScalarAsync("INSERT INTO people VALUES ('alice@example.org')"));
        await _server.StopAsync();

        var log = await File.ReadAllTextAsync(Path.Combine(_folder.Path, "server", "server.log"));

        log.ShouldContain("email_is_unique");
        log.ShouldNotContain("alice");
    }

    private EmbeddedPostgres New() => new(
        new EmbeddedPostgresOptions
        {
            BinariesFolder = PostgresBinaries.Find(RepositoryRoot.Path),
            DataFolder = _folder.Path,
            Port = _port,
            Durable = false,
        },
        TimeProvider.System,
        NullLogger<EmbeddedPostgres>.Instance);

    private int ServerProcess() => int.Parse(
        File.ReadLines(Path.Combine(_folder.Path, "server", "cluster", "postmaster.pid")).First(), System.Globalization.CultureInfo.InvariantCulture);

    private static int ParentOf(int process) => int.Parse(
        File.ReadLines($"/proc/{process}/status").Single(line => line.StartsWith("PPid:", StringComparison.Ordinal))[5..],
        System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>A server as a killed host and supervisor would leave it: nobody's child, on our folder.</summary>
    private Process StartOrphan(string postgres)
    {
        var start = new ProcessStartInfo(postgres) { WorkingDirectory = "/" };
        foreach (var argument in (string[])["-D", Path.Combine(_folder.Path, "server", "cluster"), "-p", $"{_port}", "-c", "unix_socket_directories="])
        {
            start.ArgumentList.Add(argument);
        }

        if (Environment.UserName == "root")
        {
            start.UserName = "nobody";
        }

        var orphan = Process.Start(start)!;
        SpinWait.SpinUntil(() => File.Exists(Path.Combine(_folder.Path, "server", "cluster", "postmaster.pid")), TimeSpan.FromMinutes(2)).ShouldBeTrue();
        return orphan;
    }

    private static async Task UntilExitedAsync(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
            await process.WaitForExitAsync(limit.Token);
        }
        catch (ArgumentException)
        {
            // Gone already.
        }
    }

    private async Task<object?> EventuallyAsync(string sql)
    {
        var since = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                return await ScalarAsync(sql);
            }
            catch (NpgsqlException) when (since.Elapsed < TimeSpan.FromSeconds(120))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50));
            }
        }
    }

    private async Task<object?> ScalarAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(_server.SuperuserConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }
}
