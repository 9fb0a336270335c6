using System;
using System.Security.Cryptography;
using System.Text.Json;

namespace PrizeDraw.Domain.Evidence;

/// <summary>
/// What the committed round brought forth for a pool's instant wins: signed and published after the round and before the first entry. With
/// the commitment it fixes every hidden choice.
/// </summary>
public sealed record InstantOpening
{
    /// <summary>The document's type, so that a signature over it can't stand for anything else.</summary>
    public const string Type = "instant-opening";

    /// <summary>The campaign's id.</summary>
    public required string Campaign { get; init; }

    /// <summary>The pool's id.</summary>
    public required string Pool { get; init; }

    /// <summary>H(commitment), see <see cref="InstantCommitment.Hash"/>.</summary>
    public required Bytes32 Commitment { get; init; }

    /// <summary>The round that was committed to, at least 1.</summary>
    public required long Round { get; init; }

    /// <summary>The beacon's signature of the round in lower-case hex; the randomness is its hash.</summary>
    public required string Signature { get; init; }

    /// <summary>Root over all winning moments of the pool, ordered by time, prize id, salt; H("") without any.</summary>
    public required Bytes32 MomentsRoot { get; init; }

    /// <summary>When it was made, by the platform's clock.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>H(signature): what the key follows from.</summary>
    /// <exception cref="FormatException">The signature is not hex.</exception>
    public Bytes32 Randomness => Bytes32.HashOf(Convert.FromHexString(Signature));

    /// <summary>The canonical JSON that is signed and published.</summary>
    public byte[] ToCanonical() => Write().ToArray();

    /// <summary>H(opening): its 32 bytes are what the platform signs.</summary>
    public Bytes32 Hash() => Write().Hash();

    /// <summary>Reads an opening back.</summary>
    /// <exception cref="JsonException">It is no opening, or not in canonical form.</exception>
    public static InstantOpening Parse(ReadOnlySpan<byte> canonical)
    {
        var reader = new Utf8JsonReader(canonical);
        using var document = JsonDocument.ParseValue(ref reader);
        var opening = EvidenceJson.Read(() => Read(document.RootElement));
        return EvidenceJson.Read(opening.ToCanonical).AsSpan().SequenceEqual(canonical)
            ? opening
            : throw new JsonException("The opening is not canonical.");
    }

    private CanonicalJsonWriter Write()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Round, 1);
        return new CanonicalJsonWriter().StartObject()
            .Instant("at", At)
            .Text("campaign", Campaign)
            .Hex("commitment", Commitment)
            .Hex("momentsRoot", MomentsRoot)
            .Text("pool", Pool)
            .Text("protocol", "pdv1")
            .Hex("randomness", Randomness)
            .Number("round", Round)
            .Text("signature", Signature)
            .Text("type", Type)
            .EndObject();
    }

    private static InstantOpening Read(JsonElement opening) => new()
    {
        At = opening.Instant("at"),
        Campaign = opening.RequiredText("campaign"),
        Commitment = opening.Hash("commitment"),
        MomentsRoot = opening.Hash("momentsRoot"),
        Pool = opening.RequiredText("pool"),
        Round = opening.GetProperty("round").GetInt64(),
        Signature = opening.RequiredText("signature"),
    };
}

/// <summary>An opening with the platform's signature over its hash.</summary>
/// <param name="Signature">ECDSA P-256 with SHA-256 (IEEE P1363, 64 bytes) over the 32 bytes of H(opening).</param>
/// <param name="KeyId">Which of the platform's published keys made it.</param>
public sealed record SignedInstantOpening(InstantOpening Opening, byte[] Signature, string KeyId)
{
    /// <summary>Whether this key made the signature.</summary>
    public bool IsSignedBy(ECDsa publicKey) => ReceiptProof.SignatureIsRight(Opening.Hash(), Signature, publicKey);
}
