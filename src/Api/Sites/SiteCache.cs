using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Codes;
using PrizeDraw.Grains.Abstractions.Draws;

namespace PrizeDraw.Api.Sites;

/// <summary>What the public endpoints know about campaigns, at most about a second old while storage answers.</summary>
public sealed class SiteCache
{
    private const int BatchesMax = 200;

    private readonly ShortCache<SiteSnapshot> _byKey;
    private readonly ShortCache<SiteSnapshot> _bySlug;
    private readonly ShortCache<Winners> _winners;
    private readonly ShortCache<Expiries> _expiries;

    public SiteCache(ISiteDirectory sites, ICampaignDataQueries data, ICodeQueries codes, IDrawFiles proofs, TimeProvider clock, ILogger<SiteCache> log)
    {
        _byKey = new(sites.FindBySiteKeyAsync, CacheBounds.Site, clock, log);
        _bySlug = new(sites.FindBySlugAsync, CacheBounds.Site, clock, log);
        _winners = new(async (key, ct) => await ReadWinnersAsync(data, proofs, key, ct), CacheBounds.Site, clock, log);
        _expiries = new(async (key, ct) => await ReadExpiriesAsync(codes, key, ct), CacheBounds.Site, clock, log);
    }

    public ValueTask<SiteSnapshot?> FindByKeyAsync(string siteKey, CancellationToken ct) => _byKey.GetAsync(siteKey, ct);

    public ValueTask<SiteSnapshot?> FindBySlugAsync(string slug, CancellationToken ct) => _bySlug.GetAsync(slug, ct);

    /// <summary>What is known of a site without asking storage.</summary>
    public SiteSnapshot? Peek(string siteKey) => _byKey.Peek(siteKey);

    /// <summary>The draws whose winners are published, newest first.</summary>
    internal async ValueTask<ImmutableArray<ProvenDraw>> WinnersAsync(CampaignView campaign, CancellationToken ct) =>
        (await _winners.GetAsync(GrainKeys.Campaign(campaign.TenantId, campaign.Id), ct))!.Draws;

    /// <summary>When the codes of the campaign's batches expire, by batch; batches without an expiry are left out.</summary>
    public async ValueTask<IReadOnlyDictionary<string, DateTimeOffset>> CouponExpiriesAsync(CampaignView campaign, CancellationToken ct) =>
        campaign.State != "archived" && campaign.Settings.Pools.Any(pool => pool.Prizes.Any(prize => prize.CouponBatchId is not null))
            ? (await _expiries.GetAsync(GrainKeys.Campaign(campaign.TenantId, campaign.Id), ct))!.ByBatch
            : ImmutableDictionary<string, DateTimeOffset>.Empty;

    private static async Task<Expiries?> ReadExpiriesAsync(ICodeQueries codes, string key, CancellationToken ct) =>
        GrainKeys.Split(key) is [var tenant, var campaign]
            ? new Expiries((await codes.ListAsync(tenant, campaign, "coupon", BatchesMax, null, ct)).Items
                .Where(batch => batch.ExpiresAt is not null).ToImmutableDictionary(batch => batch.Id, batch => batch.ExpiresAt!.Value))
            : null;

    private static async Task<Winners?> ReadWinnersAsync(ICampaignDataQueries data, IDrawFiles proofs, string key, CancellationToken ct)
    {
        if (GrainKeys.Split(key) is not [var tenant, var campaign])
        {
            return null;
        }

        var draws = ImmutableArray.CreateBuilder<ProvenDraw>();
        foreach (var draw in await data.PublishedWinnersAsync(tenant, campaign, ct))
        {
            draws.Add(new ProvenDraw(draw, await proofs.CertificateAsync(tenant, campaign, draw.Id, ct) is not null));
        }

        return new Winners(draws.ToImmutable());
    }

    private sealed record Expiries(ImmutableDictionary<string, DateTimeOffset> ByBatch);

    private sealed record Winners(ImmutableArray<ProvenDraw> Draws);
}

/// <summary>A draw whose winners are published, and whether it has a certificate: those of the first versions have none.</summary>
internal sealed record ProvenDraw(PublishedDraw Draw, bool HasCertificate);
