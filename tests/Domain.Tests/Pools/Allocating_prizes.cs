using System;
using PrizeDraw.Domain.Pools;
using Xunit;

namespace PrizeDraw.Domain.Tests.Pools;

public sealed class Allocating_prizes : PoolSpec
{
    [Fact]
    public void gives_a_moments_prize_to_the_next_entry_at_or_after_it() =>
        Given(APrize("car"), AMoment("car", Noon))
            .When(Submit(Alice, at: Noon.AddMilliseconds(-1)), Submit(Bob, at: Noon), Submit(Carol, at: Noon)).TheyWin(null, "car", null);

    [Fact]
    public void claims_the_oldest_due_moment_first() =>
        Given(APrize("car"), APrize("bike"), AMoment("bike", Noon.AddHours(-1)), AMoment("car", Noon.AddHours(-2)))
            .When(Submit(Alice), Submit(Bob)).TheyWin("car", "bike");

    [Fact]
    public void claims_one_moment_per_entry() =>
        Given(APrize("car", stock: 3), AMoment("car", Opens), AMoment("car", Opens), AMoment("car", Opens))
            .When(Submit(Alice), Submit(Bob), Submit(Carol), Submit(Alice)).TheyWin("car", "car", "car", null);

    [Theory, InlineData(0, 1), InlineData(1, 0)]
    public void claims_moments_of_one_instant_in_the_order_of_their_ids(int first, int second)
    {
        var ids = new[] { new Guid(1, 0, 0, new byte[8]), new Guid(2, 0, 0, new byte[8]) };
        Fact Moment(Guid id) => world => world.Book.Moments.Add(new WinningMoment(new MomentId(id), world.PrizeNamed("car"), Opens));
        Fact[] past = [APrize("car", stock: 2), Moment(ids[first]), Moment(ids[second])];
        Given(past).When(Submit(Alice), Submit(Bob)).TheMomentsAre(ids);
    }

    [Theory, InlineData(true), InlineData(false)]
    public void takes_prizes_in_table_order_where_moments_are_equally_old(bool listedFirst)
    {
        // Storage gives moments back in no order: what is decided must not depend on it.
        Fact[] moments = listedFirst ? [AMoment("car", Opens), AMoment("bike", Opens)] : [AMoment("bike", Opens), AMoment("car", Opens)];
        Given([APrize("car"), APrize("bike"), .. moments]).When(Submit(Alice), Submit(Bob)).TheyWin("car", "bike");
    }

    [Fact]
    public void never_gives_a_claimed_moment_again_after_a_reload() =>
        Given(APrize("car", stock: 9), AMoment("car", Opens), Accepted(Alice, Noon)).When(Submit(Bob), Submit(Carol)).TheyWin(null, null);

    [Fact]
    public void leaves_the_moment_of_an_entrant_at_their_limit_to_the_next() =>
        Given(Limited(wins: 1), APrize("car", stock: 2), AMoment("car", Opens), AMoment("car", Opens), Accepted(Alice, Noon))
            .When(Submit(Alice), Submit(Bob)).TheyWin(null, "car");

    [Fact]
    public void never_allocates_more_than_the_stock() =>
        Given(APrize("car", stock: 2), AMoment("car", Opens), AMoment("car", Opens), AMoment("car", Opens), Accepted(Alice, Noon))
            .When(Submit(Bob), Submit(Carol), Submit(Alice)).TheyWin("car", null, null);

    [Fact]
    public void gives_nothing_of_an_empty_stock() => Given(APrize("car", stock: 0), AMoment("car", Opens)).When(Submit(Alice)).ItWins(null);

    [Fact]
    public void keeps_the_moments_of_a_paused_prize_waiting_and_puts_no_other_in_its_place() =>
        Given(APrize("car", paused: true), APrize("bike"), AMoment("car", Opens), AMoment("bike", Noon.AddHours(1)))
            .When(Submit(Alice), Submit(Bob, at: Noon.AddHours(1))).TheyWin(null, "bike");

    [Fact]
    public void gives_a_waiting_moment_once_its_prize_goes_on() =>
        Given(APrize("car", paused: true), AMoment("car", Opens), Accepted(Alice, Noon),
            world => world.Book.Prizes[0] = world.Book.Prizes[0] with { Paused = false })
            .When(Submit(Bob)).ItWins("car");

    [Fact]
    public void rolls_a_moment_on_to_the_very_end() =>
        Given(APrize("car"), AMoment("car", Opens)).When(Submit(Alice, at: Closes.AddMilliseconds(-1))).ItWins("car");

    [Fact]
    public void keeps_a_moment_waiting_over_a_day_whose_cap_is_reached() =>
        Given(APrize("car", stock: 9, cap: 1), AMoment("car", Opens), AMoment("car", Opens), Accepted(Alice, Noon))
            .When(Submit(Bob), Submit(Carol, at: Noon.AddDays(1)), Submit(Bob, at: Noon.AddDays(1))).TheyWin(null, "car", null);

    [Fact]
    public void counts_the_cap_within_a_batch() =>
        Given(AGift("mug", cap: 2)).When(Submit(Alice), Submit(Bob), Submit(Carol)).TheyWin("mug", "mug", null);

    [Fact]
    public void gives_a_gift_to_who_won_nothing_while_stock_lasts() =>
        Given(APrize("car"), AMoment("car", Opens), AGift("mug", stock: 1)).When(Submit(Alice), Submit(Bob), Submit(Carol))
            .TheOutcomesAre("prize", "gift", "none");

    [Fact]
    public void goes_on_to_the_next_gift_when_the_first_runs_out() =>
        Given(AGift("mug", stock: 1), AGift("pen", paused: true), AGift("cap", perEntrant: 1)).When(Submit(Alice), Submit(Alice), Submit(Alice))
            .TheyWin("mug", "cap", null);

    [Fact]
    public void gives_no_consolation_prize_a_moment_would_have_to_give() => Given(APrize("car")).When(Submit(Alice)).ItWins(null);

    [Fact]
    public void allocates_nothing_to_a_replay()
    {
        var first = Submit(Alice, "again");
        Given(APrize("car", stock: 2), AMoment("car", Opens), AMoment("car", Opens), Accepted(first)).When(first, Submit(Bob), first)
            .TheyWin("car", "car", "car");
    }

    [Fact]
    public void ignores_moments_of_a_prize_that_is_not_there() =>
        Given(APrize("car"), world => world.Book.Moments.Add(new WinningMoment(new MomentId(PoolWorld.IdOf("x")), new PrizeId(PoolWorld.IdOf("y")), Opens)))
            .When(Submit(Alice)).ItWins(null);
}
