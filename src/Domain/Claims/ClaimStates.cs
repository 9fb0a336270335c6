using System;
using System.Collections.Immutable;

namespace PrizeDraw.Domain.Claims;

/// <summary>Where a winner's claim stands. Stored, and told to clients: a name never changes.</summary>
public static class ClaimStates
{
    /// <summary>The winner has been told, and may claim until the deadline.</summary>
    public const string Told = "told";

    /// <summary>The winner has claimed; nothing has been done about the prize yet.</summary>
    public const string Claimed = "claimed";

    /// <summary>The winner did not claim in time: the prize goes to the next in the order.</summary>
    public const string Lapsed = "lapsed";

    /// <summary>The place lost the prize otherwise: the winner was replaced, or the draw is void.</summary>
    public const string Replaced = "replaced";

    /// <summary>What the promoter does about a claimed prize, step by step.</summary>
    public const string Preparing = "preparing", Dispatched = "dispatched", Delivered = "delivered";

    /// <summary>What a claimed prize goes through, in order.</summary>
    public static readonly ImmutableArray<string> Fulfilment = [Claimed, Preparing, Dispatched, Delivered];

    /// <summary>
    /// Whether whoever fulfils may move a claim so: forward as far as is true, back by one step where a slip is put right, or not at all
    /// where only what is noted beside it changes.
    /// </summary>
    public static bool MayMove(string from, string to)
    {
        var (before, after) = (Fulfilment.IndexOf(from), Fulfilment.IndexOf(to));
        return before >= 0 && after >= before - 1 && after >= 0;
    }
}

/// <summary>When things fall due for a claim.</summary>
public static class ClaimTimes
{
    private static readonly TimeSpan RemindedBefore = TimeSpan.FromDays(1);

    /// <summary>The first instant at which the prize can't be claimed any more.</summary>
    /// <param name="days">1 to 90, of 24 hours each.</param>
    public static DateTimeOffset Deadline(DateTimeOffset toldAt, int days) => toldAt + TimeSpan.FromDays(days);

    /// <summary>When a quarter of the time is left, or a day where that is more; null where that would be as soon as the winner is told.</summary>
    public static DateTimeOffset? RemindAt(DateTimeOffset toldAt, DateTimeOffset deadline)
    {
        var left = (deadline - toldAt) / 4;
        var at = deadline - (left > RemindedBefore ? left : RemindedBefore);
        return at > toldAt ? at : null;
    }
}
