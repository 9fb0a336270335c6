using System;
using System.Buffers;
using System.Buffers.Binary;
using System.IO;

namespace PrizeDraw.Storage.Campaign.Draws.Lists;

/// <summary>The records of one part, in the order of their leading 32 bytes. Borrows its memory: dispose of it.</summary>
internal sealed class SortedPart : IDisposable
{
    private readonly int _recordSize;
    private readonly byte[] _records;
    private readonly ulong[] _keys;
    private readonly int[] _order;

    private SortedPart(int count, int recordSize)
    {
        (Count, _recordSize) = (count, recordSize);
        _records = ArrayPool<byte>.Shared.Rent(Math.Max(1, count * recordSize));
        _keys = ArrayPool<ulong>.Shared.Rent(Math.Max(1, count));
        _order = ArrayPool<int>.Shared.Rent(Math.Max(1, count));
    }

    public int Count { get; }

    /// <summary>The record at this place of the order.</summary>
    public ReadOnlySpan<byte> this[int place] => _records.AsSpan(_order[place] * _recordSize, _recordSize);

    /// <summary>Reads and sorts a part. Two records with the same leading bytes stay next to each other.</summary>
    public static SortedPart Read(PartitionedFile file, int part, int recordSize)
    {
        var sorted = new SortedPart(file.Count(part), recordSize);
        try
        {
            file.Read(part, sorted._records);
            sorted.Sort();
            return sorted;
        }
        catch
        {
            sorted.Dispose();
            throw;
        }
    }

    /// <summary>How many different leading 32 bytes there are.</summary>
    public int CountDistinct()
    {
        var distinct = Math.Min(1, Count);
        for (var i = 1; i < Count; i++)
        {
            distinct += Compare(i - 1, i) == 0 ? 0 : 1;
        }

        return distinct;
    }

    /// <summary>Compares two places of the order by all 32 bytes.</summary>
    public int Compare(int a, int b) => this[a][..ListSpill.RefSize].SequenceCompareTo(this[b][..ListSpill.RefSize]);

    /// <summary>Throws when an entry stands in the list twice.</summary>
    public void RequireUnique()
    {
        if (CountDistinct() != Count)
        {
            throw new InvalidDataException("Two entries have the same reference.");
        }
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_records);
        ArrayPool<ulong>.Shared.Return(_keys);
        ArrayPool<int>.Shared.Return(_order);
    }

    private void Sort()
    {
        for (var i = 0; i < Count; i++)
        {
            _keys[i] = BinaryPrimitives.ReadUInt64BigEndian(_records.AsSpan(i * _recordSize));
            _order[i] = i;
        }

        // Eight bytes tell nearly all of them apart, and numbers sort many times quicker than spans.
        Array.Sort(_keys, _order, 0, Count);
        for (var from = 0; from < Count;)
        {
            var to = from + 1;
            while (to < Count && _keys[to] == _keys[from])
            {
                to++;
            }

            if (to - from > 1)
            {
                _order.AsSpan(from, to - from).Sort(CompareRecords);
            }

            from = to;
        }
    }

    private int CompareRecords(int a, int b) => _records.AsSpan(a * _recordSize, ListSpill.RefSize)
        .SequenceCompareTo(_records.AsSpan(b * _recordSize, ListSpill.RefSize));
}
