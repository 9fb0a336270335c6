using System;
using System.Collections.Immutable;
using System.Linq;
using PrizeDraw.Domain.Sync;
using Shouldly;
using Xunit;

namespace PrizeDraw.Domain.Tests.Sync;

public sealed class Dealing_waves
{
    private static readonly Guid Release = new("00000000-0000-7000-8000-000000000001");
    private static readonly ImmutableArray<WaveShare> Widening = [Percent(1), Percent(25), Percent(100)];

    [Fact] public void gives_every_site_one_wave_and_as_many_as_the_percentages_say()
    {
        foreach (var count in new[] { 0, 1, 2, 7, 100, 999 })
        {
            var dealt = Waves.Deal(Release, Sites(count), Widening);
            dealt.Count.ShouldBe(count);
            dealt.Values.Count(w => w == 1).ShouldBe((count + 99) / 100);
            dealt.Values.Count(w => w <= 2).ShouldBe(((25 * count) + 99) / 100);
            dealt.Values.ShouldAllBe(w => w >= 1 && w <= 3);
        }
    }

    [Fact] public void is_the_same_for_the_same_release_in_whatever_order_sites_come()
    {
        var sites = Sites(50);
        var dealt = Waves.Deal(Release, sites, Widening);
        Waves.Deal(Release, [.. sites.Reverse()], Widening).OrderBy(d => d.Key).ShouldBe(dealt.OrderBy(d => d.Key));
        Waves.Deal(Guid.Parse("00000000-0000-7000-8000-000000000002"), sites, Widening).OrderBy(d => d.Key).ShouldNotBe(dealt.OrderBy(d => d.Key));
    }

    [Fact] public void keeps_the_chosen_for_the_wave_that_names_them_and_counts_them_in_its_share()
    {
        var sites = Sites(20);
        var stranger = new Guid("00000000-0000-7000-a000-000000000001");
        var dealt = Waves.Deal(Release, sites, [Chosen(sites[3], sites[4], stranger), Percent(20), Chosen(sites[9]), Percent(100)]);
        (dealt[sites[3]], dealt[sites[4]], dealt[sites[9]]).ShouldBe((1, 1, 3));
        dealt.ContainsKey(stranger).ShouldBeFalse();
        dealt.Values.Count(w => w <= 2).ShouldBe(4);
        dealt.Values.Count(w => w == 3).ShouldBe(1);
        dealt.Count.ShouldBe(20);
    }

    [Theory]
    [InlineData("live", 47, false, "held")]
    [InlineData("paused", 47, false, "held")]
    [InlineData("live", 49, false, null)]
    [InlineData("closed", -1, false, null)]
    [InlineData("ready", 10, false, null)]
    [InlineData("ready", 10, true, "held")]
    [InlineData("archived", -100, false, "skipped")]
    [InlineData("draft", 100, false, "skipped")]
    public void leaves_out_who_closes_soon_is_pinned_or_has_no_site(string state, int closesInHours, bool isPinned, string? expected)
    {
        var now = new DateTimeOffset(2026, 12, 1, 12, 0, 0, TimeSpan.Zero);
        HeldOut.Of(state, now.AddHours(closesInHours), isPinned, 48, now)?.State.ShouldBe(expected);
        (HeldOut.Of(state, now.AddHours(closesInHours), isPinned, 48, now) is null).ShouldBe(expected is null);
    }

    [Theory]
    [InlineData(100, 0, 19, 0, false)]   // Nothing is refused.
    [InlineData(100, 0, 10, 9, false)]   // Too few to say.
    [InlineData(19, 0, 0, 20, false)]
    [InlineData(100, 0, 19, 1, true)]    // From 0 to 5 of a hundred.
    [InlineData(98, 2, 94, 6, false)]    // By four points.
    [InlineData(80, 20, 74, 26, false)]  // By six points, but not by half.
    [InlineData(80, 20, 69, 31, true)]
    [InlineData(50, 50, 80, 20, false)]  // Better.
    public void takes_a_site_for_worse_by_five_points_and_by_half(long taken, long refused, long takenSince, long refusedSince, bool isWorse) =>
        ErrorRate.IsWorse(new SubmissionCounts(taken, refused), new SubmissionCounts(takenSince, refusedSince)).ShouldBe(isWorse);

    [Fact] public void does_not_blame_the_site_for_what_is_peoples_own() => SubmissionCounts.Of(
        10, [new("entry.invalid", 3), new("campaign.has_closed", 50), new("entry.limit_reached", 7), new("entry.not_accepted", 1)]).ShouldBe(new SubmissionCounts(10, 4));

    [Fact] public void is_asked_for_in_a_way_that_makes_sense()
    {
        var right = new AskedRelease("v2", [], [new(2, null, 10), new(0, 20, 60), new(0, 100, 0)], false, 0, 48, 0);
        ReleaseRules.ErrorsOf(right).ShouldBeEmpty();
        ReleaseRules.ErrorsOf(right with { Version = null, Picks = ["v2", "0123abcd"] }).ShouldBeEmpty();
        Wrong(right with { Picks = ["abc"] }).ShouldBe(["version"]);
        Wrong(right with { Version = null }).ShouldBe(["version"]);
        Wrong(right with { Version = "--upload-pack=x" }).ShouldBe(["version"]);
        Wrong(right with { Version = "a..b" }).ShouldBe(["version"]);
        Wrong(right with { Waves = [] }).ShouldBe(["waves"]);
        Wrong(right with { Waves = [new(0, 50, 1), new(0, 20, 1), new(0, 100, 1)] }).ShouldBe(["waves[1].percent"]);
        Wrong(right with { Waves = [new(0, 50, -1)] }).ShouldBe(["waves[0].soakMinutes", "waves[0].percent"]);
        Wrong(right with { Waves = [new(0, null, 0), new(0, 100, 0)] }).ShouldBe(["waves[0].percent"]);
        Wrong(right with { NamesCampaignsTwice = true }).ShouldBe(["waves"]);
        Wrong(right with { HoldHours = 721, UnhealthyMax = 51, Tenants = 101 }).ShouldBe(
            ["holdHoursBeforeClosing", "unhealthyMax", "tenantIds"]);
    }

    private static string[] Wrong(AskedRelease asked) => [.. ReleaseRules.ErrorsOf(asked).Select(e => e.Field)];

    private static ImmutableArray<Guid> Sites(int count) => [.. Enumerable.Range(1, count).Select(i => new Guid($"00000000-0000-7000-9000-{i:d12}"))];

    private static WaveShare Percent(int percent) => new([], percent);

    private static WaveShare Chosen(params Guid[] sites) => new([.. sites], null);
}
