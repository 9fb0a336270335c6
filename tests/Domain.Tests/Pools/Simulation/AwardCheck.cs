using System.Collections.Generic;
using System.Linq;
using PrizeDraw.Domain.Pools;
using static PrizeDraw.Domain.Tests.Pools.Simulation.Promised;

namespace PrizeDraw.Domain.Tests.Pools.Simulation;

/// <summary>What an entry was given: each promise by itself, then the whole of the precedence.</summary>
internal static class AwardCheck
{
    public static PrizeTerms? Judge(Case judged)
    {
        var (row, pool) = (judged.Row, judged.Pool);
        var given = row.Prize is { } id ? pool.Prizes.FirstOrDefault(p => p.Id == id) : null;
        Hold((given is null) == (row.Prize is null), Promises.Given, $"a prize that the pool does not have");
        Hold(row.Outcome == (given is null ? "none" : given.Kind == PrizeKind.Gift ? "gift" : "prize"), Promises.Outcome, $"{row.Outcome}");
        if (given is not null)
        {
            JudgeLimits(judged, given);
        }

        // Before the code leaves its supply: what is expected is asked of what there was.
        var expected = Expected(judged, out var due);
        JudgeMoment(judged, given, due);
        JudgeCoupon(row, given, pool);
        Hold(given?.EveryNth is null || pool.IsNth(given, row.Number), Promises.Nth, $"{given?.Name} to entry {row.Number}");
        Hold(given?.Mode != AllocationMode.Probability || pool.HitOf(row.Number)?.Id == given.Id, Promises.Odds, $"{given?.Name} to entry {row.Number}");
        Hold(given is not null || expected is null, Promises.Given, $"{expected?.Name} to entry {row.Number}");
        Hold(given?.Id == expected?.Id, Promises.Precedence, $"{given?.Name} instead of {expected?.Name} to entry {row.Number}");
        return given;
    }

    private static void JudgeLimits(Case judged, PrizeTerms given)
    {
        var pool = judged.Pool;
        Hold(!given.Paused, Promises.PausedPrize, $"{given.Name}");
        AtMost(pool.Awarded(given.Id) + 1, given.Stock, Promises.Stock, given.Name);
        AtMost(pool.AwardedOn(given.Id, judged.Day) + 1, given.DailyCap, Promises.DailyCap, given.Name);
        AtMost(pool.AwardedIn(given.Id, judged.Hour) + 1, given.HourlyCap, Promises.HourlyCap, given.Name);
        foreach (var count in judged.Counts)
        {
            AtMost((count?.UnitsOf(given.Id) ?? 0) + 1, given.PerEntrantMax, Promises.Units, judged.Who[0]);
            AtMost(given.Kind == PrizeKind.Gift ? 0 : (count?.Wins ?? 0) + 1, pool.Rules!.Limits.WinsPerEntrant, Promises.Wins, judged.Who[0]);
        }
    }

    private static void JudgeMoment(Case judged, PrizeTerms? given, WinningMoment? due)
    {
        var (row, pool) = (judged.Row, judged.Pool);
        Hold((given?.Mode == AllocationMode.Moments) == row.Moment is not null, Promises.MomentDue, $"{given?.Name}, moment {row.Moment}");
        if (row.Moment is { } id)
        {
            var moment = pool.Moment(id);
            Hold(moment is not null && moment.At <= row.EnteredAt && moment.Prize == given!.Id, Promises.MomentDue, $"{id}");
            Hold(pool.Unclaimed.Any(m => m.Id == id), Promises.MomentOnce, $"{id}");
            Hold(due?.At == moment!.At, Promises.MomentOldest, $"{moment.At:o} instead of {due?.At:o}");
        }
    }

    private static void JudgeCoupon(EntryRow row, PrizeTerms? given, PoolCount pool) => Hold(row.Coupon is { } coupon
            ? given?.CouponBatch == coupon.Batch && pool.Coupons.TryGetValue(coupon.Batch, out var supply) && !(supply.ExpiresAt <= row.EnteredAt)
                && supply.Codes.TryDequeue(out var next) && next == coupon
            : given?.CouponBatch is null,
        Promises.CouponRight, $"{row.Coupon?.Text} for {given?.Name}");

    private static PrizeTerms? Expected(Case judged, out WinningMoment? due)
    {
        var (pool, number) = (judged.Pool, judged.Row.Number);
        due = OldestDue(judged);
        foreach (var prize in pool.Prizes)
        {
            if (prize.Mode == AllocationMode.Guaranteed && (prize.EveryNth is null || pool.IsNth(prize, number)) && MayHave(prize, judged))
            {
                return prize;
            }
        }

        if (due is not null)
        {
            return pool.Prizes[IndexOf(pool.Prizes, due.Prize)];
        }

        if (pool.HitOf(number) is { } hit && MayHave(hit, judged))
        {
            return hit;
        }

        foreach (var prize in pool.Prizes)
        {
            if (prize.Mode == AllocationMode.Consolation && MayHave(prize, judged))
            {
                return prize;
            }
        }

        return null;
    }

    /// <summary>Of equally old ones that of the prize that stands first in the table.</summary>
    private static WinningMoment? OldestDue(Case judged)
    {
        WinningMoment? best = null;
        var rank = int.MaxValue;
        foreach (var moment in judged.Pool.Unclaimed)
        {
            if (moment.At > judged.Row.EnteredAt || (best is not null && moment.At > best.At))
            {
                break;
            }

            var index = IndexOf(judged.Pool.Prizes, moment.Prize);
            if (index >= 0 && index < rank && MayHave(judged.Pool.Prizes[index], judged))
            {
                (best, rank) = (moment, index);
            }
        }

        return best;
    }

    private static bool MayHave(PrizeTerms p, Case judged)
    {
        var pool = judged.Pool;
        if (p.Paused || pool.Awarded(p.Id) >= p.Stock || pool.AwardedOn(p.Id, judged.Day) >= p.DailyCap || pool.AwardedIn(p.Id, judged.Hour) >= p.HourlyCap
            || (p.CouponBatch is { } batch
                && !(pool.Coupons.TryGetValue(batch, out var supply) && supply.Codes.Count > 0 && !(supply.ExpiresAt <= judged.Row.EnteredAt))))
        {
            return false;
        }

        foreach (var count in judged.Counts)
        {
            if ((count?.UnitsOf(p.Id) ?? 0) >= p.PerEntrantMax || (p.Kind == PrizeKind.Prize && (count?.Wins ?? 0) >= pool.Rules!.Limits.WinsPerEntrant))
            {
                return false;
            }
        }

        return true;
    }

    private static int IndexOf(IReadOnlyList<PrizeTerms> prizes, PrizeId id)
    {
        for (var i = 0; i < prizes.Count; i++)
        {
            if (prizes[i].Id == id)
            {
                return i;
            }
        }

        return -1;
    }
}
