using System;
using System.Collections.Immutable;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Audit;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Tenants;
using PrizeDraw.Grains.Abstractions.Users;

namespace PrizeDraw.Api.Tests.Fakes;

internal sealed class FakeQueries(FakePlatform platform)
    : ITenantQueries, IUserQueries, ICampaignQueries, ICampaignDataQueries, ISiteDirectory, IAuditQueries, ITermsVersions
{
    public Task<TenantView?> FindAsync(Scope scope, string tenantId, CancellationToken ct) => Read(() =>
        platform.Tenants.TryGetValue(tenantId, out var tenant) && (scope.All || scope.TenantIds.Contains(tenantId)) ? tenant : null);

    public Task<Page<TenantView>> ListAsync(Scope scope, int limit, string? cursor, CancellationToken ct) => Read(() =>
        FakePlatform.PageOf(
            platform.Tenants.Values.Where(t => scope.All || scope.TenantIds.Contains(t.Id)).OrderByDescending(t => t.Id), limit, cursor));

    Task<UserView?> IUserQueries.FindAsync(string userId, CancellationToken ct) =>
        Read(() => platform.Users.GetValueOrDefault(userId));

    public Task<Page<UserView>> ListAsync(int limit, string? cursor, CancellationToken ct) =>
        Read(() => FakePlatform.PageOf(platform.Users.Values.OrderByDescending(u => u.Id), limit, cursor));

    Task<CampaignView?> ICampaignQueries.FindAsync(Scope scope, string campaignId, CancellationToken ct) => Read(() =>
        platform.Campaigns.TryGetValue(campaignId, out var campaign) && FakePlatform.Covers(scope, campaign) ? campaign : null);

    public Task<Page<CampaignView>> ListAsync(Scope scope, string? tenantId, int limit, string? cursor, CancellationToken ct) => Read(() =>
        FakePlatform.PageOf(
            platform.Campaigns.Values.Where(c => FakePlatform.Covers(scope, c) && (tenantId is null || c.TenantId == tenantId))
                .OrderByDescending(c => c.Id), limit, cursor));

    public Task<Page<DeploymentView>> DeploymentsAsync(Scope scope, string campaignId, int limit, string? cursor, CancellationToken ct) =>
        Read(() => FakePlatform.PageOf(platform.Deployments.Values.Where(d => d.CampaignId == campaignId), limit, cursor));

    public Task<DeploymentView?> FindDeploymentAsync(Scope scope, string deploymentId, CancellationToken ct) => Read(() =>
        platform.Deployments.TryGetValue(deploymentId, out var deployment)
        && FakePlatform.Covers(scope, platform.Campaigns[deployment.CampaignId]) ? deployment : null);

    public Task<CampaignView?> FindByPoolAsync(Scope scope, string poolId, CancellationToken ct) => Read(() =>
        platform.Campaigns.Values.FirstOrDefault(c => FakePlatform.Covers(scope, c) && c.Settings.Pools.Any(p => p.Id == poolId || p.Prizes.Any(prize => prize.Id == poolId))));

    public Task<CampaignView?> FindByDrawAsync(Scope scope, string drawId, CancellationToken ct) => Read(() =>
        platform.Campaigns.Values.FirstOrDefault(c => FakePlatform.Covers(scope, c) && c.Settings.AllDraws().Any(draw => draw.Id == drawId)));

    public Task<CampaignStats?> StatsAsync(string tenantId, string campaignId, CancellationToken ct) => Read<CampaignStats?>(() => platform.PutAway.ContainsKey(campaignId)
        ? throw new CampaignPutAwayException("The campaign is being put away or brought back. Wait until that has ended.")
        : platform.Stats.GetValueOrDefault(campaignId) ?? new(
        3, 2, new OutcomeCounts(1, 2, 0), ImmutableSortedDictionary<string, long>.Empty.Add("entry.limit_reached", 4), CountsOf(campaignId, null)));

    public Task<ImmutableArray<PrizeCount>> PrizeCountsAsync(string tenantId, string campaignId, string? poolId, CancellationToken ct) =>
        Read(() => CountsOf(campaignId, poolId));

    public Task<MomentsView> MomentsAsync(string tenantId, string campaignId, string poolId, int limit, CancellationToken ct) => Read(() =>
        new MomentsView(10, 1, 2, [new PastMoment(Ids.New(Ids.Moment, platform.Clock.GetUtcNow()), "Mug", platform.Clock.GetUtcNow(), true)]));

    public Task<Page<EntryView>> EntriesAsync(string tenantId, string campaignId, bool personal, int limit, string? cursor, CancellationToken ct) =>
        Read(() => FakePlatform.PageOf(
            Enumerable.Range(1, 3).Select(n => new EntryView(
                $"ent_{n}", "pool_1", n, platform.Clock.GetUtcNow(), "none", null, personal ? $"ann{n}@example.com" : null, null, null, null)),
            limit, cursor));

    public Task<ImmutableArray<DrawView>> DrawsAsync(string tenantId, string campaignId, bool personal, CancellationToken ct) => Read(() =>
        platform.Draws.Values.Where(draw => draw.CampaignId == campaignId)
            .Select(draw => personal ? draw : draw with { Winners = [.. draw.Winners.Select(w => w with { Name = null, Email = null, County = null })] })
            .ToImmutableArray());

    public Task<ImmutableArray<PublishedDraw>> PublishedWinnersAsync(string tenantId, string campaignId, CancellationToken ct) =>
        Read(() => platform.Winners.GetValueOrDefault(campaignId, []));

    public Task<SiteSnapshot?> FindBySiteKeyAsync(string siteKey, CancellationToken ct) => LookUp(c => c.SiteKey == siteKey);

    public Task<SiteSnapshot?> FindBySlugAsync(string slug, CancellationToken ct) => LookUp(c => c.Settings.Slug == slug);

    public Task<Page<AuditEventView>> ListAsync(Scope scope, AuditFilter filter, int limit, string? cursor, CancellationToken ct) => Read(() =>
    {
        platform.AuditFilters.Enqueue(filter);
        return FakePlatform.PageOf<AuditEventView>(
            [new("evt", platform.Clock.GetUtcNow(), null, null, "system", "campaign.closed", "cmp", null, null)], limit, cursor);
    });

    public Task<TermsVersion?> FindAsync(string tenantId, string campaignId, int version, CancellationToken ct) =>
        Read(() => version == 1 ? new TermsVersion(1, "The first terms.", null, new string('a', 64)) : null);

    private ImmutableArray<PrizeCount> CountsOf(string campaignId, string? poolId) =>
    [
        .. platform.Campaigns[campaignId].Settings.Pools.Where(pool => poolId is null || pool.Id == poolId).SelectMany(pool =>
            pool.Prizes.Select(prize => new PrizeCount(prize.Id!, pool.Id!, prize.Name, prize.Kind, prize.Stock, 7, prize.Stock - 7))),
    ];

    private Task<SiteSnapshot?> LookUp(Func<CampaignView, bool> named)
    {
        platform.LookUp();
        return Read(() => platform.Campaigns.Values.FirstOrDefault(named) is { } campaign
            ? new SiteSnapshot(campaign, ["https://win.example.com", .. campaign.Settings.AllowedOrigins], new string('b', 64), null)
            : null);
    }

    private Task<T> Read<T>(Func<T> read)
    {
        platform.Read();
        return Task.FromResult(read());
    }
}
