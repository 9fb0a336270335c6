using System;
using PrizeDraw.Domain.Evidence;

namespace PrizeDraw.Storage.Central.DrawLists;

/// <summary>A piece of a list without its content. Entries and tickets before it are those of its part.</summary>
internal sealed record DrawListChunk(
    int Ordinal, bool Excluded, long EntriesBefore, long TicketsBefore, int Entries, Bytes32 FirstRef)
{
    /// <summary>Entries in every piece but the last of a part; a power of two.</summary>
    public const int EntriesMax = 8192;
}

/// <summary>A piece that is to be stored. Its arrays are borrowed from a pool and may be longer than what they hold.</summary>
internal sealed record NewDrawListChunk(DrawListChunk Chunk, Bytes32 Node, ReadOnlyMemory<byte> Content, ReadOnlyMemory<byte> EntryIds);

/// <summary>
/// Goes through a piece's content: 32 bytes of entry ref, 32 of person ref, and a number in base 128, low digits first, the high bit saying
/// that another follows.
/// </summary>
internal ref struct DrawListRecords(ReadOnlySpan<byte> content)
{
    /// <summary>The longest record in bytes.</summary>
    public const int LengthMax = RefsLength + 10;

    private const int RefsLength = 2 * Bytes32.Size;
    private ReadOnlySpan<byte> rest = content;

    public ReadOnlySpan<byte> EntryRef { get; private set; }

    public ReadOnlySpan<byte> PersonRef { get; private set; }

    /// <summary>Tickets, or the place of the reason.</summary>
    public long Number { get; private set; }

    /// <summary>Whether there was another record. Content that ends within one is an <see cref="ArgumentOutOfRangeException"/>.</summary>
    public bool Next()
    {
        if (rest.IsEmpty)
        {
            return false;
        }

        EntryRef = rest[..Bytes32.Size];
        PersonRef = rest[Bytes32.Size..RefsLength];
        rest = rest[RefsLength..];
        var (number, shift) = (0L, 0);
        for (var more = true; more; shift += 7)
        {
            more = (rest[0] & 0x80) != 0;
            number |= (long)(rest[0] & 0x7f) << shift;
            rest = rest[1..];
        }

        Number = number;
        return true;
    }

    /// <summary>Writes a record and answers its length.</summary>
    public static int Write(Span<byte> destination, ReadOnlySpan<byte> refs, long number)
    {
        refs[..RefsLength].CopyTo(destination);
        var at = RefsLength;
        for (; number > 0x7f; number >>= 7)
        {
            destination[at++] = (byte)(number | 0x80);
        }

        destination[at++] = (byte)number;
        return at;
    }
}
