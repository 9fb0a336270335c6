using PrizeDraw.Grains.Abstractions.Campaigns;

namespace PrizeDraw.Api.Evidence.Archives;

/// <summary>Says to whoever opens the archive years later what is in it and how to check it, without the platform.</summary>
internal static class EvidenceReadme
{
    public static string Of(CampaignView campaign) =>
        $"""
        Evidence of the campaign "{campaign.Settings.Name}" ({campaign.Id})
        {(campaign.Settings.Promoter is { } promoter ? $"Promoter: {promoter.Name}, {promoter.Address}\n" : "")}
        It holds no personal data: people and entries are named by references. Every file can be checked offline.

        What is in it
          draws/<draw>/plan.json          what was published before the first entry: rules, level, tickets, who is left out, the secret's hash
          draws/<draw>/commitment.json    what was signed and published before the draw's randomness existed
          draws/<draw>/certificate.json   the newest certificate: all that the result follows from, signed
          draws/<draw>/certificate.html   the same for people; open it in any browser, or print it
          draws/<draw>/earlier-certificates/   certificates from before events such as a replaced winner
          draws/<draw>/entries.jsonl      the frozen list: entries taking part, then those left out with the reason
          instant/                        instant wins: commitments, every outcome (instant.jsonl), the platform's own recount
          terms/<version>.txt             each version of the terms; its SHA-256 is the hash in certificates and receipts
          reconciliation.json             per draw: entries received = taking part + left out, by reason
          close-out.json, close-out.html  statement that all instant prizes were awarded or made available (CAP Code 8.25)
          keys.json                       the public keys that the platform has signed with
          manifest.json                   the SHA-256 of every file here

        How to check it
        The verifier is separate software (verify.mjs, for Node.js 20 or later, or a page for browsers). Take it from a place that you trust, and
        the platform's keys too: those in keys.json are only as trustworthy as the way by which this archive came to you.

          A draw:          node verify.mjs draws/<draw>/certificate.json draws/<draw>/entries.jsonl --key keys.json
          Its plan:        the same with --plan draws/<draw>/plan.json
          Its commitment:  the same with --also draws/<draw>/commitment.json
          Who dated it:    the same with --authority <certificates of the time-stamp authority, PEM>
          Instant wins:    node verify.mjs --instant instant/instant.jsonl --rules instant/commitments/<pool>.json --key keys.json
          Your own entry:  a draw, with --receipt <the receipt that came with the entry>
          The files:       sha256sum of each, against manifest.json
          The terms:       sha256sum terms/<version>.txt, against "terms" in a certificate

        Each check is a line "ok", "FAIL" or "note" with its reason. The verifier leaves with 0 if nothing failed.
        A note "not evidence" at level "committed" means what it says.

        """;
}
