using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Domain;
using PrizeDraw.Domain.Evidence;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Evidence;
using PrizeDraw.Storage.Campaign.Pools;

namespace PrizeDraw.Storage.Campaign.Evidence;

/// <inheritdoc cref="ICloseOutQueries"/>
internal sealed class CloseOutReads(CampaignConnections connections, MomentSeal seal) : ICloseOutQueries
{
    private const string Pools =
        """
        select p.pool_id, p.name, p.closed_at, p.last_number, m.n, m.claimed, c.commitment, c.at
        from pool p
        cross join lateral (select count(*) as n, count(awarded_number) as claimed from moment
          where campaign_id = p.campaign_id and pool_id = p.pool_id) m
        left join lateral (select commitment, at from instant_commitment i
          where i.campaign_id = p.campaign_id and i.pool_id = p.pool_id order by ordinal desc limit 1) c on true
        where p.campaign_id = $1 and (p.published or p.last_number > 0) order by p.ordinal, p.pool_id
        """;

    private const string Prizes =
        """
        select z.prize_id, z.pool_id, z.name, z.kind, z.mode, z.stock, z.allocated, m.n, m.claimed
        from prize z
        join pool p on p.campaign_id = z.campaign_id and p.pool_id = z.pool_id
        left join (select prize_id, count(*) as n, count(awarded_number) as claimed from moment where campaign_id = $1 group by prize_id) m
          on m.prize_id = z.prize_id
        where z.campaign_id = $1 and (p.published or p.last_number > 0) order by p.ordinal, p.pool_id, z.ordinal
        """;

    /// <summary>
    /// In pools that closed before their date: what nobody claimed may have fallen after the closing, which shows only once it is opened. In
    /// the others every moment fell in time.
    /// </summary>
    private const string LeftByEarlyClosing =
        """
        select m.moment_id, m.prize_id, m.sealed, p.closed_at
        from pool p
        join moment m on m.campaign_id = p.campaign_id and m.pool_id = p.pool_id
        where p.campaign_id = $1 and p.closed_at < (p.settings->>'closesAt')::timestamptz and m.awarded_number is null
        """;

    private const string Rules =
        """
        select line from pool_change where campaign_id = $1 and line like '%"type":"rules"}' order by pool_id, ordinal
        """;

    public async Task<CloseOutView?> ReadAsync(string tenantId, string campaignId, CancellationToken ct)
    {
        await using var lease = await connections.OpenAsync(tenantId, campaignId, ct);
        if (lease is null)
        {
            return null;
        }

        var campaign = Ids.Parse(Ids.Campaign, campaignId);
        var tooLate = await TooLateAsync(lease.Connection, campaign, ct);
        return new CloseOutView(
            await lease.Connection.ListAsync(Pools, [campaign], ReadPool, ct),
            await lease.Connection.ListAsync(Prizes, [campaign], row => ReadPrize(row, tooLate), ct),
            await StockChangesAsync(lease.Connection, campaign, ct),
            await lease.Connection.ListAsync(
                "select pool_id, at, actor, reason, moments from moment_unseal where campaign_id = $1 order by at", [campaign],
                row => new UnsealEvent(Ids.Format(Ids.Pool, row.GetGuid(0)), row.Time(1), row.GetString(2), row.GetString(3), row.GetInt64(4)), ct));
    }

    /// <summary>By prize, the moments that an early closing left out: what they stood for was never made available.</summary>
    private async Task<Dictionary<Guid, long>> TooLateAsync(NpgsqlConnection connection, Guid campaign, CancellationToken ct)
    {
        var tooLate = new Dictionary<Guid, long>();
        await connection.EachAsync(LeftByEarlyClosing, [campaign], row =>
        {
            if (seal.Open(new MomentId(row.GetGuid(0)), row.GetFieldValue<byte[]>(2)).At >= row.Time(3))
            {
                tooLate[row.GetGuid(1)] = tooLate.GetValueOrDefault(row.GetGuid(1)) + 1;
            }
        }, ct);
        return tooLate;
    }

    /// <summary>Stocks in the rules' lines after the first, where they differ from the line before.</summary>
    private static async Task<ImmutableArray<StockChange>> StockChangesAsync(NpgsqlConnection connection, Guid campaign, CancellationToken ct)
    {
        var changes = ImmutableArray.CreateBuilder<StockChange>();
        var (pool, stocks) = ("", new Dictionary<string, long?>(StringComparer.Ordinal));
        await connection.EachAsync(Rules, [campaign], row =>
        {
            var line = (PoolRulesLine)PoolChangeLine.Parse(Encoding.UTF8.GetBytes(row.GetString(0)));
            var isFirst = line.Pool != pool;
            if (isFirst)
            {
                (pool, stocks) = (line.Pool, new Dictionary<string, long?>(StringComparer.Ordinal));
            }

            foreach (var prize in line.Rules.Prizes)
            {
                var isKnown = stocks.TryGetValue(prize.Id, out var before);
                if (!isFirst && (!isKnown || before != prize.Stock))
                {
                    changes.Add(new StockChange(pool, prize.Id, prize.Name, line.From, line.At, isKnown ? before : 0, prize.Stock));
                }

                stocks[prize.Id] = prize.Stock;
            }
        }, ct);
        return changes.ToImmutable();
    }

    private static CloseOutPool ReadPool(NpgsqlDataReader row)
    {
        var commitment = row.TextOrNull(6) is { } text ? InstantCommitment.Parse(Encoding.UTF8.GetBytes(text)) : null;
        return new CloseOutPool(
            Ids.Format(Ids.Pool, row.GetGuid(0)), row.GetString(1), row.TimeOrNull(2), row.GetInt64(3), row.GetInt64(4), row.GetInt64(5),
            commitment?.Hash().ToString(), row.TimeOrNull(7))
        {
            Level = commitment?.Level.StoredName(), Round = commitment?.Round ?? 0,
        };
    }

    private static CloseOutPrize ReadPrize(NpgsqlDataReader row, Dictionary<Guid, long> tooLate) => new(
        Ids.Format(Ids.Prize, row.GetGuid(0)), Ids.Format(Ids.Pool, row.GetGuid(1)), row.GetString(2), row.GetString(3), row.GetString(4),
        row.LongOrNull(5), row.GetInt64(6), (row.LongOrNull(7) ?? 0) - tooLate.GetValueOrDefault(row.GetGuid(0)), row.LongOrNull(8) ?? 0);
}
