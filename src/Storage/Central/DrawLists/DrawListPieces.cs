using System;
using System.Buffers;
using System.Collections.Immutable;
using System.Data;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Domain.Evidence;

namespace PrizeDraw.Storage.Central.DrawLists;

/// <summary>A buffer for the content of one piece after another.</summary>
internal sealed class DrawListPiece : IDisposable
{
    private byte[] _buffer = [];
    private int _length;

    public ReadOnlyMemory<byte> Content => _buffer.AsMemory(0, _length);

    public Memory<byte> Resize(int length)
    {
        if (_buffer.Length < length)
        {
            Dispose();
            _buffer = ArrayPool<byte>.Shared.Rent(length);
        }

        _length = length;
        return _buffer.AsMemory(0, length);
    }

    public void Dispose()
    {
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = [];
        }
    }
}

/// <summary>Fetches pieces of sealed lists, each in a transaction of its own.</summary>
internal sealed class DrawListPieces(CentralDatabase central)
{
    private const string Mine = "from draw_list_chunk where tenant_id = $1 and campaign_id = $2 and draw_id = $3";

    /// <summary>Every piece without its content, in order; they follow each other without a gap, or it is an <see cref="InvalidDataException"/>.</summary>
    public async Task<ImmutableArray<DrawListChunk>> IndexAsync(SealedDrawList list, CancellationToken ct)
    {
        await using var work = await central.ReadAsync([list.Address.Tenant], ct);
        var chunks = await work.Connection.ListAsync(
            $"select ordinal, excluded, entries_before, tickets_before, entries, first_ref {Mine} order by ordinal",
            [list.Address.Tenant, list.Address.Campaign, list.Address.Draw],
            row => new DrawListChunk(
                row.GetInt32(0), row.GetBoolean(1), row.GetInt64(2), row.GetInt64(3), row.GetInt32(4), new Bytes32(row.GetFieldValue<byte[]>(5))), ct);
        var gap = chunks.Where((chunk, i) => chunk.Ordinal != i + 1).Any();
        return !gap && chunks.Sum(c => (long)c.Entries) == list.Eligible + list.Excluded
            ? chunks
            : throw new InvalidDataException($"The list of draw {list.Address.DrawId} lacks a piece.");
    }

    /// <summary>Reads a piece's content into the buffer.</summary>
    public async Task ReadAsync(SealedDrawList list, int ordinal, DrawListPiece piece, CancellationToken ct)
    {
        await using var work = await central.ReadAsync([list.Address.Tenant], ct);
        await using var command = new NpgsqlCommand($"select length(content), content {Mine} and ordinal = $4", work.Connection);
        foreach (var value in new object[] { list.Address.Tenant, list.Address.Campaign, list.Address.Draw, ordinal })
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        // Sequential, so that the content goes into this buffer and no other.
        await using var row = await command.ExecuteReaderAsync(CommandBehavior.SequentialAccess, ct);
        if (!await row.ReadAsync(ct))
        {
            throw new InvalidDataException($"Piece {ordinal} of the list of draw {list.Address.DrawId} is missing.");
        }

        var into = piece.Resize(row.GetInt32(0));
        await using var content = await row.GetStreamAsync(1, ct);
        await content.ReadExactlyAsync(into, ct);
    }

    /// <summary>Where the entry stands, and what it is; null when the list has none.</summary>
    public async Task<(int Ordinal, int Place, ListedEntry Entry)?> LocateAsync(SealedDrawList list, Bytes32 entryRef, CancellationToken ct)
    {
        using var piece = new DrawListPiece();
        foreach (var excluded in new[] { false, true })
        {
            if (await ChunkOfAsync(list, excluded, entryRef, ct) is not { } chunk)
            {
                continue;
            }

            await ReadAsync(list, chunk.Ordinal, piece, ct);
            if (Within(list, chunk, piece.Content.Span, entryRef) is { } found)
            {
                return (chunk.Ordinal, (int)(found.Index - chunk.EntriesBefore), found);
            }
        }

        return null;
    }

    private async Task<DrawListChunk?> ChunkOfAsync(SealedDrawList list, bool excluded, Bytes32 entryRef, CancellationToken ct)
    {
        await using var work = await central.ReadAsync([list.Address.Tenant], ct);
        return await work.Connection.FindAsync(
            $"""
            select ordinal, entries_before, tickets_before, entries, first_ref {Mine} and excluded = $4 and first_ref <= $5
            order by ordinal desc limit 1
            """,
            [list.Address.Tenant, list.Address.Campaign, list.Address.Draw, excluded, entryRef.ToArray()],
            row => new DrawListChunk(
                row.GetInt32(0), excluded, row.GetInt64(1), row.GetInt64(2), row.GetInt32(3), new Bytes32(row.GetFieldValue<byte[]>(4))), ct);
    }

    private static ListedEntry? Within(SealedDrawList list, DrawListChunk chunk, ReadOnlySpan<byte> content, Bytes32 entryRef)
    {
        Span<byte> wanted = stackalloc byte[Bytes32.Size];
        entryRef.CopyTo(wanted);
        var records = new DrawListRecords(content);
        for (var index = chunk.EntriesBefore; records.Next(); index++)
        {
            if (!records.EntryRef.SequenceEqual(wanted))
            {
                continue;
            }

            var person = new Bytes32(records.PersonRef);
            return chunk.Excluded
                ? new ListedEntry(index, entryRef, person, 0, list.ExcludedByReason.Keys.ElementAt((int)records.Number))
                : new ListedEntry(index, entryRef, person, records.Number, null);
        }

        return null;
    }
}
