using System.Collections.Generic;
using System.Linq;
using PrizeDraw.Api.Campaigns;
using PrizeDraw.Api.Requests;
using PrizeDraw.Grains.Abstractions.Campaigns;

namespace PrizeDraw.Api.Pools;

/// <summary>A prize with what has been allocated of it.</summary>
/// <param name="Id">The prize's id.</param>
/// <param name="PoolId">The pool that allocates it.</param>
/// <param name="Name">Unique within the pool.</param>
/// <param name="Kind">prize or gift.</param>
/// <param name="Mode">moments or consolation.</param>
/// <param name="Stock">Units; null is without limit.</param>
/// <param name="Allocated">Units that entries have got.</param>
/// <param name="Remaining">Units left; null is without limit.</param>
/// <param name="DailyCap">Units per day.</param>
/// <param name="PerEntrantMax">Units that one entrant can get.</param>
/// <param name="Fulfilment">delivery or none.</param>
/// <param name="Paused">A paused prize is not awarded.</param>
[Example("""
    {"id":"prz_0193a5f2c0de7a10b1c2d3e4f5a6b7c8","poolId":"pool_0193a5f2c0de7a10b1c2d3e4f5a6b7c9","name":"Mug","kind":"prize","mode":"moments",
     "stock":100,"allocated":12,"remaining":88,"dailyCap":10,"perEntrantMax":1,"fulfilment":"delivery","paused":false}
    """)]
public sealed record PrizeAnswer(
    string? Id, string? PoolId, string Name, string Kind, string Mode, long? Stock, long Allocated, long? Remaining, int? DailyCap,
    int? PerEntrantMax, string Fulfilment, bool Paused)
{
    internal static PrizeAnswer Of(string? poolId, PrizeSettings prize, PrizeCount? count) => new(
        prize.Id, poolId, prize.Name, prize.Kind, PoolPrizeAnswer.ModeOf(prize), count?.Stock ?? prize.Stock, count?.Allocated ?? 0,
        count is null ? prize.Stock : count.Remaining, prize.DailyCap, prize.PerEntrantMax, prize.Fulfilment, prize.Paused);

    /// <summary>The pool's prizes; before provisioning there are no counters, and nothing is allocated.</summary>
    internal static IEnumerable<PrizeAnswer> Of(PoolSettings pool, IReadOnlyList<PrizeCount> counts) =>
        pool.Prizes.Select(prize => Of(pool.Id, prize, counts.FirstOrDefault(count => count.Id == prize.Id)));
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
