using System.Collections.Immutable;
using System.Linq;
using PrizeDraw.Domain;
using PrizeDraw.Grains.Abstractions;

namespace PrizeDraw.Grains;

/// <summary>The domain's errors as they travel.</summary>
internal static class Refusals
{
    public static Refusal Of(DomainError error) => new(
        error.Code, error.Message,
        error.Fields.Count == 0 ? null : error.Fields.GroupBy(f => f.Field)
            .ToImmutableSortedDictionary(g => g.Key, g => g.Select(f => f.Message).ToImmutableArray()));

    /// <summary>Nothing was decided, or it is unknown whether it was: the same key finds the truth.</summary>
    public static Refusal StorageUnavailable(int retryAfterSeconds) => new(
        "storage.unavailable", "The entry could not be stored just now. Send it again with the same Idempotency-Key.",
        RetryAfterSeconds: retryAfterSeconds);
}
