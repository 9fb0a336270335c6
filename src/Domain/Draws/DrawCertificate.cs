using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using PrizeDraw.Domain.Evidence;

namespace PrizeDraw.Domain.Draws;

/// <summary>A version of the terms that entrants accepted.</summary>
/// <param name="Version">From 1.</param>
/// <param name="Hash">H of the text.</param>
public sealed record CertifiedTerms(int Version, Bytes32 Hash);

/// <summary>The round of public randomness that a draw took.</summary>
/// <param name="ChainHash">Names the chain: 32 bytes in lower-case hex.</param>
/// <param name="Scheme">How rounds are signed.</param>
/// <param name="PublicKey">96 bytes in lower-case hex.</param>
/// <param name="GenesisTime">Seconds since 1970.</param>
/// <param name="PeriodSeconds">Between rounds.</param>
/// <param name="Round">The round.</param>
/// <param name="Signature">48 bytes in lower-case hex.</param>
/// <param name="Randomness">H of the signature.</param>
public sealed record CertifiedBeacon(
    string ChainHash, string Scheme, string PublicKey, long GenesisTime, int PeriodSeconds, long Round, string Signature, Bytes32 Randomness);

/// <summary>A position of the drawn order, as it was drawn; who holds a prize after replacements follows from the events.</summary>
public sealed record CertifiedPlace(int Position, DrawRole Role, string? Prize, string EntryRef);

/// <summary>Whose promotion it is, as it stands on the certificate.</summary>
public sealed record CertifiedPromotion(string CampaignId, string CampaignName, string TimeZone, string Promoter, string Address);

/// <summary>Everything that an outsider needs to check a draw, with the list of entries. Holds no personal data.</summary>
public sealed record DrawCertificate
{
    /// <summary>The document's type.</summary>
    public const string Schema = "pdv1-certificate/1";

    /// <summary>The draw's name.</summary>
    public required string Name { get; init; }

    /// <summary>Whose draw it is.</summary>
    public required CertifiedPromotion Promotion { get; init; }

    /// <summary>The rules' canonical JSON.</summary>
    public required string Rules { get; init; }

    /// <summary>Versions of the terms, in order.</summary>
    public required IReadOnlyList<CertifiedTerms> Terms { get; init; }

    /// <summary>When entries really ended; null when they went on after the draw's period.</summary>
    public required DateTimeOffset? ClosedAt { get; init; }

    /// <summary>The instant of the snapshot that the list was made from.</summary>
    public required DateTimeOffset FrozenAt { get; init; }

    /// <summary>Excluded entries by reason code; they add up to the commitment's.</summary>
    public required IReadOnlyDictionary<string, long> ExcludedByReason { get; init; }

    /// <summary>What was committed to.</summary>
    public required SignedDrawCommitment Commitment { get; init; }

    /// <summary>The round that was taken; null at levels without a beacon.</summary>
    public required CertifiedBeacon? Beacon { get; init; }

    /// <summary>Who supplied the randomness; null but at level observed.</summary>
    public CertifiedObserver? Observer { get; init; }

    /// <summary>The revealed secret.</summary>
    public required Bytes32 Secret { get; init; }

    /// <summary>What the selection ran from.</summary>
    public required Bytes32 Seed { get; init; }

    /// <summary>The platform's git commit, or unknown.</summary>
    public required string Build { get; init; }

    /// <summary>The selection's steps, skipped ones included: a JSON array, see <see cref="TraceOf"/>.</summary>
    public required string Trace { get; init; }

    /// <summary>The order, by position.</summary>
    public required IReadOnlyList<CertifiedPlace> Order { get; init; }

    /// <summary>What happened since the commitment, in order.</summary>
    public required IReadOnlyList<DrawEvent> Events { get; init; }

    /// <summary>The void draw that this one succeeds.</summary>
    public DrawPredecessor? Predecessor { get; init; }

    /// <summary>The key that signs the certificate.</summary>
    public required string KeyId { get; init; }

    /// <summary>That key's SubjectPublicKeyInfo (DER).</summary>
    public required ReadOnlyMemory<byte> PublicKey { get; init; }

    /// <summary>[[k,j,"entry_ref"], …].</summary>
    public static string TraceOf(IEnumerable<DrawStep> steps) =>
        JsonSerializer.Serialize(steps.Select(step => new object[] { step.K, step.J, step.EntryRef }));

    /// <summary>The canonical JSON that is signed: everything but the signature.</summary>
    public byte[] ToUnsigned() => Write(null);

    /// <summary>The canonical JSON that is published.</summary>
    /// <param name="signature">ECDSA P-256 with SHA-256 over <see cref="ToUnsigned"/>, 64 bytes.</param>
    public byte[] ToSigned(ReadOnlySpan<byte> signature) => Write(Convert.ToHexStringLower(signature));

    /// <summary>The head of the chain of events, from H(commitment).</summary>
    public Bytes32 EventsHead() => Events.Aggregate(Commitment.Hash, static (head, e) => e.Next(head));

