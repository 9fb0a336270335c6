using System;
using System.Collections.Immutable;
using System.Linq;
using System.Text;
using System.Text.Json;

namespace PrizeDraw.Domain.Evidence;

/// <summary>One of the platform's public keys, with its dates.</summary>
/// <param name="Spki">SubjectPublicKeyInfo (DER); base64 in JSON.</param>
public sealed record InstantKey(string KeyId, ImmutableArray<byte> Spki, DateTimeOffset NotBefore, DateTimeOffset? RetiredAt);

/// <summary>A version of the terms that entries accepted, by the hash that their receipts quote.</summary>
public sealed record InstantTerms(int Version, Bytes32 Hash);

/// <summary>An entry as it is published: pseudonyms and the outcome, no personal data and no code.</summary>
/// <param name="PersonRef">The entrant's pseudonym; null where it was never stored and the person has been erased.</param>
/// <param name="PhoneRef">The phone number's pseudonym within the pool, see <see cref="InstantLines.PhoneRef"/>; null without one.</param>
/// <param name="EntryRef">The entry's pseudonym in its receipt; null after an erasure, which deleted the key that it is made with.</param>
/// <param name="Terms">The accepted version.</param>
/// <param name="Kind">prize, gift or none.</param>
/// <param name="Prize">The prize's id; null for none.</param>
/// <param name="OutcomeHash">As in the receipt.</param>
/// <param name="Leaf">The hash of the receipt's leaf, where it can't be made from the entry any more.</param>
public sealed record InstantEntry(
    string Pool, long Number, DateTimeOffset EnteredAt, string? PersonRef, string? PhoneRef, string? EntryRef, int Terms, string Kind,
    string? Prize, Bytes32 OutcomeHash, Bytes32? Leaf);

/// <summary>A winning moment as it is published after closing.</summary>
/// <param name="Awarded">The number of the entry that claimed it; null if none did.</param>
public sealed record InstantMoment(string Pool, string Prize, long AtMs, Bytes32 Salt, bool Chosen, long? Awarded);

/// <summary>
/// The lines of <c>instant.jsonl</c>, each canonical JSON: a header; for each pool its commitment, the revealed secret, every change of
/// its rules, every winning moment, and each batch's signed journal record followed by the batch's entries; at last an end.
/// </summary>
public static class InstantLines
{
    internal const string HeaderType = "header", PoolType = "pool", RevealType = "reveal", OpeningType = "opening", ChangeType = "change", MomentType = "moment",
        BatchType = "batch", EntryType = "entry", EndType = "end";

    /// <summary>The first line.</summary>
    public static byte[] Header(
        string campaign, string timeZone, DateTimeOffset closedAt, ImmutableArray<string> pools, ImmutableArray<InstantKey> keys,
        ImmutableArray<InstantTerms> terms)
    {
        var writer = new CanonicalJsonWriter().StartObject().Text("campaign", campaign).Instant("closedAt", closedAt).Name("keys").StartArray();
        foreach (var key in keys)
        {
            writer.StartObject().Text("keyId", key.KeyId).Instant("notBefore", key.NotBefore)
                .Text("publicKey", Convert.ToBase64String([.. key.Spki])).Instant("retiredAt", key.RetiredAt).EndObject();
        }

        writer.EndArray().Name("pools").StartArray();
        foreach (var pool in pools) writer.Text(pool);
        writer.EndArray().Text("protocol", "pdv1").Name("terms").StartArray();
        foreach (var version in terms)
        {
            writer.StartObject().Hex("hash", version.Hash).Number("version", version.Version).EndObject();
        }

        return writer.EndArray().Text("timeZone", timeZone).Text("type", HeaderType).EndObject().ToArray();
    }

    /// <summary>A commitment as it is published by itself: {commitment, keyId, signature}, and with a beacon timestampToken.</summary>
    public static byte[] Commitment(SignedInstantCommitment signed) => WithToken(
        Raw(new CanonicalJsonWriter().StartObject().Name("commitment"), signed.Commitment.ToCanonical())
            .Text("keyId", signed.KeyId).Text("signature", Convert.ToHexStringLower(signed.Signature)), signed).EndObject().ToArray();

