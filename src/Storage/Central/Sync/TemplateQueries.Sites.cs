using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Sync;

namespace PrizeDraw.Storage.Central.Sync;

/// <summary>How far each site is, and its syncs. A list leaves the diffs away.</summary>
internal sealed partial class TemplateQueries
{
    private const string InScope = "(cardinality($1::uuid[]) = 0 or s.campaign_id = any($1))";

    private const string Sites =
        $"""
        select {SiteSyncRow.Columns}, c.name, case when c.state = 'scheduled' and c.opens_at <= $2 then 'live' else c.state end,
          case when exists (select from template_version b where b.source = s.source and b.tag = s.base_tag) then
            (select count(*)::int from template_version v join template_version b on b.source = s.source and b.tag = s.base_tag
             where v.source = s.source and v.number > b.number) end,
          {SyncRunRow.Columns}
        from site_sync s
        join campaign c on c.tenant_id = s.tenant_id and c.campaign_id = s.campaign_id
        left join lateral (
          select * from site_sync_run n where n.tenant_id = s.tenant_id and n.campaign_id = s.campaign_id and n.kind <> 'preview'
          order by n.sync_id desc limit 1) r on true
        where {InScope} and c.state in ('ready', 'scheduled', 'live', 'paused', 'closed', 'drawn', 'completed', 'archived')
        """;

    private const string ListSites = $"{Sites} and ($3::uuid is null or s.campaign_id < $3) order by s.campaign_id desc limit $4";

    private const string FindSite = $"{Sites} and s.campaign_id = $3";

    private const string Syncs =
        $"""
        select {SyncRunRow.Columns} from site_sync_run r join site_sync s on s.tenant_id = r.tenant_id and s.campaign_id = r.campaign_id
        where {InScope} and r.campaign_id = $2 and ($3::uuid is null or r.sync_id < $3) order by r.sync_id desc limit $4
        """;

    private const string FindSync =
        $"""
        select {SyncRunRow.Columns}, r.diff from site_sync_run r join site_sync s on s.tenant_id = r.tenant_id and s.campaign_id = r.campaign_id
        where {InScope} and r.campaign_id = $2 and r.sync_id = $3
        """;

    public async Task<Page<SiteSyncView>> SitesAsync(Scope scope, int limit, string? cursor, CancellationToken ct)
    {
        var after = Cursor.Read(cursor);
        await using var read = await reads.OpenAsync(scope, ct);
        var found = await read.Connection.ListAsync(ListSites, [ScopedReads.Campaigns(scope), clock.GetUtcNow(), after, Cursor.Fetch(limit)], Site, ct);
        return Cursor.Cut(found, limit, site => Ids.Parse(Ids.Campaign, site.CampaignId));
    }

    public async Task<SiteSyncView?> FindSiteAsync(Scope scope, string campaignId, CancellationToken ct)
    {
        if (!Ids.TryParse(Ids.Campaign, campaignId, out var campaign))
        {
            return null;
        }

        await using var read = await reads.OpenAsync(scope, ct);
        return await read.Connection.FindAsync(FindSite, [ScopedReads.Campaigns(scope), clock.GetUtcNow(), campaign], Site, ct);
    }

    public async Task<Page<SyncView>> SyncsAsync(Scope scope, string campaignId, int limit, string? cursor, CancellationToken ct)
    {
        var after = Cursor.Read(cursor);
        if (!Ids.TryParse(Ids.Campaign, campaignId, out var campaign))
        {
            return new Page<SyncView>([], null);
        }

        await using var read = await reads.OpenAsync(scope, ct);
        var found = await read.Connection.ListAsync(
            Syncs, [ScopedReads.Campaigns(scope), campaign, after, Cursor.Fetch(limit)], row => SyncRunRow.Read(row).View(null), ct);
        return Cursor.Cut(found, limit, sync => Ids.Parse(Ids.Sync, sync.Id));
    }

    public async Task<SyncView?> FindSyncAsync(Scope scope, string campaignId, string syncId, CancellationToken ct)
    {
        if (!Ids.TryParse(Ids.Campaign, campaignId, out var campaign) || !Ids.TryParse(Ids.Sync, syncId, out var sync))
        {
            return null;
        }

        await using var read = await reads.OpenAsync(scope, ct);
        return await read.Connection.FindAsync(
            FindSync, [ScopedReads.Campaigns(scope), campaign, sync], row => SyncRunRow.Read(row).View(row.GetString(SyncRunRow.Count)), ct);
    }

    private static SiteSyncView Site(NpgsqlDataReader row)
    {
        var (site, run) = (SiteSyncRow.Read(row), SiteSyncRow.Count + 3);
        return new SiteSyncView(
            Ids.Format(Ids.Tenant, site.TenantId), Ids.Format(Ids.Campaign, site.CampaignId), row.GetString(SiteSyncRow.Count), row.GetString(SiteSyncRow.Count + 1),
            site.Source, site.Base.Tag, site.Base.Commit, site.Base.Picks, row.IntegerOrNull(SiteSyncRow.Count + 2), site.Policy, site.IsPinned, site.Skipped,
            site.Refused, site.Declined, site.LocalChanges,
            site.Review is { } open ? new ReviewView(open.Number, open.Url, open.Version, open.HasConflicts, open.OpenedAt) : null,
            row.IsDBNull(run) ? null : SyncRunRow.Read(row, run).View(null));
    }
}
