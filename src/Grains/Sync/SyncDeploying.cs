using System;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using Orleans;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Sync;
using PrizeDraw.Grains.Provisioning;
using PrizeDraw.Storage.Central.Campaigns;
using PrizeDraw.Storage.Central.Sync;

namespace PrizeDraw.Grains.Sync;

/// <summary>Has what was pushed built, and ends a run: only when its deployment has.</summary>
internal sealed partial class SyncDeploying(
    SiteSyncStore store, DeploymentStore deployments, SiteOpener opener, IGrainFactory grains, TimeProvider clock, ILogger<SyncDeploying> log)
{
    /// <summary>
    /// A deployment under way is looked at so often; mostly its campaign tells of its end. So is one that stands in the way of ours.
    /// </summary>
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(10), InTheWay = TimeSpan.FromSeconds(2);

    /// <summary>About a day.</summary>
    private const int AsksMax = 720;

    public async Task FollowAsync(CampaignView campaign, SyncRunRow run, CancellationToken ct)
    {
        var (now, id) = (clock.GetUtcNow(), run.DeploymentId!.Value);
        switch (await deployments.FindAsync(run.TenantId, id, ct))
        {
            case null when run.NextAt <= now:
                await AskAsync(campaign, run, now, ct);
                break;
            case null:
                break;
            case { State: "succeeded" }:
                await EndAsync(campaign, run with { Health = "healthy" }, run.Result!, run.Reason, null, ct);
                break;
            case { } ended when DeploymentKind.HasEnded(ended.State):
                await EndAsync(campaign, run with { Health = "unhealthy" }, run.Result!, Unserved(run, ended), null, ct);
                break;
            case not null when run.NextAt > now:
                break;
            default:
                await store.SaveAsync(run.TenantId, run.CampaignId, new SyncWrite(null, run with { NextAt = now + Look }, null), ct);
                break;
        }
    }

    /// <summary>What is served now. The hosting switches to the new version before that is looked at.</summary>
    private static string Unserved(SyncRunRow run, DeploymentRow ended)
    {
        var (isCancelled, what) = (ended.State == "cancelled", run.Kind == SyncKinds.Rollback ? "What was put back" : "The new version");
        return DeploySite.IsDone(ended)
            ? isCancelled ? $"{what} is served. Its deployment was cancelled before the site was seen to be well." : $"{what} is served, and is not well. {ended.Failure}"
            : isCancelled ? "Its deployment was cancelled: the site is served as it was." : $"The site could not be deployed, and is served as it was. {ended.Failure}";
    }

    /// <summary>The run has come to its end.</summary>
    /// <param name="change">What becomes of the site's record with it; null for nothing.</param>
    public Task EndAsync(
        CampaignView campaign, SyncRunRow run, string result, string? reason, Func<SiteSyncRow, SiteSyncRow>? change, CancellationToken ct) =>
        EndedAsync(campaign, run with { State = SyncStates.Succeeded, Result = result, Reason = reason }, change, ct);

    public Task FailAsync(CampaignView campaign, SyncRunRow run, string reason, CancellationToken ct) =>
        EndedAsync(campaign, run with { State = SyncStates.Failed, Reason = reason }, null, ct);

    private async Task EndedAsync(CampaignView campaign, SyncRunRow run, Func<SiteSyncRow, SiteSyncRow>? change, CancellationToken ct)
    {
        var audit = run.Kind == SyncKinds.Preview ? null : opener.Audit(
            campaign, run.Wanted.Actor, "template.sync_ended", Ids.Format(Ids.Sync, run.SyncId), run.BaseBefore,
            new { run.Kind, run.State, run.Result, run.Reason, run.Health, Base = run.BaseAfter });
        await store.SaveAsync(run.TenantId, run.CampaignId, new SyncWrite(change, run with { EndedAt = clock.GetUtcNow(), NextAt = null }, audit), ct);
        if (run.ReleaseId is { } release)
        {
            await WakeAsync(Ids.Format(Ids.Release, release));
        }
    }

    private async Task AskAsync(CampaignView campaign, SyncRunRow run, DateTimeOffset now, CancellationToken ct)
    {
        var kind = run.Kind == SyncKinds.Rollback ? DeploymentKind.Rollback : DeploymentKind.Sync;
        var asked = await grains.GetGrain<ICampaignGrain>(GrainKeys.Campaign(campaign.TenantId, campaign.Id)).DeploySyncAsync(
            new DeploySync(Actor.System, kind, Ids.Format(Ids.Deployment, run.DeploymentId!.Value)));
        if (asked.Refusal is null)
        {
            await store.SaveAsync(run.TenantId, run.CampaignId, new SyncWrite(null, run with { NextAt = now + Look, Attempts = 0 }, null), ct);
        }
        else if (asked.Refusal.Code is not ("deployment.under_way" or "installation.unconfirmed"))
        {
            await EndAsync(campaign, run with { DeploymentId = null }, run.Result!, $"It is in the repository, and not deployed. {asked.Refusal.Detail}", null, ct);
        }
        else if (run.Attempts >= AsksMax)
        {
            await FailAsync(campaign, run with { DeploymentId = null }, $"It is in the repository, and not deployed. {asked.Refusal.Detail}", ct);
        }
        else
        {
            await store.SaveAsync(run.TenantId, run.CampaignId, new SyncWrite(
                null, run with { NextAt = now + (InTheWay * Math.Min(run.Attempts + 1, 60)), Attempts = run.Attempts + 1 }, null), ct);
        }
    }

    private async Task WakeAsync(string release)
    {
        try
        {
            await grains.GetGrain<IReleaseGrain>(GrainKeys.Release(release)).WakeAsync();
        }
        catch (Exception e)
        {
            // The release looks by itself every few seconds.
            LogAsleep(release, e);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The release {Release} could not be told of a sync's end; it will see it.")]
    private partial void LogAsleep(string release, Exception e);
}
