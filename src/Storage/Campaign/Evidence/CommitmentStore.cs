using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Domain;
using PrizeDraw.Domain.Draws;
using PrizeDraw.Domain.Evidence;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Storage.Campaign.Pools;

namespace PrizeDraw.Storage.Campaign.Evidence;

/// <summary>What a pool's commitment is made of. The moments have been opened in memory and go no further.</summary>
/// <param name="LastNumber">0 while nothing was decided by it.</param>
/// <param name="Moments">Of <paramref name="Chosen"/> and generated ones as they stand.</param>
/// <param name="RulesHash">Of the rules in force for the first entry; null before there are any.</param>
public sealed record CommitmentBasis(
    long LastNumber, Bytes32 SecretHash, Bytes32? RulesHash, IReadOnlyList<SealedMoment> Moments, IReadOnlyList<SealedMoment> Chosen,
    SignedInstantCommitment? Standing);

/// <summary>Commitments to a pool's instant wins in its campaign's database.</summary>
public sealed class CommitmentStore(CampaignConnections connections, MomentSeal seal)
{
    internal const string Latest =
        """
        select commitment, signature, key_id, token from instant_commitment where campaign_id = $1 and pool_id = $2 order by ordinal desc limit 1
        """;

    /// <summary>What the pool's commitment is made of now.</summary>
    public async Task<CommitmentBasis> ReadAsync(string tenantId, string campaignId, string poolId, CancellationToken ct)
    {
        var (campaign, pool) = (Ids.Parse(Ids.Campaign, campaignId), Ids.Parse(Ids.Pool, poolId));
        await using var lease = await connections.RequireAsync(tenantId, campaignId, ct);
        var (lastNumber, secretHash) = await lease.Connection.FindAsync(
            "select last_number, secret_hash from pool where campaign_id = $1 and pool_id = $2", [campaign, pool],
            row => (row.GetInt64(0), row.GetFieldValue<byte[]>(1)), ct);
        var rules = await lease.Connection.ListAsync(
            "select line from pool_change where campaign_id = $1 and pool_id = $2 and from_number = 1 order by ordinal", [campaign, pool],
            row => row.GetString(0), ct);
        var moments = new List<SealedMoment>();
        var chosen = new List<SealedMoment>();
        await lease.Connection.EachAsync(
            "select moment_id, prize_id, sealed, chosen from moment where campaign_id = $1 and pool_id = $2", [campaign, pool],
            row =>
            {
                var (at, salt) = seal.Open(new MomentId(row.GetGuid(0)), row.GetFieldValue<byte[]>(2));
                moments.Add(new SealedMoment(at.ToUnixTimeMilliseconds(), Ids.Format(Ids.Prize, row.GetGuid(1)), salt));
                if (row.GetBoolean(3))
                {
                    chosen.Add(moments[^1]);
                }
            }, ct);
        var standing = await lease.Connection.FindAsync(Latest, [campaign, pool], ReadSigned, ct);
        return new CommitmentBasis(lastNumber, new Bytes32(secretHash), HashOfRules(rules), moments, chosen, standing);
    }

    /// <summary>
    /// Stores a commitment, and with the same transaction the round that the pool waits for from now on: its generated moments go, and whoever
    /// holds the pool writes nothing more by the key of before. False when the pool has taken an entry meanwhile, which would make it worthless.
    /// </summary>
    /// <param name="chain">The beacon's chain as JSON; null without one.</param>
    public async Task<bool> AddAsync(
        string tenantId, string campaignId, string poolId, SignedInstantCommitment signed, string? chain, CampaignEvent audit, CancellationToken ct)
    {
        var (campaign, pool) = (Ids.Parse(Ids.Campaign, campaignId), Ids.Parse(Ids.Pool, poolId));
        await using var lease = await connections.RequireAsync(tenantId, campaignId, ct);
        await using var transaction = await lease.Connection.BeginTransactionAsync(ct);
        await using var batch = new NpgsqlBatch(lease.Connection, transaction);
        // The row's lock keeps every batch of entries out until this has committed.
        batch.Add("""
            insert into instant_commitment (campaign_id, pool_id, ordinal, commitment, signature, key_id, at, chain, token)
            select $1, $2, 1 + (select count(*) from instant_commitment where campaign_id = $1 and pool_id = $2), $3, $4, $5, $6, $7::jsonb, $8::bytea
            from (select 1 from pool where campaign_id = $1 and pool_id = $2 and last_number = 0 for update) p
            """, campaign, pool, Encoding.UTF8.GetString(signed.Commitment.ToCanonical()), signed.Signature, signed.KeyId, signed.Commitment.At, chain,
            signed.Token);
        batch.Add("""
            update pool set instant_round = $3, instant_randomness = null, instant_signature = null, instant_opened_at = null,
              epoch = epoch + case when $3 > 0 or instant_round > 0 then 1 else 0 end
            where campaign_id = $1 and pool_id = $2 and last_number = 0
            """, campaign, pool, signed.Commitment.Round);
        if (signed.Commitment.Round > 0)
        {
            batch.Add("delete from moment where campaign_id = $1 and pool_id = $2 and not chosen", campaign, pool);
        }

        batch.AddAudit(campaign, audit);
        await batch.ExecuteNonQueryAsync(ct);
        if (batch.BatchCommands[0].RecordsAffected != 1)
        {
            return false;
        }

        await transaction.CommitAsync(ct);
        return true;
    }

    internal static SignedInstantCommitment ReadSigned(NpgsqlDataReader row) => new(
        InstantCommitment.Parse(Encoding.UTF8.GetBytes(row.GetString(0))), row.GetFieldValue<byte[]>(1), row.GetString(2), row.BytesOrNull(3));

    private static Bytes32? HashOfRules(ImmutableArray<string> fromTheFirst)
    {
        Bytes32? hash = null;
        foreach (var text in fromTheFirst)
        {
            if (PoolChangeLine.Parse(Encoding.UTF8.GetBytes(text)) is PoolRulesLine line)
            {
                hash = line.Hash();
            }
        }

        return hash;
    }
}
