using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace PrizeDraw.Benchmarks.Entries;

/// <summary>What was measured, as people read it and as one line of JSON.</summary>
internal sealed class EntriesReport(
    EntriesOptions options, Contender[] contenders, List<Latency> latencies, (int Connections, string Tried) best, bool durable)
{
    private readonly double echo = Rate(contenders[0]), ours = Rate(contenders[1]), rowLock = Rate(contenders[2]);

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[sorted.Length / 2 - 1] + sorted[sorted.Length / 2]) / 2;
    }

    public void Print()
    {
        Console.WriteLine($"\nEntries a second, {options.Connections} connections, {options.RoundSeconds:f0} s a round; row lock with {best.Connections} "
            + $"database connections (tried {best.Tried})");
        foreach (var contender in contenders)
        {
            Console.WriteLine($"  {contender.Name,-8} median {Rate(contender),9:f0}   rounds {string.Join("  ", contender.Rounds.Select(r => $"{r.PerSecond:f0}"))}");
        }

        Console.WriteLine($"  ours to echo {ours / echo:f3}   ours to row lock {ours / rowLock:f1}\n");
        Console.WriteLine("An entry costs                          echo        ours    row lock");
        Cost("allocated by the server, bytes", r => r.Used.AllocatedBytes / r.Accepted);
        Cost("processor: server, µs", r => r.Used.ServerCpu * 1e6 / r.Accepted);
        Cost("processor: PostgreSQL, µs", r => (r.Used.PostgresCpu ?? double.NaN) * 1e6 / r.Accepted);
        Cost("processor: load generator, µs", r => r.LoadCpu * 1e6 / r.Accepted);
        Console.WriteLine($"  (with all cores busy, processor time alone would make ours to echo {Processor(contenders[0]) / Processor(contenders[1]):f3}: steadier than the clock while others use the machine)");
        Cost("paused for collections, µs", r => r.Used.PauseSeconds * 1e6 / r.Accepted);
        Cost("database, bytes", r => r.Used.DatabaseBytes / r.Accepted);
        Cost("write-ahead log, bytes", r => r.Used.WalBytes / r.Accepted);
        Console.WriteLine();
    }

    public string ToJson()
    {
        var half = latencies.Where(l => l.Share == 0.5).Select(l => l.P99 ?? double.NaN);
        return string.Create(CultureInfo.InvariantCulture,
            $$"""{"echo":{{echo:f0}},"ours":{{ours:f0}},"rowLock":{{rowLock:f0}},"oursToEcho":{{ours / echo:f3}},"oursToRowLock":{{ours / rowLock:f1}},"p99MsAtHalf":{{Median(half):f1}},"durable":{{(durable ? "true" : "false")}}}""");
    }

    /// <summary>Seconds of all three processes for an entry.</summary>
    private static double Processor(Contender contender) =>
        Median(contender.Rounds.Select(r => (r.Used.ServerCpu + (r.Used.PostgresCpu ?? 0) + r.LoadCpu) / r.Accepted));

    private static double Rate(Contender contender) => Median(contender.Rounds.Select(r => r.PerSecond));

    private void Cost(string what, Func<Round, double> of) =>
        Console.WriteLine($"  {what,-30}{string.Concat(contenders.Select(c => $"{Median(c.Rounds.Select(of)),12:f0}"))}");
}
