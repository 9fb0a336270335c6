using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json;

namespace PrizeDraw.Api.Evidence.Certificates;

/// <summary>What the pages before and after a draw have in common.</summary>
internal static class CommonParts
{
    public static void Top(EvidenceHtml page, string kind, string name, JsonElement campaign, JsonElement promoter)
    {
        page.Top(kind, name).Markup($"<p class=\"of\">{EvidenceHtml.Encode(campaign.Text("name"))}</p>");
        var address = promoter.Text("address");
        page.Paragraph($"A promotion by {promoter.Text("name")}{(address.Length > 0 ? $", {address}" : "")}.");
    }

    public static void Rules(EvidenceHtml page, JsonElement rules) => page.Heading("Rules").Facts(
        ("Prizes, in order", string.Join("; ", Grouped(rules.GetProperty("prizes").EnumerateArray().Select(prize => prize.GetString()!)))),
        ("Reserves", rules.Number("reserves")), ("Who can win", EvidenceWords.OfRule(rules.Text("rule"))),
        ("Covers", EvidenceWords.OfPeriod(rules.Time("from"), rules.Time("until"))));

    public static void Counts(EvidenceHtml page, JsonElement counts)
    {
        var (eligible, excluded) = (counts.Number("eligible"), counts.Number("excluded"));
        page.Facts(
            ("Entries received", eligible + excluded), ("Taking part", eligible), ("Left out", excluded), ("Persons taking part", counts.Number("persons")),
            ("Tickets", counts.Number("tickets")));
    }

    /// <param name="proof">Has the hash, key, signature and token of the body.</param>
    public static void Commitment(EvidenceHtml page, JsonElement body, JsonElement proof)
    {
        page.Heading("Commitment").Paragraph("Signed and published before the result could be known. Each of these values would be another if anything had been changed.");
        page.Facts(
            ("Committed", body.Time("committedAt")),
            ("Witness", proof.TextOrNull("timestampToken") is null ? "None: the time is the platform’s claim" : "Dated by a time-stamp authority (RFC 3161)"),
            ("Hash of the commitment", proof.Hash("hash")), ("Root of the entries taking part", body.Hash("root")),
            ("Root of the entries left out", body.Hash("excludedRoot")), ("Hash of the rules", body.Hash("rulesHash")),
            ("Hash of the secret", body.Hash("secretHash")), ("Round of the beacon", body.Number("round") is var round and > 0 ? round : null),
            ("Signing key", proof.Hash("keyId")), ("Signature", proof.Hash("signature")),
            ("Added later", body.GetProperty("addedLater").GetBoolean() ? "Yes: this draw was added after the first entry that it covers" : null));
    }

    public static void Predecessor(EvidenceHtml page, JsonElement predecessor) => page
        .Paragraph("This draw succeeds one that was declared void. It has a secret of its own.").Facts(
            ("The void draw", predecessor.Text("drawId")), ("Its commitment", predecessor.Hash("commitmentHash")), ("Hash of its secret", predecessor.Hash("secretHash")));

    public static void Checking(EvidenceHtml page, PageAddress address, bool certificate)
    {
        page.Heading("How to check this yourself").Paragraph(
            certificate
                ? "You need not trust this page, nor ask anybody. The verifier is separate software that recomputes the whole draw from two files, without a network."
                : "Keep the commitment now. When the draw has taken place, the verifier shows from the certificate whether it is the one that you kept.");
        var links = new List<string>();
        if (certificate)
        {
            links.Add(EvidenceHtml.Link("certificate", "Certificate (JSON)"));
        }

        if (address.HasPlan)
        {
            links.Add(EvidenceHtml.Link("plan", "Plan, published before the first entry (JSON)"));
        }

        links.Add(EvidenceHtml.Link("commitment", "Commitment (JSON)"));
        links.Add(EvidenceHtml.Link("entries.jsonl", "List of entries (entries.jsonl)"));
        links.Add(EvidenceHtml.Link("/v1/keys", "Public keys of the platform"));
        if (address.Verifier is not null)
        {
            links.Add(EvidenceHtml.Link("/verify", "The verifier, in your browser"));
        }

        page.Markup($"<ul>{string.Concat(links.Select(link => $"<li>{link}</li>"))}</ul>");
        if (certificate)
        {
            var folder = address.Page[..(address.Page.LastIndexOf('/') + 1)];
            page.Markup(
                $"<p>With the verifier as a command:</p><pre><code>{EvidenceHtml.Encode(
                    $"curl -o certificate.json {folder}certificate\ncurl -o entries.jsonl {folder}entries.jsonl\n./verify certificate.json entries.jsonl --receipt receipt.json")}</code></pre>");
            page.Paragraph("It reports each check with its reason. --receipt is for entrants: the file that came with the entry. Leave it out otherwise.");
        }

        if (address.Verifier is { } verifier)
        {
            page.Paragraph($"The verifier’s address: {verifier}. Or build it from its sources.");
        }
    }

    private static IEnumerable<string> Grouped(IEnumerable<string> prizes)
    {
        var groups = new List<(string Prize, int Count)>();
        foreach (var prize in prizes)
        {
            if (groups.Count > 0 && groups[^1].Prize == prize)
            {
                groups[^1] = (prize, groups[^1].Count + 1);
            }
            else
            {
                groups.Add((prize, 1));
            }
        }

        return groups.Select(group => group.Count == 1 ? group.Prize : string.Create(CultureInfo.InvariantCulture, $"{group.Count} × {group.Prize}"));
    }
}
