using System;
using System.Collections.Immutable;
using System.Threading;
using System.Threading.Tasks;

namespace PrizeDraw.Storage.Central.Campaigns;

/// <summary>Campaigns whose entrants may still have to be told something. A listed sweep of the system role: no tenant is known yet.</summary>
public sealed class ClosedCampaigns(CentralDatabase central)
{
    // A draw may be drawn while its campaign is live. A year after the last change nothing can be due: claims take 90 days at the most.
    private const string List =
        """
        select tenant_id, campaign_id from campaign
        where published_at is not null and state in ('live', 'paused', 'closed', 'drawn', 'completed')
          and (settings -> 'draw' <> 'null'::jsonb or settings -> 'furtherDraws' <> '[]'::jsonb) and updated_at > $1
        order by campaign_id limit 10000
        """;

    public async Task<ImmutableArray<(Guid Tenant, Guid Campaign)>> WithDrawsAsync(DateTimeOffset now, CancellationToken ct)
    {
        await using var connection = await central.OpenSystemAsync(ct);
        return await connection.ListAsync(List, [now - TimeSpan.FromDays(366)], row => (row.GetGuid(0), row.GetGuid(1)), ct);
    }
}
