using System;
using System.Collections.Generic;
using System.Linq;
using System.Security.Cryptography;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Domain;
using PrizeDraw.Domain.Evidence;
using PrizeDraw.Domain.Pools;
using PrizeDraw.Storage.Secrets;

namespace PrizeDraw.Storage.Campaign.Pools;

/// <param name="Fulfilment"><c>coupon</c>, <c>delivery</c> or <c>none</c>.</param>
public sealed record PrizeSetup(PrizeTerms Terms, string Fulfilment);

/// <summary>A moment to be stored sealed. <paramref name="Chosen"/>: listed by the promoter, not generated.</summary>
public sealed record MomentSetup(MomentId Id, PrizeId Prize, DateTimeOffset At, Bytes32 Salt, bool Chosen);

/// <summary>A pool as it shall be before its first entry.</summary>
public sealed record PoolSetup
{
    public required int Ordinal { get; init; }
    public required string Name { get; init; }
    public required string[] Modes { get; init; }

    /// <summary>Whether the pool itself is paused.</summary>
    public required bool Held { get; init; }
    public required string EntryCode { get; init; }
    public required string FreeRoute { get; init; }

    /// <summary>How many an entry has in prize draws.</summary>
    public required int Tickets { get; init; }
    public required IReadOnlyList<PrizeSetup> Prizes { get; init; }
    public required IReadOnlyList<MomentSetup> Moments { get; init; }
}

/// <summary>A phase to be set. <paramref name="Line"/>: the rules, where they change by it.</summary>
public sealed record PhaseWrite(bool Published, bool Paused, string Settings, int TermsVersion, byte[] TermsHash, AddedLine? Line);

/// <summary>A change of a pool that takes entries.</summary>
public sealed record ChangeWrite(
    string Name, string[] Modes, bool Held, IReadOnlyList<PrizeTerms> Changed, IReadOnlyList<(int Ordinal, PrizeSetup Prize)> Added, AddedLine? Line)
{
    /// <summary>What the stock of each changed prize calls for: told already, or by <see cref="Notices"/>.</summary>
    public required IReadOnlyDictionary<PrizeId, StockAlertLevel> AlertLevels { get; init; }

    /// <summary>What is told of stocks that cross a threshold by this change.</summary>
    public required IReadOnlyList<QueuedNotice> Notices { get; init; }

    internal StockAlertLevel AlertLevelOf(PrizeId prize) => AlertLevels[prize];
}

/// <summary>Writes what a pool is made of, and its phase. Each change is one transaction with its audit event.</summary>
public sealed class PoolSetupStore(CampaignConnections connections, MomentSeal seal, SecretBox box)
{
    /// <summary>A million moments are written in one statement.</summary>
    private const int ConfigureSeconds = 120;

    /// <summary>The secret that the pool's hidden choices are derived from; made, sealed and stored at the first call.</summary>
    public async Task<byte[]> EnsureAsync(PoolAddress address, string name, CancellationToken ct)
    {
        await using var lease = await OpenAsync(address, ct);
        var fresh = RandomNumberGenerator.GetBytes(32);
        await lease.Connection.RunAsync(
            """
            insert into pool (campaign_id, pool_id, ordinal, name, modes, secret, secret_hash) values ($1, $2, 0, $3, '{}', $4, $5)
            on conflict do nothing
            """,
            [address.Campaign.Value, address.Pool.Value, name, box.Seal(fresh, "pool", address.PoolId), SHA256.HashData(fresh)], ct);
        var envelope = await lease.Connection.ScalarAsync<byte[]>(
            "select secret from pool where campaign_id = $1 and pool_id = $2", [address.Campaign.Value, address.Pool.Value], ct);
        return box.Open(envelope, "pool", address.PoolId);
    }

