using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using PrizeDraw.Benchmarks.Loads;
using PrizeDraw.Benchmarks.Machine;
using PrizeDraw.Benchmarks.Servers;
using PrizeDraw.TestKit;

namespace PrizeDraw.Benchmarks.Entries;

/// <summary>
/// Echo, the platform and the row lock in alternating rounds on one machine; then the platform's latency at parts of its own maximum; then
/// what an entry costs.
/// </summary>
internal sealed class EntriesBenchmark : IAsyncDisposable
{
    private readonly EntriesOptions options;
    private readonly long began;
    private readonly LoadGenerator load;
    private readonly Contender echo, ours, rowLock;
    private readonly List<string> faults = [];

    private EntriesBenchmark(EntriesOptions options, long began, LoadGenerator load, Contender[] contenders) =>
        (this.options, this.began, this.load, echo, ours, rowLock) = (options, began, load, contenders[0], contenders[1], contenders[2]);

    public static async Task<int> RunAsync(EntriesOptions options)
    {
        var began = Stopwatch.GetTimestamp();
        await using var folder = BenchFolder.Make();
        Console.WriteLine($"Starting the three servers (load average {LoadAverage.Now}) …");
        await using var benchmark = await StartAsync(options, began, folder);
        return await benchmark.MeasureAsync() ? 0 : 1;
    }

    public async ValueTask DisposeAsync()
    {
        await load.DisposeAsync();
        await Task.WhenAll(new[] { echo, ours, rowLock }.Select(c => c.Server.DisposeAsync().AsTask()));
    }

    private static async Task<EntriesBenchmark> StartAsync(EntriesOptions options, long began, BenchFolder folder)
    {
        var template = TinyTemplate.Write(Path.Combine(folder.Path, "template"));
        var servers = await RunningServer.AllOrNoneAsync([.. Roles.All.Select(role => RunningServer.StartAsync(role, folder.Path, template))]);
        try
        {
            var contenders = await Task.WhenAll(servers.Select(Contender.OfAsync));
            return new EntriesBenchmark(options, began, await LoadGenerator.StartAsync(), contenders);
        }
        catch
        {
            await Task.WhenAll(servers.Select(s => s.DisposeAsync().AsTask()));
            throw;
        }
    }

    private async Task<bool> MeasureAsync()
    {
        var settings = await Task.WhenAll(new[] { echo, ours, rowLock }.Select(c => Durability.SettingsAsync(c.Server)));
        Console.WriteLine($"PostgreSQL (fsync, synchronous_commit, full_page_writes, overrides): {string.Join("; ", settings)}");
        await WarmAsync();
        if (options.OursOnly)
        {
            return await OursAloneAsync();
        }

        var best = await SweepAsync();
        var rounds = 0;
        // A busy machine may take long over each round: what is promised of the whole goes before the number of rounds.
        for (; rounds < options.Rounds && (rounds == 0 || Elapsed < options.RoundsUntilSeconds); rounds++)
        {
            // Forwards and backwards by turns, so that none always follows the same other.
            foreach (var contender in rounds % 2 == 0 ? (Contender[])[echo, ours, rowLock] : [rowLock, ours, echo])
            {
                await RoundAsync(contender, rounds + 1);
            }
        }

        var latencies = await LatenciesAsync(EntriesReport.Median(ours.Rounds.Select(r => r.PerSecond)));
        var durable = settings.All(Durability.IsDurable) && faults.Count == 0;
        var report = new EntriesReport(options, [echo, ours, rowLock], latencies, best, durable);
        report.Print();
        faults.ForEach(fault => Console.WriteLine($"FAULT  {fault}"));
        Console.WriteLine($"Took {Elapsed:f0} s; load average {LoadAverage.Now}.");
        if (options.Short)
        {
            Console.WriteLine(report.ToJson());
        }

        return durable;
    }

    private async Task<bool> OursAloneAsync()
    {
        for (var round = 1; round <= options.Rounds; round++)
        {
            await RoundAsync(ours, round);
            var (used, accepted) = (ours.Rounds[^1].Used, ours.Rounds[^1].Accepted);
            Console.WriteLine($"    server {1e6 * used.ServerCpu / accepted:f0} µs, PostgreSQL {1e6 * (used.PostgresCpu ?? 0) / accepted:f0} µs an entry");
        }

        faults.ForEach(fault => Console.WriteLine($"FAULT  {fault}"));
        return faults.Count == 0;
    }

