using System;
using System.Collections.Immutable;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;

namespace PrizeDraw.Api.Sites;

/// <summary>What the public endpoints know about campaigns, at most about a second old while storage answers.</summary>
public sealed class SiteCache
{
    private readonly ShortCache<SiteSnapshot> _byKey;
    private readonly ShortCache<SiteSnapshot> _bySlug;
    private readonly ShortCache<Winners> _winners;

    public SiteCache(ISiteDirectory sites, ICampaignDataQueries data, TimeProvider clock, ILogger<SiteCache> log)
    {
        _byKey = new(sites.FindBySiteKeyAsync, CacheBounds.Site, clock, log);
        _bySlug = new(sites.FindBySlugAsync, CacheBounds.Site, clock, log);
        _winners = new(async (key, ct) => await ReadWinnersAsync(data, key, ct), CacheBounds.Site, clock, log);
    }

    public ValueTask<SiteSnapshot?> FindByKeyAsync(string siteKey, CancellationToken ct) => _byKey.GetAsync(siteKey, ct);

    public ValueTask<SiteSnapshot?> FindBySlugAsync(string slug, CancellationToken ct) => _bySlug.GetAsync(slug, ct);

    /// <summary>What is known of a site without asking storage.</summary>
    public SiteSnapshot? Peek(string siteKey) => _byKey.Peek(siteKey);

    public async ValueTask<ImmutableArray<PublishedDraw>> WinnersAsync(CampaignView campaign, CancellationToken ct) =>
        (await _winners.GetAsync(GrainKeys.Campaign(campaign.TenantId, campaign.Id), ct))!.Draws;

    private static async Task<Winners?> ReadWinnersAsync(ICampaignDataQueries data, string key, CancellationToken ct) =>
        GrainKeys.Split(key) is [var tenant, var campaign] ? new Winners(await data.PublishedWinnersAsync(tenant, campaign, ct)) : null;

    private sealed record Winners(ImmutableArray<PublishedDraw> Draws);
}
