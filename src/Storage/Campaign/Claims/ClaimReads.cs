using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Domain.Claims;
using PrizeDraw.Domain.Time;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Claims;
using PrizeDraw.Storage.Central;
using PrizeDraw.Storage.Central.Campaigns;

namespace PrizeDraw.Storage.Campaign.Claims;

/// <inheritdoc cref="IClaimQueries"/>
internal sealed class ClaimReads(ScopedReads reads, CampaignConnections connections, TimeProvider time) : IClaimQueries
{
    private const int ExportPage = 1_000;

    // A claim's id begins as its campaign's does: one campaign, or a few that were made in the same millisecond.
    private const string Campaigns =
        $"""
        select {CampaignViewRow.Columns} from campaign c
        where c.campaign_id between $1 and $2 and (cardinality($3::uuid[]) = 0 or c.campaign_id = any($3)) limit 16
        """;

    private const string Listed =
        """
         where c.campaign_id = $1 and ($2::text is null or c.state = $2)
          and ($3::uuid is null or (c.told_at, c.claim_id) < (select l.told_at, l.claim_id from claim l where l.campaign_id = $1 and l.claim_id = $3))
        order by c.told_at desc, c.claim_id desc limit $4
        """;

    private const string ById = " where c.campaign_id = $1 and c.claim_id = $2";

    private const string Exported =
        " where c.campaign_id = $1 and (c.draw_id, c.position) > ($2::uuid, $3) order by c.draw_id, c.position limit $4";

    public async Task<ClaimView?> FindByTokenAsync(CampaignView campaign, string tokenHash, CancellationToken ct)
    {
        await using var lease = await connections.OpenAsync(campaign.TenantId, campaign.Id, ct);
        var row = lease is null ? null : await lease.Connection.FindAsync(
            ClaimRow.Select + " where c.campaign_id = $1 and c.token_hash = $2",
            [Ids.Parse(Ids.Campaign, campaign.Id), Convert.FromHexString(tokenHash)], ClaimRow.Read, ct);
        var calendar = new CampaignCalendar(TimeZoneInfo.FindSystemTimeZoneById(campaign.Settings.TimeZone));
        return row is null ? null : row.ToView(personal: true) with
        {
            IsMinor = row.IsMinorAt(time.GetUtcNow(), calendar), State = row.HoldsPlace || row.View.State == ClaimStates.Lapsed ? row.View.State : ClaimStates.Replaced,
        };
    }

    public async Task<(CampaignView Campaign, ClaimView Claim)?> FindAsync(Scope scope, string claimId, bool personal, CancellationToken ct)
    {
        if (!Ids.TryParse(Ids.Claim, claimId, out var claim))
        {
            return null;
        }

        foreach (var campaign in await CampaignsOfAsync(scope, claim, ct))
        {
            var id = Ids.Parse(Ids.Campaign, campaign.Id);
            await using var lease = await connections.OpenAsync(campaign.TenantId, campaign.Id, ct);
            if (lease is not null
                && await lease.Connection.FindAsync(ClaimRow.SelectFor(personal) + ById, [id, claim], ClaimRow.Read, ct) is { } row)
            {
                return (campaign, (await ClaimRow.ToViewsAsync(lease.Connection, id, [row], personal, ct))[0]);
            }
        }

        return null;
    }

    public async Task<Page<ClaimView>> ListAsync(
        string tenantId, string campaignId, string? state, bool personal, int limit, string? cursor, CancellationToken ct)
    {
        var (after, campaign) = (Cursor.Read(cursor), Ids.Parse(Ids.Campaign, campaignId));
        await using var lease = await connections.OpenAsync(tenantId, campaignId, ct);
        if (lease is null)
        {
            return new Page<ClaimView>([], null);
        }

        var rows = await lease.Connection.ListAsync(ClaimRow.SelectFor(personal) + Listed, [campaign, state, after, Cursor.Fetch(limit)], ClaimRow.Read, ct);
        var page = Cursor.Cut(rows, limit, row => row.Id);
        return new Page<ClaimView>(await ClaimRow.ToViewsAsync(lease.Connection, campaign, page.Items, personal, ct), page.NextCursor);
    }

    public async IAsyncEnumerable<ClaimView> ReadAsync(
        string tenantId, string campaignId, bool personal, [EnumeratorCancellation] CancellationToken ct)
    {
        var (draw, position) = (Guid.Empty, 0);
        while (true)
        {
            var page = await PageAsync(tenantId, campaignId, personal, draw, position, ct);
            foreach (var claim in page)
            {
                yield return claim;
            }

            if (page.Length < ExportPage)
            {
                yield break;
            }

            (draw, position) = (Ids.Parse(Ids.Draw, page[^1].DrawId), page[^1].Position);
        }
    }

    private async Task<ImmutableArray<ClaimView>> PageAsync(
        string tenantId, string campaignId, bool personal, Guid draw, int position, CancellationToken ct)
    {
        var campaign = Ids.Parse(Ids.Campaign, campaignId);
        await using var lease = await connections.OpenAsync(tenantId, campaignId, ct);
        return lease is null ? [] : await ClaimRow.ToViewsAsync(
            lease.Connection, campaign,
            await lease.Connection.ListAsync(
                ClaimRow.SelectFor(personal) + Exported, [campaign, draw, position, ExportPage], ClaimRow.Read, ct), personal, ct);
    }

    private async Task<ImmutableArray<CampaignView>> CampaignsOfAsync(Scope scope, Guid claim, CancellationToken ct)
    {
        var (first, last) = ClaimIds.CampaignsOf(claim);
        await using var read = await reads.OpenAsync(scope, ct);
        var now = time.GetUtcNow();
        return await read.Connection.ListAsync(Campaigns, [first, last, ScopedReads.Campaigns(scope)], row => CampaignViewRow.Read(row, now), ct);
    }
}
