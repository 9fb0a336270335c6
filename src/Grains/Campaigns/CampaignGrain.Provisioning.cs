using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;
using PrizeDraw.Domain.Campaigns;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Domains;
using PrizeDraw.Grains.Abstractions.Sync;
using PrizeDraw.Grains.Provisioning;
using PrizeDraw.Storage.Central;
using PrizeDraw.Storage.Central.Campaigns;
using PrizeDraw.Storage.Central.Sync;

namespace PrizeDraw.Grains.Campaigns;

/// <summary>The saga: advanced step by step in a kept-alive timer, resumed by a reminder after a crash.</summary>
public sealed partial class CampaignGrain
{
    private const string ProvisionReminder = "provision";

    private IGrainTimer? sagaTimer;

    /// <summary>The deployment that has not come to its end, as it was when it began or last came to rest; null for none.</summary>
    private DeploymentRow? underWay;

    private async Task<Result<CampaignView>> StartProvisioningAsync(Actor actor)
    {
        if (CampaignSettingsCheck.ForProvisioning(settings) is { } lacking)
        {
            return Refusals.Of(lacking);
        }

        if (row!.State == CampaignLife.Failed)
        {
            StartSaga(); // What is in quarantine goes first: the retry is of the undoing.
            return View();
        }

        return await StartAsync(
            actor, DeploymentKind.Provision, row with { State = CampaignLife.Provisioning, SiteKey = row.SiteKey ?? NewSiteKey() });
    }

    /// <summary>Stores a new deployment with the campaign as it is from now on, and starts it. One at a time: another one under way refuses.</summary>
    private async Task<Result<CampaignView>> StartAsync(
        Actor actor, string kind, CampaignRow next, object? told = null, Func<CentralUnitOfWork, CancellationToken, Task>? also = null,
        Guid? id = null)
    {
        if (underWay is { } other && also is null)
        {
            return Refusals.Of(new DeploymentUnderWay(other.Kind));
        }

        // The reminder stands before the saga's first intent, so that no crash leaves an intent that nobody resumes.
        await this.RegisterOrUpdateReminder(ProvisionReminder, ReminderRetry, ReminderRetry);
        var now = clock.GetUtcNow();
        var (run, doing) = (plan.NewRun(kind, tenantId, id ?? Guid.CreateVersion7(now), campaignId, settings) with { StartedAt = now }, plan.Of(kind).Doing);
        var refusal = await SaveAsync(
            next with { DeploymentId = run.DeploymentId },
            new CampaignChange(Audit(actor, $"campaign.{doing}_started", null, told))
            {
                Also =
                [
                    also ?? ((_, _) => Task.CompletedTask), (work, ct) => AddSecretAsync(work, plan.Of(kind).NewSecret, ct),
                    (work, ct) => DeploymentStore.InsertAsync(work, run, now, ct),
                ],
            });
        if (refusal is not null)
        {
            return refusal;
        }

        underWay = run;
        StartSaga();
        return View();
    }

    /// <summary>Starts the timer that advances the saga; true when it runs now.</summary>
    private bool StartSaga()
    {
        waitsForLimit = false;
        sagaTimer ??= this.RegisterGrainTimer(
            AdvanceSagaAsync,
            new GrainTimerCreationOptions(TimeSpan.Zero, TimeSpan.FromMilliseconds(1)) { Interleave = true, KeepAlive = true });
        return true;
    }

    private async Task AdvanceSagaAsync(CancellationToken ct)
    {
        try
        {
            var mine = epoch;
            if (row?.DeploymentId is not { } id || await deployments.FindAsync(tenantId, id, ct) is not { } run || DeploymentKind.HasEnded(run.State))
            {
                await InTurnAsync<bool>(async () =>
                {
                    await StopSagaAsync();
                    return true;
                });
                return;
            }

            if (await MayAdvanceAsync(run, ct))
            {
                await AdvanceRunAsync(run with { Epoch = mine }, ct);
            }
            else
            {
                await InTurnAsync<bool>(() => HoldSagaAsync(run));
            }
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            // Storage is away, or another activation has taken over: the reminder goes on from what is stored.
            LogSaga(CampaignId, e);
            sagaTimer?.Dispose();
            sagaTimer = null;
            DeactivateOnIdle();
        }
    }

    private async Task AdvanceRunAsync(DeploymentRow run, CancellationToken ct)
    {
        var deployment = await DeploymentOfAsync(run, ct);
        var (state, until) = await saga.AdvanceAsync(run, deployment, ct);
        if (state == SagaState.Waiting)
        {
            await InTurnAsync<bool>(() => WaitUntilAsync(run, until!.Value, ct));
        }
        else if (state != SagaState.UnderWay)
        {
            await InTurnAsync<bool>(async () =>
            {
                // A cancellation may have been promised since the run was read: then the next tick undoes it all.
                var latest = await deployments.FindAsync(tenantId, run.DeploymentId, ct) ?? run;
                if (row!.DeploymentId != run.DeploymentId || DeploymentKind.HasEnded(latest.State))
                {
                    return true; // Ended meanwhile, or another one is the campaign's by now: the next tick sees which.
                }

                if (state != SagaState.Succeeded || !latest.CancelRequested || !plan.Of(run.Kind).Undoes)
                {
                    await EndSagaAsync(latest, deployment, state);
                }

                return true;
            });
        }
    }

