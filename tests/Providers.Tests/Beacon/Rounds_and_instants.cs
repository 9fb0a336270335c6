using System;
using FsCheck;
using FsCheck.Fluent;
using PrizeDraw.Providers.Beacon;
using PrizeDraw.TestKit.Draws;
using Shouldly;
using Xunit;

namespace PrizeDraw.Providers.Tests.Beacon;

public sealed class Rounds_and_instants
{
    private static readonly DateTimeOffset Genesis = DateTimeOffset.FromUnixTimeSeconds(1_692_803_367);

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(0, 1)]
    [InlineData(1, 2)] // a tick later, round 1 is over
    [InlineData(3 * TimeSpan.TicksPerSecond, 2)]
    [InlineData(3 * TimeSpan.TicksPerSecond + 1, 3)]
    [InlineData(366 * TimeSpan.TicksPerSecond, 123)]
    public void of_quicknet_follow_each_other_every_three_seconds(long ticksAfterGenesis, long round) =>
        BeaconChain.Quicknet.FirstRoundAtOrAfter(Genesis.AddTicks(ticksAfterGenesis)).ShouldBe(round);

    [Fact]
    public void do_not_depend_on_the_offset_that_an_instant_is_written_with()
    {
        var instant = Genesis.AddHours(5).AddTicks(7);
        BeaconChain.Quicknet.FirstRoundAtOrAfter(instant.ToOffset(TimeSpan.FromHours(-9.5))).ShouldBe(BeaconChain.Quicknet.FirstRoundAtOrAfter(instant));
        BeaconChain.Quicknet.TimeOf(123).ShouldBe(Genesis.AddSeconds(366));
        BeaconChain.Quicknet.TimeOf(123).Offset.ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public void fit_each_other_whatever_the_chain()
    {
        var cases = from genesis in Gen.Choose(0, int.MaxValue)
                    from period in Gen.Choose(1, 86_400)
                    from seconds in Gen.Choose(int.MinValue, int.MaxValue)
                    from ticks in Gen.Choose(0, (int)TimeSpan.TicksPerSecond - 1)
                    select (Chain: new BeaconChain("", "", "", genesis, period), At: DateTimeOffset.UnixEpoch.AddSeconds(seconds).AddTicks(ticks));
        Prop.ForAll(cases.ToArbitrary(), one =>
        {
            var round = one.Chain.FirstRoundAtOrAfter(one.At);
            round.ShouldBeGreaterThanOrEqualTo(1);
            one.Chain.TimeOf(round).ShouldBeGreaterThanOrEqualTo(one.At);
            if (round > 1)
            {
                one.Chain.TimeOf(round - 1).ShouldBeLessThan(one.At);
            }

            one.Chain.FirstRoundAtOrAfter(one.Chain.TimeOf(round)).ShouldBe(round);
            one.Chain.TimeOf(round + 1).ShouldBe(one.Chain.TimeOf(round).AddSeconds(one.Chain.PeriodSeconds));
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(long.MaxValue)]
    public void that_do_not_exist_have_no_instant(long round) =>
        Should.Throw<ArgumentOutOfRangeException>(() => BeaconChain.Quicknet.TimeOf(round));

    [Fact]
    public void exist_up_to_the_end_of_time()
    {
        var last = BeaconChain.Quicknet.FirstRoundAtOrAfter(DateTimeOffset.MaxValue) - 1;
        BeaconChain.Quicknet.TimeOf(last).Year.ShouldBe(9999);
        Should.Throw<ArgumentOutOfRangeException>(() => BeaconChain.Quicknet.TimeOf(last + 1));
        BeaconChain.Quicknet.FirstRoundAtOrAfter(DateTimeOffset.MinValue).ShouldBe(1);
    }

    [Fact]
    public void of_the_stand_in_are_told_apart_by_when_it_begins()
    {
        var one = StandInChain.Beginning(Genesis);
        one.Chain.TimeOf(1).ShouldBe(Genesis);
        StandInChain.Beginning(Genesis.AddSeconds(1)).Chain.ChainHash.ShouldNotBe(one.Chain.ChainHash);
        StandInChain.SignedRounds.ShouldBe(512);
        StandInChain.SignatureOf(StandInChain.SignedRounds + 1).Length.ShouldBe(2 * BeaconChain.SignatureBytes);
    }
}
