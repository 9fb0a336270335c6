using System;
using System.Linq;
using PrizeDraw.Domain.Draws;
using PrizeDraw.Domain.Pools;
using Shouldly;
using Xunit;

namespace PrizeDraw.Domain.Tests.Pools;

/// <summary>What may change of a pool that takes entries, and from when it holds.</summary>
public sealed class Changing_a_pool
{
    private static readonly PrizeTerms Car = PoolWorld.Terms("car", PrizeKind.Prize, AllocationMode.Moments, stock: 5),
        Mug = PoolWorld.Terms("mug", PrizeKind.Gift, AllocationMode.Consolation),
        Chance = PoolWorld.Terms("chance", PrizeKind.Prize, AllocationMode.Probability) with { Odds = new Odds(1, 2) };

    private readonly PoolWorld world = new();
    private readonly PoolState pool;

    public Changing_a_pool()
    {
        var car = new PrizeState(Car);
        car.Restore(3, new DateOnly(2026, 6, 15), 2);
        pool = new PoolState("pool", PoolBook.Key, [car, new PrizeState(Mug), new PrizeState(Chance)], [], 41, PoolWorld.Opens);
    }

    [Fact]
    public void changes_stock_caps_limits_alerts_and_pauses()
    {
        var next = Car with { Stock = 3, DailyCap = 1, HourlyCap = 2, PerEntrantMax = 3, LowStockAt = new LowStock(4, null), Paused = true };
        var change = Decided(next, Mug, Chance);
        change.Changed.ShouldBe([next]);
        change.Added.ShouldBeEmpty();
        change.IsNone.ShouldBeFalse();
    }

    [Fact]
    public void is_nothing_where_nothing_differs() => Decided(Car, Mug, Chance).IsNone.ShouldBeTrue();

    [Fact]
    public void never_sets_a_stock_below_what_is_allocated()
    {
        Refused(Car with { Stock = 2 }, Mug, Chance).ShouldBe(new StockBelowAllocated("car", 3));
        Decided(Car with { Stock = null }, Mug, Chance).Changed.Count.ShouldBe(1);
    }

    [Fact]
    public void never_takes_a_prize_away() => RefusedAt("prizes", Car, Chance);

    [Fact]
    public void never_puts_prizes_in_another_order()
    {
        RefusedAt("prizes", Mug, Car, Chance);
        RefusedAt("prizes", Car, PoolWorld.Terms("pen", PrizeKind.Gift, AllocationMode.Consolation), Mug, Chance);
    }

    [Fact]
    public void never_adds_a_prize_by_winning_moments() =>
        RefusedAt("prizes[3].mode", Car, Mug, Chance, PoolWorld.Terms("bike", PrizeKind.Prize, AllocationMode.Moments));

    [Fact]
    public void adds_prizes_of_all_other_modes()
    {
        PrizeTerms[] added =
        [
            PoolWorld.Terms("a", PrizeKind.Prize, AllocationMode.Guaranteed), PoolWorld.Terms("b", PrizeKind.Gift, AllocationMode.Consolation),
            PoolWorld.Terms("c", PrizeKind.Prize, AllocationMode.Probability) with { Odds = new Odds(1, 2) },
        ];
        var change = Decided([Car, Mug, Chance, .. added]);
        change.Added.ShouldBe(added);
        change.Changed.ShouldBeEmpty();
        change.IsNone.ShouldBeFalse();
    }

    [Fact]
    public void never_adds_chances_beyond_one() =>
        RefusedAt("prizes", Car, Mug, Chance, PoolWorld.Terms("c", PrizeKind.Prize, AllocationMode.Probability) with { Odds = new Odds(2, 3) });

    [Fact]
    public void never_adds_a_prize_by_probability_without_odds() =>
        RefusedAt("prizes", Car, Mug, Chance, PoolWorld.Terms("c", PrizeKind.Prize, AllocationMode.Probability));

    public static TheoryData<string> EveryFixedTerm => ["name", "kind", "mode", "odds", "nth", "batch", "public id"];

    [Theory, MemberData(nameof(EveryFixedTerm))]
    public void never_changes_what_was_promised(string term) => RefusedAt("prizes[1]", Car, term switch
    {
        "name" => Mug with { Name = "cup" },
        "kind" => Mug with { Kind = PrizeKind.Prize },
        "mode" => Mug with { Mode = AllocationMode.Guaranteed },
        "odds" => Mug with { Odds = new Odds(1, 3) },
        "nth" => Mug with { EveryNth = 3 },
        "batch" => Mug with { CouponBatch = new CodeBatchId(PoolWorld.IdOf("batch")) },
        _ => Mug with { PublicId = "prz_other" },
    }, Chance);

    [Fact]
    public void names_every_error_at_once() =>
        Refused(Car with { Name = "x" }, Mug with { Name = "y" }).ShouldBeOfType<PoolNotChangeable>().Fields.Select(f => f.Field)
            .ShouldBe(["prizes", "prizes[0]", "prizes[1]"]);

    [Fact]
    public void is_in_force_from_the_very_next_entry_and_never_touches_what_was_awarded()
    {
        var batch = new EntryBatch(pool, world.Rules, world.Book.FactsOf([]));
        batch.Decide(PoolWorld.EntryOf("ann", "1", PoolWorld.Noon));
        var pen = PoolWorld.Terms("pen", PrizeKind.Gift, AllocationMode.Guaranteed, stock: 1);
        var change = Decided(Car with { Stock = 9 }, Mug with { Paused = true }, Chance with { Paused = true }, pen);
        change.ApplyTo(pool, terms => new PrizeState(terms));
        batch.Decide(PoolWorld.EntryOf("bob", "2", PoolWorld.Noon));
        batch.Decide(PoolWorld.EntryOf("carol", "3", PoolWorld.Noon));
        batch.Accepted.Select(e => (e.Number, e.Prize?.Terms.Name ?? "nothing")).Skip(1).ShouldBe([(43, "pen"), (44, "nothing")]);
        batch.Accepted[0].Prize.ShouldNotBeNull();
        var car = pool.Prize(Car.Id);
        (car.Allocated, car.Day, car.AllocatedOnDay, car.Remaining).ShouldBe((3, new DateOnly(2026, 6, 15), 2, 6));
        pool.InOrder.Select(p => p.Terms.Name).ShouldBe(["car", "mug", "chance", "pen"]);
    }

    private PoolChange Decided(params PrizeTerms[] next)
    {
        var (change, error) = PoolChange.Decide(pool, next);
        error.ShouldBeNull();
        return change.ShouldNotBeNull();
    }

    private DomainError Refused(params PrizeTerms[] next)
    {
        var (change, error) = PoolChange.Decide(pool, next);
        change.ShouldBeNull();
        return error.ShouldNotBeNull();
    }

    private void RefusedAt(string field, params PrizeTerms[] next) =>
        Refused(next).ShouldBeOfType<PoolNotChangeable>().Fields.Select(f => f.Field).ShouldBe([field]);
}
