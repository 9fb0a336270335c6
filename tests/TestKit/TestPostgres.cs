using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Security.Cryptography;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using PrizeDraw.Providers.Postgres;
using PrizeDraw.TestKit.Platform;
using Xunit;

namespace PrizeDraw.TestKit;

/// <summary>
/// A private PostgreSQL server for the tests of one class or collection (<c>IClassFixture&lt;TestPostgres&gt;</c>): a free port,
/// a temporary folder, no fsync, gone with everything on it afterwards. Ends by itself if the test process is killed.
/// <c>PLATFORM_TEST_POSTGRES_BIN</c> names another folder with <c>postgres</c> and <c>initdb</c>.
/// </summary>
public sealed class TestPostgres : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private string _folder = "";
    private int _port;
    private int _databases;
    private EmbeddedPostgres? _server;

    /// <summary>Connection string of the superuser on the database <c>postgres</c>.</summary>
    public string SuperuserConnectionString { get; private set; } = "";

    /// <summary>The TCP port on 127.0.0.1.</summary>
    public int Port => _port;

    async Task IAsyncLifetime.InitializeAsync()
    {
        _folder = Path.Combine(
            Path.GetTempPath(), "prizedraw-test-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)));
        await StartOnFreePortAsync();
    }

    /// <summary>Makes an empty database and answers the superuser's connection string to it.</summary>
    public async Task<string> CreateDatabaseAsync()
    {
        var name = "test_" + Interlocked.Increment(ref _databases).ToString(CultureInfo.InvariantCulture);
        await using var connection = new NpgsqlConnection(Unpooled(SuperuserConnectionString));
        await connection.OpenAsync();
        await using var create = new NpgsqlCommand($"CREATE DATABASE {name}", connection);
        await create.ExecuteNonQueryAsync();
        return new NpgsqlConnectionStringBuilder(SuperuserConnectionString) { Database = name }.ConnectionString;
    }

    /// <summary>SIGKILL to the server, as a crash would; it stays down until <see cref="StartAsync"/>.</summary>
    public async Task KillAsync()
    {
        if (_server is not null)
        {
            await _server.KillAsync();
            _server = null;
        }
    }

    /// <summary>Starts the server again on the same port and data. Already running is fine.</summary>
    public async Task StartAsync()
    {
        if (_server is not null)
        {
            return;
        }

        var server = new EmbeddedPostgres(Options(), TimeProvider.System, NullLogger<EmbeddedPostgres>.Instance);
        await server.StartAsync(CancellationToken.None);
        // Longer than Npgsql waits by itself: a busy machine may need more for a large table, and the time for connecting is taken by a clock that leaps.
        SuperuserConnectionString = new NpgsqlConnectionStringBuilder(server.SuperuserConnectionString) { Timeout = 1000, CommandTimeout = 600 }.ConnectionString;
        _server = server;
    }

    async Task IAsyncLifetime.DisposeAsync()
    {
        // Killed, not stopped: nothing of it is needed any more, and an orderly end would write it all to disk first.
        await KillAsync();
        var moved = Path.Combine(_folder, "database-moved-to");
        if (File.Exists(moved))
        {
            await DeleteFolderAsync((await File.ReadAllTextAsync(moved)).Trim());
        }

        await DeleteFolderAsync(_folder);
    }

    private EmbeddedPostgresOptions Options() => new()
    {
        BinariesFolder = Binaries(),
        DataFolder = _folder,
        Port = _port,
        Durable = false,
        StartTimeLimit = Patience,
        PreviousInstanceTimeLimit = Patience,
    };

    private static string Binaries()
    {
        var bin = Environment.GetEnvironmentVariable("PLATFORM_TEST_POSTGRES_BIN");
        return string.IsNullOrEmpty(bin) ? PostgresBinaries.Find(RepositoryRoot.Path) : Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(bin))!;
    }

    private async Task StartOnFreePortAsync()
    {
        for (var attempt = 1; ; attempt++)
        {
            _port = Ports.Free();
            try
            {
                await StartAsync();
                return;
            }
            catch (EmbeddedPostgresException error) when (attempt < 5 && error.Message.Contains("is taken", StringComparison.Ordinal))
            {
                // Somebody was quicker between our look and the server's start.
            }
        }
    }

    private static async Task DeleteFolderAsync(string folder)
    {
        // The killed server's children notice within moments that their parent is gone, and may write until then.
        var began = Stopwatch.GetTimestamp();
        while (Directory.Exists(folder))
        {
            try
            {
                Directory.Delete(folder, recursive: true);
            }
            catch (IOException) when (Stopwatch.GetElapsedTime(began) < Patience)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100));
            }
        }
    }

    private static string Unpooled(string connectionString) =>
        new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString;
}
