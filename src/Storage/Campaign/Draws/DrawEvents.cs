using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Domain.Draws;
using PrizeDraw.Domain.Evidence;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Storage.Campaign.EntrantMails;

namespace PrizeDraw.Storage.Campaign.Draws;

/// <summary>A place of the order as it was drawn, its entry, and how it stands.</summary>
public sealed record StoredPlace(CertifiedPlace Place, Guid EntryId, string State);

/// <summary>What decides whether a draw may be succeeded.</summary>
/// <param name="Committed">Whether there is a commitment to name.</param>
/// <param name="Successor">The draw that succeeds it already.</param>
public sealed record Succession(string State, bool Committed, Guid? Successor);

/// <summary>A replacement as it is written.</summary>
/// <param name="Holder">The position of the order that loses its prize.</param>
/// <param name="Event">What the chain holds of it.</param>
/// <param name="Case">What it was decided on, if anything was given.</param>
/// <param name="Further">Reserves that the permutation went on to.</param>
/// <param name="Trace">The selection's steps, when it went on; else null.</param>
/// <param name="Mail">What the entrant is told, if they are.</param>
public sealed record StoredReplacement(
    int Holder, DrawEvent Event, DrawCase? Case, IReadOnlyList<DrawnWinner> Further, string? Trace, EntrantMail? Mail);

/// <summary>
/// Writes what happens to a draw after its commitment, each in one transaction fenced by the epoch. Called by the draw's grain alone; false is
/// that the draw is not as it was when this was decided, and nothing was written.
/// </summary>
public sealed class DrawEvents(CampaignConnections connections)
{
    /// <summary>Every place of the order.</summary>
    public async Task<IReadOnlyList<StoredPlace>> PlacesAsync(DrawAddress address, CancellationToken ct)
    {
        await using var lease = await connections.RequireAsync(address.TenantId, address.CampaignId, ct);
        return await lease.Connection.ListAsync(
            $"select {DrawRecords.PlaceColumns}, entry_id, state from winner where campaign_id = $1 and draw_id = $2 order by position",
            [address.Campaign, address.Draw], row => new StoredPlace(DrawRecords.ReadPlace(row), row.GetGuid(4), row.GetString(5)), ct);
    }

    /// <summary>Takes the prize from its holder: event, case, further reserves and mail.</summary>
    public Task<bool> ReplaceAsync(DrawAddress address, TakenDraw draw, StoredReplacement replaced, CampaignEvent audit, CancellationToken ct) =>
        ChangeAsync(address, audit, batch =>
        {
            batch.Add("""
                update draw set trace = coalesce($5, trace)
                where campaign_id = $1 and draw_id = $2 and epoch = $3 and state = $4
                """, address.Campaign, address.Draw, draw.Epoch, draw.State, replaced.Trace);
            batch.Add(
                "update winner set state = 'replaced' where campaign_id = $1 and draw_id = $2 and position = $3 and state <> 'replaced'",
                address.Campaign, address.Draw, replaced.Holder);
            batch.AddDrawEvent(address, replaced.Event);
            AddCase(batch, address, replaced.Case);
            // Whoever steps up after publication is published: the certificate names the place already.
            AddPlaces(batch, address, replaced.Further, draw.State == "completed" ? "published" : "provisional");
            if (replaced.Mail is { } mail)
            {
                batch.AddEntrantMail(address.Campaign, mail);
            }
        }, required: 2, ct);

    /// <summary>
    /// Declares the draw void. One that is committed stays so until it is revealed: only then is it void. The event and what it was decided on
    /// are left away where nothing was committed.
    /// </summary>
    public Task<bool> VoidAsync(
        DrawAddress address, TakenDraw draw, DateTimeOffset at, string reason, DrawEvent? happened, DrawCase? kept, CampaignEvent audit, CancellationToken ct) =>
        ChangeAsync(address, audit, batch =>
        {
            batch.Add("""
                update draw set voided_at = $5, void_reason = $6, state = case when state = 'committed' then state else 'void' end
                where campaign_id = $1 and draw_id = $2 and epoch = $3 and state = $4 and voided_at is null
                """, address.Campaign, address.Draw, draw.Epoch, draw.State, at, reason);
            if (happened is not null)
            {
                batch.AddDrawEvent(address, happened);
                AddCase(batch, address, kept);
            }
        }, required: 1, ct);

