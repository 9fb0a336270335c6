using System;
using System.Collections.Immutable;
using System.Linq;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;

namespace PrizeDraw.Api.Pools;

/// <summary>
/// A pool is judged as a part of its campaign, by paths like <c>pools[0].prizes[1].stock</c>. Who sent the pool or the prize alone is told
/// of the field as they named it.
/// </summary>
internal static class PoolPaths
{
    public static Refusal WithinPool(this Refusal refusal, CampaignView campaign, string? poolId) => Without(refusal, OfPool(campaign, poolId));

    /// <param name="index">The prize's place in the pool.</param>
    public static Refusal WithinPrize(this Refusal refusal, CampaignView campaign, string? poolId, int index) =>
        Without(Without(refusal, OfPool(campaign, poolId)), $"prizes[{index}].");

    private static string OfPool(CampaignView campaign, string? poolId) =>
        $"pools[{campaign.Settings.Pools.Select(pool => pool.Id).ToList().IndexOf(poolId)}].";

    private static Refusal Without(Refusal refusal, string prefix) => refusal.Errors is null ? refusal : refusal with
    {
        Errors = refusal.Errors
            .GroupBy(error => error.Key.StartsWith(prefix, StringComparison.Ordinal) ? error.Key[prefix.Length..] : error.Key)
            .ToImmutableSortedDictionary(group => group.Key, group => group.SelectMany(error => error.Value).ToImmutableArray()),
    };
}