    /// <summary>An opening as it is published by itself: {keyId, opening, signature}.</summary>
    public static byte[] Opening(SignedInstantOpening signed) =>
        Raw(new CanonicalJsonWriter().StartObject().Text("keyId", signed.KeyId).Name("opening"), signed.Opening.ToCanonical())
            .Text("signature", Convert.ToHexStringLower(signed.Signature)).EndObject().ToArray();

    /// <summary>A pool with what was committed before its first entry; null for a pool published before there were commitments.</summary>
    public static byte[] Pool(string pool, string name, SignedInstantCommitment? signed)
    {
        var writer = new CanonicalJsonWriter().StartObject().Name("commitment");
        writer = signed is null ? writer.Null() : Raw(writer, signed.Commitment.ToCanonical());
        writer.Text("keyId", signed?.KeyId).Text("name", name).Text("pool", pool)
            .Text("signature", signed is null ? null : Convert.ToHexStringLower(signed.Signature));
        return WithToken(writer, signed).Text("type", PoolType).EndObject().ToArray();
    }

    /// <summary>The secret that the pool's hidden choices follow from, with the randomness of the round where one was committed to.</summary>
    /// <param name="beacon">The chain's hash and the beacon's signature, of which the randomness is the hash; null without a beacon.</param>
    public static byte[] Reveal(
        string pool, ReadOnlySpan<byte> secret, long round, ReadOnlySpan<byte> randomness, (Bytes32 Chain, string Signature)? beacon = null)
    {
        var writer = new CanonicalJsonWriter().StartObject();
        if (beacon is { } of) writer.Hex("chain", of.Chain);
        writer.Text("pool", pool).Text("randomness", Convert.ToHexStringLower(randomness)).Number("round", round)
            .Text("secret", Convert.ToHexStringLower(secret));
        return (beacon is { } by ? writer.Text("signature", by.Signature) : writer).Text("type", RevealType).EndObject().ToArray();
    }

    /// <summary>What the round brought forth, as it was signed before the first entry.</summary>
    public static byte[] OpeningOf(string pool, SignedInstantOpening signed) =>
        Raw(new CanonicalJsonWriter().StartObject().Text("keyId", signed.KeyId).Name("opening"), signed.Opening.ToCanonical())
            .Text("pool", pool).Text("signature", Convert.ToHexStringLower(signed.Signature)).Text("type", OpeningType).EndObject().ToArray();

    /// <summary>A stored line of rules, exactly as it was hashed, with the head after it.</summary>
    public static byte[] Change(string pool, long ordinal, string line, Bytes32 head) =>
        Raw(new CanonicalJsonWriter().StartObject().Hex("head", head).Name("line"), Encoding.UTF8.GetBytes(line))
            .Number("ordinal", ordinal).Text("pool", pool).Text("type", ChangeType).EndObject().ToArray();

    /// <summary>A winning moment; they stand in the order of their leaves.</summary>
    public static byte[] Moment(InstantMoment moment) => new CanonicalJsonWriter().StartObject()
        .Instant("at", DateTimeOffset.FromUnixTimeMilliseconds(moment.AtMs)).NumberOrNull("awarded", moment.Awarded)
        .Name("chosen").Boolean(moment.Chosen).Text("pool", moment.Pool).Text("prize", moment.Prize).Hex("salt", moment.Salt)
        .Text("type", MomentType).EndObject().ToArray();

    /// <summary>A batch's journal record, exactly as it was hashed, with the signature over its head. Its entries follow.</summary>
    public static byte[] Batch(string pool, string record, Bytes32 head, ReadOnlySpan<byte> signature, string keyId) =>
        Raw(new CanonicalJsonWriter().StartObject().Hex("head", head).Text("keyId", keyId).Text("pool", pool).Name("record"),
                Encoding.UTF8.GetBytes(record))
            .Text("signature", Convert.ToHexStringLower(signature)).Text("type", BatchType).EndObject().ToArray();

