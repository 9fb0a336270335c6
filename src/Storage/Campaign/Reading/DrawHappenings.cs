using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Domain.Draws;
using PrizeDraw.Domain.Evidence;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Draws;
using PrizeDraw.Storage.Campaign.Draws;

namespace PrizeDraw.Storage.Campaign.Reading;

/// <summary>Reads what happened to a campaign's draws, and who holds their prizes since.</summary>
internal sealed class DrawHappenings(TimeProvider clock)
{
    // A draw's deadline runs from its round; periods and beginning of the chain stand beside the commitment.
    private const string Facts =
        """
        select d.draw_id, d.state, d.level, d.void_reason, s.draw_id, (d.commitment::jsonb ->> 'committedAt')::timestamptz,
          to_timestamp((d.chain ->> 'GenesisTime')::bigint + (d.round - 1) * (d.chain ->> 'PeriodSeconds')::int)
        from draw d left join draw s on s.campaign_id = d.campaign_id and s.succeeds = d.draw_id
        where d.campaign_id = $1
        """;

    private const string Events =
        $"select {DrawRecords.EventColumns}, draw_id from draw_event where campaign_id = $1 order by draw_id, ordinal";

    private const string Places = $"select {DrawRecords.PlaceColumns}, draw_id from winner where campaign_id = $1 order by draw_id, position";

    /// <summary>What happened to each draw of the campaign.</summary>
    public async Task<IReadOnlyDictionary<Guid, DrawHistory>> ReadAsync(NpgsqlConnection connection, Guid campaign, CancellationToken ct)
    {
        var facts = await connection.ListAsync(Facts, [campaign], Read, ct);
        var events = (await connection.ListAsync(Events, [campaign], row => (Draw: row.GetGuid(7), Event: DrawRecords.ReadEvent(row)), ct))
            .ToLookup(e => e.Draw, e => e.Event);
        return facts.ToDictionary(f => f.Draw, f => f.History with { Events = [.. events[f.Draw].Select(View)] });
    }

    /// <summary>Who holds the prizes of each draw of the campaign that is drawn.</summary>
    public async Task<IReadOnlyDictionary<Guid, DrawHolders>> HoldersAsync(NpgsqlConnection connection, Guid campaign, CancellationToken ct)
    {
        var places = await connection.ListAsync(Places, [campaign], row => (Draw: row.GetGuid(4), Place: DrawRecords.ReadPlace(row)), ct);
        var events = (await connection.ListAsync(Events, [campaign], row => (Draw: row.GetGuid(7), Event: DrawRecords.ReadEvent(row)), ct))
            .ToLookup(e => e.Draw, e => e.Event);
        return places.GroupBy(p => p.Draw, p => p.Place).ToDictionary(draw => draw.Key, draw => DrawHolders.Of([.. draw], events[draw.Key]));
    }

    private (Guid Draw, DrawHistory History) Read(NpgsqlDataReader row)
    {
        var isLate = row.GetString(1) == "committed" && row.TimeOrNull(5) is { } committedAt
            && EvidenceLevels.TryParse(row.GetString(2), out var level) && clock.GetUtcNow() > DrawDeadline.Of(level, committedAt, row.TimeOrNull(6));
        return (row.GetGuid(0), new DrawHistory(isLate, row.TextOrNull(3), row.IsDBNull(4) ? null : Ids.Format(Ids.Draw, row.GetGuid(4)), []));
    }

    private static DrawEventView View(DrawEvent e) => new(e.Kind, e.Position, e.ReasonCode, e.Clause, e.EvidenceHash?.ToString(), e.Actor, e.At);
}
