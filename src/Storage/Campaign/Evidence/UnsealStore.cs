using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Domain;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Evidence;
using PrizeDraw.Storage.Campaign.Pools;

namespace PrizeDraw.Storage.Campaign.Evidence;

/// <summary>Opens winning moments that are still to come. What is written of it is written before anything is told.</summary>
public sealed class UnsealStore(CampaignConnections connections, MomentSeal seal)
{
    /// <summary>How many moments are told at most.</summary>
    public const int MomentsMax = 10_000;

    /// <summary>Null when the campaign has no such pool.</summary>
    public async Task<UnsealedMoments?> UnsealAsync(
        string tenantId, string campaignId, string poolId, DateTimeOffset now, string reason, Func<long, CampaignEvent> audit, CancellationToken ct)
    {
        var (campaign, pool) = (Ids.Parse(Ids.Campaign, campaignId), Ids.Parse(Ids.Pool, poolId));
        await using var lease = await connections.OpenAsync(tenantId, campaignId, ct);
        if (lease is null || await lease.Connection.ScalarAsync<long>(
            "select count(*) from pool where campaign_id = $1 and pool_id = $2", [campaign, pool], ct) == 0)
        {
            return null;
        }

        var moments = new List<UnsealedMoment>();
        await lease.Connection.EachAsync(
            "select moment_id, prize_id, sealed from moment where campaign_id = $1 and pool_id = $2 and awarded_number is null", [campaign, pool],
            row =>
            {
                var at = seal.Open(new MomentId(row.GetGuid(0)), row.GetFieldValue<byte[]>(2)).At;
                if (at > now)
                {
                    moments.Add(new UnsealedMoment(Ids.Format(Ids.Moment, row.GetGuid(0)), Ids.Format(Ids.Prize, row.GetGuid(1)), at));
                }
            }, ct);
        var told = audit(moments.Count);
        await using var transaction = await lease.Connection.BeginTransactionAsync(ct);
        await using var batch = new NpgsqlBatch(lease.Connection, transaction);
        batch.Add("""
            insert into moment_unseal (campaign_id, event_id, pool_id, at, actor, reason, moments) values ($1, $2, $3, $4, $5, $6, $7)
            """, campaign, told.Id, pool, told.At, told.Actor, reason, (long)moments.Count);
        batch.AddAudit(campaign, told);
        await batch.ExecuteNonQueryAsync(ct);
        await transaction.CommitAsync(ct);
        return new UnsealedMoments(moments.Count, [.. moments.OrderBy(m => m.At).ThenBy(m => m.Id, StringComparer.Ordinal).Take(MomentsMax)]);
    }
}
