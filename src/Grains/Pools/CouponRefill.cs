using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Domain;
using PrizeDraw.Domain.Pools;
using PrizeDraw.Storage.Campaign.Pools;

namespace PrizeDraw.Grains.Pools;

/// <summary>Keeps as many coupon codes at hand as the next batches may need, set aside ahead of them.</summary>
internal sealed class CouponRefill(HeldPool pool, CouponStore store, PoolOptions options, TimeProvider clock)
{
    private readonly RuleLines lines = new(pool.Address);
    private readonly Dictionary<CodeBatchId, long> restingSince = [];

    /// <summary>A prize whose codes are running out and may be refilled; null mostly.</summary>
    public PrizeState? Low()
    {
        if (!pool.IsTaking)
        {
            return null;
        }

        foreach (var prize in pool.Configured.State.InOrder)
        {
            if (prize.Coupons is { } supply && supply.Count < options.BatchMax && Wanted(supply) > 0 && !IsResting(supply.Batch)
                && !(clock.GetUtcNow() >= supply.ExpiresAt))
            {
                return prize;
            }
        }

        return null;
    }

    /// <summary>Sets codes aside for this prize's batch, in force from the next number on.</summary>
    public async Task RunAsync(PrizeState prize)
    {
        var (taken, supply, now) = (pool.Configured, prize.Coupons!, clock.GetUtcNow());
        var wanted = Wanted(supply);
        var reserved = await store.ReserveAsync(
            pool.Address, taken.Epoch, supply.Batch, wanted, supply.First?.Seq, now,
            added => lines.Coupons(taken.Rules, prize, added, taken.State.LastNumber + 1, now), CancellationToken.None);
        PoolChanges.Holds(!reserved.IsFenced);
        foreach (var code in reserved.Codes)
        {
            supply.Add(code);
        }

        pool.Put(taken with { Rules = RuleLines.After(taken.Rules, reserved.Line) });
        if (reserved.Codes.Length < wanted)
        {
            // The batch has run out, or its codes are still being made: asking before every batch would cost each entry a query.
            restingSince[supply.Batch] = clock.GetTimestamp();
        }
    }

    // Never more than can still be handed out: what one pool sets aside is lost to the others.
    private long Wanted(CouponSupply supply)
    {
        var left = 0L;
        foreach (var prize in pool.Configured.State.InOrder)
        {
            left += ReferenceEquals(prize.Coupons, supply) ? prize.Remaining ?? options.CouponsAhead : 0;
        }

        return Math.Min(options.CouponsAhead, left - supply.Count);
    }

    private bool IsResting(CodeBatchId batch) =>
        restingSince.TryGetValue(batch, out var since) && clock.GetElapsedTime(since) < options.CouponsRest;
}
