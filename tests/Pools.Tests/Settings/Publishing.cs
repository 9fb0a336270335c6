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
        var gate = CampaignSettingsCheck.PublishGate(settings, now ?? Opens.AddDays(-1));
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
    public void wants_a_moment_for_each_prize_that_is_won_by_them() =>
        OpenIn(With(Pool with { Prizes = [.. Pool.Prizes, new PrizeSettings { Name = "bike", Stock = 1 }] })).ShouldBe(["pools[0].moments"]);
}
