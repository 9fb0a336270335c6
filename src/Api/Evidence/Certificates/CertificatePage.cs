using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;

namespace PrizeDraw.Api.Evidence.Certificates;

/// <summary>A draw's certificate for people: the same facts as the JSON that it is made from, in words.</summary>
internal sealed class CertificatePage(JsonElement certificate, PageAddress address)
{
    private readonly JsonElement _commitment = certificate.GetProperty("commitment");
    private readonly EvidenceHtml _page = new($"Certificate: {certificate.Text("name")}, {certificate.GetProperty("campaign").Text("name")}");

    public static string Write(JsonElement certificate, PageAddress address) => new CertificatePage(certificate, address).Write();

    private string Write()
    {
        CommonParts.Top(_page, "Certificate of a prize draw", certificate.Text("name"), certificate.GetProperty("campaign"), certificate.GetProperty("promoter"));
        Outcome();
        var (tone, title, sentences) = EvidenceWords.OfLevel(certificate.Text("level"));
        _page.Box(tone, title, sentences);
        Result();
        Events();
        CommonParts.Rules(_page, certificate.GetProperty("rules"));
        Counts();
        Commitment();
        Randomness();
        CommonParts.Checking(_page, address, certificate: true);
        return _page.Heading("Signature of the platform").Facts(
                ("Key", certificate.GetProperty("signer").Hash("keyId")), ("Signature", certificate.Hash("signature")),
                ("Software", $"algorithm {certificate.Text("algorithm")}, build {certificate.Text("build")}"), ("Form", certificate.Text("schema")))
            .End($"This page holds no personal data. Its address stays: {address.Page}. Draw {certificate.Text("drawId")}.");
    }

    private void Outcome()
    {
        var kinds = certificate.GetProperty("events").EnumerateArray().Select(e => e.Text("kind")).ToHashSet(StringComparer.Ordinal);
        if (kinds.Contains("voided"))
        {
            _page.Box("warning", "This draw was declared void.", "Nobody wins by it. What was drawn is shown all the same, so that anybody can check it.");
        }

        if (kinds.Contains("withheld"))
        {
            _page.Box("warning", "The result of this draw was withheld beyond its deadline.", "It was revealed later than it had to be.");
        }
    }

    private void Result()
    {
        var places = DrawPlaces.Of(certificate);
        _page.Heading("Result").Paragraph(
            "In the order drawn. People are named by the references of their entries, never by name: each entrant has theirs on their receipt.");
        _page.Table(
            "Winners and reserves", ["Position", "Drawn as", "Prize as drawn", "Entry reference", "Now"],
            places.Select(place => (object?[])[place.Position, place.Role, place.Drawn, new Hash(place.EntryRef), Now(place)]));
        var winners = certificate.Number("winners");
        if (places.Length < winners)
        {
            _page.Paragraph($"There were fewer entries than prizes: {EvidenceHtml.Number(winners - places.Length)} of {EvidenceHtml.Number(winners)} prizes found no winner.");
        }
    }

    private static string Now(DrawPlace place) => place switch
    {
        { Lost: true } => "Replaced; holds no prize",
        { Holds: { } prize, InheritedFrom: { } from } => $"Holds {prize}, from position {EvidenceHtml.Number(from)}",
        { Holds: { } prize } => $"Holds {prize}",
        { Role: "reserve" } => "Reserve; holds no prize",
        _ => "Holds no prize",
    };

    private void Events()
    {
        _page.Heading("What happened since the commitment");
        var events = certificate.GetProperty("events").EnumerateArray().ToArray();
        if (events.Length == 0)
        {
            _page.Paragraph("Nothing.");
        }
        else
        {
            _page.Paragraph("A draw is never rolled again: a winner who can't have their prize is replaced by the next reserve of the same order.");
            _page.Table("Events, in order", ["When", "What", "Position", "Reason", "Clause of the terms", "Hash of the evidence", "By"], events.Select(Row));
        }

        _page.Facts(("Head of the chain of events", certificate.Hash("eventsHead")));
    }

    private static object?[] Row(JsonElement e) =>
    [
        e.Time("at"), EvidenceWords.OfEvent(e.Text("kind")), e.Part("position")?.GetInt64(), EvidenceWords.OfReason(e.Text("reasonCode")), e.TextOrNull("clause"),
        e.Hash("evidenceHash"), e.Text("actor") == "platform" ? "The platform, by its rules" : e.Text("actor"),
    ];

    private void Counts()
    {
        var counts = certificate.GetProperty("counts");
        _page.Heading("Entries");
        CommonParts.Counts(_page, counts);
        var reasons = counts.GetProperty("excludedByReason").EnumerateObject().ToArray();
        if (reasons.Length > 0)
        {
            _page.Table(
                "Entries that were left out, by reason", ["Reason", "Entries"],
                reasons.Select(reason => (object?[])[EvidenceWords.OfExclusion(reason.Name), reason.Value.GetInt64()]), stacked: false);
        }

        _page.Facts(
            ("Entries closed", certificate.Time("closedAt") is { } closed ? closed : "Entries went on after this draw's period"),
            ("List frozen", certificate.Time("frozenAt")));
    }

    private void Commitment()
    {
        CommonParts.Commitment(_page, _commitment.GetProperty("body"), _commitment);
        if (certificate.Part("predecessor") is { } predecessor)
        {
            CommonParts.Predecessor(_page, predecessor);
        }

        var terms = certificate.GetProperty("terms").EnumerateArray().ToArray();
        if (terms.Length > 0)
        {
            _page.Facts([.. terms.Select(t => ($"Terms, version {EvidenceHtml.Number(t.Number("version"))} (SHA-256)", (object?)t.Hash("hash")))]);
        }
    }

    private void Randomness()
    {
        _page.Heading("Where the result comes from");
        if (certificate.Part("beacon") is { } beacon)
        {
            var at = DateTimeOffset.UnixEpoch.AddSeconds(beacon.Number("genesisTime") + (beacon.Number("round") - 1) * beacon.Number("periodSeconds"));
            _page.Paragraph("Public randomness that appears on its own, round by round, and that nobody can foresee (drand).").Facts(
                ("Round", beacon.Number("round")), ("Time of the round", at), ("Beacon (chain hash)", beacon.Hash("chainHash")),
                ("Randomness", beacon.Hash("randomness")), ("Signature of the beacon", beacon.Hash("signature")));
        }
        else if (certificate.Part("observer") is { } observer)
        {
            _page.Facts(
                ("Observer", observer.Text("name")), ("Their statement", observer.Text("statement")), ("Given", observer.Time("at")),
                ("Randomness", observer.Hash("randomness")), ("Observer’s key", observer.Hash("publicKey")), ("Observer’s signature", observer.Hash("signature")));
        }
        else
        {
            _page.Paragraph("No randomness from outside: the result follows from the list, the rules and the secret alone.");
        }

        _page.Facts(("Secret, revealed", certificate.Hash("secret")), ("Seed", certificate.Hash("seed")));
    }
}
