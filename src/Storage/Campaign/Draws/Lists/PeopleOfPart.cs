using System;
using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;

namespace PrizeDraw.Storage.Campaign.Draws.Lists;

/// <summary>The keys of one part's people, by their ids. Borrows its memory, and clears it: dispose of it.</summary>
internal sealed class PeopleOfPart : IDisposable
{
    private const int Size = CandidateFiles.PersonSize, IdSize = CandidateFiles.IdSize;
    private const ulong Spread = 0x9E37_79B9_7F4A_7C15; // 2^64 divided by the golden ratio

    private readonly byte[] _people;
    private readonly int[] _slots; // places from 1; 0 is free
    private readonly int _shift;

    public PeopleOfPart(PartitionedFile file, int part)
    {
        var count = file.Count(part);
        _people = ArrayPool<byte>.Shared.Rent(Math.Max(1, count * Size));
        file.Read(part, _people);
        var slots = BitOperations.RoundUpToPowerOf2((uint)Math.Max(2, count * 2));
        _slots = ArrayPool<int>.Shared.Rent((int)slots);
        Array.Clear(_slots, 0, (int)slots);
        _shift = 64 - BitOperations.Log2(slots);
        for (var i = 0; i < count; i++)
        {
            var slot = SlotOf(_people.AsSpan(i * Size, IdSize));
            while (_slots[slot] != 0)
            {
                slot = Next(slot);
            }

            _slots[slot] = i + 1;
        }
    }

    /// <summary>The person's key; empty when there is none.</summary>
    public ReadOnlySpan<byte> KeyOf(ReadOnlySpan<byte> id)
    {
        for (var slot = SlotOf(id); _slots[slot] != 0; slot = Next(slot))
        {
            var person = _people.AsSpan((_slots[slot] - 1) * Size, Size);
            if (person[..IdSize].SequenceEqual(id))
            {
                return person[IdSize..];
            }
        }

        return default;
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_people, clearArray: true);
        ArrayPool<int>.Shared.Return(_slots);
    }

    private int SlotOf(ReadOnlySpan<byte> id) => (int)((BinaryPrimitives.ReadUInt64LittleEndian(id[(IdSize / 2)..]) * Spread) >> _shift);

    private int Next(int slot) => (slot + 1) & (int)((1u << (64 - _shift)) - 1);
}
