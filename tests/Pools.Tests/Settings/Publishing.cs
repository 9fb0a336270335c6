using System;
using System.Linq;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Campaigns;
using Shouldly;
using Xunit;
using static PrizeDraw.Pools.Tests.Settings.SampleSettings;

namespace PrizeDraw.Pools.Tests.Settings;

public sealed class Publishing
{
    private static string[] OpenIn(CampaignSettings settings, DateTimeOffset? now = null)
    {
        var gate = CampaignSettingsCheck.PublishGate(settings, now ?? Opens.AddDays(-1), new(false, false));
        gate?.Code.ShouldBe("campaign.not_publishable");
        return [.. gate?.Fields.Select(f => f.Field) ?? []];
    }

    [Fact]
    public void is_open_to_what_is_whole() => OpenIn(Whole).ShouldBeEmpty();

    [Fact]
    public void wants_promoter_and_conditions_as_the_code_does() =>
        OpenIn(Whole with { Promoter = null, Terms = null }).ShouldBe(["promoter.name", "promoter.address", "terms.text"]);

    [Fact]
    public void wants_no_winning_moment_at_which_nobody_can_enter_any_more()
    {
        OpenIn(With(Pool with { Moments = [new MomentSettings(Closes, "car")] })).ShouldBe(["pools[0].moments"]);
        OpenIn(With(Pool with { Moments = [new MomentSettings(Generate: new GenerateMoments("car", 1, To: Closes.AddTicks(1)))] })).ShouldBe(["pools[0].moments"]);
        OpenIn(With(Pool with { Moments = [new MomentSettings(Closes.AddTicks(-1), "car"), new MomentSettings(Opens.AddDays(-9), "car")] })).ShouldBeEmpty();
    }

    [Fact]
    public void wants_a_closing_that_is_still_to_come()
    {
        OpenIn(Whole, Closes.AddMilliseconds(-1)).ShouldBeEmpty();
        OpenIn(Whole, Closes).ShouldBe(["closesAt"]);
        OpenIn(Whole with { ClosesAt = null }).ShouldBe(["closesAt"]);
    }

    [Fact]
    public void wants_something_to_win()
    {
        OpenIn(Whole with { Pools = [], Draw = null }).ShouldBe(["pools"]);
        OpenIn(Whole with { Pools = [] }).ShouldBeEmpty();
        OpenIn(Whole with { Draw = null }).ShouldBeEmpty();
    }

    [Fact]
    public void wants_a_prize_for_each_mode() =>
        OpenIn(With(Pool with { Prizes = [Pool.Prizes[0]] })).ShouldBe(["pools[0].modes"]);

    [Fact]
    public void wants_a_mode_for_each_prize() =>
        OpenIn(With(Pool with { Modes = ["moments"] })).ShouldBe(["pools[0].prizes[1].mode"]);

    [Fact]
    public void wants_no_more_winning_moments_than_units()
    {
        var gate = CampaignSettingsCheck.PublishGate(With(Pool with { Moments = [new MomentSettings(Generate: new GenerateMoments("car", 3))] }), Opens, new(false, false));
        gate.ShouldNotBeNull().Fields.ShouldHaveSingleItem().Message.ShouldStartWith("car has 3 winning moments but 2 units");
        OpenIn(With(Pool with { Moments = [new MomentSettings(Opens, "car")] })).ShouldBeEmpty();
    }

    [Fact]
    public void counts_the_moments_of_a_prize_by_its_name_and_its_id()
    {
        var car = Pool.Prizes[0] with { Id = "prz_1" };
        OpenIn(With(Pool with { Prizes = [car, Pool.Prizes[1]], Moments = [new(Opens, "car"), new(Opens, "prz_1")] })).ShouldBeEmpty();
        OpenIn(With(Pool with { Prizes = [car, Pool.Prizes[1]], Moments = [new(Opens, "car"), new(Opens, "prz_1"), new(Opens, "prz_1")] })).ShouldBe(["pools[0].moments"]);
    }

    [Fact]
    public void calls_what_most_entrants_get_a_gift()
    {
        var all = Pool with { Modes = ["guaranteed"], Prizes = [new PrizeSettings { Name = "pen", Mode = "guaranteed", Stock = 600 }], Moments = [] };
        OpenIn(With(all) with { ForecastEntries = 1_000 }).ShouldBe(["pools[0].prizes[0].kind"]);
        OpenIn(With(all) with { ForecastEntries = 1_200 }).ShouldBeEmpty();
        OpenIn(With(all)).ShouldBeEmpty();
        OpenIn(With(all with { Prizes = [all.Prizes[0] with { Kind = "gift" }] }) with { ForecastEntries = 10 }).ShouldBeEmpty();
    }

    [Fact]
    public void wants_a_free_route_beside_a_code()
    {
        OpenIn(With(Pool with { EntryCode = "required" })).ShouldBe(["terms.freeRoute"]);
        OpenIn(With(Pool with { EntryCode = "required" }) with { Terms = new Terms("Be fair.", "Write to us.") }).ShouldBeEmpty();
    }

    [Fact]
    public void wants_a_batch_for_each_prize_that_is_a_code() =>
        OpenIn(With(Pool with { Prizes = [Pool.Prizes[0] with { Fulfilment = "coupon" }, Pool.Prizes[1]] })).ShouldBe(["pools[0].prizes[0].couponBatchId"]);

    [Fact]
    public void wants_a_moment_for_each_prize_that_is_won_by_them() =>
        OpenIn(With(Pool with { Prizes = [.. Pool.Prizes, new PrizeSettings { Name = "bike", Stock = 1 }] })).ShouldBe(["pools[0].moments"]);
}
