using System;
using System.Linq;
using PrizeDraw.Domain.Campaigns;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Campaigns;
using Shouldly;
using Xunit;
using static PrizeDraw.Pools.Tests.Settings.SampleSettings;

namespace PrizeDraw.Pools.Tests.Settings;

/// <summary>What a campaign may be given of draws, and when.</summary>
public sealed class Adding_draws
{
    private static readonly DateTimeOffset Now = Opens.AddDays(3);
    private static readonly CampaignSettings Two = With(Draw("drw_1", "Final")) with { FurtherDraws = [Draw("drw_2", "Week 1")] };

    private static DrawSettings Draw(string id, string name, string level = "committed") => Whole.Draw! with { Id = id, Name = name, Level = level };

    private static string[] Refused(string state, DrawSettings added, DateTimeOffset? now = null) =>
        [.. AddedDraws.Refused(state, Two, Two with { FurtherDraws = Two.FurtherDraws.Add(added) }, now ?? Now)?.Fields.Select(f => f.Field) ?? []];

    [Theory]
    [InlineData("committed", false)]
    [InlineData("beacon-unwitnessed", false)]
    [InlineData("beacon", true)]
    [InlineData("observed", true)]
    public void after_entries_needs_randomness_from_outside(string level, bool taken) =>
        Refused(CampaignLife.Live, Draw("drw_3", "Week 2", level)).ShouldBe(taken ? [] : ["furtherDraws[1].level"]);

    [Fact]
    public void is_free_as_long_as_nothing_that_it_covers_was_entered()
    {
        Refused(CampaignLife.Ready, Draw("drw_3", "Week 2")).ShouldBeEmpty();
        Refused(CampaignLife.Scheduled, Draw("drw_3", "Week 2"), Opens.AddHours(-1)).ShouldBeEmpty();
        Refused(CampaignLife.Live, Draw("drw_3", "Week 2") with { From = Now.AddHours(1) }).ShouldBeEmpty();
    }

    [Fact]
    public void takes_what_is_about_to_begin_for_begun()
    {
        Refused(CampaignLife.Scheduled, Draw("drw_3", "Week 2"), Opens.AddSeconds(-59)).ShouldBe(["furtherDraws[1].level"]);
        Refused(CampaignLife.Live, Draw("drw_3", "Week 2") with { From = Now.AddSeconds(59) }).ShouldBe(["furtherDraws[1].level"]);
    }

    [Fact]
    public void ends_with_the_campaign_but_for_the_successor_of_a_void_draw()
    {
        Refused(CampaignLife.Completed, Draw("drw_3", "Week 2", "beacon")).ShouldBe(["furtherDraws[1]"]);
        Refused(CampaignLife.Completed, Draw("drw_3", "Week 2", "beacon") with { Succeeds = "drw_2" }).ShouldBeEmpty();
    }

    [Fact]
    public void leaves_those_that_there_are_as_they_are()
    {
        string[] Changed(CampaignSettings next) => [.. FixedSettings.Changed(CampaignLife.Live, Two, next)?.Fields.Select(f => f.Field) ?? []];
        Changed(Two with { FurtherDraws = Two.FurtherDraws.Add(Draw("drw_3", "Week 2")) }).ShouldBeEmpty();
        Changed(Two with { FurtherDraws = [Draw("drw_3", "Week 2"), .. Two.FurtherDraws] }).ShouldBe(["furtherDraws"]);
        Changed(Two with { FurtherDraws = [] }).ShouldBe(["furtherDraws"]);
        Changed(Two with { FurtherDraws = [Two.FurtherDraws[0] with { Level = "beacon" }] }).ShouldBe(["furtherDraws"]);
        Changed(Two with { Draw = Two.Draw! with { Level = "beacon-unwitnessed" } }).ShouldBe(["draw"]);
        FixedSettings.Changed(CampaignLife.Live, Whole with { Draw = null }, Whole).ShouldBeNull("a campaign without a draw may be given one");
    }

    [Fact]
    public void names_each_draw_once_and_sixty_at_the_most()
    {
        string[] Wrong(CampaignSettings s) => [.. CampaignSettingsCheck.Of(s)?.Fields.Select(f => f.Field) ?? []];
        Wrong(Two).ShouldBeEmpty();
        Wrong(Two with { FurtherDraws = [Draw("drw_2", "Final")] }).ShouldBe(["furtherDraws[0].name"]);
        Wrong(Two with { FurtherDraws = [.. Enumerable.Range(0, 59).Select(n => Draw($"drw_{n + 2}", $"Week {n}"))] }).ShouldBeEmpty();
        Wrong(Two with { FurtherDraws = [.. Enumerable.Range(0, 60).Select(n => Draw($"drw_{n + 2}", $"Week {n}"))] }).ShouldBe(["furtherDraws"]);
        Wrong(Two with { FurtherDraws = [Draw("drw_2", "Week 1") with { Prizes = [], ClaimDays = 91, Succeeds = "drw_9" }] })
            .ShouldBe(["furtherDraws[0].prizes", "furtherDraws[0].claimDays", "furtherDraws[0].succeeds"], ignoreOrder: true);
    }

    [Fact]
    public void keeps_ids_by_id_and_by_name_and_gives_new_ones()
    {
        var next = CampaignMap.Completed(
            Two with { FurtherDraws = [Draw("drw_2", "First week"), Draw("drw_other", "Week 2"), Draw("drw_new", "Week 3")] }, Two, Now, "drw_new");
        next.FurtherDraws[0].Id.ShouldBe("drw_2");
        next.FurtherDraws[1].Id.ShouldNotBe("drw_other", "it could be somebody else's");
        next.FurtherDraws[2].Id.ShouldBe("drw_new");
        CampaignMap.Completed(Two with { FurtherDraws = [Two.FurtherDraws[0] with { Id = null }] }, Two, Now).FurtherDraws[0].Id.ShouldBe("drw_2");
    }
}
