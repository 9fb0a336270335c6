using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using PrizeDraw.Domain.Draws;
using PrizeDraw.Domain.Evidence;
using Shouldly;
using Xunit;

namespace PrizeDraw.Domain.Tests.Draws;

public sealed class The_leaves_of_a_draw
{
    [Fact] public void have_the_published_format()
    {
        DrawLeaves.Leaf(new DrawEntry("e1", "p1", 12)).ShouldBe("e1\u001fp1\u001f12"u8.ToArray());
        DrawLeaves.Leaf(new ExcludedEntry("e1", "p1", "duplicate")).ShouldBe("e1\u001fp1\u001fduplicate"u8.ToArray());
    }

    [Fact] public void are_ordered_as_unsigned_bytes() =>
        DrawLeaves.Sort(new[] { "b", "a1", "B", "a", "Z", "0" }.Select(e => new DrawEntry(e, "p"))).Select(e => e.EntryRef)
            .ShouldBe(["0", "B", "Z", "a", "a1", "b"]);

    [Fact] public void of_excluded_entries_have_a_root_of_their_own()
    {
        DrawLeaves.Root(Array.Empty<ExcludedEntry>()).ShouldBe(MerkleTree.EmptyRoot);
        ExcludedEntry[] excluded = [new("e1", "p1", "duplicate"), new("e2", "p2", "under-age")];
        DrawLeaves.Root(excluded).ShouldBe(MerkleTree.Of([.. excluded.Select(e => DrawLeaves.Leaf(e))]).Root);
    }

    [Theory]
    [InlineData("", "p")]
    [InlineData("e", "")]
    [InlineData("e\u001fp", "p")]
    [InlineData("é", "p")]
    [InlineData("e", "p\n")]
    public void refuse_refs_that_could_be_read_two_ways(string entryRef, string personRef) =>
        Should.Throw<ArgumentException>(() => DrawLeaves.Leaf(new DrawEntry(entryRef, personRef)));

    [Fact] public void refuse_another_order_and_repetition()
    {
        Should.Throw<ArgumentException>(() => DrawLeaves.Root([new DrawEntry("b", "p"), new DrawEntry("a", "p")]));
        Should.Throw<ArgumentException>(() => DrawLeaves.Root([new DrawEntry("a", "p"), new DrawEntry("a", "p")]));
        Should.Throw<ArgumentException>(() => DrawLeaves.Root([new DrawEntry("a", "p", 0)]));
    }
}

public sealed class The_rules_of_a_draw
{
    private static readonly DrawRules Rules = new()
    {
        DrawId = "drw_1", Prizes = DrawRules.Expand([("Weekend in Paris", 1), ("Mug", 2)]), Reserves = 2,
        Rule = DrawRule.OnePerPerson, Until = new DateTimeOffset(2026, 12, 31, 23, 59, 59, TimeSpan.Zero),
    };

    [Fact] public void are_canonical_json_with_prizes_expanded()
    {
        const string json = """{"drawId":"drw_1","from":null,"prizes":["Weekend in Paris","Mug","Mug"],"reserves":2,"rule":"one-per-person","until":"2026-12-31T23:59:59Z"}""";
        Encoding.UTF8.GetString(Rules.ToCanonical()).ShouldBe(json);
        Rules.Hash().ShouldBe(Bytes32.HashOf(Encoding.UTF8.GetBytes(json)));
        Rules.Winners.ShouldBe(3);
    }