    private byte[] Write(string? signature)
    {
        var body = SignedDrawCommitment.Parse(Commitment.Body);
        var rules = SignedDrawCommitment.Parse(Rules);
        var writer = new CanonicalJsonWriter().StartObject().Text("algorithm", "pdv1");
        WriteBeacon(writer.Name("beacon"));
        writer.Text("build", Build);
        WriteCampaign(writer);
        writer.Instant("closedAt", ClosedAt).Name("commitment");
        Commitment.WriteInto(writer);
        WriteCounts(writer, body.GetProperty("counts"));
        writer.Text("drawId", body.GetProperty("drawId").GetString());
        WriteEvents(writer);
        writer.Text("excludedRoot", body.GetProperty("excludedRoot").GetString()).Instant("frozenAt", FrozenAt);
        WriteLeaf(writer);
        writer.Text("level", body.GetProperty("level").GetString()).Text("name", Name);
        WriteObserver(writer.Name("observer"));
        WriteOrder(writer);
        DrawPredecessor.Write(writer, Predecessor);
        writer.Name("promoter").StartObject().Text("address", Promotion.Address).Text("name", Promotion.Promoter).EndObject()
            .Number("reserves", rules.GetProperty("reserves").GetInt64()).Text("root", body.GetProperty("root").GetString());
        CanonicalJson.Write(writer.Name("rules"), rules);
        writer.Text("schema", Schema).Hex("secret", Secret).Hex("seed", Seed);
        if (signature is not null)
        {
            writer.Text("signature", signature);
        }

        WriteSignerAndTerms(writer);
        CanonicalJson.Write(writer.Name("trace"), SignedDrawCommitment.Parse(Trace));
        return writer.Number("winners", rules.GetProperty("prizes").GetArrayLength()).EndObject().ToArray();
    }

    private void WriteBeacon(CanonicalJsonWriter writer)
    {
        if (Beacon is not { } b)
        {
            writer.Null();
            return;
        }

        writer.StartObject().Text("chainHash", b.ChainHash).Number("genesisTime", b.GenesisTime).Number("periodSeconds", b.PeriodSeconds)
            .Text("publicKey", b.PublicKey).Hex("randomness", b.Randomness).Number("round", b.Round).Text("scheme", b.Scheme)
            .Text("signature", b.Signature).EndObject();
    }

    private void WriteObserver(CanonicalJsonWriter writer)
    {
        if (Observer is not { } o)
        {
            writer.Null();
            return;
        }

        writer.StartObject().Instant("at", o.At).Text("name", o.Name).Text("publicKey", Convert.ToBase64String(o.PublicKey))
            .Hex("randomness", o.Randomness).Text("signature", Convert.ToHexStringLower(o.Signature)).Text("statement", o.Statement).EndObject();
    }

    private void WriteCampaign(CanonicalJsonWriter writer) => writer.Name("campaign").StartObject()
        .Text("id", Promotion.CampaignId).Text("name", Promotion.CampaignName).Text("timeZone", Promotion.TimeZone).EndObject();

    private void WriteCounts(CanonicalJsonWriter writer, JsonElement counts)
    {
        writer.Name("counts").StartObject().Number("eligible", counts.GetProperty("eligible").GetInt64())
            .Number("excluded", counts.GetProperty("excluded").GetInt64()).Name("excludedByReason").StartObject();
        foreach (var (reason, count) in ExcludedByReason.OrderBy(static r => r.Key, StringComparer.Ordinal))
        {
            writer.Number(reason, count);
        }

        writer.EndObject().Number("persons", counts.GetProperty("persons").GetInt64())
            .Number("tickets", counts.GetProperty("tickets").GetInt64()).EndObject();
    }

    private void WriteEvents(CanonicalJsonWriter writer)
    {
        writer.Name("events").StartArray();
        foreach (var e in Events)
        {
            using var document = JsonDocument.Parse(e.ToCanonical());
            CanonicalJson.Write(writer, document.RootElement);
        }

        writer.EndArray().Hex("eventsHead", EventsHead());
    }

    private static void WriteLeaf(CanonicalJsonWriter writer) => writer.Name("leaf").StartObject()
        .Text("eligible", "entry_ref 1f person_ref 1f tickets").Text("excluded", "entry_ref 1f person_ref 1f reason")
        .Text("order", "entry_ref, unsigned bytes").Text("tree", "RFC 6962 SHA-256").EndObject();

    private void WriteOrder(CanonicalJsonWriter writer)
    {
        writer.Name("order").StartArray();
        foreach (var place in Order)
        {
            writer.StartObject().Text("entryRef", place.EntryRef).Number("position", place.Position).Text("prize", place.Prize)
                .Text("role", place.Role == DrawRole.Winner ? "winner" : "reserve").EndObject();
        }

        writer.EndArray();
    }

    private void WriteSignerAndTerms(CanonicalJsonWriter writer)
    {
        writer.Name("signer").StartObject().Text("keyId", KeyId).Text("publicKey", Convert.ToBase64String(PublicKey.Span)).EndObject()
            .Name("terms").StartArray();
        foreach (var terms in Terms)
        {
            writer.StartObject().Hex("hash", terms.Hash).Number("version", terms.Version).EndObject();
        }

        writer.EndArray();
    }
}
