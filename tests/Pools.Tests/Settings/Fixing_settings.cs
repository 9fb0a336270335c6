using System;
using System.Collections.Generic;
using System.Linq;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Campaigns;
using Shouldly;
using Xunit;
using static PrizeDraw.Domain.Campaigns.CampaignLife;
using static PrizeDraw.Pools.Tests.Settings.SampleSettings;

namespace PrizeDraw.Pools.Tests.Settings;

/// <summary>What entrants were told is not changed behind their backs.</summary>
public sealed class Fixing_settings
{
    private static readonly Dictionary<string, CampaignSettings> Fixed = new()
    {
        ["slug"] = Whole with { Slug = "winter-paris" },
        ["opensAt"] = Whole with { OpensAt = Opens.AddSeconds(1) },
        ["closesAt"] = Whole with { ClosesAt = Closes.AddDays(1) },
        ["timeZone"] = Whole with { TimeZone = "Europe/Paris" },
        ["terms"] = Whole with { Terms = new Terms("Be fairer.") },
        ["form"] = Whole with { Form = Whole.Form with { MinimumAge = 21 } },
        ["limits"] = Whole with { Limits = new Limits(2) },
        ["consents"] = Whole with { Consents = [] },
        ["pools"] = Whole with { Pools = [] },
        ["draw"] = With(Whole.Draw! with { Reserves = 4 }),
    };

    public static TheoryData<string, string> AfterPublishing()
    {
        var cases = new TheoryData<string, string>();
        foreach (var what in Fixed.Keys)
        {
            cases.Add(what, Scheduled);
            cases.Add(what, Live);
            cases.Add(what, Paused);
            cases.Add(what, Closed);
        }

        return cases;
    }

    private static string[] Refused(string state, CampaignSettings next) => [.. FixedSettings.Changed(state, Whole, next)?.Fields.Select(f => f.Field) ?? []];

    [Theory, MemberData(nameof(AfterPublishing))]
    public void refuses_what_was_told_once_published(string what, string state) => Refused(state, Fixed[what]).ShouldBe([what]);

    [Theory, InlineData(Scheduled), InlineData(Live), InlineData(Paused), InlineData(Closed)]
    public void refuses_to_leave_others_out_of_a_draw_once_published(string state)
    {
        var exclude = new DrawExclusions(["acme.example"], false, ["BT"]);
        CampaignSettings without = With(Whole.Draw! with { Exclude = null }), with = With(Whole.Draw! with { Exclude = exclude });
        string[] From(CampaignSettings before, CampaignSettings next) => [.. FixedSettings.Changed(state, before, next)?.Fields.Select(f => f.Field) ?? []];
        From(without, with).ShouldBe(["draw"]);
        From(with, without).ShouldBe(["draw"]);
        From(with, With(Whole.Draw! with { Exclude = exclude with { PreviousWinners = true } })).ShouldBe(["draw"]);
        From(with, With(Whole.Draw! with { Exclude = exclude with { Postcodes = ["BT"] } })).ShouldBeEmpty("nothing is another");
    }

    [Fact]
    public void leaves_a_draft_free() =>
        Fixed.Values.ShouldAllBe(next => Refused(Draft, next).Length == 0 && Refused(RolledBack, next).Length == 0);

    [Fact]
    public void fixes_the_slug_with_the_site() =>
        Fixed.Keys.Where(what => Refused(Ready, Fixed[what]).Length > 0).ShouldBe(["slug"]);

    [Fact]
    public void leaves_the_looks_free_for_ever() =>
        Refused(Live, Whole with { Name = "Autumn", Brand = new Brand("New!"), Promoter = new Promoter("Acme plc", "2 High Street"), AllowedOrigins = [] }).ShouldBeEmpty();

    [Fact]
    public void tells_everything_at_once() =>
        Refused(Live, Whole with { Slug = "other", ClosesAt = Closes.AddDays(1), Draw = null }).ShouldBe(["slug", "closesAt", "draw"]);

    [Fact]
    public void knows_one_instant_in_two_spellings()
    {
        var summer = TimeSpan.FromHours(1);
        Refused(Live, Whole with { OpensAt = Opens.ToOffset(summer), ClosesAt = Closes.ToOffset(summer) }).ShouldBeEmpty();
    }
}
