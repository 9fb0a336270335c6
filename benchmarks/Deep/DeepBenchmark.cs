using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using PrizeDraw.Benchmarks.Entries;
using PrizeDraw.Benchmarks.Loads;
using PrizeDraw.Benchmarks.Machine;
using PrizeDraw.Benchmarks.Servers;
using PrizeDraw.TestKit;

namespace PrizeDraw.Benchmarks.Deep;

/// <summary>What an entry costs in a pool that has ten million already, beside an empty one on the same host, in alternating rounds.</summary>
internal sealed class DeepBenchmark(DeepOptions options, RunningServer server, LoadGenerator load)
{
    private readonly List<string> faults = [];

    public static async Task<int> RunAsync(DeepOptions options)
    {
        await using var folder = BenchFolder.Make();
        Console.WriteLine($"Starting the server (load average {LoadAverage.Now}) …");
        await using var server = await RunningServer.StartAsync(Roles.Siteless, folder.Path, TinyTemplate.Write(Path.Combine(folder.Path, "template")));
        await using var load = await LoadGenerator.StartAsync();
        return await new DeepBenchmark(options, server, load).MeasureAsync() ? 0 : 1;
    }

    private async Task<bool> MeasureAsync()
    {
        using var admin = await server.AdminAsync();
        var tenant = await admin.CreateTenantAsync("bench");
        var (empty, deep) = (await server.AddCampaignAsync(admin, tenant, "empty"), await server.AddCampaignAsync(admin, tenant, "deep"));
        await new DeepPool(deep.Database, text => Console.WriteLine($"  {text}")).FillAsync(
            options.Entries, TimeProvider.System.GetUtcNow().AddMinutes(-50));
        await WarmAsync(empty, deep);
        var (inEmpty, inDeep) = (new List<Round>(), new List<Round>());
        for (var i = 1; i <= options.Rounds; i++)
        {
            inEmpty.Add(await RoundAsync(empty, "empty", i));
            inDeep.Add(await RoundAsync(deep, "deep", i));
        }

        Tell(inEmpty, inDeep);
        faults.ForEach(fault => Console.WriteLine($"FAULT  {fault}"));
        Console.WriteLine($"Load average {LoadAverage.Now}.");
        return faults.Count == 0;
    }

    /// <summary>The deep pool's activation finds itself overtaken by the filling; its first entrants are told to try again.</summary>
    private async Task WarmAsync(HotCampaign empty, HotCampaign deep)
    {
        await load.ClosedAsync(server.Port, [deep], options.Connections, 0, 2);
        foreach (var campaign in new[] { empty, deep })
        {
            await load.ClosedAsync(server.Port, [campaign], options.Connections, 0, 8);
            await using var connection = await Database.OpenAsync(campaign.Database);
            await Database.RunAsync(connection, "analyze");
        }
    }

    private async Task<Round> RoundAsync(HotCampaign campaign, string name, int number)
    {
        await using (var connection = await Database.OpenAsync(campaign.Database))
        {
            await Database.RunAsync(connection, "checkpoint");
        }

        var last = await Durability.LastNumberAsync(campaign.Database);
        var before = await server.UsageAsync(campaign);
        var result = await load.ClosedAsync(server.Port, [campaign], options.Connections, 1, options.Seconds);
        var used = (await server.UsageAsync(campaign)).Since(before);
        var round = new Round((double)result["perSecond"]!, (long)result["accepted"]!, used, (double)result["cpuSeconds"]!);
        Console.WriteLine($"  round {number}  {name,-6} {round.PerSecond,8:f0} entries/s, after number {last:n0}");
        foreach (var fault in new[] { Durability.Refusals(result), await Durability.FaultsAsync(campaign.Database, last, result, counters: false) }.Where(f => f.Length > 0))
        {
            faults.Add($"{name}, round {number}: {fault}");
        }

        return round;
    }

    private static void Tell(List<Round> empty, List<Round> deep)
    {
        Console.WriteLine("\n                                   empty        deep       ratio");
        Line("entries a second", r => r.PerSecond);
        Line("processor: server, µs", r => r.Used.ServerCpu * 1e6 / r.Accepted);
        Line("processor: PostgreSQL, µs", r => (r.Used.PostgresCpu ?? double.NaN) * 1e6 / r.Accepted);
        Line("allocated by the server, bytes", r => r.Used.AllocatedBytes / r.Accepted);
        Line("write-ahead log, bytes", r => r.Used.WalBytes / r.Accepted);

        void Line(string what, Func<Round, double> of)
        {
            var (before, after) = (EntriesReport.Median(empty.Select(of)), EntriesReport.Median(deep.Select(of)));
            Console.WriteLine($"  {what,-30}{before,10:f0}{after,12:f0}{after / before,12:f2}");
        }
    }
}
