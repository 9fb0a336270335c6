using System;
using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Grains.Abstractions.Campaigns;

namespace PrizeDraw.Storage.Central.Campaigns;

/// <summary>
/// Finds campaigns by site key or slug with the system role. What was found is remembered for a second, since every entry asks;
/// what was not found is asked again, so that a new site is there at once.
/// </summary>
internal sealed class SiteDirectory(CentralDatabase central, TimeProvider time) : ISiteDirectory
{
    private static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan FreezeDelay = TimeSpan.FromMinutes(15);

    private const string BySiteKey = Find + "where c.site_key = $1";
    private const string BySlug = Find + "where c.slug = $1";

    private const string Find =
        $"""
        select {CampaignViewRow.Columns}, t.hash from campaign c
        left join terms_version t on t.tenant_id = c.tenant_id and t.campaign_id = c.campaign_id
          and t.version = (c.settings #>> '{"{terms,version}"}')::integer

        """;

    private readonly ConcurrentDictionary<(string Sql, string Value), (SiteSnapshot Site, DateTimeOffset Until)> _recent = new();

    public Task<SiteSnapshot?> FindBySiteKeyAsync(string siteKey, CancellationToken ct) => FindAsync(BySiteKey, siteKey, ct);

    public Task<SiteSnapshot?> FindBySlugAsync(string slug, CancellationToken ct) => FindAsync(BySlug, slug, ct);

    private async Task<SiteSnapshot?> FindAsync(string sql, string value, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        if (_recent.TryGetValue((sql, value), out var recent) && now < recent.Until)
        {
            return recent.Site;
        }

        var site = await LoadAsync(sql, value, now, ct);
        if (site is null)
        {
            _recent.TryRemove((sql, value), out _);
        }
        else
        {
            _recent[(sql, value)] = (site, now + FreshFor);
        }

        return site;
    }

    private async Task<SiteSnapshot?> LoadAsync(string sql, string value, DateTimeOffset now, CancellationToken ct)
    {
        // No text that PostgreSQL could not store is ever a key or a slug.
        if (value.Contains('\0', StringComparison.Ordinal))
        {
            return null;
        }

        await using var connection = await central.OpenSystemAsync(ct);
        return await connection.FindAsync(sql, [value], row => Read(row, now), ct);
    }

    private static SiteSnapshot Read(NpgsqlDataReader row, DateTimeOffset now)
    {
        var campaign = CampaignViewRow.Read(row, now);
        var hash = row.BytesOrNull(12);
        return new SiteSnapshot(
            campaign, Origins(campaign), hash is null ? null : Convert.ToHexStringLower(hash), DrawsAt(campaign.Settings));
    }

    // A site on this machine is reached by either name.
    private static ImmutableArray<string> Origins(CampaignView campaign)
    {
        var own = Uri.TryCreate(campaign.SiteUrl, UriKind.Absolute, out var site) ? OwnOrigins(site) : [];
        return [.. own.Concat(campaign.Settings.AllowedOrigins).Distinct(StringComparer.Ordinal)];
    }

    private static ImmutableArray<string> OwnOrigins(Uri site)
    {
        var origin = site.GetLeftPart(UriPartial.Authority);
        return site.IsLoopback ? [origin, $"http://127.0.0.1:{site.Port}", $"http://localhost:{site.Port}"] : [origin];
    }

    private static DateTimeOffset? DrawsAt(CampaignSettings settings) => settings.Draw is not { } draw
        ? null
        : draw.At ?? (draw.Until ?? settings.ClosesAt) + FreezeDelay;
}
