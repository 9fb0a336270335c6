using System;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;

namespace PrizeDraw.Storage.Campaign.Reading;

/// <inheritdoc cref="ICampaignDataQueries"/>
internal sealed class CampaignDataQueries(CampaignConnections connections, MomentReads moments, DrawReads draws, DrawStands stands) : ICampaignDataQueries
{
    private const string RefusedPrefix = "refused:";

    private const string Counts = "select what, sum(n)::bigint from pool_count where campaign_id = $1 group by what";

    private const string Prizes =
        """
        select p.prize_id, p.pool_id, p.name, p.kind, p.stock, p.allocated from prize p
        join pool l on l.campaign_id = p.campaign_id and l.pool_id = p.pool_id
        where p.campaign_id = $1 and ($2::uuid is null or p.pool_id = $2)
        order by l.ordinal, p.ordinal, p.prize_id
        """;

    // Whoever may not see personal data does not get it as far as this process.
    private const string Entries =
        """
        select e.entry_id, e.pool_id, e.number, e.entered_at, e.outcome, z.name,
          case when $2 then p.email end, case when $2 then p.first_name end, case when $2 then p.last_name end,
          case when $2 then p.county end, e.excluded, e.tickets - 1
        from entry e
        left join entrant p on p.campaign_id = e.campaign_id and p.entrant_id = e.entrant_id
        left join prize z on z.campaign_id = e.campaign_id and z.prize_id = e.prize_id
        where e.campaign_id = $1 and ($3::uuid is null or e.entry_id < $3)
        order by e.entry_id desc limit $4
        """;

    public async Task<CampaignStats?> StatsAsync(string tenantId, string campaignId, CancellationToken ct)
    {
        await using var lease = await connections.OpenAsync(tenantId, campaignId, ct);
        if (lease is null)
        {
            return null;
        }

        var campaign = Ids.Parse(Ids.Campaign, campaignId);
        var counts = (await lease.Connection.ListAsync(Counts, [campaign], row => (What: row.GetString(0), N: row.GetInt64(1)), ct))
            .ToImmutableSortedDictionary(count => count.What, count => count.N, StringComparer.Ordinal);
        var refusals = counts.Where(count => count.Key.StartsWith(RefusedPrefix, StringComparison.Ordinal))
            .ToImmutableSortedDictionary(count => count.Key[RefusedPrefix.Length..], count => count.Value, StringComparer.Ordinal);
        return new CampaignStats(
            Of(counts, "entries"), Of(counts, "entrants"),
            new OutcomeCounts(Of(counts, "outcome:prize"), Of(counts, "outcome:gift"), Of(counts, "outcome:none")),
            refusals, await PrizesAsync(lease.Connection, campaign, null, ct));
    }

    public async Task<ImmutableArray<PrizeCount>> PrizeCountsAsync(string tenantId, string campaignId, string? poolId, CancellationToken ct)
    {
        await using var lease = await connections.OpenAsync(tenantId, campaignId, ct);
        Guid? pool = poolId is null ? null : Ids.Parse(Ids.Pool, poolId);
        return lease is null ? [] : await PrizesAsync(lease.Connection, Ids.Parse(Ids.Campaign, campaignId), pool, ct);
    }

    public Task<MomentsView> MomentsAsync(string tenantId, string campaignId, string poolId, int limit, CancellationToken ct) =>
        moments.ReadAsync(tenantId, campaignId, poolId, limit, ct);

    public async Task<Page<EntryView>> EntriesAsync(
        string tenantId, string campaignId, bool personal, int limit, string? cursor, CancellationToken ct)
    {
        var after = Cursor.Read(cursor);
        await using var lease = await connections.OpenAsync(tenantId, campaignId, ct);
        if (lease is null)
        {
            return new Page<EntryView>([], null);
        }

        var found = await lease.Connection.ListAsync(
            Entries, [Ids.Parse(Ids.Campaign, campaignId), personal, after, Cursor.Fetch(limit)], ReadEntry, ct);
        return Cursor.Cut(found, limit, entry => Ids.Parse(Ids.Entry, entry.Id));
    }

    public async Task<ImmutableArray<DrawView>> DrawsAsync(string tenantId, string campaignId, bool personal, CancellationToken ct) =>
        await stands.WithAsync(tenantId, campaignId, await draws.ListAsync(tenantId, campaignId, personal, ct), ct);

    public Task<ImmutableArray<PublishedDraw>> PublishedWinnersAsync(string tenantId, string campaignId, CancellationToken ct) =>
        draws.PublishedAsync(tenantId, campaignId, ct);

    private static long Of(ImmutableSortedDictionary<string, long> counts, string what) => counts.GetValueOrDefault(what);

    private static Task<ImmutableArray<PrizeCount>> PrizesAsync(
        NpgsqlConnection connection, Guid campaign, Guid? pool, CancellationToken ct) =>
        connection.ListAsync(Prizes, [campaign, pool], ReadPrize, ct);

    internal static PrizeCount ReadPrize(NpgsqlDataReader row)
    {
        var (stock, allocated) = (row.LongOrNull(4), row.GetInt64(5));
        return new PrizeCount(
            Ids.Format(Ids.Prize, row.GetGuid(0)), Ids.Format(Ids.Pool, row.GetGuid(1)), row.GetString(2), row.GetString(3),
            stock, allocated, stock - allocated);
    }

    internal static EntryView ReadEntry(NpgsqlDataReader row) => new(
        Ids.Format(Ids.Entry, row.GetGuid(0)), Ids.Format(Ids.Pool, row.GetGuid(1)), row.GetInt64(2), row.Time(3), row.GetString(4),
        row.TextOrNull(5), row.TextOrNull(6), row.TextOrNull(7), row.TextOrNull(8), row.TextOrNull(9))
    {
        Excluded = row.TextOrNull(10), BonusTickets = row.GetInt32(11),
    };
}