    /// <summary>
    /// Replaces prizes and moments of a pool that has taken no entry. False when it has, or when the epoch is not ours any more;
    /// then nothing is changed.
    /// </summary>
    public async Task<bool> ConfigureAsync(PoolAddress address, PoolSetup setup, CampaignEvent audit, CancellationToken ct)
    {
        await using var lease = await OpenAsync(address, ct);
        await using var transaction = await lease.Connection.BeginTransactionAsync(ct);
        await using var batch = new NpgsqlBatch(lease.Connection, transaction);
        batch.Timeout = ConfigureSeconds;
        var (campaign, pool) = (address.Campaign.Value, address.Pool.Value);
        // Raising the epoch ends any other activation's hold; the caller takes the pool again afterwards. Nobody has committed to what it
        // is now: a pool that a publishing cut short had opened is not open any more.
        batch.Add("""
            update pool set epoch = epoch + 1, published = false, ordinal = $3, name = $4, modes = $5, held = $6, entry_code = $7, free_route = $8,
              tickets = $9
            where campaign_id = $1 and pool_id = $2 and last_number = 0
            """, campaign, pool, setup.Ordinal, setup.Name, setup.Modes, setup.Held, setup.EntryCode, setup.FreeRoute, setup.Tickets);
        batch.Add("delete from moment where campaign_id = $1 and pool_id = $2 and not exists (select from entry e where e.campaign_id = $1 and e.pool_id = $2)",
            campaign, pool);
        batch.Add("delete from prize where campaign_id = $1 and pool_id = $2 and not exists (select from entry e where e.campaign_id = $1 and e.pool_id = $2)",
            campaign, pool);
        for (var i = 0; i < setup.Prizes.Count; i++)
        {
            AddPrize(batch, address, i, setup.Prizes[i]);
        }

        AddMoments(batch, address, setup.Moments);
        batch.AddAudit(campaign, audit);
        try
        {
            await batch.ExecuteNonQueryAsync(ct);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            return false;
        }

        if (batch.BatchCommands[0].RecordsAffected != 1)
        {
            return false;
        }

        await transaction.CommitAsync(ct);
        return true;
    }

    /// <summary>Sets whether entries are taken and by what they are judged. False when the epoch is not ours any more.</summary>
    public Task<bool> SetPhaseAsync(PoolAddress address, long epoch, PhaseWrite phase, CampaignEvent audit, CancellationToken ct) =>
        FencedAsync(address, audit, batch =>
        {
            batch.Add("""
                update pool set published = $4, paused = $5, settings = $6::jsonb where campaign_id = $1 and pool_id = $2 and epoch = $3
                """, address.Campaign.Value, address.Pool.Value, epoch, phase.Published, phase.Paused, phase.Settings);
            if (phase.TermsVersion > 0)
            {
                // A version that nobody could accept yet may have had another text: terms taken away and given anew count from 1.
                batch.Add("""
                    insert into terms (campaign_id, version, hash) values ($1, $2, $3)
                    on conflict (campaign_id, version) do update set hash = excluded.hash
                    """, address.Campaign.Value, phase.TermsVersion, phase.TermsHash);
            }

            batch.AddLine(address, phase.Line);
        }, ct);

    /// <summary>Changes a pool that takes entries. False when the epoch is not ours any more.</summary>
    public Task<bool> ChangeAsync(PoolAddress address, long epoch, ChangeWrite change, CampaignEvent audit, CancellationToken ct) =>
        FencedAsync(address, audit, batch =>
        {
            batch.Add("update pool set name = $4, modes = $5, held = $6 where campaign_id = $1 and pool_id = $2 and epoch = $3",
                address.Campaign.Value, address.Pool.Value, epoch, change.Name, change.Modes, change.Held);
            foreach (var terms in change.Changed)
            {
                batch.Add("""
                    update prize set stock = $3::bigint, daily_cap = $4::int, hourly_cap = $5::int, per_entrant_max = $6::int,
                      low_stock_units = $7::bigint, low_stock_percent = $8::int, paused = $9, alert_level = $10::smallint
                    where campaign_id = $1 and prize_id = $2
                    """, address.Campaign.Value, terms.Id.Value, terms.Stock, terms.DailyCap, terms.HourlyCap, terms.PerEntrantMax,
                    terms.LowStockAt?.Units, terms.LowStockAt?.Percent, terms.Paused, (short)change.AlertLevelOf(terms.Id));
            }

            foreach (var (ordinal, prize) in change.Added)
            {
                AddPrize(batch, address, ordinal, prize);
            }

            foreach (var notice in change.Notices)
            {
                batch.Add(PoolSql.InsertNotice, address.Campaign.Value, notice.Id, notice.Body, notice.At);
            }

            batch.AddLine(address, change.Line);
        }, ct);

