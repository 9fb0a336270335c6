using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Domain.Draws;
using PrizeDraw.Domain.Evidence;

namespace PrizeDraw.Storage.Central.DrawLists;

/// <summary>An entry as a list holds it.</summary>
/// <param name="Index">Its place among the leaves of its part, from 0.</param>
/// <param name="EntryRef">Its reference.</param>
/// <param name="PersonRef">Its entrant's reference.</param>
/// <param name="Tickets">How many tickets it has; 0 when it is excluded.</param>
/// <param name="Excluded">The reason code; null when it is eligible.</param>
public sealed record ListedEntry(long Index, Bytes32 EntryRef, Bytes32 PersonRef, long Tickets, string? Excluded);

/// <summary>
/// Reads frozen lists, piece by piece: memory does not grow with the list. The campaign's database is not needed. A list that lacks a piece is
/// an <see cref="InvalidDataException"/>.
/// </summary>
public sealed class DrawLists(CentralDatabase central)
{
    private const string Find =
        """
        select build, frozen_at, last_numbers::text, root, excluded_root, eligible, excluded, tickets, persons, excluded_by_reason::text, bytes
        from draw_list where tenant_id = $1 and campaign_id = $2 and draw_id = $3 and state = 'ready'
        """;

    private readonly DrawListPieces _pieces = new(central);

    /// <summary>The list, once it is sealed; null before.</summary>
    public async Task<SealedDrawList?> FindAsync(DrawListAddress address, CancellationToken ct)
    {
        await using var work = await central.ReadAsync([address.Tenant], ct);
        return await work.Connection.FindAsync(Find, [address.Tenant, address.Campaign, address.Draw], row => Read(address, row), ct);
    }

    /// <summary>How far the list is; null when nobody has begun it.</summary>
    public async Task<DrawListProgress?> ProgressAsync(DrawListAddress address, CancellationToken ct)
    {
        await using var work = await central.ReadAsync([address.Tenant], ct);
        return await work.Connection.FindAsync(
            "select state, done, total from draw_list where tenant_id = $1 and campaign_id = $2 and draw_id = $3",
            [address.Tenant, address.Campaign, address.Draw],
            row => new DrawListProgress(DrawListStages.Parse(row.GetString(0)), row.GetInt64(1), row.GetInt64(2)), ct);
    }

    /// <summary>
    /// Writes entries.jsonl: eligible entries in leaf order, then excluded ones. The same <see cref="SealedDrawList.Bytes"/> bytes each time. No
    /// connection is held while the destination takes its time.
    /// </summary>
    public async Task CopyJsonLinesAsync(SealedDrawList list, Stream destination, CancellationToken ct)
    {
        var lines = new DrawListLines(list.ExcludedByReason.Keys);
        var text = new byte[lines.LengthMax * DrawListChunk.EntriesMax];
        var chunks = await _pieces.IndexAsync(list, ct);
        using var here = new DrawListPiece();
        using var ahead = new DrawListPiece();
        var (current, next) = (here, ahead);
        var reading = chunks.IsEmpty ? Task.CompletedTask : _pieces.ReadAsync(list, chunks[0].Ordinal, current, ct);
        for (var i = 0; i < chunks.Length; i++)
        {
            await reading;
            // The next piece is fetched while this one is written out as text.
            reading = i + 1 < chunks.Length ? _pieces.ReadAsync(list, chunks[i + 1].Ordinal, next, ct) : Task.CompletedTask;
            try
            {
                var length = lines.Write(chunks[i].Excluded, current.Content.Span, text);
                await destination.WriteAsync(text.AsMemory(0, length), ct);
            }
            catch
            {
                await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                throw;
            }

            (current, next) = (next, current);
        }
    }

    /// <summary>
    /// Draws the order of the rules: the same positions and trace as <see cref="DrawOrder.Draw(IReadOnlyList{DrawEntry}, DrawRules, Bytes32, int)"/>
    /// over the same entries. More reserves go on along the same permutation.
    /// </summary>
    public async Task<DrawOrder> DrawAsync(SealedDrawList list, DrawRules rules, Bytes32 seed, int extraReserves, CancellationToken ct)
    {
        var length = DrawOrder.LengthOf(rules, extraReserves);
        var selection = new TicketSelection(list.Tickets, rules.Rule, seed);
        var holders = new TicketHolders(_pieces, list, await _pieces.IndexAsync(list, ct));
        var picks = new List<DrawPick>();
        while (picks.Count < length && !selection.HasRunOut)
        {
            // In rounds of some thousands, so that an order of everybody does not hold everybody at once.
            var tickets = selection.Next(Math.Min(length - picks.Count, TicketHolders.AtOnceMax));
            picks.AddRange(selection.Accept(await holders.OfAsync(tickets, ct)));
        }

        return DrawOrder.Of(rules, picks, selection.Trace);
    }

    /// <summary>The entry with this reference; null when the list has none.</summary>
    public async Task<ListedEntry?> FindEntryAsync(SealedDrawList list, Bytes32 entryRef, CancellationToken ct) =>
        (await _pieces.LocateAsync(list, entryRef, ct))?.Entry;

    /// <summary>Where entries stand: their piece, and their place in it from 0.</summary>
    internal async Task<IReadOnlyDictionary<string, (int Ordinal, int Place)>> LocateAsync(
        SealedDrawList list, IEnumerable<string> entryRefs, CancellationToken ct)
    {
        var places = new Dictionary<string, (int, int)>(StringComparer.Ordinal);
        foreach (var entryRef in entryRefs)
        {
            if (await _pieces.LocateAsync(list, Bytes32.Parse(entryRef), ct) is { } found)
            {
                places[entryRef] = (found.Ordinal, found.Place);
            }
        }

        return places;
    }

    private static SealedDrawList Read(DrawListAddress address, NpgsqlDataReader row) => new()
    {
        Address = address,
        Build = row.GetGuid(0),
        FrozenAt = row.Time(1),
        LastNumbers = JsonSerializer.Deserialize<Dictionary<Guid, long>>(row.GetString(2))!.ToImmutableSortedDictionary(),
        Root = new Bytes32(row.GetFieldValue<byte[]>(3)),
        ExcludedRoot = new Bytes32(row.GetFieldValue<byte[]>(4)),
        Eligible = row.GetInt64(5),
        Excluded = row.GetInt64(6),
        Tickets = row.GetInt64(7),
        Persons = row.GetInt64(8),
        ExcludedByReason = JsonSerializer.Deserialize<Dictionary<string, long>>(row.GetString(9))!.ToImmutableSortedDictionary(StringComparer.Ordinal),
        Bytes = row.GetInt64(10),
    };
}