    private double Elapsed => Stopwatch.GetElapsedTime(began).TotalSeconds;

    /// <summary>Until the code is compiled as it will be; the size of the platform's answers is then what the others answer.</summary>
    private async Task WarmAsync()
    {
        Console.WriteLine("Warming up …");
        var warm = await ClosedAsync(ours, 0, options.Short ? 8 : 15);
        var size = new JsonObject { ["bytes"] = (int)(double)warm["bodyBytesMean"]! };
        await echo.Server.AskAsync("answer-size", (JsonObject)size.DeepClone());
        await rowLock.Server.AskAsync("answer-size", size);
        await ClosedAsync(echo, 0, options.Short ? 5 : 10);
        await ClosedAsync(rowLock, 0, options.Short ? 3 : 8);
        // Statistics taken while the tables were empty would lead the planner astray until autovacuum comes by.
        await OnBothAsync("analyze");
    }

    /// <summary>The count of database connections at which the row lock is quickest.</summary>
    private async Task<(int Connections, string Tried)> SweepAsync()
    {
        var tried = new List<(int Connections, double PerSecond)>();
        foreach (var connections in options.Sweep)
        {
            await rowLock.Server.AskAsync("peer-connections", new JsonObject { ["count"] = connections, ["packed"] = options.Packed });
            var result = await ClosedAsync(rowLock, 0.3, options.SweepSeconds);
            tried.Add((connections, (double)result["perSecond"]!));
        }

        var best = tried.MaxBy(t => t.PerSecond).Connections;
        await rowLock.Server.AskAsync("peer-connections", new JsonObject { ["count"] = best, ["packed"] = options.Packed });
        return (best, string.Join(", ", tried.Select(t => $"{t.Connections}: {t.PerSecond:f0}")));
    }

    private async Task RoundAsync(Contender contender, int number)
    {
        await OnBothAsync("checkpoint"); // So that no round pays for the writing of another.
        var last = await Durability.LastNumberAsync(contender.Campaign.Database);
        var before = await contender.Server.UsageAsync(contender.Campaign);
        var result = await ClosedAsync(contender, 1, options.RoundSeconds);
        var used = (await contender.Server.UsageAsync(contender.Campaign)).Since(before);
        var round = new Round((double)result["perSecond"]!, (long)result["accepted"]!, used, (double)result["cpuSeconds"]!);
        contender.Rounds.Add(round);
        Console.WriteLine($"  round {number}  {contender.Name,-8} {round.PerSecond,9:f0} entries/s");
        await CheckAsync(contender, last, result, $"{contender.Name}, round {number}");
    }

    private async Task OnBothAsync(string sql)
    {
        foreach (var contender in new[] { ours, rowLock })
        {
            await using var connection = await Database.OpenAsync(contender.Campaign.Database);
            await Database.RunAsync(connection, sql);
        }
    }

    private async Task CheckAsync(Contender contender, long last, JsonNode result, string what)
    {
        var wrong = contender == echo ? "" : await Durability.FaultsAsync(contender.Campaign.Database, last, result, counters: true);
        foreach (var fault in new[] { Durability.Refusals(result), wrong }.Where(f => f.Length > 0))
        {
            faults.Add($"{what}: {fault}");
        }
    }

    private async Task<List<Latency>> LatenciesAsync(double maximum)
    {
        Console.WriteLine("Latency of ours, open loop, from when each entry was due");
        var latencies = new List<Latency>();
        foreach (var share in (double[])[0.5, 0.25, 0.75, .. Enumerable.Repeat(0.5, options.LatencyRounds - 1)])
        {
            // Each share is measured once at least, and half of the maximum again as often as there is time.
            if (latencies.Count >= 3 && Elapsed > options.LatenciesUntilSeconds)
            {
                break;
            }

            await OnBothAsync("checkpoint");
            var last = await Durability.LastNumberAsync(ours.Campaign.Database);
            var result = await load.OpenAsync(
                ours.Server.Port, ours.Campaign, options.Connections * 2, 1, options.LatencySeconds, maximum * share);
            latencies.Add(Latency.Of(share, result));
            Console.WriteLine($"  {latencies[^1]}");
            await CheckAsync(ours, last, result, $"latency at {share:p0}");
        }

        return latencies;
    }

    private Task<JsonNode> ClosedAsync(Contender contender, double warm, double seconds) =>
        load.ClosedAsync(contender.Server.Port, [contender.Campaign], options.Connections, warm, seconds);
}
