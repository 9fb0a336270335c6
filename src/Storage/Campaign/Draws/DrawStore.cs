using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Grains.Abstractions;

namespace PrizeDraw.Storage.Campaign.Draws;

/// <summary>Where a draw is.</summary>
public sealed record DrawAddress(string TenantId, string CampaignId, string DrawId, Guid Campaign, Guid Draw);

/// <summary>A draw as planned: its rules are committed to by hash, its secret sealed.</summary>
public sealed record DrawPlan(
    string Name, string Level, string Rule, string PrizesJson, int Reserves, DateTimeOffset? From, DateTimeOffset? Until,
    DateTimeOffset FreezeAt, string Rules, byte[] RulesHash, byte[] SealedSecret, byte[] SecretHash)
{
    /// <summary>Whether entries that it covers may have been taken before it was planned.</summary>
    public bool AddedLater { get; init; }

    /// <summary>Whether it may be planned though entries have been taken: it covers none of them, or is marked as added later.</summary>
    public bool AfterEntries { get; init; }

    /// <summary>The void draw that this one takes the place of.</summary>
    public Guid? Succeeds { get; init; }
}

/// <summary>What came of planning a draw.</summary>
public enum PlanOutcome
{
    Planned = 1,

    /// <summary>An entry has been taken (unless the plan is for after that), or the draw is past planning.</summary>
    Fixed = 2,

    /// <summary>The void draw that it was to succeed has another successor.</summary>
    SucceededAlready = 3,
}

/// <summary>Loads and writes a draw in its campaign's database. Called by the draw's grain alone; every write is fenced by the epoch.</summary>
public sealed class DrawStore(CampaignConnections connections)
{
    /// <summary>
    /// Plans the draw, or plans it anew while no entry has been taken.
    /// </summary>
    public async Task<PlanOutcome> PlanAsync(DrawAddress address, DrawPlan plan, CampaignEvent audit, CancellationToken ct)
    {
        await using var lease = await OpenAsync(address, ct);
        await using var transaction = await lease.Connection.BeginTransactionAsync(ct);
        await using var batch = new NpgsqlBatch(lease.Connection, transaction);
        batch.Add("""
            insert into draw as d (campaign_id, draw_id, name, state, level, rule, prizes, reserves, from_at, until_at, freeze_at, rules,
              rules_hash, secret, secret_hash, added_later, succeeds)
            select $1, $2, $3, 'planned', $4, $5, $6::jsonb, $7, $8::timestamptz, $9::timestamptz, $10, $11, $12, $13, $14, $15, $17::uuid
            where $16 or not exists (select from pool where campaign_id = $1 and last_number > 0)
            on conflict (campaign_id, draw_id) do update set name = excluded.name, rule = excluded.rule, prizes = excluded.prizes,
              level = excluded.level, added_later = excluded.added_later, succeeds = excluded.succeeds, reserves = excluded.reserves, from_at = excluded.from_at, until_at = excluded.until_at, freeze_at = excluded.freeze_at,
              rules = excluded.rules, rules_hash = excluded.rules_hash, secret = excluded.secret, secret_hash = excluded.secret_hash,
              epoch = d.epoch + 1
            where d.state = 'planned'
            """, address.Campaign, address.Draw, plan.Name, plan.Level, plan.Rule, plan.PrizesJson, plan.Reserves, plan.From, plan.Until,
            plan.FreezeAt, plan.Rules, plan.RulesHash, plan.SealedSecret, plan.SecretHash, plan.AddedLater, plan.AfterEntries, plan.Succeeds);
        batch.AddAudit(address.Campaign, audit);
        try
        {
            await batch.ExecuteNonQueryAsync(ct);
        }
        catch (PostgresException e) when (e is { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: "draw_has_one_successor" })
        {
            // Another one was planned for the same void draw after both had found it without.
            return PlanOutcome.SucceededAlready;
        }

        if (batch.BatchCommands[0].RecordsAffected != 1)
        {
            return PlanOutcome.Fixed;
        }

        await transaction.CommitAsync(ct);
        return PlanOutcome.Planned;
    }

