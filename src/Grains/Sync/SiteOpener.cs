using System;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Provisioning;
using PrizeDraw.Providers.Repositories;
using PrizeDraw.Providers.Sync;
using PrizeDraw.Storage.Central;
using PrizeDraw.Storage.Central.Campaigns;
using PrizeDraw.Storage.Central.Sync;

namespace PrizeDraw.Grains.Sync;

/// <summary>A campaign's site with its repository at hand.</summary>
internal sealed record OpenedSite(CampaignView Campaign, RepositoryRef Repository, ISiteRepository Sync)
{
    public Guid TenantId => Ids.Parse(Ids.Tenant, Campaign.TenantId);

    public Guid CampaignId => Ids.Parse(Ids.Campaign, Campaign.Id);
}

/// <summary>Opens the repository of a campaign's site, as its provisioning made it.</summary>
internal sealed class SiteOpener(ICampaignQueries campaigns, DeploymentStore deployments, ISiteRepositories repositories, TimeProvider clock)
{
    public Task<CampaignView?> CampaignAsync(Guid tenant, Guid campaign, CancellationToken ct) =>
        campaigns.FindAsync(Scope.Of(Ids.Format(Ids.Tenant, tenant)), Ids.Format(Ids.Campaign, campaign), ct);

    /// <summary>Null where the campaign has no repository.</summary>
    public async Task<OpenedSite?> OpenAsync(CampaignView campaign, CancellationToken ct)
    {
        var home = await deployments.FindNewestAsync(
            Ids.Parse(Ids.Tenant, campaign.TenantId), Ids.Parse(Ids.Campaign, campaign.Id), DeploymentKind.Provision, ct);
        if (home is null)
        {
            return null;
        }

        var deployment = new CampaignDeployment(campaign.TenantId, campaign.Id, campaign.Settings, campaign.SiteKey ?? "", home.Steps);
        return deployment.FindResult<RepositoryRef>(CreateRepository.StepName) is { } repository
            ? new OpenedSite(campaign, repository, await repositories.OfAsync(deployment, ct))
            : null;
    }

    public AuditEvent Audit(CampaignView campaign, string actor, string action, string subject, object? before, object? after)
    {
        var now = clock.GetUtcNow();
        return new AuditEvent(
            Ids.Parse(Ids.Tenant, campaign.TenantId), Guid.CreateVersion7(now), now, Ids.Parse(Ids.Campaign, campaign.Id), actor, action, subject, before, after);
    }
}

/// <summary>A site's base as it is stored, and as the providers have it.</summary>
internal static class Bases
{
    public static TemplateBase Of(this StoredBase stored) => new(stored.Tag, stored.Commit) { Picks = stored.Picks };

    public static StoredBase Stored(this TemplateBase told) => new(told.Tag, told.Commit, told.Picks);
}
