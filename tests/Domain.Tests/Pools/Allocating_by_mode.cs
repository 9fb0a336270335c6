using System;
using System.Linq;
using PrizeDraw.Domain.Draws;
using PrizeDraw.Domain.Pools;
using PrizeDraw.Domain.Tests.Pools.Simulation;
using Shouldly;
using Xunit;

namespace PrizeDraw.Domain.Tests.Pools;

/// <summary>Guaranteed, winning moments, probability, consolation: alone, and in this order together.</summary>
public sealed class Allocating_by_mode : PoolSpec
{
    private static Fact Sure(string name, int? everyNth = null, long? stock = null, bool paused = false) =>
        Offered(name, AllocationMode.Guaranteed, t => t with { EveryNth = everyNth, Stock = stock, Paused = paused });

    private static Fact Chance(string name, long win, long outOf, long? stock = null, bool paused = false) =>
        Offered(name, AllocationMode.Probability, t => t with { Odds = new Odds(win, outOf), Stock = stock, Paused = paused });

    [Fact]
    public void gives_a_guaranteed_prize_to_every_entry_while_stock_lasts() =>
        Given(Sure("mug", stock: 2)).When(Submit(Alice), Submit(Bob), Submit(Carol)).TheyWin("mug", "mug", null);

    [Theory, InlineData(1), InlineData(2), InlineData(7)]
    public void gives_one_in_each_block_of_n_at_the_protocols_position(int n)
    {
        int[] expected = [.. Enumerable.Range(0, 6).Select(b => (int)NaiveDraws.NthWinnerOf(PoolBook.Key, "prz_mug", n, b * n + 1))];
        Given(Sure("mug", n)).When(6 * n).WinnersOf("mug").ShouldBe(expected);
    }

    [Fact]
    public void counts_blocks_from_the_first_entry_of_all_also_after_a_reload()
    {
        int[] expected = [.. Enumerable.Range(0, 4).Select(b => (int)NaiveDraws.NthWinnerOf(PoolBook.Key, "prz_mug", 5, b * 5 + 1)).Where(n => n > 8).Select(n => n - 8)];
        Given([Sure("mug", 5), .. Enumerable.Range(0, 8).Select(i => Accepted($"early-{i}", Noon))]).When(12).WinnersOf("mug").ShouldBe(expected);
    }

    [Fact]
    public void draws_each_prizes_positions_by_itself() =>
        Given(Sure("mug", 10), Sure("pen", 10)).When(100).WinnersOf("mug")
            .ShouldNotBe(Given(Sure("pen", 10), Sure("mug", 10)).When(100).WinnersOf("pen"));

    [Fact]
    public void gives_the_first_in_the_table_where_two_are_guaranteed() =>
        Given(Sure("pen", stock: 1), Sure("mug")).When(Submit(Alice), Submit(Bob)).TheyWin("pen", "mug");

    [Fact]
    public void plays_each_entry_by_its_number_as_the_protocol_says()
    {
        Odds[] table = [new(1, 4), new(2, 5)];
        var names = new[] { "car", "bike" };
        var lcm = NaiveDraws.LcmOf(table);
        Given(Chance("car", 1, 4), Chance("bike", 2, 5)).When(60).TheyWin(
            [.. Enumerable.Range(1, 60).Select(n => NaiveDraws.HitOf(PoolBook.Key, PoolBook.PublicId, n, table, lcm) is >= 0 and var hit ? names[hit] : null)]);
    }

    [Fact]
    public void gives_no_other_prize_where_the_one_that_was_hit_is_gone() =>
        Given(Chance("car", 1, 1, stock: 1)).When(Submit(Alice), Submit(Bob)).TheyWin("car", null);

