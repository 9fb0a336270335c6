using System;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Grains.Abstractions.Campaigns;

namespace PrizeDraw.Storage.Central.Campaigns;

/// <summary>Finds campaigns by site key or slug with the system role, afresh at each call: the API remembers the answers.</summary>
internal sealed class SiteDirectory(CentralDatabase central, TimeProvider time) : ISiteDirectory
{
    // While a key is replaced there are two: the site that is up has the one, the site that is being built the other.
    private const string BySiteKey =
        Find + "where c.site_key = $1 or c.next_site_key = $1 or (c.previous_site_key = $1 and c.previous_site_key_until > $2)";
    private const string BySlug = Find + "where c.slug = $1";

    private const string Find =
        $"""
        select {CampaignViewRow.Columns}, t.hash, array(
          select d.name from campaign_domain d where d.tenant_id = c.tenant_id and d.campaign_id = c.campaign_id
            and d.state in ('verified_misconfigured', 'active') order by d.name)
        from campaign c
        left join terms_version t on t.tenant_id = c.tenant_id and t.campaign_id = c.campaign_id
          and t.version = (c.settings #>> '{"{terms,version}"}')::integer

        """;

    public Task<SiteSnapshot?> FindBySiteKeyAsync(string siteKey, CancellationToken ct) => FindAsync(BySiteKey, siteKey, ct, time.GetUtcNow());

    public Task<SiteSnapshot?> FindBySlugAsync(string slug, CancellationToken ct) => FindAsync(BySlug, slug, ct);

    private async Task<SiteSnapshot?> FindAsync(string sql, string value, CancellationToken ct, params object[] further)
    {
        // No text that PostgreSQL could not store is ever a key or a slug.
        if (value.Contains('\0', StringComparison.Ordinal))
        {
            return null;
        }

        await using var connection = await central.OpenSystemAsync(ct);
        return await connection.FindAsync(sql, [value, .. further], row => Read(row, time.GetUtcNow()), ct);
    }

    private static SiteSnapshot Read(NpgsqlDataReader row, DateTimeOffset now)
    {
        var campaign = CampaignViewRow.Read(row, now);
        var hash = row.BytesOrNull(CampaignViewRow.Count);
        return new SiteSnapshot(
            campaign, Origins(campaign, row.GetFieldValue<string[]>(CampaignViewRow.Count + 1)), hash is null ? null : Convert.ToHexStringLower(hash), DrawsAt(campaign.Settings));
    }

    // A site on this machine is reached by either name; one in the cloud also by its own domains, once the host takes them for the promoter's.
    private static ImmutableArray<string> Origins(CampaignView campaign, string[] domains)
    {
        var own = Uri.TryCreate(campaign.SiteUrl, UriKind.Absolute, out var site) ? OwnOrigins(site) : [];
        return [.. own.Concat(domains.Select(name => $"https://{name}")).Concat(campaign.Settings.AllowedOrigins).Distinct(StringComparer.Ordinal)];
    }

    private static ImmutableArray<string> OwnOrigins(Uri site)
    {
        var origin = site.GetLeftPart(UriPartial.Authority);
        return site.IsLoopback ? [origin, $"http://127.0.0.1:{site.Port}", $"http://localhost:{site.Port}"] : [origin];
    }

    private static DateTimeOffset? DrawsAt(CampaignSettings settings) =>
        settings.AllDraws().Min(draw => DrawTimes.FreezeAt(draw, settings.ClosesAt));
}
