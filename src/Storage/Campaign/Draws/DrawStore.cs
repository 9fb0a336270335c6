using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using NpgsqlTypes;
using PrizeDraw.Domain.Draws;

namespace PrizeDraw.Storage.Campaign.Draws;

/// <summary>Where a draw is.</summary>
public sealed record DrawAddress(string TenantId, string CampaignId, string DrawId, Guid Campaign, Guid Draw);

/// <summary>A draw as planned: its rules are committed to by hash, its secret sealed.</summary>
public sealed record DrawPlan(
    string Name, string Level, string Rule, string PrizesJson, int Reserves, DateTimeOffset? From, DateTimeOffset? Until,
    DateTimeOffset FreezeAt, string Rules, byte[] RulesHash, byte[] SealedSecret, byte[] SecretHash);

/// <summary>A draw as an activation has taken it.</summary>
public sealed record TakenDraw(
    long Epoch, string State, string Level, string Rules, byte[] RulesHash, byte[] SealedSecret, byte[] SecretHash, DateTimeOffset? From,
    DateTimeOffset? Until, DateTimeOffset FreezeAt);

/// <summary>An entry that a draw may take, with the key that its references are made with.</summary>
public sealed record DrawCandidate(Guid EntryId, byte[] PersonKey, string? Excluded);

/// <summary>An entry of the frozen list.</summary>
public sealed record FrozenEntry(string EntryRef, string PersonRef, Guid EntryId, int Tickets, string? Excluded);

/// <summary>A frozen list's commitment.</summary>
public sealed record FrozenList(
    IReadOnlyList<FrozenEntry> Entries, byte[] Root, byte[] ExcludedRoot, string Commitment, DateTimeOffset At);

public sealed record DrawnWinner(int Position, string Role, string? Prize, string EntryRef);

/// <summary>Loads and writes a draw in its campaign's database. Called by the draw's grain alone; every write is fenced by the epoch.</summary>
public sealed class DrawStore(CampaignConnections connections)
{
    /// <summary>Plans the draw, or plans it anew while no entry has been taken. False when one has, or when it is past planning.</summary>
    public async Task<bool> PlanAsync(DrawAddress address, DrawPlan plan, CampaignEvent audit, CancellationToken ct)
    {
        await using var lease = await OpenAsync(address, ct);
        await using var transaction = await lease.Connection.BeginTransactionAsync(ct);
        await using var batch = new NpgsqlBatch(lease.Connection, transaction);
        batch.Add("""
            insert into draw as d (campaign_id, draw_id, name, state, level, rule, prizes, reserves, from_at, until_at, freeze_at, rules,
              rules_hash, secret, secret_hash)
            select $1, $2, $3, 'planned', $4, $5, $6::jsonb, $7, $8::timestamptz, $9::timestamptz, $10, $11, $12, $13, $14
            where not exists (select from pool where campaign_id = $1 and last_number > 0)
            on conflict (campaign_id, draw_id) do update set name = excluded.name, rule = excluded.rule, prizes = excluded.prizes,
              reserves = excluded.reserves, from_at = excluded.from_at, until_at = excluded.until_at, freeze_at = excluded.freeze_at,
              rules = excluded.rules, rules_hash = excluded.rules_hash, secret = excluded.secret, secret_hash = excluded.secret_hash,
              epoch = d.epoch + 1
            where d.state = 'planned'
            """, address.Campaign, address.Draw, plan.Name, plan.Level, plan.Rule, plan.PrizesJson, plan.Reserves, plan.From, plan.Until,
            plan.FreezeAt, plan.Rules, plan.RulesHash, plan.SealedSecret, plan.SecretHash);
        batch.AddAudit(address.Campaign, audit);
        await batch.ExecuteNonQueryAsync(ct);
        if (batch.BatchCommands[0].RecordsAffected != 1)
        {
            return false;
        }

        await transaction.CommitAsync(ct);
        return true;
    }

    /// <summary>Takes the draw: whoever held it before writes nothing more. Null when there is no such draw.</summary>
    public async Task<TakenDraw?> TakeAsync(DrawAddress address, CancellationToken ct)
    {
        await using var lease = await connections.OpenAsync(address.TenantId, address.CampaignId, ct);
        return lease is null ? null : await lease.Connection.FindAsync(
            """
            update draw set epoch = epoch + 1 where campaign_id = $1 and draw_id = $2
            returning epoch, state, level, rules, rules_hash, secret, secret_hash, from_at, until_at, freeze_at
            """,
            [address.Campaign, address.Draw],
            row => new TakenDraw(
                row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetFieldValue<byte[]>(4),
                row.GetFieldValue<byte[]>(5), row.GetFieldValue<byte[]>(6), row.TimeOrNull(7), row.TimeOrNull(8), row.Time(9)), ct);
    }