    [Fact]
    public void keeps_the_chances_of_the_others_where_one_is_paused()
    {
        var all = Given(Chance("car", 1, 4), Chance("bike", 1, 4)).When(80).WinnersOf("bike");
        all.ShouldNotBeEmpty();
        Given(Chance("car", 1, 4, paused: true), Chance("bike", 1, 4)).When(80).WinnersOf("bike").ShouldBe(all);
        Given(Chance("car", 1, 4, stock: 0), Chance("bike", 1, 4)).When(80).WinnersOf("bike").ShouldBe(all);
    }

    [Fact]
    public void plays_a_number_alike_whatever_else_the_entry_got_before()
    {
        var alone = Given(Chance("car", 1, 5)).When(60).WinnersOf("car");
        var mugs = Enumerable.Range(0, 12).Select(b => (int)NaiveDraws.NthWinnerOf(PoolBook.Key, "prz_mug", 5, b * 5 + 1));
        Given(Chance("car", 1, 5), Sure("mug", 5)).When(60).WinnersOf("car").ShouldBe(alone.Except(mugs));
    }

    [Fact]
    public void goes_from_guaranteed_to_moments_to_probability_to_consolation() =>
        Given(AGift("gift"), Chance("chance", 1, 1, stock: 1), APrize("moment"), AMoment("moment", Opens), Sure("sure", stock: 1))
            .When(Submit(Alice), Submit(Bob), Submit(Carol), Submit("dave")).TheyWin("sure", "moment", "chance", "gift");

    [Fact]
    public void keeps_a_moment_for_the_next_entry_where_a_guaranteed_prize_was_given() =>
        Given(APrize("car"), AMoment("car", Opens), Sure("mug", stock: 1)).When(Submit(Alice), Submit(Bob)).TheyWin("mug", "car");

    [Fact]
    public void gives_who_is_at_the_limit_of_wins_a_gift_instead() =>
        Given(Limited(wins: 1), Chance("car", 1, 1), AGift("mug")).When(Submit(Alice), Submit(Alice), Submit(Bob)).TheyWin("car", "mug", "car");

    [Fact]
    public void gives_nobody_more_guaranteed_units_than_allowed() =>
        Given(Offered("mug", AllocationMode.Guaranteed, t => t with { PerEntrantMax = 1 })).When(Submit(Alice), Submit(Alice), Submit(Bob)).TheyWin("mug", null, "mug");

    [Fact]
    public void refuses_odds_that_cannot_be() =>
        Should.Throw<ArgumentException>(() => Given(Chance("car", 2, 3), Chance("bike", 1, 2)).When(Submit(Alice)));

    [Fact]
    public void needs_odds_and_key_for_a_prize_by_probability()
    {
        var terms = PoolWorld.Terms("car", PrizeKind.Prize, AllocationMode.Probability);
        Should.Throw<ArgumentException>(() => new PoolState("pool", PoolBook.Key, [new PrizeState(terms)], [], 0, default));
        var keyless = new PoolState("pool", null, [new PrizeState(terms with { Odds = new Odds(1, 2) })], [], 0, default);
        var world = new PoolWorld();
        Should.Throw<InvalidOperationException>(() => new EntryBatch(keyless, world.Rules, world.Book.FactsOf([])).Decide(Submit(Alice)));
    }

    [Fact]
    public void hits_no_prize_that_was_added_until_it_was()
    {
        var state = new PoolState("pool", PoolBook.Key, [], [], 0, default);
        var world = new PoolWorld();
        var batch = new EntryBatch(state, world.Rules, world.Book.FactsOf([]));
        batch.Decide(Submit(Alice));
        state.Add(new PrizeState(PoolWorld.Terms("car", PrizeKind.Prize, AllocationMode.Probability) with { Odds = new Odds(1, 1) }));
        batch.Decide(Submit(Bob));
        batch.Accepted.Select(e => e.Prize?.Terms.Name).ShouldBe([null, "car"]);
        state.Find(PoolWorld.Terms("car", PrizeKind.Prize, AllocationMode.Probability).Id).ShouldNotBeNull();
        state.Find(new PrizeId(PoolWorld.IdOf("none"))).ShouldBeNull();
    }
}