    [Fact] public void are_published_with_all_that_decides_beside_them()
    {
        var secret = Bytes32.HashOf("s"u8).ToArray();
        var plan = new PublishedPlan
        {
            CampaignId = "cmp_1", DrawId = "drw_1", Name = "Final", Rules = Encoding.UTF8.GetString(Rules.ToCanonical()), SecretHash = Bytes32.HashOf(secret),
            AddedLater = false, PublishedAt = new DateTimeOffset(2026, 12, 1, 0, 0, 0, TimeSpan.Zero),
            Conditions = new DrawConditions
            {
                Level = EvidenceLevel.Beacon, ClaimDays = 14, Tickets = new Dictionary<string, int> { ["pool_b"] = 1, ["pool_a"] = 5 },
                Exclude = RuledExclusions.Of(secret, ["b.example", "a.example", "b.example"], ["BT", "AB"], previousWinners: true),
            },
        };
        // HMAC-SHA256 under the secret, over "pdv1/staff-domains", a zero byte and the domains as a list.
        var hash = Convert.ToHexStringLower(System.Security.Cryptography.HMACSHA256.HashData(secret, "pdv1/staff-domains\0[\"a.example\",\"b.example\"]"u8));
        Encoding.UTF8.GetString(plan.ToCanonical()).ShouldBe(
            """{"addedLater":false,"campaignId":"cmp_1","claimDays":14,"drawId":"drw_1","exclude":{"postcodes":["AB","BT"],"previousWinners":true,"""
            + "\"" + """staffDomains":{"count":2,"hash":"HASH"}},"format":"pdv1/plan","level":"beacon","name":"Final","publishedAt":"2026-12-01T00:00:00Z","rules":""".Replace("HASH", hash, StringComparison.Ordinal)
            + $"{plan.Rules},\"rulesHash\":\"{Rules.Hash()}\",\"secretHash\":\"{plan.SecretHash}\",\"tickets\":{{\"pool_a\":5,\"pool_b\":1}}}}");
        var document = plan.ToDocument("key", [1, 2]);
        Encoding.UTF8.GetString(document).ShouldContain("\"format\":\"pdv1/plan\",\"keyId\":\"key\",\"level\"");
        (plan with { PublishedAt = plan.PublishedAt.AddDays(1) }).IsToldBy(document).ShouldBeTrue("it said so yesterday");
        (plan with { AddedLater = true }).IsToldBy(document).ShouldBeFalse();
        (plan with { Conditions = plan.Conditions with { ClaimDays = null } }).IsToldBy(document).ShouldBeFalse();
        RuledExclusions.HashOf(Bytes32.HashOf("t"u8).ToArray(), ["a.example", "b.example"]).ToString().ShouldNotBe(hash, "another draw has another secret");
        RuledExclusions.Of(secret, [], [], previousWinners: false).ShouldBeNull();
    }

    [Fact] public void refuse_what_can_not_be_drawn()
    {
        Should.Throw<ArgumentException>(() => (Rules with { Prizes = [] }).Hash());
        Should.Throw<ArgumentException>(() => (Rules with { Reserves = -1 }).Hash());
        Should.Throw<ArgumentException>(() => (Rules with { From = Rules.Until }).Hash());
        Should.Throw<ArgumentException>(() => DrawRules.Expand([("Mug", 0)]));
    }

    [Fact] public void have_stored_names()
    {
        foreach (var rule in Enum.GetValues<DrawRule>())
        {
            DrawRuleNames.TryParse(rule.StoredName(), out var read).ShouldBeTrue();
            read.ShouldBe(rule);
        }
        DrawRuleNames.TryParse("One-Per-Person", out _).ShouldBeFalse();
    }
}

public sealed class The_level_of_evidence
{
    [Theory]
    [InlineData(EvidenceLevel.Beacon, "beacon")]
    [InlineData(EvidenceLevel.BeaconUnwitnessed, "beacon-unwitnessed")]
    [InlineData(EvidenceLevel.Observed, "observed")]
    [InlineData(EvidenceLevel.Committed, "committed")]
    public void has_a_stored_name(EvidenceLevel level, string name)
    {
        level.StoredName().ShouldBe(name);
        EvidenceLevels.TryParse(name, out var read).ShouldBeTrue();
        read.ShouldBe(level);
    }

    [Theory]
    [InlineData(EvidenceLevel.Beacon, 1, 32, true)]
    [InlineData(EvidenceLevel.Beacon, 0, 32, false)]
    [InlineData(EvidenceLevel.Beacon, 1, 0, false)]
    [InlineData(EvidenceLevel.BeaconUnwitnessed, 1, 31, false)]
    [InlineData(EvidenceLevel.Observed, 0, 32, true)]
    [InlineData(EvidenceLevel.Observed, 1, 32, false)]
    [InlineData(EvidenceLevel.Observed, 0, 0, false)]
    [InlineData(EvidenceLevel.Committed, 0, 0, true)]
    [InlineData(EvidenceLevel.Committed, 0, 32, false)]
    [InlineData(EvidenceLevel.Committed, 5, 0, false)]
    public void decides_what_the_randomness_may_be(EvidenceLevel level, long round, int bytes, bool allowed)
    {
        void Derive() => DrawSeed.Derive(level, Bytes32.Zero, Bytes32.Zero, round, new byte[bytes], new byte[32]);
        if (allowed) Should.NotThrow(Derive);
        else Should.Throw<ArgumentException>(Derive);
    }

