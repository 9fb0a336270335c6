using System;
using System.Collections.Generic;
using System.Linq;
using System.Numerics;
using PrizeDraw.Domain.Pools;

namespace PrizeDraw.Domain.Tests.Pools.Simulation;

/// <summary>What changes between two entries of a pool.</summary>
internal sealed class LiveChanges(
    Random random, RandomCampaign campaign, CampaignRows rows, Recount recount, Coverage coverage, Action<Happening> happened)
{
    private long couponsMade;

    /// <summary>Makes one change. False when the activation has ended: lost before the write, unanswered after it, or fenced.</summary>
    public bool Make(int pool, Activation by, DateTimeOffset now, bool isLate)
    {
        return random.Next(10) switch
        {
            _ when by.Rules.Paused => Write(pool, by, by.Rules with { Paused = false }, null),
            0 => Write(pool, by, by.Rules with { Paused = true }, null),
            1 or 2 => Write(pool, by, by.Rules with { Limits = campaign.NewLimits() }, null),
            3 when isLate && random.Next(8) == 0 => Write(pool, by, by.Rules with { ClosedAt = by.Rules.ClosedAt ?? now }, null),
            3 or 4 => Reserve(pool, by),
            _ => ChangePrizes(pool, by),
        };
    }

    /// <summary>The rules and coupons that the pool opens with.</summary>
    public void Open(int pool)
    {
        happened(new RulesChanged(pool, 1, rows.Pools[pool].Rules, rows.Pools[pool].Prizes));
        foreach (var batch in campaign.Batches.Keys)
        {
            Reserve(pool, batch, random.Next(12));
        }
    }

    private bool ChangePrizes(int pool, Activation by)
    {
        var stored = rows.Pools[pool].Prizes;
        var next = stored.Select(p => random.Next(3) == 0 ? campaign.Changed(p) : p).ToList();
        if (random.Next(4) == 0)
        {
            next.Add(campaign.NewPrize(null));
        }

        if (by.IsStale)
        {
            return false;
        }

        var (change, error) = PoolChange.Decide(by.State, next);
        Promised.Hold(error is not null == MustBeRefused(pool, stored, next), Promises.StockNotBelow, $"{error?.Code ?? "accepted"}");
        coverage.Count(error?.Code ?? "changes of prizes");
        if (change is null)
        {
            return true;
        }

        change.ApplyTo(by.State, terms => new PrizeState(terms, terms.CouponBatch is { } batch ? by.Supplies[batch] : null));
        return Write(pool, by, by.Rules, next);
    }

    private bool MustBeRefused(int pool, IReadOnlyList<PrizeTerms> stored, List<PrizeTerms> next)
    {
        var odds = next.Where(p => p.Odds is not null).Select(p => p.Odds!.Value).ToList();
        var lcm = NaiveDraws.LcmOf(odds);
        return next.Any(p => p.Stock < recount.Pools[pool].Awarded(p.Id)) || next.Skip(stored.Count).Any(p => p.Mode == AllocationMode.Moments)
            || lcm > BigInteger.One << 62 || odds.Aggregate(BigInteger.Zero, (sum, o) => sum + o.Win * (lcm / o.OutOf)) > lcm;
    }

    private bool Write(int pool, Activation by, PoolRules rules, IReadOnlyList<PrizeTerms>? prizes)
    {
        var fate = random.Next(20);
        if (fate == 0 || by.IsStale)
        {
            return false;
        }

        var row = rows.Pools[pool];
        (row.Rules, by.Rules) = (rules, rules);
        row.Change(prizes ?? row.Prizes, by.State);
        coverage.Count("changes");
        happened(new RulesChanged(pool, row.NextNumber, row.Rules, row.Prizes));
        return fate > 2;
    }

    private bool Reserve(int pool, Activation by)
    {
        if (by.IsStale)
        {
            return false;
        }

        var batch = campaign.Batches.Keys.ElementAt(random.Next(campaign.Batches.Count));
        foreach (var code in Reserve(pool, batch, random.Next(1, 15)))
        {
            by.Supplies[batch].Add(code);
        }

        return true;
    }

    private CouponCode[] Reserve(int pool, CodeBatchId batch, int count)
    {
        CouponCode[] codes = [.. Enumerable.Range(0, count).Select(_ => new CouponCode(batch, ++couponsMade, $"COUPON{couponsMade}"))];
        rows.Pools[pool].Reserve(batch, codes);
        happened(new CouponsAdded(pool, rows.Pools[pool].NextNumber, batch, campaign.Batches[batch], codes));
        return codes;
    }
}
