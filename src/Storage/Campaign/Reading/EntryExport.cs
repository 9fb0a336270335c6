using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;

namespace PrizeDraw.Storage.Campaign.Reading;

/// <inheritdoc cref="IEntryExport"/>
internal sealed class EntryExport(CampaignConnections connections) : IEntryExport
{
    private const int PageSize = 2_000;

    // By pool and number, which is the primary key: no sort, and nothing is passed over or read twice.
    private const string Page =
        """
        select e.entry_id, e.pool_id, e.number, e.entered_at, e.outcome, z.name,
          case when $2 then p.email end, case when $2 then p.first_name end, case when $2 then p.last_name end, case when $2 then p.county end,
          e.excluded, e.tickets - 1
        from entry e
        left join entrant p on p.campaign_id = e.campaign_id and p.entrant_id = e.entrant_id
        left join prize z on z.campaign_id = e.campaign_id and z.prize_id = e.prize_id
        where e.campaign_id = $1 and (e.pool_id, e.number) > ($3::uuid, $4)
        order by e.pool_id, e.number limit $5
        """;

    public async IAsyncEnumerable<EntryView> ReadAsync(
        string tenantId, string campaignId, bool personal, [EnumeratorCancellation] CancellationToken ct)
    {
        var (pool, number) = (Guid.Empty, 0L);
        while (true)
        {
            var page = await PageAsync(tenantId, campaignId, personal, pool, number, ct);
            foreach (var entry in page)
            {
                yield return entry;
            }

            if (page.Length < PageSize)
            {
                yield break;
            }

            (pool, number) = (Ids.Parse(Ids.Pool, page[^1].PoolId), page[^1].Number);
        }
    }

    private async Task<ImmutableArray<EntryView>> PageAsync(
        string tenantId, string campaignId, bool personal, Guid pool, long number, CancellationToken ct)
    {
        await using var lease = await connections.OpenAsync(tenantId, campaignId, ct);
        return lease is null ? [] : await lease.Connection.ListAsync(
            Page, [Ids.Parse(Ids.Campaign, campaignId), personal, pool, number, PageSize], CampaignDataQueries.ReadEntry, ct);
    }
}
