using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using PrizeDraw.Domain.Evidence;
using Shouldly;
using Xunit;

namespace PrizeDraw.Domain.Tests.Evidence;

/// <summary>Lies that a platform could sign: nothing but the recount itself is left to find them.</summary>
public sealed class A_recount_of_what_was_forged_consistently : IClassFixture<A_recount.Sample>
{
    private readonly PublishedCampaign campaign;

    public A_recount_of_what_was_forged_consistently(A_recount.Sample sample) => campaign = sample.Campaign;

    [Fact] public void holds_where_nothing_was_changed() => PublishedCampaign.Recount(Forger.Resigned(campaign.Lines(), campaign.Key)).First.ShouldBeEmpty();

    [Theory]
    [InlineData("prizes.2.odds", """{"outOf":39,"win":1}""", "the odds of prz_trip are others")]
    [InlineData("prizes.0.everyNth", "8", "prz_pen is won is another number")]
    [InlineData("prizes.1.name", "\"cup\"", "the name of prz_mug is another")]
    [InlineData("prizes.4.kind", "\"prize\"", "the kind of prz_sticker is another")]
    [InlineData("prizes.4.mode", "\"guaranteed\"", "the mode of prz_sticker is another")]
    [InlineData("prizes.3.id", "\"prz_other\"", "taken away")]
    [InlineData("modes", "[\"moments\"]", "the modes are others")]
    public void finds_what_changed_later_though_the_commitment_fixes_it(string field, string value, string what) =>
        Finds(WithRules(lines => PublishedCampaign.With(lines, "line." + field, JsonNode.Parse(value))), what);

    [Theory]
    [InlineData("prizes.2.stock", "9")]
    [InlineData("prizes.1.dailyCap", "null")]
    [InlineData("prizes.1.paused", "true")]
    public void lets_change_what_the_commitment_leaves_open(string field, string value) =>
        PublishedCampaign.Recount(WithRules(line => PublishedCampaign.With(line, "line." + field, JsonNode.Parse(value)))).First.ShouldBeEmpty();

    [Fact] public void finds_a_winner_who_was_told_of_nothing() => Finds(Told("\"prize\":\"prz_mug\"", new EntryOutcome("none")), "was told of nothing");

    [Fact] public void finds_a_winner_who_was_told_of_another_prize() =>
        Finds(Told("\"prize\":\"prz_mug\"", new EntryOutcome("gift", "prz_pen", "pen")), "was told of prz_pen");

    [Fact] public void finds_a_loser_who_was_told_of_a_prize() =>
        Finds(Told("\"kind\":\"none\"", new EntryOutcome("prize", "prz_trip", "trip")), "was told of prz_trip");

    [Fact] public void finds_a_winner_of_a_code_who_was_given_none() =>
        Finds(Told("\"prize\":\"prz_voucher\"", new EntryOutcome("prize", "prz_voucher", "voucher")), "without a code");

    [Fact] public void finds_a_commitment_that_was_made_after_the_first_entry() =>
        Finds(Committed(c => c with { At = PublishedCampaign.Opens.AddHours(3) }), "before the commitment was made");

    [Fact] public void finds_randomness_without_the_beacons_signature()
    {
        var signature = Enumerable.Repeat((byte)7, 48).ToArray();
        var randomness = Bytes32.HashOf(signature).ToString();
        Finds(Beacon(randomness, null), "not the hash of the beacon's signature");
        Finds(Beacon(new string('a', 64), Convert.ToHexStringLower(signature)), "not the hash of the beacon's signature");
        PublishedCampaign.Recount(Beacon(randomness, Convert.ToHexStringLower(signature))).First
            .ShouldNotContain(d => d.What.Contains("beacon's signature", StringComparison.Ordinal));
        var committed = campaign.Lines();
        committed[2] = PublishedCampaign.With(committed[2], "signature", Convert.ToHexStringLower(signature));
        Finds(committed, "no beacon was committed to");
    }

    [Fact] public void finds_a_leaf_that_stands_beside_what_it_is_made_of() =>
        Finds(Changed(line => line.Contains("\"number\":10,", StringComparison.Ordinal), "leaf", JsonValue.Create(Bytes32.Zero.ToString())), "nobody was erased");

    [Fact] public void reads_each_line_in_its_one_spelling_alone()
    {
        var lines = campaign.Lines();
        lines[^1] = lines[^1].Replace(",", ", ", StringComparison.Ordinal);
        Finds(lines, "not spelt");
        Finds(Changed(line => line.Contains("\"number\":10,", StringComparison.Ordinal), "note", JsonValue.Create("x")), "not spelt");
    }

    [Fact] public void says_what_an_early_closing_never_made_available()
    {
        var lines = campaign.Lines();
        PublishedCampaign.Recount(lines).Prizes.ShouldAllBe(p => p.NeverAvailable == 0);
        lines[0] = PublishedCampaign.With(lines[0], "closedAt", CanonicalTime.Format(PublishedCampaign.Opens.AddHours(1)));
        var mug = PublishedCampaign.Recount(lines).Prizes.Single(p => p.Prize == PublishedCampaign.Mug);
        mug.NeverAvailable.ShouldBe(30 - mug.Awarded, "of those that nobody got no moment stood before the closing");
    }

    private List<string> WithRules(Func<string, string> change)
    {
        var lines = campaign.Lines();
        var last = lines.FindLastIndex(line => line.Contains("\"type\":\"rules\"", StringComparison.Ordinal));
        lines.Insert(last + 1, change(PublishedCampaign.With(lines[last], "line.from", 701)));
        // Codes that were added later than that stand before it.
        var coupons = lines.FindLastIndex(line => line.Contains("\"type\":\"coupons\"", StringComparison.Ordinal));
        if (coupons > last + 1) (lines[last + 1], lines[coupons]) = (lines[coupons], lines[last + 1]);
        return Forger.Resigned(lines, campaign.Key);
    }

    private List<string> Told(string whom, EntryOutcome outcome)
    {
        var lines = Changed(line => line.Contains("\"type\":\"entry\"", StringComparison.Ordinal) && line.Contains(whom, StringComparison.Ordinal), "outcomeHash", JsonValue.Create(outcome.Hash().ToString()));
        return Forger.Resigned(lines, campaign.Key);
    }

    private List<string> Committed(Func<InstantCommitment, InstantCommitment> change)
    {
        var lines = campaign.Lines();
        lines[1] = Forger.Committed(lines[1], campaign.Key, change);
        return lines;
    }

    private List<string> Beacon(string randomness, string? signature)
    {
        var lines = Committed(c => c with { Level = EvidenceLevel.BeaconUnwitnessed, Round = 9, Chain = Bytes32.Zero });
        lines[2] = PublishedCampaign.With(PublishedCampaign.With(lines[2], "round", 9), "randomness", randomness);
        if (signature is not null) lines[2] = PublishedCampaign.With(lines[2], "signature", signature);
        return lines;
    }

    private List<string> Changed(Func<string, bool> which, string field, JsonNode? value)
    {
        var lines = campaign.Lines();
        var at = lines.FindIndex(line => which(line));
        lines[at] = PublishedCampaign.With(lines[at], field, value);
        return lines;
    }

    private static void Finds(List<string> lines, string what)
    {
        var result = PublishedCampaign.Recount(lines);
        result.Holds.ShouldBeFalse();
        result.First.ShouldContain(d => d.What.Contains(what, StringComparison.Ordinal), string.Join('\n', result.First.Select(d => d.What)));
    }
}
