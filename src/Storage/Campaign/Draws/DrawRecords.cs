using System;
using System.Collections.Immutable;
using System.Data;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Domain.Draws;
using PrizeDraw.Domain.Evidence;

namespace PrizeDraw.Storage.Campaign.Draws;

/// <summary>Reads what a certificate holds of a draw, and what an earlier version left of one.</summary>
public sealed class DrawRecords(CampaignConnections connections)
{
    internal const string PlaceColumns = "position, role, prize, entry_ref";

    internal const string EventColumns = "kind, position, reason_code, clause, evidence_hash, actor, at";

    /// <summary>The draw with its order as it was drawn and what happened since the commitment, all of one instant: they must agree.</summary>
    public async Task<(TakenDraw Draw, ImmutableArray<CertifiedPlace> Order, ImmutableArray<DrawEvent> Events)> AllAsync(DrawAddress address, CancellationToken ct)
    {
        await using var lease = await connections.RequireAsync(address.TenantId, address.CampaignId, ct);
        await using var transaction = await lease.Connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, ct);
        var draw = await lease.Connection.FindAsync(
            $"select {TakenDraw.Columns} from draw where campaign_id = $1 and draw_id = $2", [address.Campaign, address.Draw], TakenDraw.Read, ct);
        return (
            draw ?? throw new InvalidOperationException("The draw is not there."), await OrderAsync(lease.Connection, address, ct),
            await EventsAsync(lease.Connection, address, ct));
    }

    /// <summary>The order as it was drawn.</summary>
    public async Task<ImmutableArray<CertifiedPlace>> OrderAsync(DrawAddress address, CancellationToken ct)
    {
        await using var lease = await connections.RequireAsync(address.TenantId, address.CampaignId, ct);
        return await OrderAsync(lease.Connection, address, ct);
    }

    /// <summary>What happened since the commitment, in order.</summary>
    public async Task<ImmutableArray<DrawEvent>> EventsAsync(DrawAddress address, CancellationToken ct)
    {
        await using var lease = await connections.RequireAsync(address.TenantId, address.CampaignId, ct);
        return await EventsAsync(lease.Connection, address, ct);
    }

    private static Task<ImmutableArray<CertifiedPlace>> OrderAsync(NpgsqlConnection connection, DrawAddress address, CancellationToken ct) => connection.ListAsync(
        $"select {PlaceColumns} from winner where campaign_id = $1 and draw_id = $2 order by position", [address.Campaign, address.Draw], ReadPlace, ct);

    private static Task<ImmutableArray<DrawEvent>> EventsAsync(NpgsqlConnection connection, DrawAddress address, CancellationToken ct) => connection.ListAsync(
        $"select {EventColumns} from draw_event where campaign_id = $1 and draw_id = $2 order by ordinal", [address.Campaign, address.Draw], ReadEvent, ct);

    internal static CertifiedPlace ReadPlace(NpgsqlDataReader row) => new(
        row.GetInt32(0), row.GetString(1) == "winner" ? DrawRole.Winner : DrawRole.Reserve, row.TextOrNull(2), row.GetString(3));

    internal static DrawEvent ReadEvent(NpgsqlDataReader row) => new(
        row.GetString(0), row.IsDBNull(1) ? null : row.GetInt32(1), row.GetString(2), row.TextOrNull(3),
        row.BytesOrNull(4) is { } hash ? new Bytes32(hash) : null, row.GetString(5), row.Time(6));

    /// <summary>The list of a draw that an earlier version committed: its eligible entries in leaf order, with their ids, and the root.</summary>
    public async Task<(ImmutableArray<(DrawEntry Entry, Guid Id)> Entries, byte[] Root)> EarlierListAsync(DrawAddress address, CancellationToken ct)
    {
        await using var lease = await connections.RequireAsync(address.TenantId, address.CampaignId, ct);
        var entries = await lease.Connection.ListAsync(
            """
            select entry_ref, person_ref, tickets, entry_id from draw_entry
            where campaign_id = $1 and draw_id = $2 and excluded is null order by entry_ref
            """,
            [address.Campaign, address.Draw], row => (new DrawEntry(row.GetString(0), row.GetString(1), row.GetInt32(2)), row.GetGuid(3)), ct);
        var root = await lease.Connection.ScalarAsync<byte[]>(
            "select root from draw where campaign_id = $1 and draw_id = $2", [address.Campaign, address.Draw], ct);
        return (entries, root!);
    }
}

/// <summary>Appends events to a draw.</summary>
internal static class DrawEventRows
{
    public static void AddDrawEvent(this NpgsqlBatch batch, DrawAddress address, DrawEvent happened) => batch.Add(
        """
        insert into draw_event (campaign_id, draw_id, ordinal, kind, position, reason_code, clause, evidence_hash, actor, at)
        select $1, $2, count(*) + 1, $3, $4::int, $5, $6::text, $7::bytea, $8, $9 from draw_event where campaign_id = $1 and draw_id = $2
        """, address.Campaign, address.Draw, happened.Kind, happened.Position, happened.ReasonCode, happened.Clause,
        happened.EvidenceHash?.ToArray(), happened.Actor, CanonicalTime.ToMicroseconds(happened.At));
}
