using System;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Domain;
using PrizeDraw.Domain.Campaigns;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Installations;
using PrizeDraw.Grains.Provisioning;
using PrizeDraw.Storage.Central;
using PrizeDraw.Storage.Central.Campaigns;

namespace PrizeDraw.Grains.Campaigns;

/// <summary>What people do with deployments: start them, cancel them, try them again. One at a time for each campaign.</summary>
public sealed partial class CampaignGrain
{
    public async Task<Result<CampaignView>> ProvisionAsync(CampaignCommand command) =>
        underWay is { Kind: DeploymentKind.Provision, State: "paused" } && StartSaga()
            ? View()
            : await ChangeAsync<CampaignView>(CampaignCommandKind.Provision, command.IfMatch, () => StartProvisioningAsync(command.Actor));

    public async Task<Result<CampaignView>> DecommissionAsync(DecommissionCampaign command) =>
        await ChangeAsync<CampaignView>(CampaignCommandKind.Decommission, command.IfMatch, async () =>
        {
            if (!command.Actor.IsSuperAdmin)
            {
                return Refusals.Of(new NotAllowed("Decommissioning removes a campaign for good: a super_admin alone may do it."));
            }

            if (command.ConfirmName != settings.Name)
            {
                return Refusals.Of(new NameNotConfirmed());
            }

            if (await incarnation.RefusalAsync() is { } unconfirmed)
            {
                return unconfirmed;
            }

            if (await UnsettledAsync() is { } unsettled)
            {
                return Refusals.Of(unsettled);
            }

            // What an undoing has in quarantine is removed by the decommission: it looks at every part that is not undone.
            return IsStuck && underWay is { } stuck
                ? await StartAsync(
                    command.Actor, DeploymentKind.Decommission, row!, null,
                    (work, ct) => DeploymentStore.SetStateAsync(work, tenantId, stuck.DeploymentId, "cancelled", null, clock.GetUtcNow(), ct))
                : await StartAsync(command.Actor, DeploymentKind.Decommission, row!);
        });

    public async Task<Result<CampaignView>> ArchiveAsync(CampaignCommand command) =>
        await ChangeAsync<CampaignView>(CampaignCommandKind.Archive, command.IfMatch, async () => await incarnation.RefusalAsync()
            ?? (await UnsettledAsync() is { } unsettled
                ? Refusals.Of(unsettled)
                : await StartAsync(command.Actor, DeploymentKind.Archive, row!)));

    public async Task<Result<CampaignView>> UnarchiveAsync(CampaignCommand command) =>
        await ChangeAsync<CampaignView>(
            CampaignCommandKind.Unarchive, command.IfMatch,
            async () => await incarnation.RefusalAsync() ?? await StartAsync(command.Actor, DeploymentKind.Unarchive, row!));

    public async Task<Result<CampaignView>> DeployContentAsync(CampaignCommand command) =>
        await ChangeAsync<CampaignView>(
            CampaignCommandKind.DeployContent, command.IfMatch, async () => await incarnation.RefusalAsync() ?? await StartContentAsync(command.Actor));

    public async Task RefreshContentAsync() => await InTurnAsync<bool>(async () =>
    {
        // What the sites of earlier versions were built from is not known: they are built once more, which changes nothing where nothing differs.
        if (row is { Content: null } && CampaignLife.HasSite(row.State) && underWay is null
            && await deployments.FindNewestAsync(tenantId, campaignId, DeploymentKind.Provision, CancellationToken.None) is { State: "succeeded" })
        {
            await StartContentAsync(Actor.System);
        }

        await FollowContentAsync(Actor.System);
        return true;
    });

    /// <summary>
    /// Builds the site again when it was built, or was last to be built, from something else. While another deployment is under way it is
    /// left to that one's end: several changes make one deployment.
    /// </summary>
    private async Task FollowContentAsync(Actor actor)
    {
        if (row is { Content: { } built } && CampaignLife.HasSite(row.State) && built != ContentNow()
            && (underWay is null || RestingContent is not null))
        {
            await StartContentAsync(actor);
        }
    }

    public async Task<Result<CampaignView>> DeploySyncAsync(DeploySync command) => await InTurnAsync<CampaignView>(async () =>
    {
        if (row is null)
        {
            return Refusals.Of(new CampaignNotFound());
        }

        // Asked again after a crash: it is under way, or has come to its end.
        var id = Ids.Parse(Ids.Deployment, command.DeploymentId);
        if (await deployments.FindAsync(tenantId, id, CancellationToken.None) is not null)
        {
            return View();
        }

        return CampaignLife.Refuses(StateNow(), CampaignCommandKind.DeployContent) is { } refused
            ? Refusals.Of(refused)
            : await incarnation.RefusalAsync() ?? await StartContentAsync(command.Actor, command.Kind, id);
    });

    /// <summary>Builds the site from its repository as it is then. A content deployment that waits is given up for this one, which has all that it had.</summary>
    private Task<Result<CampaignView>> StartContentAsync(Actor actor, string kind = DeploymentKind.Content, Guid? id = null) => StartAsync(
        actor, kind, row! with { Content = ContentNow() }, null,
        RestingContent is { } waiting
            ? (work, ct) => DeploymentStore.SetStateAsync(work, tenantId, waiting.DeploymentId, "cancelled", null, clock.GetUtcNow(), ct)
            : null,
        id);