    /// <summary>The states of a campaign's draws, by id.</summary>
    public async Task<IReadOnlyDictionary<string, string>> StatesAsync(string tenantId, string campaignId, CancellationToken ct)
    {
        await using var lease = await connections.RequireAsync(tenantId, campaignId, ct);
        var states = await lease.Connection.ListAsync(
            "select draw_id, state from draw where campaign_id = $1", [Ids.Parse(Ids.Campaign, campaignId)],
            row => (Id: Ids.Format(Ids.Draw, row.GetGuid(0)), State: row.GetString(1)), ct);
        return states.ToDictionary(s => s.Id, s => s.State);
    }

    /// <summary>Takes the draw: whoever held it before writes nothing more. Null when there is no such draw.</summary>
    public Task<TakenDraw?> TakeAsync(DrawAddress address, CancellationToken ct) =>
        FindAsync(address, $"update draw set epoch = epoch + 1 where campaign_id = $1 and draw_id = $2 returning {TakenDraw.Columns}", ct);

    /// <summary>Reads the draw, whoever holds it. Null when there is no such draw.</summary>
    public Task<TakenDraw?> ReadAsync(DrawAddress address, CancellationToken ct) =>
        FindAsync(address, $"select {TakenDraw.Columns} from draw where campaign_id = $1 and draw_id = $2", ct);

    private async Task<TakenDraw?> FindAsync(DrawAddress address, string sql, CancellationToken ct)
    {
        await using var lease = await connections.OpenAsync(address.TenantId, address.CampaignId, ct);
        return lease is null ? null : await lease.Connection.FindAsync(sql, [address.Campaign, address.Draw], TakenDraw.Read, ct);
    }

    /// <summary>
    /// The pools that the list is made of. One that was never published, because the campaign was changed before, is none of the campaign's.
    /// </summary>
    public async Task<ImmutableArray<DrawnPool>> PoolsAsync(DrawAddress address, CancellationToken ct)
    {
        await using var lease = await OpenAsync(address, ct);
        return await lease.Connection.ListAsync(
            """
            select pool_id, ended_at, (settings->>'closesAt')::timestamptz from pool where campaign_id = $1 and (published or last_number > 0)
            order by pool_id
            """, [address.Campaign], row => new DrawnPool(row.GetGuid(0), row.TimeOrNull(1), row.TimeOrNull(2)), ct);
    }

    /// <summary>Fixes the entry numbers that the list ends at. False when another activation holds the draw.</summary>
    public Task<bool> FreezeAsync(DrawAddress address, long epoch, FrozenPools frozen, CampaignEvent audit, CancellationToken ct) =>
        ChangeAsync(address, audit, batch => batch.Add("""
            update draw set state = 'frozen', last_numbers = $4::jsonb, closed_at = $5::timestamptz
            where campaign_id = $1 and draw_id = $2 and epoch = $3 and state = 'planned'
            """, address.Campaign, address.Draw, epoch, JsonSerializer.Serialize(frozen.LastNumbers), frozen.ClosedAt), ct);

    /// <summary>Stores the signed commitment. False when another activation holds the draw.</summary>
    public Task<bool> CommitAsync(DrawAddress address, long epoch, CommittedDraw committed, CampaignEvent audit, CancellationToken ct) =>
        ChangeAsync(address, audit, batch =>
        {
            batch.Add("""
                update draw set state = 'committed', frozen_at = $4, root = $5, excluded_root = $6, eligible = $7, excluded = $8,
                  commitment = $9, commitment_hash = $10, commitment_signature = $11, commitment_key = $12, timestamp_token = $13,
                  round = $14, chain = $15::jsonb, excluded_by_reason = $16::jsonb
                where campaign_id = $1 and draw_id = $2 and epoch = $3 and state = 'frozen'
                """, address.Campaign, address.Draw, epoch, committed.List.FrozenAt, committed.List.Root.ToArray(),
                committed.List.ExcludedRoot.ToArray(), committed.List.Eligible, committed.List.Excluded, committed.Commitment.Body,
                committed.Commitment.Hash.ToArray(), committed.Commitment.Signature, committed.Commitment.KeyId, committed.Commitment.Token,
                committed.Round, committed.Chain, JsonSerializer.Serialize(committed.List.ExcludedByReason));
            if (committed.Event is { } happened)
            {
                batch.AddDrawEvent(address, happened);
            }
        }, ct);

