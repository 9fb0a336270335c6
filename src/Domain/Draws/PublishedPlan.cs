using System;
using System.Text.Json;
using PrizeDraw.Domain.Evidence;

namespace PrizeDraw.Domain.Draws;

/// <summary>What is published of a draw before the first entry that it covers: its rules, its secret by its hash, and all that decides who wins beside.</summary>
public sealed record PublishedPlan
{
    /// <summary>The document's type.</summary>
    public const string Format = "pdv1/plan";

    /// <summary>The campaign's id.</summary>
    public required string CampaignId { get; init; }

    /// <summary>The draw's id, as its rules have it.</summary>
    public required string DrawId { get; init; }

    /// <summary>What the draw is called.</summary>
    public required string Name { get; init; }

    /// <summary>Canonical JSON, see <see cref="DrawRules.ToCanonical"/>.</summary>
    public required string Rules { get; init; }

    /// <summary>H(secret).</summary>
    public required Bytes32 SecretHash { get; init; }

    /// <summary>What decides beside the rules.</summary>
    public required DrawConditions Conditions { get; init; }

    /// <summary>Whether entries that it covers may have been taken before.</summary>
    public required bool AddedLater { get; init; }

    /// <summary>When it was published, to the microsecond.</summary>
    public required DateTimeOffset PublishedAt { get; init; }

    /// <summary>What is signed: the canonical JSON of the document without keyId and signature.</summary>
    public byte[] ToCanonical() => Write(null, null);

    /// <summary>The document that is published.</summary>
    /// <param name="keyId">The key that signed it.</param>
    /// <param name="signature">ECDSA P-256 with SHA-256 over <see cref="ToCanonical"/>, 64 bytes.</param>
    public byte[] ToDocument(string keyId, byte[] signature) => Write(keyId, signature);

    /// <summary>Whether a document says the same as this plan, whenever it was published and by whichever key it is signed.</summary>
    /// <param name="document">One that was published.</param>
    public bool IsToldBy(byte[] document)
    {
        using var told = JsonDocument.Parse(document);
        var root = told.RootElement;
        return (this with { PublishedAt = root.GetProperty("publishedAt").GetDateTimeOffset() })
            .ToDocument(root.GetProperty("keyId").GetString()!, Convert.FromHexString(root.GetProperty("signature").GetString()!)).AsSpan().SequenceEqual(document);
    }

    private byte[] Write(string? keyId, byte[]? signature)
    {
        var rules = SignedDrawCommitment.Parse(Rules);
        var writer = new CanonicalJsonWriter().StartObject()
            .Name("addedLater").Boolean(AddedLater)
            .Text("campaignId", CampaignId)
            .NumberOrNull("claimDays", Conditions.ClaimDays)
            .Text("drawId", DrawId)
            .Name("exclude");
        RuledExclusions.Write(writer, Conditions.Exclude);
        writer.Text("format", Format);
        if (keyId is not null) writer.Text("keyId", keyId);
        writer.Text("level", Conditions.Level.StoredName()).Text("name", Name).Instant("publishedAt", PublishedAt);
        CanonicalJson.Write(writer.Name("rules"), rules);
        writer.Hex("rulesHash", CanonicalJson.HashOf(rules)).Hex("secretHash", SecretHash);
        if (signature is not null) writer.Text("signature", Convert.ToHexStringLower(signature));
        Conditions.WriteTickets(writer);
        return writer.EndObject().ToArray();
    }
}
