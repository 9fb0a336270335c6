using System.Collections.Generic;
using System.Linq;
using PrizeDraw.Api.Requests;
using PrizeDraw.Grains.Abstractions.Campaigns;

namespace PrizeDraw.Api.Pools;

/// <summary>A prize with what has been allocated of it, and what is expected.</summary>
[Example("""
    {"id":"prz_0193a5f2c0de7a10b1c2d3e4f5a6b7c8","poolId":"pool_0193a5f2c0de7a10b1c2d3e4f5a6b7c9","name":"Mug","kind":"prize","mode":"probability",
     "stock":100,"allocated":12,"remaining":88,"dailyCap":10,"hourlyCap":null,"perEntrantMax":1,"odds":{"win":1,"outOf":500},"everyNth":null,
     "lowStockAt":"10%","fulfilment":"delivery","couponBatchId":null,"paused":false,"expectedAwards":100,"chance":0.002}
    """)]
public record PrizeAnswer
{
    /// <summary>The prize's id.</summary>
    public required string? Id { get; init; }

    /// <summary>The pool that allocates it.</summary>
    public required string? PoolId { get; init; }

    /// <summary>Unique within the pool.</summary>
    public required string Name { get; init; }

    /// <summary>prize or gift.</summary>
    public required string Kind { get; init; }

    /// <summary>guaranteed, moments, probability or consolation.</summary>
    public required string Mode { get; init; }

    /// <summary>Units; null is without limit.</summary>
    public required long? Stock { get; init; }

    /// <summary>Units that entries have got.</summary>
    public required long Allocated { get; init; }

    /// <summary>Units left; null is without limit.</summary>
    public required long? Remaining { get; init; }

    /// <summary>Units per day.</summary>
    public required int? DailyCap { get; init; }

    /// <summary>Units per hour.</summary>
    public required int? HourlyCap { get; init; }

    /// <summary>Units that one entrant can get.</summary>
    public required int? PerEntrantMax { get; init; }

    /// <summary>The chance of each entry, for probability.</summary>
    public required PrizeOdds? Odds { get; init; }

    /// <summary>One entry in each block of so many, for guaranteed; null is every entry.</summary>
    public required int? EveryNth { get; init; }

    /// <summary>When the stock is low: units, or percent as a text.</summary>
    public required StockThreshold? LowStockAt { get; init; }

    /// <summary>coupon, delivery or none.</summary>
    public required string Fulfilment { get; init; }

    /// <summary>The batch whose codes are handed out.</summary>
    public required string? CouponBatchId { get; init; }

    /// <summary>A paused prize is not awarded.</summary>
    public required bool Paused { get; init; }

    /// <summary>Units that the forecast's entries would get, were all of them in this pool (CAP Code 8.10); null without a forecast.</summary>
    public required double? ExpectedAwards { get; init; }

    /// <summary>The share of entries that get it, 0 to 1; null where it depends on a forecast and there is none.</summary>
    public required double? Chance { get; init; }

    internal static PrizeAnswer Of(string? poolId, PrizeSettings prize, PrizeCount? count, PrizeForecast? forecast = null) => new()
    {
        Id = prize.Id, PoolId = poolId, Name = prize.Name, Kind = prize.Kind, Mode = PrizeModes.Of(prize), Stock = count is null ? prize.Stock : count.Stock,
        Allocated = count?.Allocated ?? 0, Remaining = count is null ? prize.Stock : count.Remaining, DailyCap = prize.DailyCap,
        HourlyCap = prize.HourlyCap, PerEntrantMax = prize.PerEntrantMax, Odds = prize.Odds, EveryNth = prize.EveryNth,
        LowStockAt = StockThreshold.From(prize.LowStockAt), Fulfilment = prize.Fulfilment, CouponBatchId = prize.CouponBatchId, Paused = prize.Paused,
        ExpectedAwards = forecast?.ExpectedAwards, Chance = forecast?.Chance,
    };

    /// <summary>The pool's prizes; before provisioning there are no counters, and nothing is allocated.</summary>
    internal static IEnumerable<PrizeAnswer> Of(PoolSettings pool, IReadOnlyList<PrizeCount> counts, long? forecastEntries = null)
    {
        var forecast = PoolForecast.Of(pool, forecastEntries);
        return pool.Prizes.Select((prize, i) => Of(pool.Id, prize, counts.FirstOrDefault(count => count.Id == prize.Id), forecast.Prizes[i]));
    }
}

