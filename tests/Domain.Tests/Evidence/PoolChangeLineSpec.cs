using System;
using System.Text;
using System.Text.Json;
using PrizeDraw.Domain.Evidence;
using Shouldly;
using Xunit;

namespace PrizeDraw.Domain.Tests.Evidence;

public sealed class A_line_of_a_pools_rules
{
    private static readonly DateTimeOffset Noon = new(2026, 12, 5, 12, 0, 0, TimeSpan.Zero);

    private static readonly PoolRulesLine Rules = new()
    {
        Pool = "pool_1",
        From = 1,
        At = Noon,
        Rules = new PoolRuleSet
        {
            Modes = ["probability", "consolation"],
            Prizes =
            [
                new RuledPrize
                {
                    Id = "prz_1", Name = "Café “voucher”", Kind = "prize", Mode = "probability", Stock = 100, DailyCap = 10, HourlyCap = 2,
                    PerEntrantMax = 1, Odds = new RuledOdds(1, 50), Coupon = new RuledCoupon("cpn_1", Noon.AddDays(9)),
                },
                new RuledPrize { Id = "prz_2", Name = "Sticker", Kind = "gift", Mode = "consolation", Paused = true },
                new RuledPrize { Id = "prz_3", Name = "Pen", Kind = "gift", Mode = "guaranteed", EveryNth = 7, Coupon = new RuledCoupon("cpn_2", null) },
            ],
            Limits = new RuledLimits(1, null, 60, null, "gmail"),
            OpensAt = Noon.AddDays(-1),
            ClosesAt = Noon.AddDays(10).AddMilliseconds(-1),
            TimeZone = "Europe/London",
            Paused = false,
        },
    };

    private static readonly PoolCouponsLine Coupons = new() { Pool = "pool_1", From = 41, At = Noon, Prize = "prz_1", Added = 1000 };

    [Fact] public void is_canonical_json_that_says_everything_entries_are_judged_by() =>
        Encoding.UTF8.GetString(Rules.ToCanonical()).ShouldBe("""
            {"at":"2026-12-05T12:00:00Z","closesAt":"2026-12-15T11:59:59.999Z","from":1,"limits":{"emailIdentity":"gmail",
            "entriesPerEntrant":1,"entriesPerEntrantPerDay":null,"entryIntervalSeconds":60,"winsPerEntrant":null},
            "modes":["probability","consolation"],"opensAt":"2026-12-04T12:00:00Z","paused":false,"pool":"pool_1","prizes":[
            {"coupon":{"batch":"cpn_1","expiresAt":"2026-12-14T12:00:00Z"},"dailyCap":10,"everyNth":null,"hourlyCap":2,"id":"prz_1","kind":"prize",
            "mode":"probability","name":"Café “voucher”","odds":{"outOf":50,"win":1},"paused":false,"perEntrantMax":1,"stock":100},
            {"coupon":null,"dailyCap":null,"everyNth":null,"hourlyCap":null,"id":"prz_2","kind":"gift","mode":"consolation",
            "name":"Sticker","odds":null,"paused":true,"perEntrantMax":null,"stock":null},
            {"coupon":{"batch":"cpn_2","expiresAt":null},"dailyCap":null,"everyNth":7,"hourlyCap":null,"id":"prz_3","kind":"gift","mode":"guaranteed",
            "name":"Pen","odds":null,"paused":false,"perEntrantMax":null,"stock":null}],"timeZone":"Europe/London","type":"rules"}
            """.ReplaceLineEndings(""));

    [Fact] public void of_coupons_says_how_many_were_added() =>
        Encoding.UTF8.GetString(Coupons.ToCanonical()).ShouldBe(
            """{"added":1000,"at":"2026-12-05T12:00:00Z","from":41,"pool":"pool_1","prize":"prz_1","type":"coupons"}""");

    [Fact] public void is_read_back_as_it_was_written()
    {
        PoolChangeLine.Parse(Rules.ToCanonical()).ShouldBeOfType<PoolRulesLine>().ToCanonical().ShouldBe(Rules.ToCanonical());
        PoolChangeLine.Parse(Coupons.ToCanonical()).ShouldBe(Coupons);
    }

