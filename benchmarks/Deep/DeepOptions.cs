using System;
using System.Globalization;

namespace PrizeDraw.Benchmarks.Deep;

/// <summary>How <c>./bench deep</c> is run.</summary>
/// <param name="Entries">Entries that are in the deep pool beforehand, 1,000 to 100,000,000.</param>
internal sealed record DeepOptions(long Entries, int Rounds = 3, int Connections = 256, double Seconds = 10)
{
    public static DeepOptions Parse(string[] args) => args switch
    {
        [] => new DeepOptions(10_000_000),
        ["--entries", var text] when long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n is >= 1_000 and <= 100_000_000 =>
            new DeepOptions(n),
        _ => throw new UsageException("./bench deep takes --entries <1000 to 100000000>."),
    };
}
