using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Benchmarks.Control;
using PrizeDraw.Benchmarks.Machine;
using PrizeDraw.TestKit;
using PrizeDraw.TestKit.Platform;

namespace PrizeDraw.Benchmarks.Servers;

/// <summary>What a server and its PostgreSQL have used since they were started.</summary>
internal sealed record Usage(double AllocatedBytes, double ServerCpu, double? PostgresCpu, double DatabaseBytes, double WalBytes, double PauseSeconds)
{
    public Usage Since(Usage before) => new(
        AllocatedBytes - before.AllocatedBytes, ServerCpu - before.ServerCpu, PostgresCpu - before.PostgresCpu,
        DatabaseBytes - before.DatabaseBytes, WalBytes - before.WalBytes, PauseSeconds - before.PauseSeconds);
}

/// <summary>A platform host in a process of its own with a PostgreSQL of its own, and one campaign that takes entries.</summary>
internal sealed class RunningServer : IAsyncDisposable
{
    private readonly Child child;
    private readonly string folder;
    private int postmaster;

    private RunningServer(string role, Child child, int port, string folder) => (Role, this.child, Port, this.folder) = (role, child, port, folder);

    public string Role { get; }

    public int Port { get; }

    public string Slug => "bench";

    public string SiteKey { get; private set; } = "";

    /// <summary>The campaign's database, as the superuser.</summary>
    public string Database { get; private set; } = "";

    /// <summary>Starts the host on fresh data below the folder, and provisions and publishes the campaign as a manager would, over HTTP.</summary>
    public static async Task<RunningServer> StartAsync(string role, string folder, string template)
    {
        var (port, data) = (PlatformProcess.FreePort(), Path.Combine(folder, role));
        Directory.CreateDirectory(data);
        var child = await Child.StartAsync(
            role, ["serve", role, $"{port}", data, template, $"{PlatformProcess.FreePort()}", $"{20_000 + (port % 12) * 1_000}"],
            new Dictionary<string, string>
            {
                ["PLATFORM_ADMIN_EMAIL"] = PlatformProcess.AdminEmail, ["PLATFORM_ADMIN_PASSWORD"] = PlatformProcess.AdminPassword,
            },
            "PrizeDraw.Silo", TimeSpan.FromMinutes(2));
        var server = new RunningServer(role, child, port, data);
        try
        {
            await server.PublishCampaignAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits for all; when one fails, those that did start are ended.</summary>
    public static async Task<RunningServer[]> AllOrNoneAsync(Task<RunningServer>[] starting)
    {
        try
        {
            return await Task.WhenAll(starting);
        }
        catch
        {
            foreach (var started in starting.Where(s => s.IsCompletedSuccessfully))
            {
                await (await started).DisposeAsync();
            }

            throw;
        }
    }

    public Task<JsonNode> AskAsync(string verb, JsonObject? details = null) => child.AskAsync(verb, details);

    public async Task<Usage> UsageAsync()
    {
        var used = await child.AskAsync("usage");
        await using var connection = await OpenAsync();
        var database = await ScalarAsync<long>(connection, "select pg_database_size(current_database())");
        var wal = await ScalarAsync<decimal>(connection, "select pg_current_wal_insert_lsn() - '0/0'::pg_lsn");
        return new Usage(
            (double)used["allocatedBytes"]!, (double)used["cpuSeconds"]!, ProcessorTime.OfFamily(postmaster), database, (double)wal,
            (double)used["pauseSeconds"]!);
    }

    /// <summary>A connection of the superuser to the campaign's database, outside any pool.</summary>
    public async Task<NpgsqlConnection> OpenAsync()
    {
        var connection = new NpgsqlConnection(Database);
        await connection.OpenAsync();
        return connection;
    }

    public static async Task<T> ScalarAsync<T>(NpgsqlConnection connection, string sql, params object[] values)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 600 };
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        return (T)(await command.ExecuteScalarAsync())!;
    }

    public async ValueTask DisposeAsync()
    {
        await child.DisposeAsync();
        // As root the data may lie elsewhere, where the database's user gets to.
        var moved = Path.Combine(folder, "postgres", "database-moved-to");
        if (File.Exists(moved) && (await File.ReadAllTextAsync(moved)).Trim() is { Length: > 0 } elsewhere && Directory.Exists(elsewhere))
        {
            Directory.Delete(elsewhere, recursive: true);
        }
    }

    private async Task PublishCampaignAsync()
    {
        using var admin = new PlatformClient(new Uri($"http://127.0.0.1:{Port}"));
        await admin.LoginAsync();
        var created = await admin.PostAsync("/v1/campaigns", BenchCampaign.Of(await admin.CreateTenantAsync("bench"), Slug, TimeProvider.System.GetUtcNow()));
        Require(created, 202);
        var id = (string)created["id"]!;
        var ready = await admin.WaitForStateAsync(id, "ready", "rolled_back", "failed");
        if ((string?)ready["state"] != "ready")
        {
            throw new InvalidOperationException($"{Role}: the campaign was not provisioned: {ready}");
        }

        Require(await admin.PostAsync($"/v1/campaigns/{id}/publish"), 200);
        SiteKey = (string)ready["siteKey"]!;
        await FindDatabaseAsync();
    }

    private async Task FindDatabaseAsync()
    {
        var superuser = new NpgsqlConnectionStringBuilder((string)(await child.AskAsync("superuser"))["connection"]!) { Pooling = false };
        await using var connection = new NpgsqlConnection(superuser.ConnectionString);
        await connection.OpenAsync();
        superuser.Database = await ScalarAsync<string>(connection, "select datname::text from pg_database where datname like 'cmp\\_%'");
        Database = superuser.ConnectionString;
        postmaster = ProcessorTime.ParentOf(await ScalarAsync<int>(connection, "select pg_backend_pid()")) ?? 0;
    }

    private static void Require(ApiAnswer answer, int status)
    {
        if (answer.Status != status)
        {
            throw new InvalidOperationException($"The platform answered {answer.Status}: {answer.Body}");
        }
    }
}
