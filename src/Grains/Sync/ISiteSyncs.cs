using System;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Orleans;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Sync;
using PrizeDraw.Grains.Provisioning;
using PrizeDraw.Storage.Central.Sync;

namespace PrizeDraw.Grains.Sync;

/// <summary>The syncs of sites as a release begins and follows them.</summary>
public interface ISiteSyncs
{
    /// <summary>Begins the release's sync of a site, or finds it; answers its id.</summary>
    Task<Result<string>> SyncAsync(string tenantId, string campaignId, SyncSite command);

    /// <summary>The id of the sync that the release has begun of a site; null for none. Begins nothing.</summary>
    Task<string?> FindBegunAsync(string tenantId, string campaignId, string releaseId, CancellationToken ct);

    /// <summary>
    /// Has the release's sync of a site push nothing any more, however late a call for it is carried out; answers the id of one that was skipped, or
    /// had begun. What that has pushed until then is recorded.
    /// </summary>
    Task<Result<string>> ForgoAsync(string tenantId, string campaignId, ForgoSync command);

    /// <inheritdoc cref="SyncAsync"/>
    Task<Result<string>> PreviewAsync(string tenantId, string campaignId, SyncSite command);

    /// <summary>
    /// Begins to put a sync back, or finds where that was begun; answers the roll-back's id. A deployment of the sync that goes on asking, or
    /// building, is cancelled first: until it has ended this is refused. None is cancelled where only a pull request is to be closed.
    /// </summary>
    Task<Result<string>> RollBackAsync(string tenantId, string campaignId, RollBackSite command);

    /// <summary>
    /// A sync or roll-back as it stands; null where it is not there. One whose site is built and does not answer is unhealthy by now, though its
    /// deployment will go on to ask for a day.
    /// </summary>
    Task<SyncView?> FindAsync(string tenantId, string campaignId, string syncId, CancellationToken ct);

    /// <summary>The campaigns whose pull request of a release people have merged or closed since the release looked: one look for all of them.</summary>
    Task<ImmutableHashSet<Guid>> ReviewsEndedAsync(string releaseId, CancellationToken ct);

    /// <summary>Has a site go on with what was cut short when its host died.</summary>
    Task WakeAsync(string tenantId, string campaignId);

    /// <summary>Has new versions of the template looked for.</summary>
    Task LookForVersionsAsync(Actor actor);
}

/// <summary>By the sites' own grains.</summary>
internal sealed class SiteSyncs(IGrainFactory grains, ITemplateQueries templates, ICampaignQueries campaigns, SiteSyncStore store) : ISiteSyncs
{
    /// <summary>Newest syncs of a site among which one is looked for: lists leave the diffs away.</summary>
    private const int NewestMax = 20;

    public Task<Result<string>> SyncAsync(string tenantId, string campaignId, SyncSite command) => Site(tenantId, campaignId).SyncAsync(command);

    public async Task<string?> FindBegunAsync(string tenantId, string campaignId, string releaseId, CancellationToken ct) => await store.FindOfReleaseAsync(
        Ids.Parse(Ids.Tenant, tenantId), Ids.Parse(Ids.Campaign, campaignId), Ids.Parse(Ids.Release, releaseId), SyncKinds.Sync, ct) is { } begun
        ? Ids.Format(Ids.Sync, begun.SyncId)
        : null;

    public Task<Result<string>> ForgoAsync(string tenantId, string campaignId, ForgoSync command) => Site(tenantId, campaignId).ForgoAsync(command);

    public Task<Result<string>> PreviewAsync(string tenantId, string campaignId, SyncSite command) => Site(tenantId, campaignId).PreviewAsync(command);

    public async Task<Result<string>> RollBackAsync(string tenantId, string campaignId, RollBackSite command)
    {
        if (!command.ClosesOnly && await templates.FindSyncAsync(Scope.Of(tenantId), campaignId, command.SyncId, CancellationToken.None) is { State: "deploying", DeploymentId: { } deployment })
        {
            await grains.GetGrain<ICampaignGrain>(GrainKeys.Campaign(tenantId, campaignId)).CancelDeploymentAsync(new CancelDeployment(command.Actor, deployment));
            await WakeAsync(tenantId, campaignId);
        }

        return await Site(tenantId, campaignId).RollBackAsync(command);
    }

    public async Task<ImmutableHashSet<Guid>> ReviewsEndedAsync(string releaseId, CancellationToken ct) =>
        [.. await store.ReviewsEndedAsync(Ids.Parse(Ids.Release, releaseId), ct)];

    public Task WakeAsync(string tenantId, string campaignId) => Site(tenantId, campaignId).WakeAsync();

    public async Task<SyncView?> FindAsync(string tenantId, string campaignId, string syncId, CancellationToken ct)
    {
        var scope = Scope.Of(tenantId);
        var found = (await templates.SyncsAsync(scope, campaignId, NewestMax, null, ct)).Items.FirstOrDefault(s => s.Id == syncId)
            ?? await templates.FindSyncAsync(scope, campaignId, syncId, ct);
        return found is { State: "deploying", DeploymentId: { } deployment }
            && await campaigns.FindDeploymentAsync(scope, deployment, ct) is { State: "paused" } waiting
            && waiting.Steps.FirstOrDefault(s => s.State == "running") is { Name: VerifySite.StepName } unanswered
            ? found with { Health = "unhealthy", Reason = unanswered.Message }
            : found;
    }

    public Task LookForVersionsAsync(Actor actor) => grains.GetGrain<ITemplateVersionsGrain>(GrainKeys.Platform).RefreshAsync(new RefreshVersions(actor));

    private ITemplateSyncGrain Site(string tenantId, string campaignId) => grains.GetGrain<ITemplateSyncGrain>(GrainKeys.Campaign(tenantId, campaignId));
}
