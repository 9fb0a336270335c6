using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Campaigns;
using Shouldly;
using Xunit;
using static PrizeDraw.Pools.Tests.Settings.SampleSettings;

namespace PrizeDraw.Pools.Tests.Settings;

public sealed class Checking_settings
{
    private static readonly PrizeSettings Car = new() { Name = "car", Stock = 2 };
    private static readonly DrawSettings Draw = Whole.Draw!;
    private static readonly string Long = new('x', 201);

    /// <summary>What is spoilt, and the fields that are then named.</summary>
    private static readonly Dictionary<string, (CampaignSettings Settings, string[] Fields)> Spoilt = new()
    {
        ["no name"] = (Whole with { Name = "  " }, ["name"]),
        ["a long name"] = (Whole with { Name = Long }, ["name"]),
        ["a short slug"] = (Whole with { Slug = "ab" }, ["slug"]),
        ["a long slug"] = (Whole with { Slug = "a" + new string('b', 40) }, ["slug"]),
        ["a slug with capitals"] = (Whole with { Slug = "Summer" }, ["slug"]),
        ["a slug that starts with a digit"] = (Whole with { Slug = "1summer" }, ["slug"]),
        ["a slug that ends with a hyphen"] = (Whole with { Slug = "summer-" }, ["slug"]),
        ["a slug with a line end"] = (Whole with { Slug = "summer\n" }, ["slug"]),
        ["a slug that is a path"] = (Whole with { Slug = "../etc" }, ["slug"]),
        ["closing at the opening"] = (Whole with { ClosesAt = Opens, Draw = null, Pools = [] }, ["closesAt"]),
        ["an unknown zone"] = (Whole with { TimeZone = "Mars/Olympus" }, ["timeZone"]),
        ["no language"] = (Whole with { Languages = [] }, ["languages"]),
        ["a language that is none"] = (Whole with { Languages = ["english please"] }, ["languages"]),
        ["an origin with a path"] = (Whole with { AllowedOrigins = ["https://example.com/a"] }, ["allowedOrigins[0]"]),
        ["an origin of another scheme"] = (Whole with { AllowedOrigins = ["https://example.com", "file:///etc"] }, ["allowedOrigins[1]"]),
        ["too many origins"] = (Whole with { AllowedOrigins = [.. Enumerable.Range(0, 21).Select(i => $"https://o{i}.example.com")] }, ["allowedOrigins"]),
        ["a negative forecast"] = (Whole with { ForecastEntries = -1 }, ["forecastEntries"]),
        ["a nameless promoter"] = (Whole with { Promoter = new Promoter("", "") }, ["promoter.name", "promoter.address"]),
        ["empty terms"] = (Whole with { Terms = new Terms(" ") }, ["terms.text"]),
        ["a colour that is none"] = (Whole with { Brand = new Brand(PrimaryColour: "red;}") }, ["brand.primaryColour"]),
        ["a colour with a line end"] = (Whole with { Brand = new Brand(PrimaryColour: "#0b5fff\n") }, ["brand.primaryColour"]),
        ["a logo over http"] = (Whole with { Brand = new Brand(LogoUrl: "http://example.com/logo.png") }, ["brand.logoUrl"]),
        ["a script for a logo"] = (Whole with { Brand = new Brand(LogoUrl: "javascript:alert(1)") }, ["brand.logoUrl"]),
        ["a consent twice"] = (Whole with { Consents = [new("news", "a"), new("news", "b")] }, ["consents[1].purpose"]),
        ["a consent of no text"] = (Whole with { Consents = [new("news", "")] }, ["consents[0].text"]),
        ["an age of a hundred"] = (Whole with { Form = Whole.Form with { MinimumAge = 100 } }, ["form.minimumAge"]),
        ["a question twice"] = (Asking(new("q", "Q?"), new("q", "Q?")), ["form.fields[1].name"]),
        ["a question without label"] = (Asking(new FormField("q", "")), ["form.fields[0].label"]),
        ["a question of an unknown type"] = (Asking(new FormField("q", "Q?", "file")), ["form.fields[0].type"]),
        ["a choice of nothing"] = (Asking(new FormField("q", "Q?", "select")), ["form.fields[0].options"]),
        ["a question whose name ends a line"] = (Asking(new FormField("q\n", "Q?")), ["form.fields[0].name"]),
        ["limits of nothing"] = (Whole with { Limits = new Limits(0, 0, 0, -1) },
            ["limits.entriesPerEntrant", "limits.entriesPerEntrantPerDay", "limits.entryIntervalSeconds", "limits.winsPerEntrant"]),
        ["two pools of one name"] = (Whole with { Pools = [Pool, Pool with { Id = null }] }, ["pools[1].name"]),
        ["too many pools"] = (Whole with { Pools = [.. Enumerable.Range(0, 21).Select(i => new PoolSettings { Name = $"{i}" })] }, ["pools"]),
        ["an unknown mode"] = (With(Pool with { Modes = ["moments", "lottery"] }), ["pools[0].modes"]),
        ["a mode twice"] = (With(Pool with { Modes = ["moments", "moments"] }), ["pools[0].modes"]),
        ["two prizes of one name"] = (With(Pool with { Prizes = [Car, Car] }), ["pools[0].prizes[1].name"]),
        ["a prize of an unknown kind"] = (With(Car with { Kind = "bribe" }), ["pools[0].prizes[0].kind"]),
        ["a prize without stock"] = (With(Car with { Stock = null }), ["pools[0].prizes[0].stock"]),
        ["a negative stock"] = (With(Car with { Stock = -1 }), ["pools[0].prizes[0].stock"]),
        ["a prize for everybody"] = (With(Car with { Mode = "consolation" }), ["pools[0].prizes[0].mode"]),
        ["caps of nothing"] = (With(Car with { DailyCap = 0, PerEntrantMax = 0 }), ["pools[0].prizes[0].dailyCap", "pools[0].prizes[0].perEntrantMax"]),
        ["caps by the hour of nothing"] = (With(Car with { HourlyCap = 0 }), ["pools[0].prizes[0].hourlyCap"]),
        ["an unknown entry code"] = (With(Pool with { EntryCode = "maybe" }), ["pools[0].entryCode"]),
        ["an unknown free route"] = (With(Pool with { FreeRoute = "pigeon" }), ["pools[0].freeRoute"]),
        ["an unknown identity"] = (Whole with { Limits = Whole.Limits with { EmailIdentity = "face" } }, ["limits.emailIdentity"]),
        ["a prize of an unknown mode"] = (With(Car with { Mode = "lottery" }), ["pools[0].prizes[0].mode"]),
        ["probability without odds"] = (With(Car with { Mode = "probability" }), ["pools[0].prizes[0].odds"]),
        ["odds without probability"] = (With(Car with { Mode = "guaranteed", Odds = new(1, 2) }), ["pools[0].prizes[0].odds"]),
        ["odds of nothing"] = (With(Car with { Odds = new(0, 2) }), ["pools[0].prizes[0].odds"]),
        ["odds above certainty"] = (With(Car with { Odds = new(3, 2) }), ["pools[0].prizes[0].odds"]),
        ["odds out of too many"] = (With(Car with { Odds = new(1, 1_000_000_001) }), ["pools[0].prizes[0].odds"]),
        ["chances above one together"] = (With(Pool with { Prizes = [Car with { Odds = new(2, 3) }, Car with { Name = "bike", Odds = new(1, 2) }], Moments = [] }), ["pools[0].prizes"]),
        ["odds too different for one table"] = (With(Pool with { Prizes = [.. new[] { 999_999_937L, 999_999_929L, 999_999_893L }.Select(n => Car with { Name = $"{n}", Odds = new(1, n) })], Moments = [] }), ["pools[0].prizes"]),
        ["every n-th by moments"] = (With(Car with { EveryNth = 10 }), ["pools[0].prizes[0].everyNth"]),
        ["every n-th of nothing"] = (With(Car with { Mode = "guaranteed", EveryNth = 0 }), ["pools[0].prizes[0].everyNth"]),
        ["every n-th of too many"] = (With(Car with { Mode = "guaranteed", EveryNth = 1_000_000_001 }), ["pools[0].prizes[0].everyNth"]),
        ["low stock in words"] = (With(Car with { LowStockAt = "few" }), ["pools[0].prizes[0].lowStockAt"]),
        ["low stock at nothing"] = (With(Car with { LowStockAt = "0" }), ["pools[0].prizes[0].lowStockAt"]),
        ["low stock above all"] = (With(Car with { LowStockAt = "101%" }), ["pools[0].prizes[0].lowStockAt"]),
        ["low stock of no stock"] = (With(new PrizeSettings { Name = "mug", Kind = "gift", LowStockAt = "10" }), ["pools[0].prizes[0].lowStockAt"]),
        ["codes that are not handed out"] = (With(Car with { CouponBatchId = "cpn_1" }), ["pools[0].prizes[0].couponBatchId"]),
        ["hours that are none"] = (Generating(new("car", 1, Hours: "9-17")), ["pools[0].moments[0].generate.hours"]),
        ["hours of a long day"] = (Generating(new("car", 1, Hours: "09:00-24:00")), ["pools[0].moments[0].generate.hours"]),
        ["hours over midnight"] = (Generating(new("car", 1, Hours: "22:00-02:00")), ["pools[0].moments[0].generate.hours"]),
        ["hours outside the window"] = (Generating(new("car", 1, Opens.AddHours(3), Opens.AddHours(4), "06:00-09:00")), ["pools[0].moments[0].generate.hours"]),
        ["a quota of nothing"] = (Generating(new("car", 1, PerDay: 0)), ["pools[0].moments[0].generate.perDay"]),
        ["a quota that holds too few"] = (Generating(new("car", 63, PerDay: 2)), ["pools[0].moments[0].generate.perDay"]),
        ["an unknown fulfilment"] = (With(Car with { Fulfilment = "magic" }), ["pools[0].prizes[0].fulfilment"]),
        ["an empty moment"] = (With(Car, new MomentSettings()), ["pools[0].moments[0]", "pools[0].moments[0].prize", "pools[0].moments[0].at"]),
        ["a moment of nothing"] = (With(Car, new MomentSettings(Opens, "bike")), ["pools[0].moments[0].prize"]),
        ["a moment of a gift"] = (With(new PrizeSettings { Name = "mug", Kind = "gift" }, new MomentSettings(Opens, "mug")), ["pools[0].moments[0].prize"]),
        ["a moment without an instant"] = (With(Car, new MomentSettings(Prize: "car")), ["pools[0].moments[0].at"]),
        ["a moment both listed and generated"] = (With(Car, new MomentSettings(Opens, "car", new GenerateMoments("car", 1))), ["pools[0].moments[0]"]),
        ["no moments at all"] = (With(Car, new MomentSettings(Generate: new GenerateMoments("car", 0))), ["pools[0].moments[0].generate.count"]),
        ["too many moments"] = (With(Pool with { Moments = [Many(600_000), Many(600_000)] }), ["pools[0].moments"]),
        ["moments in no time"] = (With(Car, new MomentSettings(Generate: new GenerateMoments("car", 1, Closes, Opens))), ["pools[0].moments[0].generate.to"]),
        ["moments of no dates"] = (With(Car, new MomentSettings(Generate: new GenerateMoments("car", 1))) with { OpensAt = null }, ["pools[0].moments[0].generate"]),
        ["a draw of nothing"] = (With(Draw with { Prizes = [] }), ["draw.prizes"]),
        ["a draw of no units"] = (With(Draw with { Prizes = [new("holiday", 0)] }), ["draw.prizes[0].quantity"]),
        ["a draw of too many"] = (With(Draw with { Prizes = [new("a", 6_000), new("b", 6_000)] }), ["draw.prizes"]),
        ["negative reserves"] = (With(Draw with { Reserves = -1 }), ["draw.reserves"]),
        ["an unknown rule"] = (With(Draw with { Rule = "friends-first" }), ["draw.rule"]),
        ["an unknown level"] = (With(Draw with { Level = "promised" }), ["draw.level"]),
        ["a draw that ends before it begins"] = (With(Draw with { From = Closes, Until = Opens }), ["draw.until"]),
        ["a draw before its last entry"] = (With(Draw with { At = Closes.AddSeconds(-1) }), ["draw.at"]),
    };

