using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using PrizeDraw.Domain.Evidence;
using Shouldly;
using Xunit;

namespace PrizeDraw.Domain.Tests.Evidence;

public sealed class A_recount : IClassFixture<A_recount.Sample>
{
    private readonly Sample sample;

    public A_recount(Sample sample) => this.sample = sample;

    public sealed class Sample : IDisposable
    {
        public PublishedCampaign Campaign { get; } = new(seed: 7, entries: 700);

        public void Dispose() => Campaign.Dispose();
    }

    [Fact] public void finds_every_outcome_as_the_allocation_gave_it()
    {
        foreach (var seed in Enumerable.Range(1, 12))
        {
            using var campaign = new PublishedCampaign(seed, 500);
            var result = PublishedCampaign.Recount(campaign.Lines());
            result.First.ShouldBeEmpty($"seed {seed}");
            (result.Holds, result.Entries, result.Unbound).ShouldBe((true, 500, 0));
            result.Prizes.ToDictionary(p => p.Prize, p => (int)p.Awarded).ShouldBe(campaign.Wins, ignoreOrder: true);
        }
    }

    [Fact] public void is_of_a_campaign_in_which_every_mode_and_change_took_place()
    {
        sample.Campaign.Wins.Values.ShouldAllBe(won => won > 0);
        sample.Campaign.Changes.ShouldBe(7);
        Entries().Count(line => line.Contains("\"kind\":\"none\"", StringComparison.Ordinal)).ShouldBeGreaterThan(20);
    }

    [Fact] public void comes_out_alike_however_the_bytes_are_cut()
    {
        var lines = sample.Campaign.Lines();
        PublishedCampaign.Recount(lines, piece: 7).First.ShouldBeEmpty();
        PublishedCampaign.Recount(lines, piece: 1_000_003).First.ShouldBeEmpty();
    }

    [Fact] public void finds_an_outcome_that_was_swapped()
    {
        var lines = sample.Campaign.Lines();
        var (winner, loser) = (Find(lines, PublishedCampaign.Mug), FindEntry(lines, "\"kind\":\"none\""));
        var (won, lost) = (Outcome(lines[winner]), Outcome(lines[loser]));
        lines[winner] = PublishedCampaign.With(lines[winner], "outcome", lost);
        lines[loser] = PublishedCampaign.With(lines[loser], "outcome", won);
        Finds(lines, "the rules give");
    }

    [Fact] public void finds_an_entry_that_was_dropped()
    {
        var lines = sample.Campaign.Lines();
        lines.RemoveAt(FindEntry(lines, "\"number\":350"));
        Finds(lines, "entries are missing");
        Finds(Cut(sample.Campaign.Lines(), 1), "before its end line");
        // The last batch left out whole, as if it had never been.
        var cut = sample.Campaign.Lines();
        var last = cut.FindLastIndex(line => line.Contains("\"type\":\"batch\"", StringComparison.Ordinal));
        var left = cut.Count - 1 - last;
        cut.RemoveRange(last, left);
        Finds(cut, "counts other");
    }

    [Fact] public void finds_a_moment_that_was_moved()
    {
        var lines = sample.Campaign.Lines();
        var at = lines.FindIndex(line => line.Contains("\"type\":\"moment\"", StringComparison.Ordinal) && line.Contains("\"chosen\":false", StringComparison.Ordinal));
        var moment = InstantLines.ReadMoment(System.Text.Json.JsonDocument.Parse(lines[at]).RootElement);
        lines[at] = System.Text.Encoding.UTF8.GetString(InstantLines.Moment(moment with { AtMs = moment.AtMs + 1 }));
        var result = PublishedCampaign.Recount(lines);
        result.First.ShouldContain(d => d.What.Contains("not those that were committed", StringComparison.Ordinal));
        result.First.ShouldContain(d => d.What.Contains("does not follow from the secret", StringComparison.Ordinal));
    }

    [Fact] public void finds_a_moment_that_another_entry_claims() =>
        Finds(Changed("\"type\":\"moment\"", "awarded", line => JsonValue.Create(line["awarded"]!.GetValue<long>() + 1), line => !line.Contains("\"awarded\":null", StringComparison.Ordinal)));

    [Fact] public void finds_odds_that_were_changed() =>
        Finds(Changed("\"type\":\"change\"", "line.prizes.2.odds", _ => JsonNode.Parse("""{"outOf":39,"win":1}""")));

    [Fact] public void finds_a_prize_that_was_given_above_its_stock()
    {
        var lines = sample.Campaign.Lines();
        var at = lines.FindLastIndex(line => line.Contains("\"kind\":\"none\"", StringComparison.Ordinal));
        lines[at] = PublishedCampaign.With(lines[at], "outcome", JsonNode.Parse($$"""{"kind":"gift","prize":"{{PublishedCampaign.Sticker}}"}"""));
        Finds(lines, "the rules give nothing");
    }

