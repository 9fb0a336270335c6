using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Domain.Draws;
using PrizeDraw.Domain.Evidence;

namespace PrizeDraw.Storage.Central.DrawLists;

/// <summary>Looks up whose tickets are, reading each piece once for all that lie in it.</summary>
internal sealed class TicketHolders(DrawListPieces pieces, SealedDrawList list, ImmutableArray<DrawListChunk> index)
{
    /// <summary>Tickets to look up at once.</summary>
    public const int AtOnceMax = 4096;

    private readonly ImmutableArray<DrawListChunk> _eligible = [.. index.Where(chunk => !chunk.Excluded)];

    /// <summary>The entries that the tickets belong to, in the same order.</summary>
    public async Task<IReadOnlyList<DrawEntry>> OfAsync(IReadOnlyList<long> tickets, CancellationToken ct)
    {
        var holders = new DrawEntry[tickets.Count];
        using var piece = new DrawListPiece();
        foreach (var together in Enumerable.Range(0, tickets.Count).GroupBy(i => ChunkOf(tickets[i])))
        {
            var chunk = _eligible[together.Key];
            await pieces.ReadAsync(list, chunk.Ordinal, piece, ct);
            Resolve(chunk, piece.Content.Span, [.. together.OrderBy(i => tickets[i])], tickets, holders);
        }

        return holders;
    }

    /// <summary>The last piece that has no more tickets before it than this one's number.</summary>
    private int ChunkOf(long ticket)
    {
        var (low, high) = (0, _eligible.Length - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            (low, high) = _eligible[middle].TicketsBefore <= ticket ? (middle, high) : (low, middle - 1);
        }

        return low;
    }

    private static void Resolve(DrawListChunk chunk, ReadOnlySpan<byte> content, int[] order, IReadOnlyList<long> tickets, DrawEntry[] holders)
    {
        var records = new DrawListRecords(content);
        var (through, at) = (chunk.TicketsBefore, 0);
        while (at < order.Length && records.Next())
        {
            through += records.Number;
            for (DrawEntry? entry = null; at < order.Length && tickets[order[at]] < through; at++)
            {
                entry ??= new DrawEntry(new Bytes32(records.EntryRef).ToString(), new Bytes32(records.PersonRef).ToString(), records.Number);
                holders[order[at]] = entry;
            }
        }

        if (at < order.Length)
        {
            throw new InvalidDataException($"Piece {chunk.Ordinal} holds fewer tickets than it should.");
        }
    }
}
