using System;
using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Immutable;
using PrizeDraw.Domain.Draws;
using PrizeDraw.Domain.Evidence;
using PrizeDraw.Storage.Central.DrawLists;

namespace PrizeDraw.Storage.Campaign.Draws.Lists;

/// <summary>What the encoding of a piece needs to know of its list.</summary>
/// <param name="Lines">The lines of entries.jsonl.</param>
/// <param name="ReasonsInOrder">Reason codes in ordinal order, as their ASCII bytes.</param>
/// <param name="PlaceOf">The place among those by the place in which the reason was met.</param>
internal sealed record ChunkFormat(DrawListLines Lines, ImmutableArray<byte[]> ReasonsInOrder, ImmutableArray<int> PlaceOf);

/// <summary>A piece as it is filled and encoded: its records, then its content, entry ids, node and sums. Borrows its memory: dispose of it.</summary>
internal sealed class ChunkDraft(bool excluded) : IDisposable
{
    private readonly byte[] _records = ArrayPool<byte>.Shared.Rent(DrawListChunk.EntriesMax * ListSpill.RecordSize);
    private readonly byte[] _content = ArrayPool<byte>.Shared.Rent(DrawListChunk.EntriesMax * (ListSpill.RefsSize + NumberMax));
    private readonly byte[] _ids = ArrayPool<byte>.Shared.Rent(DrawListChunk.EntriesMax * ListSpill.IdSize);
    private int _length;

    /// <summary>A positive 32-bit number in base 128.</summary>
    private const int NumberMax = 5;

    public bool Excluded => excluded;

    public int Count { get; private set; }

    public bool IsFull => Count == DrawListChunk.EntriesMax;

    public Bytes32 FirstRef => new(_records.AsSpan(0, Bytes32.Size));

    public Bytes32 Node { get; private set; }

    public long Tickets { get; private set; }

    /// <summary>Bytes of its lines.</summary>
    public long LineBytes { get; private set; }

    public ReadOnlyMemory<byte> Content => _content.AsMemory(0, _length);

    public ReadOnlyMemory<byte> EntryIds => _ids.AsMemory(0, Count * ListSpill.IdSize);

    /// <summary>How often each reason occurs, by its place in ordinal order.</summary>
    public long[] Reasons { get; private set; } = [];

    public void Add(ReadOnlySpan<byte> record) => record.CopyTo(_records.AsSpan(Count++ * ListSpill.RecordSize));

    /// <summary>Hashes the leaves and writes the content.</summary>
    public void Encode(ChunkFormat format)
    {
        var root = new MerkleRoot();
        Reasons = new long[format.ReasonsInOrder.Length];
        for (var i = 0; i < Count; i++)
        {
            var record = _records.AsSpan(i * ListSpill.RecordSize, ListSpill.RecordSize);
            var stored = BinaryPrimitives.ReadInt32LittleEndian(record[ListSpill.NumberAt..]);
            var number = excluded ? format.PlaceOf[stored] : stored;
            root.AppendHash(excluded ? ExcludedLeaf(record, format.ReasonsInOrder[number], number) : EligibleLeaf(record, number));
            _length += DrawListRecords.Write(_content.AsSpan(_length), record, number);
            record.Slice(ListSpill.RefsSize, ListSpill.IdSize).CopyTo(_ids.AsSpan(i * ListSpill.IdSize));
            LineBytes += format.Lines.LengthOf(excluded, number);
        }

        Node = root.Root();
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_records);
        ArrayPool<byte>.Shared.Return(_content);
        ArrayPool<byte>.Shared.Return(_ids);
    }

    private Bytes32 EligibleLeaf(ReadOnlySpan<byte> record, int tickets)
    {
        Tickets += tickets;
        return ListedLeaf.HashEligible(record[..ListSpill.RefSize], record[ListSpill.RefSize..ListSpill.RefsSize], tickets);
    }

    private Bytes32 ExcludedLeaf(ReadOnlySpan<byte> record, byte[] reason, int place)
    {
        Reasons[place]++;
        return ListedLeaf.HashExcluded(record[..ListSpill.RefSize], record[ListSpill.RefSize..ListSpill.RefsSize], reason);
    }
}
