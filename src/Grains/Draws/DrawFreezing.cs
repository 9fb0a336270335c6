using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Orleans;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Evidence;
using PrizeDraw.Grains.Abstractions.Pools;
using PrizeDraw.Storage.Campaign.Draws;

namespace PrizeDraw.Grains.Draws;

/// <summary>
/// Finds the entry numbers that a draw's list ends at, from pools that may stay open. Each pool stores that no later entry counts for this draw
/// before it tells its number: whatever number a repeated freeze is told, the entries that the draw covers are the same.
/// </summary>
internal sealed class DrawFreezing(DrawParts parts, DrawAddress address, IGrainFactory grains)
{
    /// <summary>What was received before the end of the period is still on its way to the pools for this long.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Freezes every pool up to the end of the draw's period. Refused with <c>draw.campaign_not_closed</c> while entries that it covers
    /// are taken.
    /// </summary>
    public async Task<Result<FrozenPools>> FreezeAsync(TakenDraw draw, Actor by)
    {
        var pools = await parts.Store.PoolsAsync(address, CancellationToken.None);
        var closedAt = !pools.IsEmpty && pools.All(p => p.EndedAt is not null) ? pools.Max(p => p.EndedAt) : null;
        if (pools.IsEmpty || EndOf(draw, pools, closedAt) is not { } end || (closedAt is null && parts.Clock.GetUtcNow() < end + Grace))
        {
            return new Refusal("draw.campaign_not_closed", "Entries that this draw covers are still taken: it is drawn after they have ended.");
        }

        var numbers = new Dictionary<Guid, long>();
        foreach (var pool in pools)
        {
            var last = await PoolOf(pool).FreezeAsync(new FreezePool(by, end));
            if (last.Refusal is { } refusal)
            {
                return refusal;
            }

            numbers.Add(pool.Id, last.Value);
        }

        return new FrozenPools(numbers, closedAt);
    }

    /// <summary>
    /// Closes the pools for good if this was the last draw to be frozen, and has their instant wins revealed then. To be called once the freeze
    /// is stored; may be repeated.
    /// </summary>
    public async Task SealAsync(Actor by)
    {
        var areSealed = true;
        foreach (var pool in await parts.Store.PoolsAsync(address, CancellationToken.None))
        {
            areSealed &= await PoolOf(pool).SealAsync(new SealPool(by)) is { Refusal: null, Value: true };
        }

        if (areSealed)
        {
            await grains.GetGrain<IInstantEvidenceGrain>(GrainKeys.Campaign(address.TenantId, address.CampaignId)).StartAsync();
        }
    }

    /// <summary>Where the draw's period ends; null where it goes on to the closing, which may still come early.</summary>
    private static DateTimeOffset? EndOf(TakenDraw draw, ImmutableArray<DrawnPool> pools, DateTimeOffset? closedAt) =>
        closedAt is null ? (pools.All(p => draw.Until < p.ClosesAt) ? draw.Until : null)
        : draw.Until < closedAt ? draw.Until
        : closedAt;

    private IPrizePoolGrain PoolOf(DrawnPool pool) =>
        grains.GetGrain<IPrizePoolGrain>(GrainKeys.Pool(address.TenantId, address.CampaignId, Ids.Format(Ids.Pool, pool.Id)));
}
