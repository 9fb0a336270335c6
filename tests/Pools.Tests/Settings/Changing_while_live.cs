using System.Collections.Generic;
using System.Linq;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Campaigns;
using Shouldly;
using Xunit;
using static PrizeDraw.Domain.Campaigns.CampaignLife;
using static PrizeDraw.Pools.Tests.Settings.SampleSettings;

namespace PrizeDraw.Pools.Tests.Settings;

/// <summary>How prizes are won was published; how many there are and how fast they go may still change.</summary>
public sealed class Changing_while_live
{
    private static readonly PoolSettings Stored = Pool with
    {
        Id = "pool_1",
        Modes = ["guaranteed", "moments", "probability", "consolation"],
        Prizes = [Pool.Prizes[0] with { Id = "prz_1" }, new PrizeSettings { Id = "prz_2", Name = "luck", Stock = 5, Odds = new(1, 9) }],
        Moments = [],
    };

    private static readonly PrizeSettings New = new() { Name = "cup", Stock = 3, Odds = new(1, 99) };

    private static readonly Dictionary<string, (PoolSettings Pool, string[] Fields)> Refusals = new()
    {
        ["another name"] = (Stored with { Name = "Other" }, ["pools[0].name"]),
        ["other modes"] = (Stored with { Modes = ["moments"] }, ["pools[0].modes"]),
        ["a code"] = (Stored with { EntryCode = "required" }, ["pools[0].entryCode"]),
        ["another free route"] = (Stored with { FreeRoute = "online" }, ["pools[0].freeRoute"]),
        ["other tickets"] = (Stored with { Tickets = Stored.Tickets + 1 }, ["pools[0].tickets"]),
        ["more moments"] = (Stored with { Moments = [new MomentSettings(Opens, "car")] }, ["pools[0].moments"]),
        ["a prize less"] = (Stored with { Prizes = [Stored.Prizes[0]] }, ["pools[0].prizes"]),
        ["another order"] = (Stored with { Prizes = [Stored.Prizes[1], Stored.Prizes[0]] }, ["pools[0].prizes"]),
        ["a new prize before the others"] = (Stored with { Prizes = [New, .. Stored.Prizes] }, ["pools[0].prizes"]),
        ["another prize name"] = (With1(p => p with { Name = "van" }), ["pools[0].prizes[0].name"]),
        ["another kind"] = (With1(p => p with { Kind = "gift", Mode = "moments" }), ["pools[0].prizes[0].kind"]),
        ["another mode"] = (With1(p => p with { Mode = "guaranteed" }), ["pools[0].prizes[0].mode"]),
        ["every n-th"] = (With1(p => p with { EveryNth = 3 }), ["pools[0].prizes[0].everyNth"]),
        ["another way to the winner"] = (With1(p => p with { Fulfilment = "delivery" }), ["pools[0].prizes[0].fulfilment"]),
        ["a batch"] = (With1(p => p with { CouponBatchId = "cpn_1" }), ["pools[0].prizes[0].couponBatchId"]),
        ["other odds"] = (Stored with { Prizes = [Stored.Prizes[0], Stored.Prizes[1] with { Odds = new(1, 8) }] }, ["pools[0].prizes[1].odds"]),
        ["a new prize of moments"] = (Stored with { Prizes = [.. Stored.Prizes, New with { Odds = null }] }, ["pools[0].prizes[2].mode"]),
        ["a new coupon without batch"] = (Stored with { Prizes = [.. Stored.Prizes, New with { Fulfilment = "coupon" }] }, ["pools[0].prizes[2].couponBatchId"]),
    };

    public static TheoryData<string> Fixed => [.. Refusals.Keys];

    private static PoolSettings With1(System.Func<PrizeSettings, PrizeSettings> change) => Stored with { Prizes = [change(Stored.Prizes[0]), Stored.Prizes[1]] };

    private static string[] Refused(PoolSettings next, string state = Live)
    {
        var error = FixedSettings.Changed(state, With(Stored), With(next));
        error?.Code.ShouldBe("pool.not_changeable");
        return [.. error?.Fields.Select(f => f.Field) ?? []];
    }

    [Theory, MemberData(nameof(Fixed))]
    public void refuses_what_was_published(string what) => Refused(Refusals[what].Pool).ShouldBe(Refusals[what].Fields);

    [Theory, InlineData(Scheduled), InlineData(Live), InlineData(Paused)]
    public void takes_stock_caps_alerts_pauses_and_more_prizes(string state)
    {
        Refused(With1(p => p with { Stock = 9, DailyCap = 1, HourlyCap = 1, PerEntrantMax = 2, LowStockAt = "10%", Paused = true }), state).ShouldBeEmpty();
        Refused(Stored with { Paused = true }, state).ShouldBeEmpty();
        Refused(Stored with { Prizes = [.. Stored.Prizes, New, new PrizeSettings { Name = "pen", Kind = "gift" }] }, state).ShouldBeEmpty();
    }

    [Fact]
    public void knows_a_mode_that_is_said_and_one_that_follows_as_the_same() => Refused(With1(p => p with { Mode = "moments" })).ShouldBeEmpty();

    [Fact]
    public void refuses_a_mode_that_the_pool_does_not_have()
    {
        var narrow = Stored with { Modes = ["moments"], Prizes = [Stored.Prizes[0]] };
        FixedSettings.Changed(Live, With(narrow), With(narrow with { Prizes = [narrow.Prizes[0], New] })).ShouldNotBeNull()
            .Fields.Select(f => f.Field).ShouldBe(["pools[0].prizes[1].mode"]);
    }

    [Fact]
    public void changes_one_pool_at_a_time()
    {
        var two = Whole with { Pools = [Stored, Stored with { Id = "pool_2", Name = "Second" }] };
        var both = two with { Pools = [.. two.Pools.Select(p => p with { Paused = true })] };
        FixedSettings.Changed(Live, two, both).ShouldNotBeNull().Fields.Select(f => f.Field).ShouldBe(["pools"]);
        FixedSettings.Changed(Live, two, two with { Pools = [two.Pools[0], both.Pools[1]] }).ShouldBeNull();
    }

    [Fact]
    public void changes_nothing_any_more_once_closed() =>
        FixedSettings.Changed(Closed, With(Stored), With(Stored with { Paused = true })).ShouldNotBeNull().Fields.Select(f => f.Field).ShouldBe(["pools"]);
}
