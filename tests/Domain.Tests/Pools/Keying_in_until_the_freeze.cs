using System;
using PrizeDraw.Domain.Pools;
using Shouldly;
using Xunit;

namespace PrizeDraw.Domain.Tests.Pools;

/// <summary>What came by post counts from when it was received, and is taken until its draw is frozen; a site's entry ends with the closing.</summary>
public sealed class Keying_in_until_the_freeze : PoolSpec
{
    private static EntryCommand Keyed(string person, DateTimeOffset receivedAt) => Submit(person, at: receivedAt) with { Channel = "post", FreeRoute = true };

    private static Fact Ended(DateTimeOffset at) => Judged(r => r with { EndedAt = at });

    private static Fact Frozen(DateTimeOffset until) => Judged(r => r with { FrozenUntil = until });

    [Fact]
    public void is_allowed_after_the_closing_for_what_was_received_before() =>
        Given(Accepted(Alice, Closes.AddSeconds(-1)), Ended(Closes)).When(Keyed(Bob, Noon)).ItIsAccepted();

    [Fact]
    public void is_refused_to_what_was_received_at_the_closing() =>
        Given(Ended(Closes)).When(Keyed(Bob, Closes)).ItIsRefusedWith(new CampaignHasClosed(Closes));

    [Fact]
    public void is_refused_to_what_was_received_before_the_opening_however_late_it_is_keyed_in() =>
        Given(Opened(), Accepted(Alice, Noon)).When(Keyed(Bob, Opens.AddSeconds(-1))).ItIsRefusedWith("campaign.not_open");

    [Fact]
    public void ends_sites_entries_at_an_early_closing() =>
        Given(Ended(Noon)).When(Submit(Alice, at: Noon.AddSeconds(-1))).ItIsRefusedWith(new CampaignHasClosed(Noon));

    [Fact]
    public void takes_what_was_received_before_an_early_closing() => Given(Ended(Noon)).When(Keyed(Alice, Noon.AddSeconds(-1))).ItIsAccepted();

    [Fact]
    public void and_nothing_that_was_received_after_it() =>
        Given(Ended(Noon)).When(Keyed(Alice, Noon)).ItIsRefusedWith(new CampaignHasClosed(Noon));

    [Fact]
    public void is_refused_once_the_draw_is_frozen() =>
        Given(Frozen(Noon)).When(Keyed(Alice, Noon.AddSeconds(-1))).ItIsRefusedWith(new DrawFrozen(Noon));

    [Fact]
    public void goes_on_for_the_next_draw() => Given(Frozen(Noon)).When(Keyed(Alice, Noon)).ItIsAccepted();

    [Fact]
    public void says_of_what_is_frozen_that_it_is_even_when_the_pool_is_closed_for_good() =>
        Given(Frozen(Closes), Ended(Closes), Closed(Closes)).When(Keyed(Alice, Noon)).ItIsRefusedWith(new DrawFrozen(Closes));

    [Fact]
    public void answers_an_earlier_key_as_before()
    {
        var keyed = Keyed(Alice, Noon);
        Given(Accepted(keyed), Frozen(Closes), Closed(Closes)).When(keyed).TheAnswerIsThatOf(keyed.Key);
    }

    [Fact]
    public void does_not_turn_back_the_pools_time() =>
        Given(Accepted(Alice, Noon)).When(Keyed(Bob, Opens), Submit(Carol, at: Noon)).TheyEnteredAt(Noon, Noon);

    [Fact]
    public void is_drawn_first_where_the_draws_period_was_open_when_it_was_received()
    {
        var (week, end) = (new DrawWindow(null, Noon, Noon.AddDays(1)), new DrawWindow(null, null, Noon.AddDays(9)));
        var rules = new PoolWorld().Rules with { Draws = [end, week] };
        rules.DrawsAt(Opens).ShouldBe(week.At);
        rules.DrawsAt(Noon).ShouldBe(end.At);
        (rules with { Draws = [week] }).DrawsAt(Noon).ShouldBeNull();
    }

    [Fact]
    public void moves_a_pools_time_on_in_whole_milliseconds_and_never_back()
    {
        var state = new PoolState("pool", null, [], [], 0, Noon);
        state.MoveOnTo(Noon.AddSeconds(-1));
        state.LastEnteredAt.ShouldBe(Noon);
        state.MoveOnTo(Noon.AddTicks(10));
        state.LastEnteredAt.ShouldBe(Noon.AddMilliseconds(1));
    }
}
