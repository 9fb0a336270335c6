using System.Globalization;

namespace PrizeDraw.Benchmarks.Draws;

/// <summary>How <c>./bench draw</c> is run.</summary>
/// <param name="Sizes">Entries to draw from, one run each, 1 to 100,000,000.</param>
internal sealed record DrawOptions(long[] Sizes)
{
    public static DrawOptions Parse(string[] args) => args switch
    {
        [] => new DrawOptions([10_000, 100_000, 1_000_000, 10_000_000]),
        ["--entries", var text] when long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n is >= 1 and <= 100_000_000 =>
            new DrawOptions([n]),
        _ => throw new UsageException("./bench draw takes --entries <1 to 100000000>."),
    };
}
