using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text.Json;
using PrizeDraw.Api.Evidence.Certificates;

namespace PrizeDraw.Api.Evidence.Archives;

/// <summary>What became of the entries that a draw received (CAP Code 8.24): received = eligible + excluded, by reason.</summary>
/// <param name="Received">Entries by their numbers at the freeze, all pools together.</param>
/// <param name="ExcludedByReason">Known from the certificate on; null before the draw.</param>
/// <param name="Holds">Whether it adds up.</param>
internal sealed record DrawReconciliation(
    string DrawId, string? Name, long Received, long Eligible, long Excluded, IReadOnlyDictionary<string, long>? ExcludedByReason, bool Holds)
{
    /// <param name="document">The published certificate, or the published commitment before there is one.</param>
    public static DrawReconciliation Of(string drawId, JsonElement document)
    {
        var commitment = document.GetProperty("commitment");
        var body = commitment.Part("body") ?? commitment;
        var counts = document.Part("counts") ?? body.GetProperty("counts");
        var (eligible, excluded) = (counts.Number("eligible"), counts.Number("excluded"));
        var received = body.GetProperty("lastNumbers").EnumerateObject().Sum(pool => pool.Value.GetInt64());
        var reasons = counts.Part("excludedByReason")?.EnumerateObject().ToImmutableSortedDictionary(
            reason => reason.Name, reason => reason.Value.GetInt64(), System.StringComparer.Ordinal);
        return new DrawReconciliation(
            drawId, document.TextOrNull("name"), received, eligible, excluded, reasons,
            received == eligible + excluded && (reasons is null || reasons.Values.Sum() == excluded));
    }
}
