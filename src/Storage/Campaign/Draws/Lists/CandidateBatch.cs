using System;
using System.Buffers.Binary;

namespace PrizeDraw.Storage.Campaign.Draws.Lists;

/// <summary>Some thousands of rows as they were read: what references are made from. Holds people's keys: cleared after use.</summary>
internal sealed class CandidateBatch
{
    public const int RowsMax = 4096;

    private const int IdSize = 16, HashSize = 32;
    private const int PersonAt = IdSize, KeyAt = 2 * IdSize, RefAt = KeyAt + HashSize, NumberAt = RefAt + HashSize, FlagsAt = NumberAt + sizeof(int);
    private const int RowSize = FlagsAt + 1;
    private const byte HasKey = 1, HasPersonRef = 2, IsExcluded = 4;

    private readonly byte[] _rows = new byte[RowsMax * RowSize];

    public int Count { get; private set; }

    public bool IsFull => Count == RowsMax;

    /// <summary>Room for one more row.</summary>
    public Row Add() => new(_rows.AsSpan(Count++ * RowSize, RowSize));

    public Row this[int i] => new(_rows.AsSpan(i * RowSize, RowSize));

    public void Clear()
    {
        Array.Clear(_rows, 0, Count * RowSize);
        Count = 0;
    }

    /// <summary>One row.</summary>
    internal readonly ref struct Row(Span<byte> row)
    {
        private readonly Span<byte> _row = row;

        public Span<byte> EntryId => _row[..IdSize];

        public Span<byte> EntrantId => _row.Slice(PersonAt, IdSize);

        /// <summary>The person's key; empty once it has been deleted.</summary>
        public ReadOnlySpan<byte> Key => (_row[FlagsAt] & HasKey) != 0 ? _row.Slice(KeyAt, HashSize) : default;

        /// <summary>The reference that was stored with the entry; empty where none was.</summary>
        public ReadOnlySpan<byte> PersonRef => (_row[FlagsAt] & HasPersonRef) != 0 ? _row.Slice(RefAt, HashSize) : default;

        public bool Excluded => (_row[FlagsAt] & IsExcluded) != 0;

        /// <summary>Tickets, or the place of the reason among those met.</summary>
        public int Number => BinaryPrimitives.ReadInt32LittleEndian(_row[NumberAt..]);

        /// <summary>Room for the key, which is there from now on.</summary>
        public Span<byte> SetKey()
        {
            _row[FlagsAt] |= HasKey;
            return _row.Slice(KeyAt, HashSize);
        }

        /// <summary>Room for the reference, which is there from now on.</summary>
        public Span<byte> SetPersonRef()
        {
            _row[FlagsAt] |= HasPersonRef;
            return _row.Slice(RefAt, HashSize);
        }

        public void SetNumber(int number, bool excluded)
        {
            BinaryPrimitives.WriteInt32LittleEndian(_row[NumberAt..], number);
            _row[FlagsAt] |= excluded ? IsExcluded : (byte)0;
        }
    }
}
