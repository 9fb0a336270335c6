using System;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;
using PrizeDraw.Domain.Campaigns;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Provisioning;
using PrizeDraw.Providers.Hosting;
using PrizeDraw.Providers.Repositories;
using PrizeDraw.Storage.Central.Campaigns;

namespace PrizeDraw.Grains.Campaigns;

/// <summary>The saga: advanced step by step in a kept-alive timer, resumed by a reminder after a crash.</summary>
public sealed partial class CampaignGrain
{
    private const string ProvisionReminder = "provision";

    /// <summary>How long a quarantined undo, or a step whose credential was refused, rests before it is tried again.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromMinutes(5);
    private IGrainTimer? sagaTimer;

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

        // The reminder stands before the saga's first intent, so that no crash leaves an intent that nobody resumes.
        await this.RegisterOrUpdateReminder(ProvisionReminder, ReminderRetry, ReminderRetry);
        var run = plan.NewRun(tenantId, Guid.CreateVersion7(clock.GetUtcNow()), campaignId, settings);
        var refusal = await SaveAsync(
            row with { State = CampaignLife.Provisioning, DeploymentId = run.DeploymentId, SiteKey = row.SiteKey ?? NewSiteKey() },
            new CampaignChange(Audit(actor, "campaign.provisioning_started", null, null))
            {
                Also = [(work, ct) => DeploymentStore.InsertAsync(work, run, clock.GetUtcNow(), ct)],
            });
        if (refusal is not null)
        {
            return refusal;
        }

        StartSaga();
        return View();
    }

    /// <summary>Starts the timer that advances the saga; true when it runs now.</summary>
    private bool StartSaga()
    {
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
            if (row?.DeploymentId is not { } id || await deployments.FindAsync(tenantId, id, ct) is not { } run
                || run.State is "succeeded" or "rolled_back" or "cancelled")
            {
                await StopSagaAsync();
                return;
            }

            var deployment = new CampaignDeployment(TenantId, CampaignId, settings, row.SiteKey!, run.Steps);
            var state = await saga.AdvanceAsync(run with { Epoch = mine }, deployment, ct);
            if (state != SagaState.UnderWay)
            {
                await InTurnAsync<bool>(async () =>
                {
                    // A cancellation may have been promised since the run was read: then the next tick undoes it all.
                    if (state != SagaState.Succeeded || await deployments.FindAsync(tenantId, id, ct) is { CancelRequested: false })
                    {
                        await EndSagaAsync(run, deployment, state);
                    }

                    return true;
                });
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

    private async Task EndSagaAsync(DeploymentRow run, CampaignDeployment deployment, SagaState state)
    {
        var now = clock.GetUtcNow();
        var (campaign, ended) = state switch
        {
            SagaState.Succeeded => (CampaignLife.Ready, "succeeded"),
            SagaState.RolledBack => (CampaignLife.RolledBack, run.CancelRequested ? "cancelled" : "rolled_back"),
            SagaState.Quarantined => (CampaignLife.Failed, "quarantined"),
            SagaState.Paused => (CampaignLife.Provisioning, "paused"),
            _ => throw new ArgumentOutOfRangeException(nameof(state)),
        };
        var next = EndedRow(deployment, state) with { State = campaign };

        // Waiting still, or in quarantine: that is told already, and an event for each retry would fill the audit log for ever.
        if (run.State != ended || row!.State != campaign)
        {
            await SaveAsync(next, new CampaignChange(Audit(Actor.System, $"campaign.provisioning_{ended}", null, new { run.Failure }))
            {
                Also =
                [
                    (work, token) => DeploymentStore.SetStateAsync(
                        work, tenantId, run.DeploymentId, ended, null, state is SagaState.Quarantined or SagaState.Paused ? null : now, token),
                ],
            });
        }

        await StopSagaAsync();
        if (state is SagaState.Quarantined or SagaState.Paused)
        {
            await this.RegisterOrUpdateReminder(ProvisionReminder, Rest, Rest);
        }
    }

    /// <summary>The row as a saga leaves it: with the site that it made, without the one that it undid.</summary>
    private CampaignRow EndedRow(CampaignDeployment deployment, SagaState state)
    {
        if (state == SagaState.Succeeded)
        {
            var repository = deployment.ResultOf<RepositoryRef>(CreateRepository.StepName);
            return row! with
            {
                SiteUrl = DeploySite.Served(deployment).Url,
                TemplateCommit = repository.TemplateCommit,
                TemplateTag = repository.TemplateTag,
            };
        }

        return state == SagaState.RolledBack ? row! with { SiteUrl = null, TemplateCommit = null, TemplateTag = null } : row!;
    }

    private async Task StopSagaAsync()
    {
        sagaTimer?.Dispose();
        sagaTimer = null;
        if (row?.State is not (CampaignLife.Provisioning or CampaignLife.Failed) && await this.GetReminder(ProvisionReminder) is { } reminder)
        {
            await this.UnregisterReminder(reminder);
        }

        await RelayAsync();
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The saga of campaign {Campaign} stopped; its reminder goes on with it.")]
    private partial void LogSaga(string campaign, Exception e);
}
