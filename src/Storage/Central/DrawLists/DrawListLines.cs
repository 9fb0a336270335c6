using System;
using System.Buffers.Text;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text.Json;

namespace PrizeDraw.Storage.Central.DrawLists;

/// <summary>
/// Lines of entries.jsonl: <c>{"entryRef":hex,"personRef":hex,"tickets":n}</c> or <c>{"entryRef":hex,"personRef":hex,"excluded":"code"}</c>,
/// each with a line feed. The same bytes each time.
/// </summary>
internal sealed class DrawListLines(IEnumerable<string> reasonsInOrder)
{
    private const int HexDigits = 64, TicketDigitsMax = 19;

    private static ReadOnlySpan<byte> Entry => "{\"entryRef\":\""u8;

    private static ReadOnlySpan<byte> Person => "\",\"personRef\":\""u8;

    private static ReadOnlySpan<byte> Tickets => "\",\"tickets\":"u8;

    // By the reason's place, all of the line that follows the refs.
    private readonly ImmutableArray<byte[]> _reasons =
        [.. reasonsInOrder.Select(reason => (byte[])[.. "\",\"excluded\":\""u8, .. JsonEncodedText.Encode(reason).EncodedUtf8Bytes, .. "\"}\n"u8])];

    private static int RefsLength => Entry.Length + Person.Length + (2 * HexDigits);

    /// <summary>The longest line.</summary>
    public int LengthMax => RefsLength + Math.Max(Tickets.Length + TicketDigitsMax + 2, _reasons.Select(r => r.Length).DefaultIfEmpty().Max());

    /// <summary>The length of a line.</summary>
    public int LengthOf(bool excluded, long number)
    {
        if (excluded)
        {
            return RefsLength + _reasons[(int)number].Length;
        }

        var digits = 1;
        for (var rest = number; rest > 9; rest /= 10)
        {
            digits++;
        }

        return RefsLength + Tickets.Length + digits + 2;
    }

    /// <summary>Writes a piece's lines and answers their length. The destination has <see cref="LengthMax"/> for each entry.</summary>
    public int Write(bool excluded, ReadOnlySpan<byte> content, Span<byte> destination)
    {
        var records = new DrawListRecords(content);
        var at = 0;
        while (records.Next())
        {
            at += Put(destination[at..], Entry);
            at += Hex(destination[at..], records.EntryRef);
            at += Put(destination[at..], Person);
            at += Hex(destination[at..], records.PersonRef);
            if (excluded)
            {
                at += Put(destination[at..], _reasons[(int)records.Number]);
                continue;
            }

            at += Put(destination[at..], Tickets);
            Utf8Formatter.TryFormat(records.Number, destination[at..], out var digits);
            at += digits;
            at += Put(destination[at..], "}\n"u8);
        }

        return at;
    }

    private static int Put(Span<byte> destination, ReadOnlySpan<byte> text)
    {
        text.CopyTo(destination);
        return text.Length;
    }

    private static int Hex(Span<byte> destination, ReadOnlySpan<byte> bytes)
    {
        Convert.TryToHexStringLower(bytes, destination, out var written);
        return written;
    }
}