    /// <summary>A content deployment that waits; null for none. One that is being tried again just now goes on: what its step is doing nobody can take back.</summary>
    private DeploymentRow? RestingContent =>
        underWay is { Kind: DeploymentKind.Content } && (underWay.State == "paused" || waitsForLimit) && sagaTimer is null ? underWay : null;

    private string ContentNow() => SiteContent.TextOf(settings, row!.SiteKey!, plan.ApiUrl);

    public async Task<Result<CampaignView>> RetryDeploymentAsync(RetryDeployment command) => await InTurnAsync<CampaignView>(async () =>
    {
        if (row?.DeploymentId is not { } newest || Ids.Format(Ids.Deployment, newest) != command.DeploymentId)
        {
            return Refusals.Of(new DeploymentNotRetryable());
        }

        if (await incarnation.RefusalAsync() is { } unconfirmed)
        {
            return unconfirmed;
        }

        if (underWay is { } resting)
        {
            // One that works right now goes on as it is.
            var isWaiting = waitsForLimit;
            StartSaga();
            return isWaiting || resting.State is "paused" or "quarantined" or "rolling_back" ? View() : Refusals.Of(new DeploymentNotRetryable());
        }

        return await deployments.FindAsync(tenantId, newest, CancellationToken.None) is { State: "rolled_back" or "cancelled" } failed
            ? await StartAgainAsync(command.Actor, failed.Kind)
            : Refusals.Of(new DeploymentNotRetryable());
    });

    public async Task<Result<bool>> CancelDeploymentAsync(CancelDeployment command) => await InTurnAsync<bool>(async () =>
    {
        if (underWay is not { State: not "quarantined" } run || Ids.Format(Ids.Deployment, run.DeploymentId) != command.DeploymentId)
        {
            return Refusals.Of(new DeploymentNotRunning());
        }

        if (plan.Of(run.Kind).OnFailure == OnFailure.Insist)
        {
            return Refusals.Of(new DeploymentNotCancellable(run.Kind));
        }

        try
        {
            await SaveAsync(row!, new CampaignChange(Audit(command.Actor, "deployment.cancel_requested", null, null, command.DeploymentId))
            {
                Also = [(work, ct) => RequestCancelAsync(work, run, ct)],
            });
        }
        catch (CameTooLateException)
        {
            return Refusals.Of(new DeploymentNotRunning());
        }

        StartSaga(); // One that waits for a credential waits no longer.
        return true;
    });

    /// <summary>Ends the whole transaction when the deployment is being undone already, or has ended: what is refused leaves no trace.</summary>
    private async Task RequestCancelAsync(CentralUnitOfWork work, DeploymentRow run, CancellationToken ct)
    {
        if (await DeploymentStore.RequestCancelAsync(work, tenantId, run.DeploymentId, ct) == 0)
        {
            throw new CameTooLateException();
        }
    }

    private sealed class CameTooLateException : Exception;

    /// <summary>A deployment that ended without success, from its beginning: nothing of it is left.</summary>
    private async Task<Result<CampaignView>> StartAgainAsync(Actor actor, string kind) => kind switch
    {
        DeploymentKind.Provision when CampaignLife.Refuses(row!.State, CampaignCommandKind.Provision) is null => await StartProvisioningAsync(actor),
        DeploymentKind.Content or DeploymentKind.Sync or DeploymentKind.Rollback when CampaignLife.HasSite(row!.State) => await StartContentAsync(actor, kind),
        DeploymentKind.RotateSiteKey or DeploymentKind.RotateDatabasePassword or DeploymentKind.RotateOwnerPassword when CampaignLife.HasSite(row!.State) =>
            await StartRotationAsync(actor, kind),
        DeploymentKind.Archive when row!.State == CampaignLife.Completed =>
            await UnsettledAsync() is { } unsettled ? Refusals.Of(unsettled) : await StartAsync(actor, kind, row),
        DeploymentKind.Unarchive when row!.State == CampaignLife.Archived => await StartAsync(actor, kind, row),
        _ => Refusals.Of(new DeploymentNotRetryable()),
    };

    /// <summary>
    /// Whether an undoing is in quarantine: it ends when what stands in its way is mended, which may be never. Removing the campaign for good may take
    /// its place, or there would be no way out.
    /// </summary>
    private bool IsStuck => underWay is { State: "quarantined", Kind: not DeploymentKind.Decommission };

    /// <summary>A campaign whose parts are being taken away takes no commands meanwhile.</summary>
    private DomainError? RefusedMeanwhile(CampaignCommandKind kind) =>
        underWay is { Kind: DeploymentKind.Archive or DeploymentKind.Unarchive or DeploymentKind.Decommission } run
            && !(kind == CampaignCommandKind.Decommission && IsStuck)
            ? new DeploymentUnderWay(run.Kind) : null;

    /// <summary>What still needs the campaign's data; null for nothing.</summary>
    private async Task<DomainError?> UnsettledAsync()
    {
        var home = await deployments.FindNewestAsync(tenantId, campaignId, DeploymentKind.Provision, CancellationToken.None);
        var whole = new CampaignDeployment(TenantId, CampaignId, settings, row!.SiteKey ?? "", [], home?.Steps);
        try
        {
            if (await settling.RefusalAsync(whole, row.State, CancellationToken.None) is { } refusal)
            {
                return refusal;
            }
        }
        catch (CampaignPutAwayException) when (IsStuck)
        {
            // An archiving has settled it before it got stuck, which the decommission looks at again.
        }

        return IsStuck ? await settling.TakingOverRefusalAsync(whole, row.State, CancellationToken.None) : null;
    }
}
