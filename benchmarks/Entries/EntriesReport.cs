using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace PrizeDraw.Benchmarks.Entries;

/// <summary>What was measured, as people read it and as one line of JSON.</summary>
internal sealed class EntriesReport(
    EntriesOptions options, Dictionary<string, List<Round>> rounds, List<Latency> latencies, (int Connections, string Tried) best, bool durable)
{
    private static readonly (string Role, string Name)[] Roles = [("echo", "echo"), ("platform", "ours"), ("rowlock", "row lock")];

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[sorted.Length / 2 - 1] + sorted[sorted.Length / 2]) / 2;
    }

    public void Print()
    {
        Console.WriteLine($"\nEntries a second, {options.Connections} connections, {options.RoundSeconds:f0} s a round; row lock with {best.Connections} "
            + $"database connections (tried {best.Tried})");
        foreach (var (role, name) in Roles)
        {
            Console.WriteLine($"  {name,-8} median {Rate(role),9:f0}   rounds {string.Join("  ", rounds[role].Select(r => $"{r.PerSecond:f0}"))}");
        }

        Console.WriteLine($"  ours to echo {Rate("platform") / Rate("echo"):f3}   ours to row lock {Rate("platform") / Rate("rowlock"):f1}\n");
        Console.WriteLine("An entry costs                          echo        ours    row lock");
        Cost("allocated by the server, bytes", r => r.Used.AllocatedBytes / r.Accepted);
        Cost("processor: server, µs", r => r.Used.ServerCpu * 1e6 / r.Accepted);
        Cost("processor: PostgreSQL, µs", r => (r.Used.PostgresCpu ?? double.NaN) * 1e6 / r.Accepted);
        Cost("processor: load generator, µs", r => r.LoadCpu * 1e6 / r.Accepted);
        Cost("paused for collections, µs", r => r.Used.PauseSeconds * 1e6 / r.Accepted);
        Cost("database, bytes", r => r.Used.DatabaseBytes / r.Accepted);
        Cost("write-ahead log, bytes", r => r.Used.WalBytes / r.Accepted);
        Console.WriteLine();
    }

    public string ToJson()
    {
        var half = latencies.Where(l => l.Share == 0.5).Select(l => l.P99 ?? double.NaN);
        return string.Create(CultureInfo.InvariantCulture,
            $$"""{"echo":{{Rate("echo"):f0}},"ours":{{Rate("platform"):f0}},"rowLock":{{Rate("rowlock"):f0}},"oursToEcho":{{Rate("platform") / Rate("echo"):f3}},"oursToRowLock":{{Rate("platform") / Rate("rowlock"):f1}},"p99MsAtHalf":{{Median(half):f1}},"durable":{{(durable ? "true" : "false")}}}""");
    }

    private double Rate(string role) => Median(rounds[role].Select(r => r.PerSecond));

    private void Cost(string what, Func<Round, double> of) =>
        Console.WriteLine($"  {what,-30}{string.Concat(Roles.Select(r => $"{Median(rounds[r.Role].Select(of)),12:f0}"))}");
}
