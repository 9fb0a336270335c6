using System;
using System.Text.Json;

namespace PrizeDraw.Domain.Evidence;

/// <summary>
/// The journal's record of one committed batch of entries of one pool. Records form a chain: each holds the head before it,
/// and its own canonical JSON hashes to the next head (the receipts' batchHead).
/// </summary>
public sealed record JournalRecord
{
    /// <summary>The head before a pool's first batch: 32 zero bytes.</summary>
    public static Bytes32 Genesis => Bytes32.Zero;

    /// <summary>The campaign's id.</summary>
    public required string Campaign { get; init; }

    /// <summary>The pool's id.</summary>
    public required string Pool { get; init; }

    /// <summary>The batch's number in its pool, from 1.</summary>
    public required long Batch { get; init; }

    /// <summary>The head that the batch before left behind, or <see cref="Genesis"/>.</summary>
    public required Bytes32 PreviousHead { get; init; }

    /// <summary>RFC 6962 root of the batch's receipt leaves, in order of entry number.</summary>
    public required Bytes32 Root { get; init; }

    /// <summary>The first entry number of the batch.</summary>
    public required long FirstNumber { get; init; }

    /// <summary>How many entries it holds, at least 1; their numbers are gapless.</summary>
    public required int Count { get; init; }

    /// <summary>The host's time of the batch.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>
    /// The head of the chain of <see cref="PoolChangeLine"/>s that the batch was judged by. Null for records that were written before
    /// there was such a chain: they don't name one, and keep their hash.
    /// </summary>
    public Bytes32? Rules { get; init; }

    /// <summary>The last entry number of the batch.</summary>
    public long LastNumber => FirstNumber + Count - 1;

    /// <summary>The canonical JSON that is stored and hashed.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Batch, first number or count is below 1.</exception>
    public byte[] ToCanonical() => Write().ToArray();

    /// <summary>The chain's head after this batch: H(canonical record).</summary>
    public Bytes32 Head() => Write().Hash();

    /// <summary>Reads a record back.</summary>
    /// <exception cref="JsonException">It is no record, or not in canonical form.</exception>
    public static JournalRecord Parse(ReadOnlySpan<byte> canonical)
    {
        var reader = new Utf8JsonReader(canonical);
        using var document = JsonDocument.ParseValue(ref reader);
        var record = EvidenceJson.Read(() => Read(document.RootElement));
        return EvidenceJson.Read(record.ToCanonical).AsSpan().SequenceEqual(canonical) ? record : throw new JsonException("The record is not canonical.");
    }

    private static JournalRecord Read(JsonElement record) => new()
    {
        Campaign = record.RequiredText("campaign"),
        Pool = record.RequiredText("pool"),
        Batch = record.GetProperty("batch").GetInt64(),
        PreviousHead = record.Hash("previous"),
        Root = record.Hash("root"),
        FirstNumber = record.GetProperty("first").GetInt64(),
        Count = record.GetProperty("count").GetInt32(),
        At = record.Instant("at"),
        Rules = record.TryGetProperty("rules", out _) ? record.Hash("rules") : null,
    };

    private CanonicalJsonWriter Write()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Batch, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(FirstNumber, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Count, 1);
        var writer = new CanonicalJsonWriter().StartObject()
            .Instant("at", At)
            .Number("batch", Batch)
            .Text("campaign", Campaign)
            .Number("count", Count)
            .Number("first", FirstNumber)
            .Number("last", LastNumber)
            .Text("pool", Pool)
            .Hex("previous", PreviousHead)
            .Hex("root", Root);
        return (Rules is { } rules ? writer.Hex("rules", rules) : writer).EndObject();
    }
}
