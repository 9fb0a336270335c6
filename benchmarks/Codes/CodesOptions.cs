using System.Globalization;

namespace PrizeDraw.Benchmarks.Codes;

/// <summary>How <c>./bench codes</c> is run.</summary>
/// <param name="Count">Codes to generate and export, 1,000 to 10,000,000.</param>
internal sealed record CodesOptions(long Count)
{
    public static CodesOptions Parse(string[] args) => args switch
    {
        [] => new CodesOptions(10_000_000),
        ["--count", var text] when long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n is >= 1_000 and <= 10_000_000 =>
            new CodesOptions(n),
        _ => throw new UsageException("./bench codes takes --count <1000 to 10000000>."),
    };
}
