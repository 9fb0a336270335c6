using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Sync;

namespace PrizeDraw.Storage.Central.Sync;

/// <summary>Releases go to sites of many tenants: they are lists of super_admin.</summary>
internal sealed partial class TemplateQueries : ITemplateQueries
{
    private const string ListReleases =
        $"select {ReleaseRow.Columns} from template_release r where $1::uuid is null or r.release_id < $1 order by r.release_id desc limit $2";

    private const string Counts = "select release_id, wave, state, count(*)::int from release_site where release_id = any($1) group by 1, 2, 3";

    private const string ListReleaseSites =
        """
        select p.tenant_id, p.campaign_id, c.name, p.wave, p.state, p.reason, p.is_healthy, p.sync_id, p.from_tag, c.site_url, p.started_at, p.ended_at
        from release_site p join campaign c on c.tenant_id = p.tenant_id and c.campaign_id = p.campaign_id
        where p.release_id = $1 and ($2::text is null or p.state = $2) and ($3::uuid is null or (p.wave, c.name, p.campaign_id) > (
          select b.wave, d.name, b.campaign_id from release_site b join campaign d on d.tenant_id = b.tenant_id and d.campaign_id = b.campaign_id
          where b.release_id = $1 and b.campaign_id = $3))
        order by p.wave, c.name, p.campaign_id limit $4
        """;

    public async Task<Page<ReleaseView>> ReleasesAsync(int limit, string? cursor, CancellationToken ct)
    {
        var after = Cursor.Read(cursor);
        await using var read = await reads.OpenAsync(Scope.Everything, ct);
        var found = await read.Connection.ListAsync(ListReleases, [after, Cursor.Fetch(limit)], ReleaseRow.Read, ct);
        return Cursor.Cut(await ViewsAsync(read.Connection, found, ct), limit, release => Ids.Parse(Ids.Release, release.Id));
    }

    public async Task<ReleaseView?> FindReleaseAsync(string releaseId, CancellationToken ct)
    {
        if (!Ids.TryParse(Ids.Release, releaseId, out var id))
        {
            return null;
        }

        await using var read = await reads.OpenAsync(Scope.Everything, ct);
        var found = await read.Connection.ListAsync($"select {ReleaseRow.Columns} from template_release r where r.release_id = $1", [id], ReleaseRow.Read, ct);
        return (await ViewsAsync(read.Connection, found, ct)).FirstOrDefault();
    }

    public async Task<Page<ReleaseSiteView>> ReleaseSitesAsync(string releaseId, string? state, int limit, string? cursor, CancellationToken ct)
    {
        var after = Cursor.Read(cursor);
        if (!Ids.TryParse(Ids.Release, releaseId, out var id))
        {
            return new Page<ReleaseSiteView>([], null);
        }

        await using var read = await reads.OpenAsync(Scope.Everything, ct);
        var found = await read.Connection.ListAsync(ListReleaseSites, [id, state, after, Cursor.Fetch(limit)], ReleaseSite, ct);
        return Cursor.Cut(found, limit, site => Ids.Parse(Ids.Campaign, site.CampaignId));
    }

    private static async Task<ImmutableArray<ReleaseView>> ViewsAsync(NpgsqlConnection connection, IReadOnlyCollection<ReleaseRow> releases, CancellationToken ct)
    {
        var counts = (await connection.ListAsync(
            Counts, [releases.Select(r => r.Id).ToArray()], row => (Release: row.GetGuid(0), Wave: row.GetInt32(1), State: row.GetString(2), Sites: row.GetInt32(3)), ct))
            .ToLookup(c => c.Release);
        return [.. releases.Select(r => r.ToView(counts[r.Id].ToLookup(c => c.Wave, c => (c.State, c.Sites))))];
    }

    private static ReleaseSiteView ReleaseSite(NpgsqlDataReader row) => new(
        Ids.Format(Ids.Tenant, row.GetGuid(0)), Ids.Format(Ids.Campaign, row.GetGuid(1)), row.GetString(2), row.GetInt32(3), row.GetString(4), row.TextOrNull(5),
        row.IsDBNull(6) ? null : row.GetBoolean(6) ? "healthy" : "unhealthy", row.UuidOrNull(7) is { } sync ? Ids.Format(Ids.Sync, sync) : null, row.GetString(8),
        row.TextOrNull(9), row.TimeOrNull(10), row.TimeOrNull(11));
}
