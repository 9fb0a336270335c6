using System.Linq;
using PrizeDraw.Domain.Pools;
using Shouldly;

namespace PrizeDraw.Domain.Tests.Pools.Simulation;

/// <summary>Counting from all rows at once what the recount has counted row by row.</summary>
internal static class FullRecount
{
    public static void Check(PoolCount pool)
    {
        var rows = pool.Rows;
        rows.Select(r => r.Number).ShouldBe(Enumerable.Range(1, rows.Count).Select(n => (long)n));
        rows.Select(r => r.Id).Distinct().Count().ShouldBe(rows.Count);
        rows.Select(r => r.Sent.Key).Distinct().Count().ShouldBe(rows.Count);
        Once(rows.Where(r => r.Moment is not null).Select(r => r.Moment));
        Once(rows.Where(r => r.Coupon is not null).Select(r => r.Coupon));
        Once(rows.Where(r => r.Code is not null).Select(r => r.Code));
        foreach (var won in rows.Where(r => r.Prize is not null).GroupBy(r => r.Prize!.Value))
        {
            won.Count().ShouldBe(pool.Awarded(won.Key));
            (won.Count() > pool.Prizes.Single(p => p.Id == won.Key).Stock).ShouldBeFalse();
            won.GroupBy(r => r.Day).ShouldAllBe(day => day.Count() == pool.AwardedOn(won.Key, day.Key));
            won.GroupBy(r => r.Hour).ShouldAllBe(hour => hour.Count() == pool.AwardedIn(won.Key, hour.Key));
        }
    }

    /// <summary>What an activation believes against what is stored.</summary>
    public static void Compare(PoolState believed, PoolState stored)
    {
        (believed.LastNumber, believed.LastEnteredAt).ShouldBe((stored.LastNumber, stored.LastEnteredAt));
        believed.InOrder.Count.ShouldBe(stored.InOrder.Count);
        for (var i = 0; i < believed.InOrder.Count; i++)
        {
            var (a, b) = (believed.InOrder[i], stored.InOrder[i]);
            (a.Terms, a.Allocated, a.Day, a.AllocatedOnDay, a.Hour, a.AllocatedInHour, a.Alerted, a.Coupons?.Count)
                .ShouldBe((b.Terms, b.Allocated, b.Day, b.AllocatedOnDay, b.Hour, b.AllocatedInHour, b.Alerted, b.Coupons?.Count));
        }
    }

    private static void Once<T>(System.Collections.Generic.IEnumerable<T> all)
    {
        var list = all.ToList();
        list.Distinct().Count().ShouldBe(list.Count);
    }
}
