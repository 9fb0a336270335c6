using System;
using PrizeDraw.Domain.Pools;
using Xunit;

namespace PrizeDraw.Domain.Tests.Pools;

public sealed class Limiting_entrants : PoolSpec
{
    [Fact]
    public void refuses_more_entries_than_are_allowed() =>
        Given(Limited(perEntrant: 2), Accepted(Alice, Opens)).When(Submit(Alice), Submit(Alice), Submit(Bob))
            .TheRefusalsAre(null, "entry.limit_reached", null);

    [Fact]
    public void refuses_more_entries_a_day_than_are_allowed() =>
        Given(Limited(perDay: 2), Accepted(Alice, Noon)).When(Submit(Alice), Submit(Alice), Submit(Alice, at: Noon.AddDays(1)))
            .TheRefusalsAre(null, "entry.limit_reached", null);

    [Fact]
    public void refuses_an_entry_before_the_interval_is_over()
    {
        var hour = TimeSpan.FromHours(1);
        Given(Limited(interval: hour), Accepted(Alice, Noon)).When(
            Submit(Alice, at: Noon + hour - TimeSpan.FromMilliseconds(1)), Submit(Bob, at: Noon + hour), Submit(Alice, at: Noon + hour))
            .TheRefusalsAre("entry.limit_reached", null, null);
    }

    [Fact]
    public void counts_entries_of_the_same_batch() =>
        Given(Limited(perEntrant: 1)).When(Submit(Alice), Submit(Alice)).TheRefusalsAre(null, "entry.limit_reached");

    [Fact]
    public void allows_none_where_none_are_allowed() => Given(Limited(perEntrant: 0)).When(Submit(Alice)).ItIsRefusedWith("entry.limit_reached");

    [Fact]
    public void allows_none_a_day_where_none_are_allowed() =>
        Given(Limited(perDay: 0)).When(Submit(Alice)).ItIsRefusedWith(new LimitReached("No entries are allowed."));

    [Fact]
    public void says_which_limit_is_reached()
    {
        Given(Limited(perEntrant: 2), Accepted(Alice, Noon), Accepted(Alice, Noon)).When(Submit(Alice))
            .ItIsRefusedWith(new LimitReached("You have entered 2 times, which is the most allowed."));
        Given(Limited(perDay: 1), Accepted(Alice, Noon)).When(Submit(Alice))
            .ItIsRefusedWith(new LimitReached("You have entered 1 time today, which is the most allowed a day. Come back tomorrow."));
        Given(Limited(perDay: 2), Accepted(Alice, Noon), Accepted(Alice, Noon)).When(Submit(Alice))
            .ItIsRefusedWith(new LimitReached("You have entered 2 times today, which is the most allowed a day. Come back tomorrow."));
        Given(Limited(interval: TimeSpan.FromMinutes(2)), Accepted(Alice, Noon)).When(Submit(Alice))
            .ItIsRefusedWith(new LimitReached("Please wait until 120 seconds after your last entry."));
    }

    [Fact]
    public void names_a_person_by_identity_and_not_by_what_they_typed() =>
        Given(Limited(perEntrant: 1), Accepted(Alice, Opens))
            .When(Submit(Bob) with { Identity = PoolWorld.IdentityOf("alice@example.com") }).ItIsRefusedWith(new LimitReached("You have already entered."));

    [Fact]
    public void gives_nobody_more_wins_than_are_allowed() =>
        Given(Limited(wins: 1), APrize("car", stock: 5), AMoment("car", Opens), AMoment("car", Opens), AMoment("car", Opens))
            .When(Submit(Alice), Submit(Alice), Submit(Bob)).TheyWin("car", null, "car");

    [Fact]
    public void does_not_count_gifts_as_wins() =>
        Given(Limited(wins: 1), AGift("mug", stock: 5, mode: AllocationMode.Moments), APrize("car"), AMoment("mug", Opens), AMoment("mug", Opens.AddHours(1)),
            AMoment("car", Opens.AddHours(2)), AMoment("mug", Opens.AddHours(3)))
            .When(Submit(Alice), Submit(Alice), Submit(Alice), Submit(Alice)).TheyWin("mug", "mug", "car", "mug");

    [Fact]
    public void gives_no_prize_where_no_win_is_allowed_but_still_a_gift() =>
        Given(Limited(wins: 0), APrize("car"), AMoment("car", Opens), AGift("mug")).When(Submit(Alice)).ItWins("mug");

    [Fact]
    public void gives_nobody_more_of_one_prize_than_is_allowed() =>
        Given(APrize("car", stock: 5, perEntrant: 1), APrize("bike", stock: 5), AMoment("car", Opens), AMoment("car", Opens), AMoment("bike", Noon))
            .When(Submit(Alice), Submit(Alice), Submit(Alice), Submit(Bob)).TheyWin("car", "bike", null, "car");

    [Fact]
    public void remembers_what_was_won_in_earlier_batches() =>
        Given(APrize("car", stock: 5, perEntrant: 1), AMoment("car", Opens), AMoment("car", Opens), AGift("mug", perEntrant: 1), Accepted(Alice, Opens), Accepted(Alice, Noon))
            .When(Submit(Alice), Submit(Bob)).TheyWin(null, "car");
}
