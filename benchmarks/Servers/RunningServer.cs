using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Benchmarks.Control;
using PrizeDraw.Benchmarks.Machine;
using PrizeDraw.TestKit.Platform;

namespace PrizeDraw.Benchmarks.Servers;

/// <summary>What a server and its PostgreSQL have used since they were started.</summary>
internal sealed record Usage(double AllocatedBytes, double ServerCpu, double? PostgresCpu, double DatabaseBytes, double WalBytes, double PauseSeconds)
{
    public Usage Since(Usage before) => new(
        AllocatedBytes - before.AllocatedBytes, ServerCpu - before.ServerCpu, PostgresCpu - before.PostgresCpu,
        DatabaseBytes - before.DatabaseBytes, WalBytes - before.WalBytes, PauseSeconds - before.PauseSeconds);
}

/// <summary>A campaign that takes entries.</summary>
/// <param name="Database">Its database, as the superuser.</param>
internal sealed record HotCampaign(string Id, string Slug, string SiteKey, string Database)
{
    /// <summary>As the load generator is told of it.</summary>
    public JsonObject Target => new() { ["slug"] = Slug, ["siteKey"] = SiteKey };
}

/// <summary>A platform host in a process of its own with a PostgreSQL of its own. See <see cref="Server"/> for the roles.</summary>
internal sealed class RunningServer : IAsyncDisposable
{
    private readonly Child child;
    private readonly string folder;

    private RunningServer(string role, Child child, int port, string folder, string superuser, int postmaster) =>
        (Role, this.child, Port, this.folder, Superuser, Postmaster) = (role, child, port, folder, superuser, postmaster);

    public string Role { get; }

    public int Port { get; }

    /// <summary>The server's maintenance database, as the superuser.</summary>
    public string Superuser { get; }

    /// <summary>The process that all of its PostgreSQL's processes are children of; 0 where that can't be told.</summary>
    public int Postmaster { get; }

    public Uri Address => new($"http://127.0.0.1:{Port}");

    /// <summary>Starts the host on fresh data below the folder.</summary>
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
        var superuser = (string)(await child.AskAsync("superuser"))["connection"]!;
        await using var connection = await Database.OpenAsync(superuser);
        var backend = await Database.ScalarAsync<int>(connection, "select pg_backend_pid()");
        return new RunningServer(role, child, port, data, superuser, ProcessorTime.ParentOf(backend) ?? 0);
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

    /// <summary>A user who may do everything.</summary>
    public async Task<PlatformClient> AdminAsync()
    {
        var admin = new PlatformClient(Address);
        await admin.LoginAsync();
        return admin;
    }

    /// <summary>Provisions and publishes the benchmark's campaign as a manager would, over HTTP.</summary>
    public async Task<HotCampaign> AddCampaignAsync(PlatformClient admin, string tenantId, string slug, int moments = 17_500)
    {
        var created = Accepted(await admin.PostAsync("/v1/campaigns", BenchCampaign.Of(tenantId, slug, TimeProvider.System.GetUtcNow(), moments)));
        var id = (string)created["id"]!;
        var ready = await admin.WaitForStateAsync(id, "ready", "rolled_back", "failed");
        if ((string?)ready["state"] != "ready")
        {
            throw new InvalidOperationException($"{Role}: the campaign was not provisioned: {ready}");
        }

        Accepted(await admin.PostAsync($"/v1/campaigns/{id}/publish"));
        await using var connection = await Database.OpenAsync(Superuser);
        var database = await Database.ScalarAsync<string>(
            connection, "select datname::text from pg_database where datname like $1", $"cmp\\_{slug.Replace("-", "\\_", StringComparison.Ordinal)}\\_%");
        return new HotCampaign(
            id, slug, (string)ready["siteKey"]!, new NpgsqlConnectionStringBuilder(Superuser) { Database = database }.ConnectionString);
    }

    public async Task<Usage> UsageAsync(HotCampaign campaign)
    {
        var used = await child.AskAsync("usage");
        await using var connection = await Database.OpenAsync(campaign.Database);
        var size = await Database.ScalarAsync<long>(connection, "select pg_database_size(current_database())");
        var wal = await Database.ScalarAsync<decimal>(connection, "select pg_current_wal_insert_lsn() - '0/0'::pg_lsn");
        return new Usage(
            (double)used["allocatedBytes"]!, (double)used["cpuSeconds"]!, ProcessorTime.OfFamily(Postmaster), size, (double)wal,
            (double)used["pauseSeconds"]!);
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

    public static ApiAnswer Accepted(ApiAnswer answer) => answer.Status is >= 200 and < 300
        ? answer
        : throw new InvalidOperationException($"The platform answered {answer.Status}: {answer.Body}");
}