/// <summary>A prize after a change.</summary>
public sealed record PrizeChangeAnswer : PrizeAnswer
{
    [System.Diagnostics.CodeAnalysis.SetsRequiredMembers]
    private PrizeChangeAnswer(PrizeAnswer prize, long? effectiveFrom)
        : base(prize) => EffectiveFrom = effectiveFrom;

    /// <summary>Number of the first entry of the pool that is judged by it; null while the pool takes no entries.</summary>
    public long? EffectiveFrom { get; }

    internal static PrizeChangeAnswer Of(PrizeAnswer prize, long? effectiveFrom) => new(prize, effectiveFrom);
}

/// <summary>A pool as it stands, with what has been allocated of its prizes.</summary>
[Example("""
    {"id":"pool_0193a5f2c0de7a10b1c2d3e4f5a6b7c8","name":"Instant","modes":["moments"],"paused":false,"entryCode":"none","freeRoute":"post",
     "tickets":1,"prizes":[],"warnings":[]}
    """)]
public record PoolStateAnswer
{
    /// <summary>The pool's id.</summary>
    public required string? Id { get; init; }

    /// <summary>Unique within the campaign.</summary>
    public required string Name { get; init; }

    /// <summary>How prizes are allocated.</summary>
    public required IReadOnlyList<string> Modes { get; init; }

    /// <summary>A paused pool takes no entries.</summary>
    public required bool Paused { get; init; }

    /// <summary>none, or required: an entry needs a code.</summary>
    public required string EntryCode { get; init; }

    /// <summary>How one enters without a code: post or online.</summary>
    public required string FreeRoute { get; init; }

    /// <summary>How many tickets an entry has in prize draws.</summary>
    public required int Tickets { get; init; }

    /// <summary>The pool's prizes.</summary>
    public required IReadOnlyList<PrizeAnswer> Prizes { get; init; }

    /// <summary>What should be looked at: prizes that far exceed likely wins, and the like (CAP Code 8.10).</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    internal static PoolStateAnswer Of(PoolSettings pool, IReadOnlyList<PrizeCount> counts, long? forecastEntries) => new()
    {
        Id = pool.Id, Name = pool.Name, Modes = pool.Modes, Paused = pool.Paused, EntryCode = pool.EntryCode, FreeRoute = pool.FreeRoute,
        Tickets = pool.Tickets, Prizes = [.. PrizeAnswer.Of(pool, counts, forecastEntries)], Warnings = PoolForecast.Of(pool, forecastEntries).Warnings,
    };
}

/// <summary>A pool after a change.</summary>
public sealed record PoolChangeAnswer : PoolStateAnswer
{
    [System.Diagnostics.CodeAnalysis.SetsRequiredMembers]
    private PoolChangeAnswer(PoolStateAnswer pool, long? effectiveFrom)
        : base(pool) => EffectiveFrom = effectiveFrom;

    /// <summary>Number of the pool's first entry that is judged by it; null while the pool takes no entries.</summary>
    public long? EffectiveFrom { get; }

    internal static PoolChangeAnswer Of(PoolStateAnswer pool, long? effectiveFrom) => new(pool, effectiveFrom);
}

/// <summary>How many winning moments were added.</summary>
/// <param name="Added">Single ones and generated ones.</param>
[Example("""{"added":100}""")]
public sealed record MomentsAdded(int Added);

/// <summary>Past winning moments and counts.</summary>
/// <param name="Items">Moments whose time has passed, newest first.</param>
/// <param name="NextCursor">Always null: the newest are shown, at most limit.</param>
/// <param name="Total">All moments, those to come included.</param>
/// <param name="Claimed">Moments that an entry has won.</param>
/// <param name="Waiting">Moments that are due and wait for the next entry.</param>
[Example("""{"items":[],"nextCursor":null,"total":100,"claimed":12,"waiting":1}""")]
public sealed record MomentsAnswer(IReadOnlyList<PastMoment> Items, string? NextCursor, long Total, long Claimed, long Waiting);