    /// <summary>
    /// Last entry number by pool id, once every pool is closed for good; null before. A pool that was never published, because the
    /// campaign was changed before, is never closed and none of the campaign's.
    /// </summary>
    public async Task<IReadOnlyDictionary<Guid, long>?> ClosedPoolsAsync(DrawAddress address, CancellationToken ct)
    {
        await using var lease = await OpenAsync(address, ct);
        var pools = await lease.Connection.ListAsync(
            "select pool_id, last_number, closed_at is not null from pool where campaign_id = $1 and (published or last_number > 0)", [address.Campaign],
            row => (Id: row.GetGuid(0), Last: row.GetInt64(1), Closed: row.GetBoolean(2)), ct);
        return !pools.IsEmpty && pools.All(p => p.Closed) ? pools.ToDictionary(p => p.Id, p => p.Last) : null;
    }

    /// <summary>Every entry that the draw covers, streamed.</summary>
    public async IAsyncEnumerable<DrawCandidate> CandidatesAsync(
        DrawAddress address, TakenDraw draw, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        await using var lease = await OpenAsync(address, ct);
        await using var command = new NpgsqlCommand(
            """
            select e.entry_id, p.person_key, e.excluded from entry e
            join entrant p on p.campaign_id = e.campaign_id and p.entrant_id = e.entrant_id
            where e.campaign_id = $1 and ($2::timestamptz is null or e.entered_at >= $2) and ($3::timestamptz is null or e.entered_at < $3)
            """, lease.Connection);
        command.Parameters.Add(new NpgsqlParameter { Value = address.Campaign });
        command.Parameters.Add(new NpgsqlParameter { Value = (object?)draw.From?.ToUniversalTime() ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz });
        command.Parameters.Add(new NpgsqlParameter { Value = (object?)draw.Until?.ToUniversalTime() ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz });
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct))
        {
            yield return new DrawCandidate(row.GetGuid(0), row.GetFieldValue<byte[]>(1), row.TextOrNull(2));
        }
    }

    /// <summary>Stores the frozen list with its commitment. False when another activation holds the draw.</summary>
    public async Task<bool> FreezeAsync(DrawAddress address, long epoch, FrozenList list, CampaignEvent audit, CancellationToken ct)
    {
        await using var lease = await OpenAsync(address, ct);
        await using var transaction = await lease.Connection.BeginTransactionAsync(ct);
        var held = await lease.Connection.RunAsync(
            """
            update draw set state = 'committed', frozen_at = $4, root = $5, excluded_root = $6, eligible = $7, excluded = $8, commitment = $9
            where campaign_id = $1 and draw_id = $2 and epoch = $3 and state in ('planned', 'frozen')
            """,
            [
                address.Campaign, address.Draw, epoch, list.At, list.Root, list.ExcludedRoot,
                list.Entries.LongCount(e => e.Excluded is null), list.Entries.LongCount(e => e.Excluded is not null), list.Commitment,
            ], ct);
        if (held != 1)
        {
            return false;
        }

        await CopyAsync(lease.Connection, address, list.Entries, ct);
        await using var batch = new NpgsqlBatch(lease.Connection, transaction);
        batch.AddAudit(address.Campaign, audit);
        await batch.ExecuteNonQueryAsync(ct);
        await transaction.CommitAsync(ct);
        return true;
    }

    private static async Task CopyAsync(NpgsqlConnection connection, DrawAddress address, IEnumerable<FrozenEntry> entries, CancellationToken ct)
    {
        await using var copy = await connection.BeginBinaryImportAsync(
            "copy draw_entry (campaign_id, draw_id, entry_ref, person_ref, entry_id, tickets, excluded) from stdin (format binary)", ct);
        foreach (var entry in entries)
        {
            await copy.StartRowAsync(ct);
            await copy.WriteAsync(address.Campaign, NpgsqlDbType.Uuid, ct);
            await copy.WriteAsync(address.Draw, NpgsqlDbType.Uuid, ct);
            await copy.WriteAsync(entry.EntryRef, NpgsqlDbType.Text, ct);
            await copy.WriteAsync(entry.PersonRef, NpgsqlDbType.Text, ct);
            await copy.WriteAsync(entry.EntryId, NpgsqlDbType.Uuid, ct);
            await copy.WriteAsync(entry.Tickets, NpgsqlDbType.Integer, ct);
            await copy.WriteAsync(entry.Excluded, NpgsqlDbType.Text, ct);
        }

        await copy.CompleteAsync(ct);
    }

    /// <summary>The frozen, eligible entries in leaf order, and the root that was committed to.</summary>
    public async Task<(IReadOnlyList<DrawEntry> Entries, byte[] Root)> FrozenAsync(DrawAddress address, CancellationToken ct)
    {
        await using var lease = await OpenAsync(address, ct);
        var entries = await lease.Connection.ListAsync(
            """
            select entry_ref, person_ref, tickets from draw_entry
            where campaign_id = $1 and draw_id = $2 and excluded is null order by entry_ref
            """,
            [address.Campaign, address.Draw], row => new DrawEntry(row.GetString(0), row.GetString(1), row.GetInt32(2)), ct);
        var root = await lease.Connection.ScalarAsync<byte[]>(
            "select root from draw where campaign_id = $1 and draw_id = $2", [address.Campaign, address.Draw], ct);
        return (entries, root!);
    }

    /// <summary>Stores the winners, provisional, and reveals the secret. False when another activation holds the draw or it is drawn.</summary>
    public async Task<bool> DrawAsync(
        DrawAddress address, long epoch, IReadOnlyList<DrawnWinner> winners, byte[] secret, DateTimeOffset at, CampaignEvent audit,
        CancellationToken ct)
    {
        await using var lease = await OpenAsync(address, ct);
        await using var transaction = await lease.Connection.BeginTransactionAsync(ct);
        await using var batch = new NpgsqlBatch(lease.Connection, transaction);
        batch.Add("""
            update draw set state = 'drawn', drawn_at = $4, revealed_secret = $5
            where campaign_id = $1 and draw_id = $2 and epoch = $3 and state = 'committed'
            """, address.Campaign, address.Draw, epoch, at, secret);
        batch.Add("""
            insert into winner (campaign_id, draw_id, position, role, prize, entry_ref, entry_id, state)
            select $1, $2, w.position, w.role, w.prize, w.entry_ref, d.entry_id, 'provisional'
            from unnest($3::int[], $4::text[], $5::text[], $6::text[]) as w (position, role, prize, entry_ref)
            join draw_entry d on d.campaign_id = $1 and d.draw_id = $2 and d.entry_ref = w.entry_ref
            """, address.Campaign, address.Draw, winners.Select(w => w.Position).ToArray(), winners.Select(w => w.Role).ToArray(),
            winners.Select(w => w.Prize).ToArray(), winners.Select(w => w.EntryRef).ToArray());
        batch.AddAudit(address.Campaign, audit);
        await batch.ExecuteNonQueryAsync(ct);
        if (batch.BatchCommands[0].RecordsAffected != 1 || batch.BatchCommands[1].RecordsAffected != winners.Count)
        {
            return false;
        }

        await transaction.CommitAsync(ct);
        return true;
    }

    /// <summary>Publishes drawn winners. False when another activation holds the draw or nothing is to be published.</summary>
    public Task<bool> PublishAsync(DrawAddress address, long epoch, DateTimeOffset at, CampaignEvent audit, CancellationToken ct) =>
        ChangeAsync(address, audit, batch =>
        {
            batch.Add("""
                update draw set state = 'completed', published_at = $4
                where campaign_id = $1 and draw_id = $2 and epoch = $3 and state = 'drawn'
                """, address.Campaign, address.Draw, epoch, at);
            batch.Add("update winner set state = 'published' where campaign_id = $1 and draw_id = $2", address.Campaign, address.Draw);
        }, ct);

    /// <summary>Moves the time of the freeze of a draw that is still planned.</summary>
    public Task<bool> MoveAsync(DrawAddress address, DateTimeOffset freezeAt, CampaignEvent audit, CancellationToken ct) =>
        ChangeAsync(address, audit, batch => batch.Add(
            "update draw set freeze_at = $3 where campaign_id = $1 and draw_id = $2 and state = 'planned'",
            address.Campaign, address.Draw, freezeAt), ct);

    private async Task<bool> ChangeAsync(DrawAddress address, CampaignEvent audit, Action<NpgsqlBatch> add, CancellationToken ct)
    {
        await using var lease = await OpenAsync(address, ct);
        await using var transaction = await lease.Connection.BeginTransactionAsync(ct);
        await using var batch = new NpgsqlBatch(lease.Connection, transaction);
        add(batch);
        batch.AddAudit(address.Campaign, audit);
        await batch.ExecuteNonQueryAsync(ct);
        if (batch.BatchCommands[0].RecordsAffected != 1)
        {
            return false;
        }

        await transaction.CommitAsync(ct);
        return true;
    }

    private Task<CampaignLease> OpenAsync(DrawAddress address, CancellationToken ct) =>
        connections.RequireAsync(address.TenantId, address.CampaignId, ct);
}