    [Theory]
    [InlineData("""{"added":1,"at":"2026-12-05T12:00:00Z","from":41,"pool":"pool_1","prize":"prz_1","type":"other"}""")]
    [InlineData("""{"added":1,"at":"2026-12-05T12:00:00Z","extra":1,"from":41,"pool":"pool_1","prize":"prz_1","type":"coupons"}""")]
    [InlineData("""{"added":1, "at":"2026-12-05T12:00:00Z","from":41,"pool":"pool_1","prize":"prz_1","type":"coupons"}""")]
    [InlineData("""{"added":1,"at":"2026-12-05T12:00:00.0Z","from":41,"pool":"pool_1","prize":"prz_1","type":"coupons"}""")]
    [InlineData("""{"added":0,"at":"2026-12-05T12:00:00Z","from":41,"pool":"pool_1","prize":"prz_1","type":"coupons"}""")]
    [InlineData("""{"added":1,"at":"2026-12-05T12:00:00Z","from":0,"pool":"pool_1","prize":"prz_1","type":"coupons"}""")]
    [InlineData("""{"added":1,"at":"2026-12-05T12:00:00Z","pool":"pool_1","prize":"prz_1","type":"coupons"}""")]
    [InlineData("[]")]
    [InlineData("{")]
    public void is_read_in_its_one_spelling_only(string line) =>
        Should.Throw<JsonException>(() => PoolChangeLine.Parse(Encoding.UTF8.GetBytes(line)));

    [Fact] public void is_chained_to_the_ones_before()
    {
        var first = Rules.After(PoolChangeLine.Genesis);
        first.ShouldBe(Bytes32.HashOf([.. new byte[32], .. Rules.Hash().ToArray()]));
        var second = Coupons.After(first);
        second.ShouldBe(Bytes32.HashOf([.. first.ToArray(), .. Bytes32.HashOf(Coupons.ToCanonical()).ToArray()]));
        (Rules with { From = 2 }).After(PoolChangeLine.Genesis).ShouldNotBe(first);
    }
}

public sealed class A_commitment_to_instant_wins
{
    private static readonly InstantCommitment Commitment = new()
    {
        Campaign = "cmp_1", Pool = "pool_1", SecretHash = Bytes32.HashOf([1]), RulesHash = Bytes32.HashOf([2]), Level = EvidenceLevel.Committed,
        MomentsRoot = Bytes32.HashOf([]), Moments = 12, Chosen = 2, At = new DateTimeOffset(2026, 12, 5, 12, 0, 0, TimeSpan.Zero),
        Generated =
        [
            new GeneratedMoments("prz_1", 10, new(2026, 12, 6, 0, 0, 0, TimeSpan.Zero), new(2026, 12, 8, 0, 0, 0, TimeSpan.Zero), "09:00-17:30", 5),
        ],
    };

    [Fact] public void is_canonical_json_and_read_back_as_it_was_written()
    {
        Encoding.UTF8.GetString(Commitment.ToCanonical()).ShouldBe($$"""
            {"at":"2026-12-05T12:00:00Z","campaign":"cmp_1","level":"committed","moments":{"chosen":2,"count":12,"generated":[
            {"count":10,"from":"2026-12-06T00:00:00Z","hours":"09:00-17:30","perDay":5,"prize":"prz_1","until":"2026-12-08T00:00:00Z"}]},
            "momentsRoot":"{{Bytes32.HashOf([])}}","pool":"pool_1","protocol":"pdv1","round":0,"rulesHash":"{{Bytes32.HashOf([2])}}",
            "secretHash":"{{Bytes32.HashOf([1])}}","type":"instant-commitment"}
            """.ReplaceLineEndings(""));
        InstantCommitment.Parse(Commitment.ToCanonical()).ToCanonical().ShouldBe(Commitment.ToCanonical());
    }

    [Fact] public void does_not_contradict_itself()
    {
        Should.Throw<ArgumentException>(() => (Commitment with { Moments = 13 }).ToCanonical());
        Should.Throw<ArgumentException>(() => (Commitment with { Round = 1 }).ToCanonical());
        var text = Encoding.UTF8.GetString(Commitment.ToCanonical());
        Should.Throw<JsonException>(() => InstantCommitment.Parse(Encoding.UTF8.GetBytes(text.Replace("\"count\":12", "\"count\":13", StringComparison.Ordinal))));
        Should.Throw<JsonException>(() => InstantCommitment.Parse(Encoding.UTF8.GetBytes(text.Replace("pdv1", "pdv2", StringComparison.Ordinal))));
    }
}