    public static TheoryData<string> Everything => [.. Spoilt.Keys];

    private static CampaignSettings Asking(params FormField[] fields) => Whole with { Form = Whole.Form with { Fields = [.. fields] } };

    private static CampaignSettings Generating(GenerateMoments order) => With(Car with { Stock = 100 }, new MomentSettings(Generate: order));

    private static MomentSettings Many(int count) => new(Generate: new GenerateMoments("car", count));

    [Fact]
    public void finds_nothing_wrong_with_what_is_whole() => CampaignSettingsCheck.Of(Whole).ShouldBeNull();

    [Fact]
    public void lets_a_draft_lack_nearly_everything() => CampaignSettingsCheck.Of(new CampaignSettings { Name = "x" }).ShouldBeNull();

    [Theory, MemberData(nameof(Everything))]
    public void names_what_is_wrong(string what)
    {
        var (settings, fields) = Spoilt[what];
        var error = CampaignSettingsCheck.Of(settings).ShouldNotBeNull();
        error.Code.ShouldBe("campaign.invalid");
        error.Fields.Select(f => f.Field).ShouldBe(fields, ignoreOrder: true);
        error.Fields.ShouldAllBe(f => f.Message.Length > 0);
    }

    [Theory]
    [InlineData("abc"), InlineData("summer-2026"), InlineData("a23456789012345678901234567890123456789b")]
    public void takes_slugs_that_name_a_site(string slug) => CampaignSettingsCheck.Of(Whole with { Slug = slug }).ShouldBeNull();

