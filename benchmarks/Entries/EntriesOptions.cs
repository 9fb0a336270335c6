using System;
using System.Globalization;

namespace PrizeDraw.Benchmarks.Entries;

/// <summary>How <c>./bench entries</c> is run. Times in seconds.</summary>
internal sealed record EntriesOptions
{
    /// <summary>At most three minutes, and one line of JSON at the end.</summary>
    public bool Short { get; init; }

    /// <summary>Rounds of each of the three, 1 to 100.</summary>
    public int Rounds { get; init; } = 5;

    /// <summary>Entrants at once, 1 to 4,096.</summary>
    public int Connections { get; init; } = 256;

    /// <summary>For a profiler: rounds of ours alone, without a sweep and without latencies.</summary>
    public bool OursOnly { get; init; }

    /// <summary>The row lock's statements packed into two round trips, which is more than the textbook has.</summary>
    public bool Packed { get; init; }

    public double RoundSeconds => Short ? 5 : 10;

    public double LatencySeconds => Short ? 5 : 20;

    /// <summary>How often latency is measured at half of the maximum; at a quarter and at three quarters it is once.</summary>
    public int LatencyRounds => Short ? Math.Min(Rounds, 3) : Rounds;

    /// <summary>Connection counts at which the row lock is tried.</summary>
    public int[] Sweep => Short ? [1, 2, 4, 8, 16] : [1, 2, 4, 8, 16, 32];

    public double SweepSeconds => Short ? 1.5 : 4;

    /// <summary>No further round begins, and no further repetition of a latency, once so long has passed since the start.</summary>
    public double RoundsUntilSeconds => Short ? 105 : double.PositiveInfinity;

    public double LatenciesUntilSeconds => Short ? 150 : double.PositiveInfinity;

    public static EntriesOptions Parse(string[] args)
    {
        var options = new EntriesOptions();
        var rounds = 0;
        for (var i = 0; i < args.Length; i++)
        {
            switch (args[i])
            {
                case "--short":
                    options = options with { Short = true };
                    break;
                case "--packed":
                    options = options with { Packed = true };
                    break;
                case "--ours":
                    options = options with { OursOnly = true };
                    break;
                case "--rounds":
                    rounds = Number(args, ref i, 1, 100);
                    break;
                case "--connections":
                    options = options with { Connections = Number(args, ref i, 1, 4096) };
                    break;
                default:
                    throw new UsageException($"./bench entries knows no '{args[i]}': see ./bench --help.");
            }
        }

        return options with { Rounds = rounds > 0 ? rounds : options.Short ? 3 : 5 };
    }

    private static int Number(string[] args, ref int i, int min, int max) =>
        ++i < args.Length && int.TryParse(args[i], NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max
            ? value
            : throw new UsageException($"{args[i - 1]} needs a number from {min} to {max}.");
}
