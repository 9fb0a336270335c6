using System;
using System.Collections.Generic;
using System.Linq;
using System.Security.Cryptography;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Domain;
using PrizeDraw.Domain.Evidence;
using PrizeDraw.Storage.Secrets;

namespace PrizeDraw.Storage.Campaign.Pools;

public sealed record PrizeSetup(
    PrizeId Id, string Name, string Kind, string Mode, long? Stock, int? DailyCap, int? PerEntrantMax, string Fulfilment, bool Paused);

/// <summary>A moment to be stored sealed. <paramref name="Chosen"/>: listed by the promoter, not generated.</summary>
public sealed record MomentSetup(MomentId Id, PrizeId Prize, DateTimeOffset At, Bytes32 Salt, bool Chosen);

public sealed record PoolSetup(
    int Ordinal, string Name, string[] Modes, IReadOnlyList<PrizeSetup> Prizes, IReadOnlyList<MomentSetup> Moments);

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
        // Raising the epoch ends any other activation's hold; the caller takes the pool again afterwards.
        batch.Add("""
            update pool set epoch = epoch + 1, ordinal = $3, name = $4, modes = $5
            where campaign_id = $1 and pool_id = $2 and last_number = 0
            """, campaign, pool, setup.Ordinal, setup.Name, setup.Modes);
        batch.Add("delete from moment where campaign_id = $1 and pool_id = $2 and not exists (select from entry e where e.campaign_id = $1 and e.pool_id = $2)",
            campaign, pool);
        batch.Add("delete from prize where campaign_id = $1 and pool_id = $2 and not exists (select from entry e where e.campaign_id = $1 and e.pool_id = $2)",
            campaign, pool);
        AddPrizes(batch, address, setup.Prizes);
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
    public Task<bool> SetPhaseAsync(
        PoolAddress address, long epoch, bool published, bool paused, string settings, int termsVersion, byte[] termsHash, CampaignEvent audit,
        CancellationToken ct) =>
        FencedAsync(address, audit, batch =>
        {
            batch.Add("""
                update pool set published = $4, paused = $5, settings = $6::jsonb where campaign_id = $1 and pool_id = $2 and epoch = $3
                """, address.Campaign.Value, address.Pool.Value, epoch, published, paused, settings);
            if (termsVersion > 0)
            {
                // A version that nobody could accept yet may have had another text: terms taken away and given anew count from 1.
                batch.Add("""
                    insert into terms (campaign_id, version, hash) values ($1, $2, $3)
                    on conflict (campaign_id, version) do update set hash = excluded.hash
                    """, address.Campaign.Value, termsVersion, termsHash);
            }
        }, ct);

    /// <summary>Closes the pool for good. False when the epoch is not ours any more.</summary>
    public Task<bool> CloseAsync(PoolAddress address, long epoch, DateTimeOffset at, CampaignEvent audit, CancellationToken ct) =>
        FencedAsync(address, audit, batch => batch.Add(
            "update pool set closed_at = coalesce(closed_at, $4) where campaign_id = $1 and pool_id = $2 and epoch = $3",
            address.Campaign.Value, address.Pool.Value, epoch, at), ct);

    private async Task<bool> FencedAsync(PoolAddress address, CampaignEvent audit, Action<NpgsqlBatch> add, CancellationToken ct)
    {
        await using var lease = await OpenAsync(address, ct);
        await using var transaction = await lease.Connection.BeginTransactionAsync(ct);
        await using var batch = new NpgsqlBatch(lease.Connection, transaction);
        add(batch);
        batch.AddAudit(address.Campaign.Value, audit);
        await batch.ExecuteNonQueryAsync(ct);
        if (batch.BatchCommands[0].RecordsAffected != 1)
        {
            return false;
        }

        await transaction.CommitAsync(ct);
        return true;
    }

    private static void AddPrizes(NpgsqlBatch batch, PoolAddress address, IReadOnlyList<PrizeSetup> prizes)
    {
        for (var i = 0; i < prizes.Count; i++)
        {
            var p = prizes[i];
            batch.Add("""
                insert into prize (campaign_id, prize_id, pool_id, ordinal, name, kind, mode, stock, daily_cap, per_entrant_max, fulfilment, paused)
                values ($1, $3, $2, $4, $5, $6, $7, $8::bigint, $9::int, $10::int, $11, $12)
                """, address.Campaign.Value, address.Pool.Value, p.Id.Value, i, p.Name, p.Kind, p.Mode, p.Stock, p.DailyCap, p.PerEntrantMax,
                p.Fulfilment, p.Paused);
        }
    }

    private void AddMoments(NpgsqlBatch batch, PoolAddress address, IReadOnlyList<MomentSetup> moments) =>
        batch.Add("""
            insert into moment (campaign_id, pool_id, moment_id, prize_id, sealed, chosen)
            select $1, $2, * from unnest($3::uuid[], $4::uuid[], $5::bytea[], $6::bool[])
            """, address.Campaign.Value, address.Pool.Value, moments.Select(m => m.Id.Value).ToArray(),
            moments.Select(m => m.Prize.Value).ToArray(), moments.Select(m => seal.Seal(m.Id, m.At, m.Salt)).ToArray(),
            moments.Select(m => m.Chosen).ToArray());

    private Task<CampaignLease> OpenAsync(PoolAddress address, CancellationToken ct) =>
        connections.RequireAsync(address, ct);
}