    private async Task<CampaignDeployment> DeploymentOfAsync(DeploymentRow run, CancellationToken ct)
    {
        var home = run.Kind == DeploymentKind.Provision
            ? null : await deployments.FindNewestAsync(tenantId, campaignId, DeploymentKind.Provision, ct);
        var siteKey = run.Kind == DeploymentKind.RotateSiteKey ? row!.NextSiteKey! : row!.SiteKey!;
        return new CampaignDeployment(TenantId, CampaignId, settings, siteKey, run.Steps, home?.Steps);
    }

    private async Task EndSagaAsync(DeploymentRow run, CampaignDeployment deployment, SagaState state)
    {
        var ended = state switch
        {
            SagaState.Succeeded => "succeeded",
            SagaState.RolledBack or SagaState.LeftAsItWas => run.CancelRequested ? "cancelled" : "rolled_back",
            SagaState.Quarantined => "quarantined",
            SagaState.Paused => "paused",
            _ => throw new ArgumentOutOfRangeException(nameof(state)),
        };
        var (next, kind, doing) = (EndedRow(run, deployment, state), plan.Of(run.Kind), plan.Of(run.Kind).Doing);
        var rests = state is SagaState.Quarantined or SagaState.Paused;

        await RemindOfKeyAsync(next);

        // Waiting still, or in quarantine: that is told already, and an event for each retry would fill the audit log for ever.
        if (run.State != ended || row!.State != next.State)
        {
            await SaveAsync(next, new CampaignChange(Audit(Actor.System, $"campaign.{doing}_{ended}", null, ToldAtEnd(run, deployment, state)))
            {
                Also =
                [
                    (work, token) => DeploymentStore.SetStateAsync(work, tenantId, run.DeploymentId, ended, null, rests ? null : clock.GetUtcNow(), token),
                    (work, token) => rests ? Task.CompletedTask : ForgetSecretsAsync(work, kind.Passing, token),
                    (work, token) => run.Kind == DeploymentKind.Provision && state == SagaState.Succeeded
                        ? SiteSyncStore.BeginAsync(work, tenantId, campaignId, token) : Task.CompletedTask,
                ],
            });
        }

        underWay = rests ? run with { State = ended } : null;
        await AfterEndAsync(run, state, rests);
    }

    private async Task AfterEndAsync(DeploymentRow run, SagaState state, bool rests)
    {
        if (state == SagaState.Succeeded && run.Kind is DeploymentKind.Provision or DeploymentKind.Unarchive && settings.Providers?.Site == ProviderNames.Vercel)
        {
            // Domains that were waiting for the site wait no longer.
            await GrainFactory.GetGrain<IDomainsGrain>(GrainKeys.Campaign(TenantId, CampaignId)).WakeAsync();
        }

        if (!rests && (run.Kind is DeploymentKind.Sync or DeploymentKind.Rollback
            || (run.Kind == DeploymentKind.Provision && settings.Providers?.Repository == ProviderNames.GitHub)))
        {
            // Its sync waits for it; or the new site's template is looked up at its place.
            await GrainFactory.GetGrain<ITemplateSyncGrain>(GrainKeys.Campaign(TenantId, CampaignId)).WakeAsync();
        }

        if (rests)
        {
            await StopSagaAsync();
            await this.RegisterOrUpdateReminder(ProvisionReminder, Rest, Rest);
            return;
        }

        // While the reminder still stands, so that what follows is not lost in between; it goes on with this very timer.
        await FollowContentAsync(Actor.System);
        if (underWay is null)
        {
            await StopSagaAsync();
        }
    }

    /// <summary>What the audit event of a deployment's end says: why it failed, or what is gone.</summary>
    private object ToldAtEnd(DeploymentRow run, CampaignDeployment deployment, SagaState state) =>
        run.Kind == DeploymentKind.Decommission && state == SagaState.Succeeded
            ? new
            {
                removed = plan.Of(run.Kind).Steps.OfType<RemovePart>()
                    .Select(s => (s.Name, Result: deployment.FindResult<Removed>(s.Name)))
                    .Where(s => s.Result?.Name is not null).ToDictionary(s => s.Name["remove-".Length..], s => s.Result),
            }
            : run.Kind == DeploymentKind.RotateSiteKey && state == SagaState.Succeeded ? new { previousKeyUntil = clock.GetUtcNow() + KeyGrace }
            : new { run.Failure };

    private async Task StopSagaAsync()
    {
        sagaTimer?.Dispose();
        sagaTimer = null;
        if (underWay is null && await this.GetReminder(ProvisionReminder) is { } reminder)
        {
            await this.UnregisterReminder(reminder);
        }

        await RelayAsync();
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The saga of campaign {Campaign} stopped; its reminder goes on with it.")]
    private partial void LogSaga(string campaign, Exception e);
}
