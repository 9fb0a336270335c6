using System;
using System.Collections.Immutable;
using System.Linq;
using System.Text.Json;
using Npgsql;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;

namespace PrizeDraw.Storage.Central.Campaigns;

/// <summary>Reads a campaign's central row.</summary>
internal static class CampaignViewRow
{
    /// <summary>The columns that <see cref="Read"/> expects, of table <c>campaign c</c>.</summary>
    public const string Columns =
        """
        c.campaign_id, c.tenant_id, c.version, c.state, c.settings::text, c.site_url, c.site_key, c.published_at, c.created_at,
        c.deployment_id, c.template_tag, c.template_commit, c.preview_epoch
        """;

    /// <summary>How many those are: what a statement selects after them begins here.</summary>
    public const int Count = 13;

    public static CampaignView Read(NpgsqlDataReader row, DateTimeOffset now)
    {
        var settings = JsonSerializer.Deserialize<CampaignSettings>(row.GetString(4), StorageJson.Options)!;
        return new CampaignView
        {
            Id = Ids.Format(Ids.Campaign, row.GetGuid(0)),
            TenantId = Ids.Format(Ids.Tenant, row.GetGuid(1)),
            Version = row.GetInt64(2),
            State = StateAt(row.GetString(3), settings.OpensAt, now),
            Settings = WithoutMoments(settings),
            SiteUrl = row.TextOrNull(5),
            SiteKey = row.TextOrNull(6),
            PublishedAt = row.TimeOrNull(7),
            CreatedAt = row.Time(8),
            DeploymentId = row.UuidOrNull(9) is { } deployment ? Ids.Format(Ids.Deployment, deployment) : null,
            TemplateVersion = row.TextOrNull(10),
            TemplateCommit = row.TextOrNull(11),
            PreviewEpoch = row.GetInt32(12),
        };
    }

    // A published campaign is live from its opening, whether or not its reminder has fired yet; closing is told by the grain,
    // when every pool has taken what had been received in time.
    private static string StateAt(string stored, DateTimeOffset? opensAt, DateTimeOffset now) =>
        stored == "scheduled" && opensAt <= now ? "live" : stored;

    // Winning moments that are still to come are shown to nobody.
    private static CampaignSettings WithoutMoments(CampaignSettings settings) =>
        settings with { Pools = settings.Pools.Select(pool => pool with { Moments = [] }).ToImmutableArray() };
}