    [Theory]
    [InlineData("line.prizes.1.dailyCap", 5)]
    [InlineData("line.prizes.2.hourlyCap", null)]
    [InlineData("line.prizes.4.perEntrantMax", 3)]
    [InlineData("line.prizes.3.stock", 10)]
    [InlineData("line.prizes.0.everyNth", 8)]
    [InlineData("line.limits.winsPerEntrant", 1)]
    [InlineData("line.limits.entryIntervalSeconds", 7200)]
    [InlineData("line.prizes.1.paused", true)]
    [InlineData("line.timeZone", "Europe/Berlin")]
    public void finds_a_rule_that_was_changed_even_if_all_of_the_chain_is_made_anew(string field, object? value)
    {
        var lines = sample.Campaign.Lines();
        var at = lines.FindIndex(line => line.Contains("\"type\":\"change\"", StringComparison.Ordinal));
        lines[at] = PublishedCampaign.With(lines[at], field, value is null ? null : JsonValue.Create(value));
        var result = PublishedCampaign.Recount(ChainedAnew(lines));
        result.First.ShouldContain(d => d.What.Contains("not those that were committed", StringComparison.Ordinal));
        result.First.ShouldContain(d => d.What.Contains("judged by other rules", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("line.prizes.1.dailyCap", 3)]
    [InlineData("line.prizes.2.hourlyCap", 0)]
    [InlineData("line.prizes.2.stock", 1)]
    [InlineData("line.prizes.3.stock", 5)]
    [InlineData("line.prizes.4.perEntrantMax", 1)]
    [InlineData("line.prizes.0.everyNth", 8)]
    [InlineData("line.prizes.3.coupon.expiresAt", "2026-10-25T00:00:00Z")]
    [InlineData("line.limits.winsPerEntrant", 1)]
    [InlineData("line.limits.entriesPerEntrantPerDay", 1)]
    [InlineData("line.limits.entriesPerEntrant", 2)]
    [InlineData("line.limits.entryIntervalSeconds", 86400)]
    [InlineData("line.paused", true)]
    [InlineData("line.closesAt", "2026-10-25T00:00:00Z")]
    [InlineData("line.opensAt", "2026-10-25T00:00:00Z")]
    public void finds_outcomes_that_break_a_stricter_rule_by_recomputing_them(string field, object value)
    {
        // The rules, their chain and all that is signed over it are forged alike: the outcomes alone are left to give it away.
        var lines = sample.Campaign.Lines();
        for (var at = 0; at < lines.Count; at++)
        {
            if (lines[at].Contains("\"type\":\"rules\"", StringComparison.Ordinal)) lines[at] = PublishedCampaign.With(lines[at], field, JsonValue.Create(value));
        }

        PublishedCampaign.Recount(ChainedAnew(lines)).First.ShouldContain(d => d.Number != null);
    }

    [Fact] public void says_that_what_was_decided_before_rules_were_written_down_can_not_be_judged()
    {
        var lines = sample.Campaign.Lines().ConvertAll(line => line.Contains("\"type\":\"change\"", StringComparison.Ordinal) && line.Contains("\"from\":1,", StringComparison.Ordinal)
            ? PublishedCampaign.With(line, "line.from", 100) : line);
        var result = PublishedCampaign.Recount(ChainedAnew(lines));
        result.Entries.ShouldBe(700);
        result.First.ShouldContain(d => d.What.Contains("were not written down", StringComparison.Ordinal));
        result.First.ShouldAllBe(d => d.Number == null || d.Number >= 100);
    }

    [Fact] public void finds_coupons_that_were_never_at_hand()
    {
        var lines = sample.Campaign.Lines();
        var at = lines.FindIndex(line => line.Contains("\"type\":\"coupons\"", StringComparison.Ordinal));
        lines[at] = PublishedCampaign.With(lines[at], "line.added", 3);
        PublishedCampaign.Recount(ChainedAnew(lines)).First.ShouldContain(d => d.What.Contains(PublishedCampaign.Voucher, StringComparison.Ordinal));
    }

    [Fact] public void finds_a_secret_that_was_altered() =>
        Finds(Changed("\"type\":\"reveal\"", "secret", _ => JsonValue.Create(new string('a', 64))), "not the one that was committed");

    [Theory]
    [InlineData("entryRef")]
    [InlineData("personRef")]
    [InlineData("outcomeHash")]
    public void finds_an_entry_that_is_not_the_one_of_its_receipt(string field) =>
        Finds(Changed("\"type\":\"entry\"", field, _ => JsonValue.Create(Bytes32.HashOf([9]).ToString())), "not those of its receipts");

    [Theory]
    [InlineData("signature", "the platform's")]
    [InlineData("head", "not the hash of its record")]
    [InlineData("record.root", "not the hash of its record")]
    [InlineData("record.previous", "chain is broken")]
    [InlineData("record.rules", "other rules")]
    public void finds_a_batch_that_was_altered(string field, string what) => Finds(
        Changed("\"type\":\"batch\"", field, line => JsonValue.Create(field == "signature" ? new string('1', 128) : Bytes32.HashOf([9]).ToString()),
            line => !line.Contains("\"batch\":1,", StringComparison.Ordinal)),
        what);

    [Fact] public void finds_a_commitment_that_the_platform_did_not_sign()
    {
        Finds(Changed("\"type\":\"pool\"", "signature", _ => JsonValue.Create(new string('1', 128))), "the platform's");
        Finds(Changed("\"type\":\"pool\"", "commitment.secretHash", _ => JsonValue.Create(Bytes32.Zero.ToString())), "the platform's");
        Finds(Changed("\"type\":\"pool\"", "commitment", _ => null), "Nothing was committed");
    }

    [Fact] public void trusts_the_keys_that_it_is_given_alone()
    {
        using var other = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        using var recount = new InstantRecount([new("k1", other.ExportSubjectPublicKeyInfo())]);
        recount.Feed(System.Text.Encoding.UTF8.GetBytes(string.Concat(sample.Campaign.Lines().Select(line => line + "\n"))));
        recount.Finish().First.ShouldContain(d => d.What.Contains("not the platform's", StringComparison.Ordinal));
    }

    [Fact] public void goes_on_after_a_person_was_erased_and_says_that_their_entry_is_unbound()
    {
        var lines = sample.Campaign.Lines();
        var at = FindEntry(lines, "\"number\":10,");
        var entry = InstantLines.ReadEntry(System.Text.Json.JsonDocument.Parse(lines[at]).RootElement);
        var leaf = MerkleTree.LeafHash(new ReceiptLeaf(
            entry.EntryRef!, entry.PersonRef!, entry.Pool, entry.Number, entry.OutcomeHash, Bytes32.Zero).ToCanonical());
        lines[at] = System.Text.Encoding.UTF8.GetString(InstantLines.Entry(entry with { EntryRef = null, Leaf = leaf }));
        var result = PublishedCampaign.Recount(lines);
        (result.Holds, result.Unbound).ShouldBe((true, 1));
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("{}")]
    [InlineData("""{"type":"other"}""")]
    [InlineData("""{"type":"end"}""")]
    [InlineData("""{"pool":"pool_1","type":"entry"}""")]
    [InlineData("[1]")]
    [InlineData("")]
    public void says_which_line_it_cannot_read(string line)
    {
        var lines = sample.Campaign.Lines();
        lines.Insert(lines.Count / 2, line);
        Finds(lines, $"Line {lines.Count / 2 + 1 - (lines.Count % 2 == 0 ? 1 : 0)} can't be read");
        Finds([line], "Line 1 can't be read");
    }

    private List<string> Entries() => [.. sample.Campaign.Lines().Where(line => line.Contains("\"type\":\"entry\"", StringComparison.Ordinal))];

    private static void Finds(List<string> lines, string what = "")
    {
        var result = PublishedCampaign.Recount(lines);
        result.Holds.ShouldBeFalse();
        result.First.ShouldContain(d => d.What.Contains(what, StringComparison.Ordinal), string.Join('\n', result.First.Select(d => d.What)));
    }

    private List<string> Changed(string which, string field, Func<JsonNode, JsonNode?> value, Func<string, bool>? where = null)
    {
        var lines = sample.Campaign.Lines();
        var at = lines.FindIndex(line => line.Contains(which, StringComparison.Ordinal) && where?.Invoke(line) != false);
        lines[at] = PublishedCampaign.With(lines[at], field, value(JsonNode.Parse(lines[at])!));
        return lines;
    }

    /// <summary>The heads of the rules' chain recomputed, as a forger would.</summary>
    private static List<string> ChainedAnew(List<string> lines)
    {
        var head = PoolChangeLine.Genesis;
        return lines.ConvertAll(line =>
        {
            if (!line.Contains("\"type\":\"change\"", StringComparison.Ordinal)) return line;
            head = EventChain.Next(head, CanonicalJson.ToUtf8(JsonNode.Parse(line)!["line"]));
            return PublishedCampaign.With(line, "head", head.ToString());
        });
    }

    private static JsonNode Outcome(string line) => JsonNode.Parse(line)!["outcome"]!.DeepClone();

    private static int Find(List<string> lines, string prize) => lines.FindIndex(line =>
        line.Contains("\"type\":\"entry\"", StringComparison.Ordinal) && line.Contains($"\"prize\":\"{prize}\"", StringComparison.Ordinal));

    private static int FindEntry(List<string> lines, string with) => lines.FindIndex(line =>
        line.Contains("\"type\":\"entry\"", StringComparison.Ordinal) && line.Contains(with, StringComparison.Ordinal));

    private static List<string> Cut(List<string> lines, int last) => lines[..^last];
}
