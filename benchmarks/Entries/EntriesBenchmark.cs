using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Benchmarks.Control;
using PrizeDraw.Benchmarks.Loads;
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
    private readonly Child load;
    private readonly RunningServer echo, ours, rowLock;
    private readonly Dictionary<string, List<Round>> rounds = new() { ["echo"] = [], ["platform"] = [], ["rowlock"] = [] };
    private readonly List<string> faults = [];
    private long nextSerial = 1;

    private EntriesBenchmark(EntriesOptions options, Child load, RunningServer[] servers) =>
        (this.options, this.load, echo, ours, rowLock) = (options, load, servers[0], servers[1], servers[2]);

    public static async Task<int> RunAsync(EntriesOptions options)
    {
        var began = Stopwatch.GetTimestamp();
        await using var folder = BenchFolder.Make();
        Console.WriteLine($"Starting the three servers (load average {MachineLoad()}) …");
        await using var benchmark = await StartAsync(options, folder);
        var passed = await benchmark.MeasureAsync(began);
        return passed ? 0 : 1;
    }

    public async ValueTask DisposeAsync()
    {
        await load.DisposeAsync();
        await Task.WhenAll(echo.DisposeAsync().AsTask(), ours.DisposeAsync().AsTask(), rowLock.DisposeAsync().AsTask());
    }

    private static async Task<EntriesBenchmark> StartAsync(EntriesOptions options, BenchFolder folder)
    {
        var template = TinyTemplate.Write(Path.Combine(folder.Path, "template"));
        var starting = new[] { "echo", "platform", "rowlock" }.Select(role => RunningServer.StartAsync(role, folder.Path, template)).ToArray();
        var servers = await RunningServer.AllOrNoneAsync(starting);
        var load = await Child.StartAsync("load", ["load"], LoadProcess.Environment, null, TimeSpan.FromMinutes(1));
        return new EntriesBenchmark(options, load, servers);
    }

    private async Task<bool> MeasureAsync(long began)
    {
        var settings = await Task.WhenAll(new[] { echo, ours, rowLock }.Select(Durability.SettingsAsync));
        Console.WriteLine($"PostgreSQL (fsync, synchronous_commit, full_page_writes, overrides): {string.Join("; ", settings)}");
        await WarmAsync();
        var best = await SweepAsync();
        for (var i = 1; i <= options.Rounds; i++)
        {
            // Forwards and backwards by turns, so that none always follows the same other.
            RunningServer[] turns = i % 2 == 1 ? [echo, ours, rowLock] : [rowLock, ours, echo];
            foreach (var server in turns)
            {
                await RoundAsync(server, i);
            }
        }

        Console.WriteLine("Latency of ours, open loop, from when each entry was due");
        var latencies = await LatenciesAsync(Median("platform"));
        var durable = settings.All(Durability.IsDurable) && faults.Count == 0;
        var report = new EntriesReport(options, rounds, latencies, best, durable);
        report.Print();
        faults.ForEach(fault => Console.WriteLine($"FAULT  {fault}"));
        Console.WriteLine($"Took {Stopwatch.GetElapsedTime(began).TotalSeconds:f0} s; load average {MachineLoad()}.");
        if (options.Short)
        {
            Console.WriteLine(report.ToJson());
        }

        return durable;
    }

    /// <summary>Until the code is compiled as it will be; the size of the platform's answers is then what the others answer.</summary>
    private async Task WarmAsync()
    {
        Console.WriteLine("Warming up …");
        var warm = await ClosedAsync(ours, 0, options.Short ? 8 : 15);
        var size = new JsonObject { ["bytes"] = (int)(double)warm["bodyBytesMean"]! };
        await echo.AskAsync("answer-size", (JsonObject)size.DeepClone());
        await rowLock.AskAsync("answer-size", size);
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
            await rowLock.AskAsync("peer-connections", new JsonObject { ["count"] = connections });
            var result = await ClosedAsync(rowLock, 0.3, options.SweepSeconds);
            tried.Add((connections, (double)result["perSecond"]!));
        }

        var best = tried.MaxBy(t => t.PerSecond).Connections;
        await rowLock.AskAsync("peer-connections", new JsonObject { ["count"] = best });
        return (best, string.Join(", ", tried.Select(t => $"{t.Connections}: {t.PerSecond:f0}")));
    }

    private async Task RoundAsync(RunningServer server, int number)
    {
        await CheckpointAsync();
        var before = await server.UsageAsync();
        var result = await ClosedAsync(server, 1, options.RoundSeconds);
        var used = (await server.UsageAsync()).Since(before);
        var round = new Round((double)result["perSecond"]!, (long)result["accepted"]!, used, (double)result["cpuSeconds"]!);
        rounds[server.Role].Add(round);
        Console.WriteLine($"  round {number}  {Name(server.Role),-8} {round.PerSecond,9:f0} entries/s");
        if (server != echo)
        {
            await CheckAsync(server, result, $"{Name(server.Role)}, round {number}");
        }
    }

    /// <summary>So that no round pays for the writing of another.</summary>
    private Task CheckpointAsync() => OnBothAsync("checkpoint");

    private async Task OnBothAsync(string sql)
    {
        foreach (var server in new[] { ours, rowLock })
        {
            await using var connection = await server.OpenAsync();
            await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 600 };
            await command.ExecuteNonQueryAsync();
        }
    }

    private async Task CheckAsync(RunningServer server, JsonNode result, string what)
    {
        if (((JsonObject)result["refused"]!).Count > 0 || (long)result["lost"]! > 0)
        {
            faults.Add($"{what}: refused {result["refused"]!.ToJsonString()}, lost {result["lost"]}");
        }

        var wrong = await Durability.FaultsAsync(
            server, RequestTemplate.KeyOf((long)result["firstSerial"]!), RequestTemplate.KeyOf((long)result["nextSerial"]!),
            (long)result["accepted"]!, (long)result["numbersSum"]!, (long)result["lost"]!);
        if (wrong.Length > 0)
        {
            faults.Add($"{what}: {wrong}");
        }
    }

    private async Task<List<Latency>> LatenciesAsync(double maximum)
    {
        var latencies = new List<Latency>();
        foreach (var share in (double[])[0.25, .. Enumerable.Repeat(0.5, options.LatencyRounds), 0.75])
        {
            await CheckpointAsync();
            var order = Order(ours, options.Connections * 2, 1, options.LatencySeconds);
            order["perSecond"] = maximum * share;
            var result = await load.AskAsync("open", order);
            nextSerial = (long)result["nextSerial"]!;
            latencies.Add(Latency.Of(share, result));
            Console.WriteLine($"  {latencies[^1]}");
            await CheckAsync(ours, result, $"latency at {share:p0}");
        }

        return latencies;
    }

    private async Task<JsonNode> ClosedAsync(RunningServer server, double warm, double seconds)
    {
        var result = await load.AskAsync("closed", Order(server, options.Connections, warm, seconds));
        nextSerial = (long)result["nextSerial"]!;
        return result;
    }

    private JsonObject Order(RunningServer server, int connections, double warm, double seconds) => new()
    {
        ["port"] = server.Port,
        ["targets"] = new JsonArray(new JsonObject { ["slug"] = server.Slug, ["siteKey"] = server.SiteKey }),
        ["connections"] = connections,
        ["warmSeconds"] = warm,
        ["seconds"] = seconds,
        ["firstSerial"] = nextSerial,
    };

    private double Median(string role) => EntriesReport.Median(rounds[role].Select(r => r.PerSecond));

    private static string Name(string role) => role switch { "platform" => "ours", "rowlock" => "row lock", _ => role };

    private static string MachineLoad() => File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg")[..14] : "unknown";
}

/// <summary>One round of one server.</summary>
/// <param name="Accepted">Entries answered 201, before and after the measured time too: what <paramref name="Used"/> was used for.</param>
internal sealed record Round(double PerSecond, long Accepted, Usage Used, double LoadCpu);

/// <summary>Latency in milliseconds at a constant rate, from when each entry was due.</summary>
internal sealed record Latency(double Share, double PerSecond, long Due, long Missed, double? P50, double? P90, double? P99, double? P999, double? Max)
{
    public static Latency Of(double share, JsonNode result) => new(
        share, (double)result["perSecond"]!, (long)result["due"]!, (long)result["missed"]!, (double?)result["p50"], (double?)result["p90"],
        (double?)result["p99"], (double?)result["p999"], (double?)result["max"]);

    public override string ToString() =>
        $"latency at {Share,4:p0} ({PerSecond,6:f0}/s)  p50 {P50,7:f1}  p90 {P90,7:f1}  p99 {P99,7:f1}  p99.9 {P999,7:f1}  max {Max,7:f1} ms  missed {Missed} of {Due}";
}
