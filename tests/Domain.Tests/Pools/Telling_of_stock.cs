using System.Collections.Generic;
using System.Linq;
using PrizeDraw.Domain.Pools;
using Shouldly;
using Xunit;

namespace PrizeDraw.Domain.Tests.Pools;

/// <summary>One alert per crossing, downwards; a stock that is raised above the threshold arms it again.</summary>
public sealed class Telling_of_stock
{
    private static readonly PrizeTerms Mug = PoolWorld.Terms("mug", PrizeKind.Gift, AllocationMode.Consolation);

    private readonly PoolWorld world = new();
    private int people;

    [Fact]
    public void tells_once_that_a_stock_is_low_and_once_that_it_is_out() =>
        Alerts(new PrizeState(Mug with { Stock = 5, LowStockAt = new LowStock(2, null) }), 7).ShouldBe([(3, "Low", 2), (5, "Out", 0)]);

    [Fact]
    public void tells_only_that_it_is_out_without_a_threshold() => Alerts(new PrizeState(Mug with { Stock = 2 }), 3).ShouldBe([(2, "Out", 0)]);

    [Fact]
    public void tells_nothing_of_a_prize_without_limit() =>
        Alerts(new PrizeState(Mug with { LowStockAt = new LowStock(2, null) }), 3).ShouldBeEmpty();

    [Theory, InlineData(100, 10, 90), InlineData(15, 10, 13), InlineData(3, 1, 2), InlineData(10, 100, 1)]
    public void takes_percent_of_the_stock_rounded_up(int stock, int percent, int number) =>
        Alerts(new PrizeState(Mug with { Stock = stock, LowStockAt = new LowStock(null, percent) }), number)
            .ShouldBe([(number, "Low", stock - number)]);

    [Fact]
    public void says_of_what_stock_and_threshold_and_by_which_entry()
    {
        var prize = new PrizeState(Mug with { Stock = 10, LowStockAt = new LowStock(null, 45) });
        Batch(prize, 5).Alerts.ShouldHaveSingleItem().ShouldBe(new StockAlert(prize, StockAlertLevel.Low, 5, 5, 5));
    }

    [Fact]
    public void tells_nothing_again_after_a_reload()
    {
        var prize = new PrizeState(Mug with { Stock = 5, LowStockAt = new LowStock(3, null) });
        prize.Restore(3, default, 0, alerted: StockAlertLevel.Low);
        Alerts(prize, 1).ShouldBeEmpty();
        prize.Alerted.ShouldBe(StockAlertLevel.Low);
    }

    [Fact]
    public void tells_again_when_a_raised_stock_falls_again()
    {
        var prize = new PrizeState(Mug with { Stock = 3, LowStockAt = new LowStock(1, null) });
        Alerts(prize, 3).ShouldBe([(2, "Low", 1), (3, "Out", 0)]);
        prize.Change(prize.Terms with { Stock = 5 });
        prize.Alerted.ShouldBe(StockAlertLevel.None);
        Alerts(prize, 2).ShouldBe([(1, "Low", 1), (2, "Out", 0)]);
        // Raised to where it is low still: only that it is out can be told again.
        prize.Change(prize.Terms with { Stock = 6 });
        prize.Alerted.ShouldBe(StockAlertLevel.Low);
        Alerts(prize, 1).ShouldBe([(1, "Out", 0)]);
    }

    [Fact]
    public void tells_with_the_change_of_terms_that_cross()
    {
        var prize = new PrizeState(Mug with { Stock = 9 });
        Batch(prize, 4);
        Changed(prize, prize.Terms with { LowStockAt = new LowStock(5, null) }).ShouldBe([("Low", 5, 5, 1)]);
        Changed(prize, prize.Terms with { Stock = 8 }).ShouldBeEmpty();
        Changed(prize, prize.Terms with { Stock = 4 }).ShouldBe([("Out", 0, 5, 1)]);
        Changed(prize, prize.Terms with { PerEntrantMax = 2 }).ShouldBeEmpty();
        Changed(prize, prize.Terms with { Stock = 20 }).ShouldBeEmpty();
        Changed(prize, prize.Terms with { Stock = 9 }).ShouldBe([("Low", 5, 5, 1)]);
        Alerts(prize, 5).ShouldBe([(5, "Out", 0)]);
    }

    private static List<(string Level, int Remaining, int Threshold, int Number)> Changed(PrizeState prize, PrizeTerms terms)
    {
        var pool = new PoolState("pool", null, [prize], [], 0, default);
        var change = PoolChange.Decide(pool, [terms]).Change!;
        var alerts = change.AlertsOf(pool);
        change.ApplyTo(pool, t => new PrizeState(t));
        change.AlertsOf(pool).ShouldBeEmpty();
        return [.. alerts.Select(a => (a.Level.ToString(), (int)a.Remaining, (int)a.Threshold, (int)a.Number))];
    }

    private EntryBatch Batch(PrizeState prize, int entries)
    {
        var batch = new EntryBatch(new PoolState("pool", null, [prize], [], 0, default), world.Rules, world.Book.FactsOf([]));
        for (var i = 0; i < entries; i++)
        {
            batch.Decide(PoolWorld.EntryOf($"person-{people}", $"key-{people++}", PoolWorld.Noon)).ShouldBeOfType<EntryDecision.Accepted>();
        }

        return batch;
    }

    private List<(int Number, string Level, int Remaining)> Alerts(PrizeState prize, int entries) =>
        [.. Batch(prize, entries).Alerts.Select(a => ((int)a.Number, a.Level.ToString(), (int)a.Remaining))];
}