    /// <summary>Appends a line of the rules by itself. False when the epoch is not ours any more.</summary>
    public Task<bool> AppendAsync(PoolAddress address, long epoch, AddedLine line, CancellationToken ct) =>
        FencedAsync(address, null, batch =>
        {
            batch.Add(PoolSql.FenceAlone, address.Campaign.Value, address.Pool.Value, epoch);
            batch.AddLine(address, line);
        }, ct);

    /// <summary>When the codes of a batch end; null is never, or no such batch.</summary>
    public async Task<DateTimeOffset?> ExpiryOfAsync(PoolAddress address, CodeBatchId batch, CancellationToken ct)
    {
        await using var lease = await OpenAsync(address, ct);
        return await lease.Connection.FindAsync(
            "select expires_at from code_batch where campaign_id = $1 and batch_id = $2", [address.Campaign.Value, batch.Value],
            row => row.TimeOrNull(0), ct);
    }

    private async Task<bool> FencedAsync(PoolAddress address, CampaignEvent? audit, Action<NpgsqlBatch> add, CancellationToken ct)
    {
        await using var lease = await OpenAsync(address, ct);
        await using var transaction = await lease.Connection.BeginTransactionAsync(ct);
        await using var batch = new NpgsqlBatch(lease.Connection, transaction);
        add(batch);
        if (audit is not null)
        {
            batch.AddAudit(address.Campaign.Value, audit);
        }

        try
        {
            await batch.ExecuteNonQueryAsync(ct);
        }
        catch (PostgresException) when (batch.BatchCommands[0].RecordsAffected == 0)
        {
            // Who has lost the pool meets the lines that the new holder wrote.
            return false;
        }

        if (batch.BatchCommands[0].RecordsAffected != 1)
        {
            return false;
        }

        await transaction.CommitAsync(ct);
        return true;
    }

    private static void AddPrize(NpgsqlBatch batch, PoolAddress address, int ordinal, PrizeSetup prize)
    {
        var p = prize.Terms;
        batch.Add("""
            insert into prize (campaign_id, prize_id, pool_id, ordinal, name, kind, mode, stock, daily_cap, hourly_cap, per_entrant_max,
              odds_win, odds_out_of, every_nth, low_stock_units, low_stock_percent, coupon_batch_id, fulfilment, paused)
            values ($1, $3, $2, $4, $5, $6, $7, $8::bigint, $9::int, $10::int, $11::int, $12::bigint, $13::bigint, $14::int, $15::bigint,
              $16::int, $17::uuid, $18, $19)
            """, address.Campaign.Value, address.Pool.Value, p.Id.Value, ordinal, p.Name, PrizeNames.Of(p.Kind), PrizeNames.Of(p.Mode),
            p.Stock, p.DailyCap, p.HourlyCap, p.PerEntrantMax, p.Odds?.Win, p.Odds?.OutOf, p.EveryNth, p.LowStockAt?.Units,
            p.LowStockAt?.Percent, p.CouponBatch?.Value, prize.Fulfilment, p.Paused);
    }

    private void AddMoments(NpgsqlBatch batch, PoolAddress address, IReadOnlyList<MomentSetup> moments) =>
        AddMoments(batch, seal, address.Campaign.Value, address.Pool.Value, moments);

    internal static void AddMoments(NpgsqlBatch batch, MomentSeal seal, Guid campaign, Guid pool, IReadOnlyList<MomentSetup> moments) =>
        batch.Add("""
            insert into moment (campaign_id, pool_id, moment_id, prize_id, sealed, chosen)
            select $1, $2, * from unnest($3::uuid[], $4::uuid[], $5::bytea[], $6::bool[])
            """, campaign, pool, moments.Select(m => m.Id.Value).ToArray(),
            moments.Select(m => m.Prize.Value).ToArray(), moments.Select(m => seal.Seal(m.Id, m.At, m.Salt)).ToArray(),
            moments.Select(m => m.Chosen).ToArray());

    private Task<CampaignLease> OpenAsync(PoolAddress address, CancellationToken ct) =>
        connections.RequireAsync(address, ct);
}