    [Fact] public void does_not_excuse_a_short_secret() => Should.Throw<ArgumentException>(
        () => DrawSeed.Derive(EvidenceLevel.Committed, Bytes32.Zero, Bytes32.Zero, 0, [], new byte[16]));
}

public sealed class A_commitment
{
    private static readonly DrawCommitment Commitment = new()
    {
        DrawId = "drw_1", Root = Bytes32.HashOf("r"u8), ExcludedRoot = MerkleTree.EmptyRoot, Eligible = 12, Excluded = 1, Tickets = 28,
        Persons = 10, LastNumbers = new Dictionary<string, long> { ["pool_b"] = 3, ["pool_a"] = 10 }, RulesHash = Bytes32.HashOf("u"u8),
        SecretHash = Bytes32.HashOf("s"u8), Level = EvidenceLevel.Beacon, ChainHash = Bytes32.HashOf("c"u8), Round = 123,
        CommittedAt = new DateTimeOffset(2027, 1, 1, 0, 15, 0, TimeSpan.Zero),
    };

    [Fact] public void is_canonical_json()
    {
        var json = Encoding.UTF8.GetString(Commitment.ToCanonical());
        json.ShouldBe($$$"""
            {"addedLater":false,"chainHash":"{{{Bytes32.HashOf("c"u8)}}}","committedAt":"2027-01-01T00:15:00Z",
            "counts":{"eligible":12,"excluded":1,"persons":10,"tickets":28},"drawId":"drw_1",
            "excludedRoot":"{{{MerkleTree.EmptyRoot}}}","lastNumbers":{"pool_a":10,"pool_b":3},"level":"beacon","protocol":"pdv1",
            "root":"{{{Bytes32.HashOf("r"u8)}}}","round":123,"rulesHash":"{{{Bytes32.HashOf("u"u8)}}}",
            "secretHash":"{{{Bytes32.HashOf("s"u8)}}}","succeeds":null}
            """.ReplaceLineEndings(""));
        Commitment.Hash().ShouldBe(Bytes32.HashOf(Encoding.UTF8.GetBytes(json)));
    }

    [Fact] public void refuses_counts_that_do_not_add_up()
    {
        Refused(Commitment with { Eligible = 11 });
        Refused(Commitment with { Excluded = 0 });
        Refused(Commitment with { Tickets = 11 });
        Refused(Commitment with { Persons = 13 });
        Refused(Commitment with { LastNumbers = new Dictionary<string, long> { ["pool_a"] = 14, ["pool_b"] = -1 } });
    }

    [Fact] public void refuses_a_level_that_does_not_go_with_the_rest()
    {
        Refused(Commitment with { Round = 0 });
        Refused(Commitment with { ChainHash = null });
        Refused(Commitment with { Level = EvidenceLevel.Committed });
        Refused(Commitment with { Level = EvidenceLevel.Committed, Round = 0 });
        Refused(Commitment with { Level = EvidenceLevel.BeaconUnwitnessed, AddedLater = true });
        Should.NotThrow((Commitment with { Level = EvidenceLevel.Observed, Round = 0, ChainHash = null, AddedLater = true }).Hash);
    }

    [Fact] public void starts_the_chain_of_events()
    {
        var replaced = new DrawEvent("winner-replaced", 1, "unreachable", "7.2", null, "usr_1", Commitment.CommittedAt);
        Encoding.UTF8.GetString(replaced.ToCanonical()).ShouldBe(
            """{"actor":"usr_1","at":"2027-01-01T00:15:00Z","clause":"7.2","evidenceHash":null,"kind":"winner-replaced","position":1,"reasonCode":"unreachable"}""");
        var head = replaced.Next(Commitment.Hash());
        head.ShouldBe(Bytes32.HashOf([.. Commitment.Hash().ToArray(), .. Bytes32.HashOf(replaced.ToCanonical()).ToArray()]));
        (replaced with { Position = null }).Next(Commitment.Hash()).ShouldNotBe(head);
    }

    private static void Refused(DrawCommitment commitment) => Should.Throw<ArgumentException>(() => commitment.Hash());
}
