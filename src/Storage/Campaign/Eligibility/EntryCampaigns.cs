using System;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;

namespace PrizeDraw.Storage.Campaign.Eligibility;

/// <inheritdoc cref="IEntryCampaigns"/>
internal sealed class EntryCampaigns(ICampaignQueries campaigns, CampaignConnections connections) : IEntryCampaigns
{
    private const int CampaignsMax = 500, PageSize = 100;

    public async Task<CampaignView?> FindAsync(Scope scope, string entryId, string? campaignId, CancellationToken ct)
    {
        if (!Ids.TryParse(Ids.Entry, entryId, out var entry))
        {
            return null;
        }

        if (campaignId is not null)
        {
            return await campaigns.FindAsync(scope, campaignId, ct) is { } named && await HasAsync(named, entry, ct) ? named : null;
        }

        var (cursor, seen) = ((string?)null, 0);
        do
        {
            var page = await campaigns.ListAsync(scope, null, PageSize, cursor, ct);
            foreach (var campaign in page.Items)
            {
                if (campaign.PublishedAt is not null && await HasAsync(campaign, entry, ct))
                {
                    return campaign;
                }
            }

            (cursor, seen) = (page.NextCursor, seen + page.Items.Length);
        }
        while (cursor is not null && seen < CampaignsMax);
        return null;
    }

    private async Task<bool> HasAsync(CampaignView campaign, Guid entry, CancellationToken ct)
    {
        await using var lease = await connections.OpenAsync(campaign.TenantId, campaign.Id, ct);
        return lease is not null && await lease.Connection.ScalarAsync<bool>(
            "select exists (select from entry where campaign_id = $1 and entry_id = $2)", [Ids.Parse(Ids.Campaign, campaign.Id), entry], ct);
    }
}
