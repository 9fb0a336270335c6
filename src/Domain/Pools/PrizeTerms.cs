using System;
using PrizeDraw.Domain.Draws;

namespace PrizeDraw.Domain.Pools;

/// <summary>Whether a prize is a prize or a gift; what most entrants get is never called a prize (CAP Code 8.19).</summary>
public enum PrizeKind
{
    Prize,
    Gift,
}

/// <summary>How a prize is allocated, in order of precedence.</summary>
public enum AllocationMode
{
    /// <summary>To every entry, or to one in each block of n at a hidden position.</summary>
    Guaranteed,

    /// <summary>To the next eligible entry at or after a winning moment.</summary>
    Moments,

    /// <summary>To an entry with a chance of win in outOf.</summary>
    Probability,

    /// <summary>To who won nothing else, while stock lasts.</summary>
    Consolation,
}

/// <summary>When a stock is low: so many units, or so many percent of the stock (rounded up).</summary>
public readonly record struct LowStock(long? Units, int? Percent)
{
    /// <summary>In units of this stock.</summary>
    public long Of(long stock) => Units ?? (long)Math.Ceiling(stock * (Percent ?? 0) / 100m);
}

/// <summary>
/// What has been decided about a prize, apart from what has happened to it. Stock is in units, null being without limit; caps are units per
/// day and per hour of the campaign's time zone.
/// </summary>
public sealed record PrizeTerms
{
    public required PrizeId Id { get; init; }

    /// <summary>The id as the protocol's formulas spell it.</summary>
    public required string PublicId { get; init; }
    public required string Name { get; init; }
    public required PrizeKind Kind { get; init; }
    public required AllocationMode Mode { get; init; }
    public long? Stock { get; init; }
    public int? DailyCap { get; init; }
    public int? HourlyCap { get; init; }
    public int? PerEntrantMax { get; init; }

    /// <summary>For <see cref="AllocationMode.Probability"/> alone.</summary>
    public Odds? Odds { get; init; }

    /// <summary>For <see cref="AllocationMode.Guaranteed"/>: the length of a block; null is every entry.</summary>
    public int? EveryNth { get; init; }
    public LowStock? LowStockAt { get; init; }
    public bool Paused { get; init; }

    /// <summary>The batch whose codes go out with the prize; null for other prizes.</summary>
    public CodeBatchId? CouponBatch { get; init; }
}