    /// <summary>Notes that the commitment is public. False when another activation holds the draw.</summary>
    public Task<bool> CommitmentPublishedAsync(DrawAddress address, long epoch, DateTimeOffset at, CampaignEvent audit, CancellationToken ct) =>
        ChangeAsync(address, audit, batch => batch.Add("""
            update draw set commitment_published_at = $4
            where campaign_id = $1 and draw_id = $2 and epoch = $3 and state = 'committed' and commitment_published_at is null
            """, address.Campaign, address.Draw, epoch, at), ct);

    /// <summary>
    /// Stores the winners, provisional, with everything that they follow from, and reveals the secret. False when another activation holds
    /// the draw or it is drawn.
    /// </summary>
    public async Task<bool> DrawAsync(DrawAddress address, long epoch, DrawResult result, CampaignEvent audit, CancellationToken ct)
    {
        await using var lease = await OpenAsync(address, ct);
        await using var transaction = await lease.Connection.BeginTransactionAsync(ct);
        await using var batch = new NpgsqlBatch(lease.Connection, transaction);
        batch.Add("""
            update draw set state = case when voided_at is null then 'drawn' else 'void' end, drawn_at = $4, revealed_secret = $5, seed = $6, beacon_signature = $7, trace = $8
            where campaign_id = $1 and draw_id = $2 and epoch = $3 and state = 'committed'
            """, address.Campaign, address.Draw, epoch, result.At, result.Secret, result.Seed, result.BeaconSignature, result.Trace);
        DrawEvents.AddPlaces(batch, address, result.Winners, "provisional");
        if (result.Event is { } happened)
        {
            batch.AddDrawEvent(address, happened);
        }

        batch.AddAudit(address.Campaign, audit);
        await batch.ExecuteNonQueryAsync(ct);
        if (batch.BatchCommands[0].RecordsAffected != 1 || batch.BatchCommands[1].RecordsAffected != result.Winners.Count)
        {
            return false;
        }

        await transaction.CommitAsync(ct);
        return true;
    }

    /// <summary>Notes which certificate is published. False when another activation holds the draw.</summary>
    public Task<bool> CertifiedAsync(DrawAddress address, long epoch, int events, CampaignEvent audit, CancellationToken ct) =>
        ChangeAsync(address, audit, batch => batch.Add(
            "update draw set certified_events = $4 where campaign_id = $1 and draw_id = $2 and epoch = $3 and revealed_secret is not null",
            address.Campaign, address.Draw, epoch, events), ct);

    /// <summary>Publishes drawn winners. False when another activation holds the draw or nothing is to be published.</summary>
    public Task<bool> PublishAsync(DrawAddress address, long epoch, DateTimeOffset at, CampaignEvent audit, CancellationToken ct) =>
        ChangeAsync(address, audit, batch =>
        {
            batch.Add("""
                update draw set state = 'completed', published_at = $4
                where campaign_id = $1 and draw_id = $2 and epoch = $3 and state = 'drawn'
                """, address.Campaign, address.Draw, epoch, at);
            batch.Add(
                "update winner set state = 'published' where campaign_id = $1 and draw_id = $2 and state = 'provisional'", address.Campaign, address.Draw);
        }, ct);

    /// <summary>Moves the time of the freeze of a draw that is still planned.</summary>
    public Task<bool> MoveAsync(DrawAddress address, DateTimeOffset freezeAt, CampaignEvent audit, CancellationToken ct) =>
        ChangeAsync(address, audit, batch => batch.Add(
            "update draw set freeze_at = $3 where campaign_id = $1 and draw_id = $2 and state = 'planned'",
            address.Campaign, address.Draw, freezeAt), ct);

    /// <summary>Notes what the draw waits for; null for nothing. Without effect when another activation holds the draw.</summary>
    public async Task WaitsAsync(DrawAddress address, long epoch, string? why, DateTimeOffset? until, CancellationToken ct)
    {
        await using var lease = await OpenAsync(address, ct);
        await using var batch = new NpgsqlBatch(lease.Connection);
        batch.Add("update draw set waiting_for = $4::text, resumes_at = $5::timestamptz where campaign_id = $1 and draw_id = $2 and epoch = $3",
            address.Campaign, address.Draw, epoch, why, until);
        await batch.ExecuteNonQueryAsync(ct);
    }

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
