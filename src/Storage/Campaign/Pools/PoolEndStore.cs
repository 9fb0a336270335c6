using System;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;

namespace PrizeDraw.Storage.Campaign.Pools;

/// <summary>What is to be written of a pool's end; null changes nothing.</summary>
/// <param name="EndedAt">From when on sites' entries are refused; the first one counts.</param>
/// <param name="FrozenUntil">No later entry counts as received before.</param>
/// <param name="LastEnteredAt">No later entry counts as entered before.</param>
public sealed record PoolEnd(DateTimeOffset? EndedAt, DateTimeOffset? FrozenUntil, DateTimeOffset? LastEnteredAt);

/// <summary>A pool's end as it is stored.</summary>
/// <param name="ClosedAt">When it was closed for good; null while anything can be entered or keyed in.</param>
/// <param name="IsSealedNow">Whether this very write closed it for good.</param>
public sealed record StoredEnd(DateTimeOffset? EndedAt, DateTimeOffset? FrozenUntil, DateTimeOffset? ClosedAt, bool IsSealedNow);

/// <summary>
/// Writes what ends a pool: sites' entries at the closing, what is keyed in with the freeze of the draw that covers it, and the pool for good
/// once nothing more can come. Called by the pool's grain alone.
/// </summary>
public sealed class PoolEndStore(CampaignConnections connections)
{
    /// <summary>
    /// Closed for good is a pool that sites' entries have ended in, once the draws are frozen up to there, or no draw is still to be frozen.
    /// </summary>
    private const string End = """
        with held as (
          select campaign_id, pool_id, closed_at, coalesce(ended_at, $4::timestamptz) as ended, greatest(frozen_until, $5::timestamptz) as frozen
          from pool where campaign_id = $1 and pool_id = $2 and epoch = $3 for update)
        update pool p set ended_at = h.ended, frozen_until = h.frozen, last_entered_at = greatest(p.last_entered_at, $6::timestamptz),
          closed_at = coalesce(h.closed_at, case when h.frozen >= h.ended
            or not exists (select from draw where campaign_id = $1 and state = 'planned') then h.ended end)
        from held h where p.campaign_id = h.campaign_id and p.pool_id = h.pool_id
        returning p.ended_at, p.frozen_until, p.closed_at, h.closed_at is null and p.closed_at is not null
        """;

    /// <summary>Writes it with the event that tells of it. Null when the epoch is not ours any more; then nothing is written.</summary>
    public async Task<StoredEnd?> EndAsync(
        PoolAddress address, long epoch, PoolEnd end, Func<StoredEnd, CampaignEvent?> audit, CancellationToken ct)
    {
        await using var lease = await connections.RequireAsync(address, ct);
        await using var transaction = await lease.Connection.BeginTransactionAsync(ct);
        var stored = await lease.Connection.FindAsync(
            End, [address.Campaign.Value, address.Pool.Value, epoch, end.EndedAt, end.FrozenUntil, end.LastEnteredAt],
            row => new StoredEnd(row.TimeOrNull(0), row.TimeOrNull(1), row.TimeOrNull(2), row.GetBoolean(3)), ct);
        if (stored is null)
        {
            return null;
        }

        if (audit(stored) is { } happened)
        {
            await using var batch = new NpgsqlBatch(lease.Connection, transaction);
            batch.AddAudit(address.Campaign.Value, happened);
            await batch.ExecuteNonQueryAsync(ct);
        }

        await transaction.CommitAsync(ct);
        return stored;
    }
}
