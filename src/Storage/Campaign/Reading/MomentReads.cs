using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Domain;
using PrizeDraw.Domain.Draws;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Storage.Campaign.Pools;

namespace PrizeDraw.Storage.Campaign.Reading;

/// <summary>
/// Tells of winning moments that have passed, and opens the leaves of those that were claimed. What is still to come is opened here to
/// see that it is, and to make the tree; it goes no further.
/// </summary>
internal sealed class MomentReads(CampaignConnections connections, MomentSeal seal, TimeProvider time)
{
    private const int LimitMax = 1000;

    /// <summary>The largest tree that a read makes; beyond it a leaf is shown without its path, which the published list replaces.</summary>
    private const int LeavesMax = 100_000;

    private const string Counts =
        """
        select count(*), count(awarded_number) from moment where campaign_id = $1 and pool_id = $2
        """;

    private const string Claimed =
        """
        select m.moment_id, p.name, m.due_at, m.prize_id, m.sealed from moment m
        join prize p on p.campaign_id = m.campaign_id and p.prize_id = m.prize_id
        where m.campaign_id = $1 and m.pool_id = $2 and m.awarded_number is not null
        order by m.due_at desc limit $3
        """;

    private const string Unclaimed =
        """
        select m.moment_id, p.name, m.sealed, m.prize_id from moment m
        join prize p on p.campaign_id = m.campaign_id and p.prize_id = m.prize_id
        where m.campaign_id = $1 and m.pool_id = $2 and m.awarded_number is null
        """;

    private const string All = "select moment_id, prize_id, sealed from moment where campaign_id = $1 and pool_id = $2";

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
        var leaves = claimed > 0 && total <= LeavesMax ? await LeavesAsync(lease.Connection, campaign, pool, ct) : null;
        var past = new List<PastMoment>(await lease.Connection.ListAsync(
            Claimed, [campaign, pool, most], row => ReadClaimed(row, leaves), ct));
        var waiting = await AddWaitingAsync(lease.Connection, campaign, pool, past, ct);
        return new MomentsView(
            total, claimed, waiting, [.. past.OrderByDescending(moment => moment.At).ThenBy(moment => moment.Id, StringComparer.Ordinal).Take(most)]);
    }

    private async Task<Leaves> LeavesAsync(NpgsqlConnection connection, Guid campaign, Guid pool, CancellationToken ct) =>
        new(await connection.ListAsync(All, [campaign, pool], row => Open(row.GetGuid(0), row.GetGuid(1), row.GetFieldValue<byte[]>(2)), ct));

    private PastMoment ReadClaimed(NpgsqlDataReader row, Leaves? leaves)
    {
        var leaf = Open(row.GetGuid(0), row.GetGuid(3), row.GetFieldValue<byte[]>(4));
        var opened = new PastMoment(
            Ids.Format(Ids.Moment, row.GetGuid(0)), row.GetString(1), row.Time(2), true, leaf.PrizeId, leaf.Salt.ToString());
        return leaves is null ? opened : opened with { Index = leaves.IndexOf(leaf), Path = leaves.PathOf(leaf) };
    }

    private SealedMoment Open(Guid moment, Guid prize, byte[] envelope)
    {
        var (at, salt) = seal.Open(new MomentId(moment), envelope);
        return new SealedMoment(at.ToUnixTimeMilliseconds(), Ids.Format(Ids.Prize, prize), salt);
    }

    private async Task<long> AddWaitingAsync(
        NpgsqlConnection connection, Guid campaign, Guid pool, List<PastMoment> past, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var waiting = 0L;
        await connection.EachAsync(Unclaimed, [campaign, pool], row =>
        {
            var at = seal.Open(new MomentId(row.GetGuid(0)), row.GetFieldValue<byte[]>(2)).At;
            if (at <= now)
            {
                waiting++;
                past.Add(new PastMoment(Ids.Format(Ids.Moment, row.GetGuid(0)), row.GetString(1), at, false, Ids.Format(Ids.Prize, row.GetGuid(3))));
            }
        }, ct);
        return waiting;
    }

    /// <summary>The committed tree, from which leaves are opened.</summary>
    private sealed class Leaves(IReadOnlyCollection<SealedMoment> moments)
    {
        private readonly Domain.Evidence.MerkleTree tree = WinningMoments.Tree(moments);
        private readonly Dictionary<SealedMoment, int> places = PlacesOf(WinningMoments.Sort(moments));

        public int IndexOf(SealedMoment leaf) => places[leaf];

        public ImmutableArray<string> PathOf(SealedMoment leaf) => [.. tree.Path(places[leaf]).Select(node => node.ToString())];

        private static Dictionary<SealedMoment, int> PlacesOf(SealedMoment[] sorted)
        {
            var places = new Dictionary<SealedMoment, int>(sorted.Length);
            for (var i = 0; i < sorted.Length; i++)
            {
                places.TryAdd(sorted[i], i);
            }

            return places;
        }
    }
}