    /// <summary>Whether the draw was declared void, though it may not have been revealed yet.</summary>
    public async Task<bool> IsVoidedAsync(DrawAddress address, CancellationToken ct)
    {
        await using var lease = await connections.RequireAsync(address.TenantId, address.CampaignId, ct);
        return await lease.Connection.ScalarAsync<bool>(
            "select voided_at is not null from draw where campaign_id = $1 and draw_id = $2", [address.Campaign, address.Draw], ct);
    }

    /// <summary>What decides whether that draw of the campaign may be succeeded; null when it is not there.</summary>
    public async Task<Succession?> SuccessionAsync(DrawAddress address, Guid predecessor, CancellationToken ct)
    {
        await using var lease = await connections.RequireAsync(address.TenantId, address.CampaignId, ct);
        return await lease.Connection.FindAsync(
            """
            select state, commitment_hash is not null, (select s.draw_id from draw s where s.campaign_id = d.campaign_id and s.succeeds = d.draw_id)
            from draw d where campaign_id = $1 and draw_id = $2
            """,
            [address.Campaign, predecessor], row => new Succession(row.GetString(0), row.GetBoolean(1), row.IsDBNull(2) ? null : row.GetGuid(2)), ct);
    }

    /// <summary>The void draw that another names as its predecessor.</summary>
    public async Task<DrawPredecessor> PredecessorAsync(DrawAddress address, Guid predecessor, CancellationToken ct)
    {
        await using var lease = await connections.RequireAsync(address.TenantId, address.CampaignId, ct);
        return await lease.Connection.FindAsync(
            "select commitment_hash, secret_hash from draw where campaign_id = $1 and draw_id = $2 and commitment_hash is not null",
            [address.Campaign, predecessor],
            row => new DrawPredecessor(
                Ids.Format(Ids.Draw, predecessor), new Bytes32(row.GetFieldValue<byte[]>(0)), new Bytes32(row.GetFieldValue<byte[]>(1))), ct)
            ?? throw new InvalidOperationException("The draw that this one succeeds is not there.");
    }

    internal static void AddPlaces(NpgsqlBatch batch, DrawAddress address, IReadOnlyList<DrawnWinner> places, string state) => batch.Add("""
        insert into winner (campaign_id, draw_id, position, role, prize, entry_ref, entry_id, state)
        select $1, $2, w.position, w.role, w.prize, w.entry_ref, w.entry_id, $8
        from unnest($3::int[], $4::text[], $5::text[], $6::text[], $7::uuid[]) as w (position, role, prize, entry_ref, entry_id)
        """, address.Campaign, address.Draw, places.Select(w => w.Position).ToArray(), places.Select(w => w.Role).ToArray(),
        places.Select(w => w.Prize).ToArray(), places.Select(w => w.EntryRef).ToArray(), places.Select(w => w.EntryId).ToArray(), state);

    /// <summary>Keeps what the newest event was decided on.</summary>
    private static void AddCase(NpgsqlBatch batch, DrawAddress address, DrawCase? kept)
    {
        if (kept is not null)
        {
            batch.Add("""
                insert into draw_case (campaign_id, draw_id, ordinal, salt, evidence)
                select $1, $2, max(ordinal), $3, $4 from draw_event where campaign_id = $1 and draw_id = $2
                """, address.Campaign, address.Draw, kept.Salt.ToArray(), kept.Evidence);
        }
    }

    /// <param name="required">How many statements, from the first, must each change one row.</param>
    private async Task<bool> ChangeAsync(DrawAddress address, CampaignEvent audit, Action<NpgsqlBatch> add, int required, CancellationToken ct)
    {
        await using var lease = await connections.RequireAsync(address.TenantId, address.CampaignId, ct);
        await using var transaction = await lease.Connection.BeginTransactionAsync(ct);
        await using var batch = new NpgsqlBatch(lease.Connection, transaction);
        add(batch);
        batch.AddAudit(address.Campaign, audit);
        await batch.ExecuteNonQueryAsync(ct);
        if (Enumerable.Range(0, required).Any(i => batch.BatchCommands[i].RecordsAffected != 1))
        {
            return false;
        }

        await transaction.CommitAsync(ct);
        return true;
    }
}
