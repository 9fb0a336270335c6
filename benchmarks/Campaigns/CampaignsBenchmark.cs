using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Benchmarks.Entries;
using PrizeDraw.Benchmarks.Loads;
using PrizeDraw.Benchmarks.Machine;
using PrizeDraw.Benchmarks.Servers;
using PrizeDraw.TestKit;
using PrizeDraw.TestKit.Platform;

namespace PrizeDraw.Benchmarks.Campaigns;

/// <summary>
/// Many campaigns on one host: what a hundred take that are entered at once, and how evenly; then what a campaign costs that is only
/// known, and one that has a database and that nobody enters.
/// </summary>
internal sealed class CampaignsBenchmark(CampaignsOptions options, RunningServer server, LoadGenerator load)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    /// <summary>As a campaign of usual size has: they are in memory while it is entered.</summary>
    private const int Moments = 350;

    private readonly List<string> faults = [];

    public static async Task<int> RunAsync(CampaignsOptions options)
    {
        await using var folder = BenchFolder.Make();
        Console.WriteLine($"Starting the server (load average {LoadAverage.Now}) …");
        await using var server = await RunningServer.StartAsync(Roles.Siteless, folder.Path, TinyTemplate.Write(Path.Combine(folder.Path, "template")));
        await using var load = await LoadGenerator.StartAsync();
        return await new CampaignsBenchmark(options, server, load).MeasureAsync() ? 0 : 1;
    }

    private async Task<bool> MeasureAsync()
    {
        using var admin = await server.AdminAsync();
        var tenant = await admin.CreateTenantAsync("bench");
        var empty = await SayAsync("nothing yet");
        await AddDraftsAsync(admin, tenant, options.Known - options.WithDatabase);
        await PutAwayAsync();
        var known = await SayAsync($"{options.Known - options.WithDatabase} campaigns are known");
        var campaigns = await ProvisionAsync(admin, tenant);
        await SayAsync($"{options.WithDatabase} more have a database");
        await EnterTogetherAsync(campaigns);
        await SayAsync("just entered");
        var quiet = await DisconnectedAsync();
        await PutAwayAsync();
        var idle = await SayAsync($"idle; the last connection to a campaign closed after {quiet.TotalSeconds:f0} s");
        await EnterFewAsync(campaigns);
        await TellAsync(empty, known, idle, campaigns);
        faults.ForEach(fault => Console.WriteLine($"FAULT  {fault}"));
        Console.WriteLine($"Load average {LoadAverage.Now}.");
        return faults.Count == 0;
    }

    private async Task<Footprint> SayAsync(string when)
    {
        var footprint = await Footprint.OfAsync(server);
        Console.WriteLine($"  {when}: {footprint}");
        return footprint;
    }

    private static async Task AddDraftsAsync(PlatformClient admin, string tenant, int count) => await Parallel.ForAsync(
        0, count, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, _) =>
        {
            var draft = BenchCampaign.Of(tenant, $"known-{i}", TimeProvider.System.GetUtcNow(), Moments);
            draft["provision"] = false;
            RunningServer.Accepted(await admin.PostAsync("/v1/campaigns", draft));
        });

    private async Task<HotCampaign[]> ProvisionAsync(PlatformClient admin, string tenant)
    {
        var (campaigns, began) = (new HotCampaign[options.WithDatabase], Stopwatch.GetTimestamp());
        await Parallel.ForAsync(0, campaigns.Length, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (i, _) =>
            campaigns[i] = await server.AddCampaignAsync(admin, tenant, $"hot-{i}", Moments));
        Console.WriteLine($"  provisioned and published {campaigns.Length} campaigns without sites in {Stopwatch.GetElapsedTime(began).TotalSeconds:f0} s");
        return campaigns;
    }

    /// <summary>All together, beside one alone at as many connections.</summary>
    private async Task EnterTogetherAsync(HotCampaign[] campaigns)
    {
        await EnterAsync("warming up", campaigns[..1]);
        await EnterAsync("one campaign alone", campaigns[..1]);
        await EnterAsync("together", campaigns[..options.Together]);
        await EnterAsync("together again", campaigns[..options.Together]);
        // The others are entered too, so that every campaign with a database has been awake once.
        await EnterAsync("the others", campaigns[options.Together..]);
    }

    private Task EnterFewAsync(HotCampaign[] campaigns) => EnterAsync("few of many", campaigns[..options.Hot]);

    private async Task EnterAsync(string what, HotCampaign[] campaigns)
    {
        if (campaigns.Length == 0)
        {
            return;
        }

        var before = await Task.WhenAll(campaigns.Select(c => Durability.LastNumberAsync(c.Database)));
        using var ended = new CancellationTokenSource();
        var connections = MostConnectionsAsync(ended.Token);
        var result = await load.ClosedAsync(server.Port, campaigns, Math.Max(options.Connections, campaigns.Length), 2, options.Seconds);
        await ended.CancelAsync();
        var each = ((JsonArray)result["acceptedBy"]!).Select(n => (long)n!).ToArray();
        Console.WriteLine($"  {what}: {campaigns.Length} campaigns, {(double)result["perSecond"]!:f0} entries/s in all, each accepted {each.Min()} to {each.Max()} "
            + $"(fairness {Fairness(each):f3}), at most {await connections} connections to campaigns");
        await CheckAsync(what, campaigns, before, each, result);
    }

    /// <summary>Jain's index: 1 when all got the same, 1/n when one got everything.</summary>
    private static double Fairness(long[] each) => each.Sum() == 0
        ? 0
        : Math.Pow(each.Sum(n => (double)n), 2) / (each.Length * each.Sum(n => (double)n * n));

    private async Task CheckAsync(string what, HotCampaign[] campaigns, long[] before, long[] each, JsonNode result)
    {
        for (var i = 0; i < campaigns.Length; i++)
        {
            await using var connection = await Database.OpenAsync(campaigns[i].Database);
            var rows = await Database.ScalarAsync<long>(connection, "select count(*) from entry where number > $1", before[i]);
            if (rows != each[i])
            {
                faults.Add($"{what}: {campaigns[i].Slug} has {rows} rows for {each[i]} acknowledged entries");
            }
        }

        if (Durability.Refusals(result) is { Length: > 0 } refusals)
        {
            faults.Add($"{what}: {refusals}");
        }
    }

    private async Task<long> MostConnectionsAsync(CancellationToken ended)
    {
        var most = 0L;
        using var poll = new PeriodicTimer(TimeSpan.FromMilliseconds(500));
        try
        {
            while (await poll.WaitForNextTickAsync(ended))
            {
                most = Math.Max(most, await Footprint.CampaignConnectionsAsync(server));
            }
        }
        catch (OperationCanceledException)
        {
            // The load is over.
        }

        return most;
    }

    /// <summary>Waits until no connection to a campaign is open any more and answers how long that took.</summary>
    private async Task<TimeSpan> DisconnectedAsync()
    {
        var began = Stopwatch.GetTimestamp();
        using var poll = new PeriodicTimer(TimeSpan.FromSeconds(1));
        while (await Footprint.CampaignConnectionsAsync(server) > 0)
        {
            if (Stopwatch.GetElapsedTime(began) > Patience)
            {
                faults.Add("connections to idle campaigns stay open");
                break;
            }

            await poll.WaitForNextTickAsync();
        }

        return Stopwatch.GetElapsedTime(began);
    }

    /// <summary>Longer than an activation is kept that nobody calls, with the time to look for those.</summary>
    private static Task PutAwayAsync() => Task.Delay(TimeSpan.FromSeconds(100), TimeProvider.System);

    private async Task TellAsync(Footprint empty, Footprint known, Footprint idle, HotCampaign[] campaigns)
    {
        await using var connection = await Database.OpenAsync(server.Superuser);
        var bytes = await Database.ScalarAsync<decimal>(connection, "select sum(pg_database_size(oid)) from pg_database where datname like 'cmp\\_%'");
        var drafts = options.Known - campaigns.Length;
        Console.WriteLine($"""

              An idle campaign costs
                only known          heap {(known.HeapBytes - empty.HeapBytes) / drafts / 1024:f1} KB, 0 connections
                with a database     heap {(idle.HeapBytes - known.HeapBytes) / campaigns.Length / 1024:f1} KB, {(double)idle.CampaignConnections / campaigns.Length:f2} connections, {bytes / campaigns.Length / 1024 / 1024:f1} MB on disk (entries of this run included)
            """);
    }
}