    [Fact]
    public void takes_values_at_the_very_limits() => CampaignSettingsCheck.Of(Whole with
    {
        Name = Long[1..],
        Form = new EntryForm { MinimumAge = 99 },
        Limits = new Limits(1, 1, 1, 0),
        Draw = Draw with { Prizes = [new("a", 10_000)], Reserves = 10_000, At = Closes },
        Pools = [Pool with { Prizes = [Car with { Stock = 0, DailyCap = 1, PerEntrantMax = 1 }, Car with { Name = "bike", Stock = 100_000_000 }] }],
    }).ShouldBeNull();

    [Fact]
    public void takes_every_mode_together() => CampaignSettingsCheck.Of(With(new PoolSettings
    {
        Name = "All",
        Modes = ["consolation", "probability", "moments", "guaranteed"],
        EntryCode = "required",
        FreeRoute = "online",
        Prizes =
        [
            Car with { Name = "tenth", Mode = "guaranteed", EveryNth = 10, LowStockAt = "1" },
            Car with { Name = "first", Mode = "guaranteed", LowStockAt = "100%", HourlyCap = 1 },
            Car,
            Car with { Name = "third", Odds = new(1, 3) },
            Car with { Name = "rest", Odds = new(2, 3), Fulfilment = "coupon", CouponBatchId = "cpn_1" },
            new PrizeSettings { Name = "mug", Kind = "gift", Fulfilment = "coupon" },
        ],
        Moments = [new MomentSettings(Generate: new GenerateMoments("car", 2, Hours: "09:00-00:00", PerDay: 1))],
    })).ShouldBeNull();

    [Fact]
    public void counts_the_days_of_a_quota_by_the_campaigns_zone()
    {
        // 1 June 09:00 UTC to 1 July 09:00 UTC touches 31 days in London.
        CampaignSettingsCheck.Of(Generating(new("car", 62, PerDay: 2))).ShouldBeNull();
        // From 10:00 to 12:00 there, the last morning is over by 10:00.
        CampaignSettingsCheck.Of(Generating(new("car", 60, Hours: "10:00-12:00", PerDay: 2))).ShouldBeNull();
        CampaignSettingsCheck.Of(Generating(new("car", 61, Hours: "10:00-12:00", PerDay: 2))).ShouldNotBeNull();
    }

    [Fact]
    public void wants_a_slug_and_dates_before_provisioning()
    {
        CampaignSettingsCheck.ForProvisioning(Whole).ShouldBeNull();
        CampaignSettingsCheck.ForProvisioning(Whole with { Slug = null, OpensAt = null, ClosesAt = null }).ShouldNotBeNull()
            .Fields.Select(f => f.Field).ShouldBe(["slug", "opensAt", "closesAt"]);
    }
}
