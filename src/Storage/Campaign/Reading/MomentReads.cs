using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Domain;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Storage.Campaign.Pools;

namespace PrizeDraw.Storage.Campaign.Reading;

/// <summary>
/// Tells of winning moments that have passed. What is still to come is opened here to see that it is, and goes no further.
/// </summary>
internal sealed class MomentReads(CampaignConnections connections, MomentSeal seal, TimeProvider time)
{
    private const int LimitMax = 1000;

    private const string Counts =
        """
        select count(*), count(awarded_number) from moment where campaign_id = $1 and pool_id = $2
        """;

    private const string Claimed =
        """
        select m.moment_id, p.name, m.due_at from moment m
        join prize p on p.campaign_id = m.campaign_id and p.prize_id = m.prize_id
        where m.campaign_id = $1 and m.pool_id = $2 and m.awarded_number is not null
        order by m.due_at desc limit $3
        """;

    private const string Unclaimed =
        """
        select m.moment_id, p.name, m.sealed from moment m
        join prize p on p.campaign_id = m.campaign_id and p.prize_id = m.prize_id
        where m.campaign_id = $1 and m.pool_id = $2 and m.awarded_number is null
        """;

    public async Task<MomentsView> ReadAsync(string tenantId, string campaignId, string poolId, int limit, CancellationToken ct)
    {
        await using var lease = await connections.OpenAsync(tenantId, campaignId, ct);
        if (lease is null)
        {
            return new MomentsView(0, 0, 0, []);
        }

        var most = Math.Clamp(limit, 1, LimitMax);
        var (campaign, pool) = (Ids.Parse(Ids.Campaign, campaignId), Ids.Parse(Ids.Pool, poolId));
        var (total, claimed) = await lease.Connection.FindAsync(
            Counts, [campaign, pool], row => (row.GetInt64(0), row.GetInt64(1)), ct);
        var past = new List<PastMoment>(await lease.Connection.ListAsync(
            Claimed, [campaign, pool, most],
            row => new PastMoment(Ids.Format(Ids.Moment, row.GetGuid(0)), row.GetString(1), row.Time(2), true), ct));
        var waiting = await AddWaitingAsync(lease.Connection, campaign, pool, past, ct);
        return new MomentsView(
            total, claimed, waiting, [.. past.OrderByDescending(moment => moment.At).ThenBy(moment => moment.Id, StringComparer.Ordinal).Take(most)]);
    }

    private async Task<long> AddWaitingAsync(
        NpgsqlConnection connection, Guid campaign, Guid pool, List<PastMoment> past, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var waiting = 0L;
        await connection.EachAsync(Unclaimed, [campaign, pool], row =>
        {
            var id = new MomentId(row.GetGuid(0));
            var at = seal.Open(id, row.GetFieldValue<byte[]>(2)).At;
            if (at <= now)
            {
                waiting++;
                past.Add(new PastMoment(Ids.Format(Ids.Moment, id.Value), row.GetString(1), at, false));
            }
        }, ct);
        return waiting;
    }
}