    /// <summary>An entry of the batch before it.</summary>
    public static byte[] Entry(InstantEntry entry)
    {
        var writer = new CanonicalJsonWriter().StartObject().Instant("enteredAt", entry.EnteredAt).Text("entryRef", entry.EntryRef)
            .Hex("leaf", entry.Leaf).Number("number", entry.Number).Name("outcome").StartObject()
            .Text("kind", entry.Kind).Text("prize", entry.Prize).EndObject();
        return writer.Hex("outcomeHash", entry.OutcomeHash).Text("personRef", entry.PersonRef).Text("phoneRef", entry.PhoneRef)
            .Text("pool", entry.Pool).Number("terms", entry.Terms).Text("type", EntryType).EndObject().ToArray();
    }

    /// <summary>The last line: without it the file was cut off.</summary>
    /// <param name="lines">How many lines stand before it.</param>
    public static byte[] End(long lines, long entries) => new CanonicalJsonWriter().StartObject()
        .Number("entries", entries).Number("lines", lines).Text("type", EndType).EndObject().ToArray();

    /// <summary>A phone number's pseudonym: H("pdv1/phone-ref" ‖ \0 ‖ pool id ‖ keyed hash of the number), in hex.</summary>
    public static string PhoneRef(string pool, ReadOnlySpan<byte> phoneIdentity)
    {
        var message = new MessageWriter(new byte[32 + Encoding.UTF8.GetByteCount(pool) + phoneIdentity.Length]);
        message.Text("pdv1/phone-ref");
        message.Byte(0);
        message.Text(pool);
        message.Bytes(phoneIdentity);
        return Bytes32.HashOf(message.Written).ToString();
    }

    /// <summary>Reads an entry line back.</summary>
    public static InstantEntry ReadEntry(JsonElement line)
    {
        var outcome = line.GetProperty("outcome");
        return new InstantEntry(
            line.RequiredText("pool"), line.GetProperty("number").GetInt64(), line.Instant("enteredAt"), line.GetProperty("personRef").GetString(),
            line.GetProperty("phoneRef").GetString(), line.GetProperty("entryRef").GetString(), line.GetProperty("terms").GetInt32(),
            outcome.RequiredText("kind"), outcome.GetProperty("prize").GetString(), line.Hash("outcomeHash"),
            line.GetProperty("leaf").GetString() is { } leaf ? Bytes32.Parse(leaf) : null);
    }

    /// <summary>Reads a moment line back.</summary>
    public static InstantMoment ReadMoment(JsonElement line) => new(
        line.RequiredText("pool"), line.RequiredText("prize"), line.Instant("at").ToUnixTimeMilliseconds(), line.Hash("salt"),
        line.GetProperty("chosen").GetBoolean(), line.LongOrNull("awarded"));

    internal static ImmutableArray<InstantKey> ReadKeys(JsonElement header) =>
    [
        .. header.GetProperty("keys").EnumerateArray().Select(key => new InstantKey(
            key.RequiredText("keyId"), [.. key.GetProperty("publicKey").GetBytesFromBase64()], key.Instant("notBefore"), key.InstantOrNull("retiredAt"))),
    ];

    internal static ImmutableArray<InstantTerms> ReadTerms(JsonElement header) =>
        [.. header.GetProperty("terms").EnumerateArray().Select(version => new InstantTerms(version.GetProperty("version").GetInt32(), version.Hash("hash")))];

    private static CanonicalJsonWriter WithToken(CanonicalJsonWriter writer, SignedInstantCommitment? signed) =>
        signed is { Commitment.Level: var level } && level.UsesBeacon()
            ? writer.Text("timestampToken", signed.Token is null ? null : Convert.ToBase64String(signed.Token))
            : writer;

    /// <summary>Canonical JSON within canonical JSON keeps its bytes, and with them its hash.</summary>
    private static CanonicalJsonWriter Raw(CanonicalJsonWriter writer, ReadOnlySpan<byte> canonical)
    {
        var reader = new Utf8JsonReader(canonical);
        using var document = JsonDocument.ParseValue(ref reader);
        CanonicalJson.Write(writer, document.RootElement);
        return writer;
    }
}
