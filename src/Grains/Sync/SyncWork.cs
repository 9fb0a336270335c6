using System;
using System.Collections.Immutable;
using System.Data.Common;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using PrizeDraw.Domain.Campaigns;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Sync;
using PrizeDraw.Grains.Provisioning;
using PrizeDraw.Providers;
using PrizeDraw.Providers.Sync;
using PrizeDraw.Storage.Central.Sync;

namespace PrizeDraw.Grains.Sync;

/// <summary>
/// Advances one run of a site. What it is to do is stored before the first call; what was pushed is marked with the run's nonce, so that a run which
/// was cut short finds it again; what came of it, the site's base with it, is written in one transaction.
/// </summary>
internal sealed partial class SyncWork(
    SiteSyncStore store, SiteOpener opener, ReviewWork reviews, SyncDeploying deploying, SyncTargets targets, ProvisioningOptions options, ISagaObserver observer,
    TimeProvider clock, ILogger<SyncWork> log)
{
    /// <summary>What may pass is waited for so long, from the moment it was asked for.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromHours(24);

    /// <summary>How long one attempt may take: a repository of some thousand files at a slow host.</summary>
    private static readonly TimeSpan TimeOut = TimeSpan.FromMinutes(10), WaitMax = TimeSpan.FromMinutes(10);

    public async Task AdvanceAsync(CampaignView campaign, SiteSyncRow site, SyncRunRow run, CancellationToken ct)
    {
        if (run.State == SyncStates.Deploying)
        {
            await deploying.FollowAsync(campaign, run, ct);
            return;
        }

        try
        {
            await TryAsync(campaign, site, run, ct);
        }
        catch (ProviderException e) when (e.Fault is ProviderFault.Rejected or ProviderFault.NameTaken)
        {
            LogFailed(Ids.Format(Ids.Sync, run.SyncId), e);
            await deploying.EndAsync(campaign, await LatestAsync(run, ct), SyncOutcome.Refused, e.Message, null, ct);
        }
        catch (Exception e) when (!ct.IsCancellationRequested && e is not (SyncTakenOverException or DbException or StorageUnavailableException))
        {
            LogFailed(Ids.Format(Ids.Sync, run.SyncId), e);
            await WaitAsync(campaign, await LatestAsync(run, ct), FailureText.Of(e, $"Not done within {TimeOut.TotalMinutes:0} minutes."), ct);
        }
    }

    private async Task TryAsync(CampaignView campaign, SiteSyncRow site, SyncRunRow run, CancellationToken ct)
    {
        if (!CampaignLife.HasSite(campaign.State))
        {
            await deploying.EndAsync(campaign, run, SyncOutcome.Refused, $"The campaign is {campaign.State}, so its site takes no changes.", null, ct);
            return;
        }

        using var limited = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limited.CancelAfter(TimeOut);
        if (await opener.OpenAsync(campaign, limited.Token) is not { } opened)
        {
            await deploying.EndAsync(campaign, run, SyncOutcome.Refused, "The campaign has no repository.", null, ct);
            return;
        }

        if (run.State == SyncStates.Pending)
        {
            if (await BeginAsync(opened, site, run, limited.Token) is not { } begun)
            {
                return;
            }

            run = begun;
        }

        await observer.AtAsync(campaign.Settings.Slug!, run.Kind, SagaPoint.IntentStored);
        if (await PushableAsync(opened, run, limited.Token) is not var (standing, isHeld))
        {
            return;
        }

        var outcome = await CallAsync(opened, standing, isHeld, limited.Token);
        await observer.AtAsync(campaign.Settings.Slug!, run.Kind, SagaPoint.EffectDone);
        run = await SettledAsync(opened, standing, outcome, limited.Token);
        await (outcome is null ? MergedAsync(campaign, run, ct) : StoreAsync(campaign, run, outcome, ct));
        await observer.AtAsync(campaign.Settings.Slug!, run.Kind, SagaPoint.ResultStored);
    }

    /// <summary>Stores the intent; null when there is nothing to be done, or something else first.</summary>
    private async Task<SyncRunRow?> BeginAsync(OpenedSite opened, SiteSyncRow site, SyncRunRow run, CancellationToken ct)
    {
        // People may have merged or closed what is open: then the site stands elsewhere.
        if (run.Kind != SyncKinds.Preview && site.Review is not null)
        {
            await reviews.FollowAsync(opened, site, ct);
            if (!run.Wanted.ClosesOnly && (await store.UnderWayAsync(run.TenantId, run.CampaignId, ct)).FirstOrDefault(r => r.Kind != SyncKinds.Preview) is { } first && first.SyncId != run.SyncId)
            {
                return null;
            }

            site = await store.FindAsync(run.TenantId, run.CampaignId, ct) ?? site;
        }

        var (wanted, ends, reason) = await targets.OfAsync(opened, site, run, ct);
        if (ends is not null)
        {
            await deploying.EndAsync(opened.Campaign, run with { BaseBefore = site.Base, Wanted = wanted }, ends, reason, null, ct);
            return null;
        }

        return await store.SaveAsync(run.TenantId, run.CampaignId, new SyncWrite(
            row => row with { Source = opened.Sync.Source },
            run with { State = SyncStates.Running, BaseBefore = site.Base, Wanted = wanted with { Migrations = site.Migrations } }, null), ct);
    }

    /// <summary>
    /// The run from what the site has now, and whether it may only record what it has pushed: since it was begun people may have pinned the site, or
    /// the release may have ended. Null where it came to its end for that.
    /// </summary>
    private async Task<(SyncRunRow Run, bool IsHeld)?> PushableAsync(OpenedSite opened, SyncRunRow begun, CancellationToken ct)
    {
        var run = await LatestAsync(begun, ct);
        if (run.State != SyncStates.Running)
        {
            return null;
        }

        run = await StandingAsync(run, ct);
        var held = await targets.HeldAsync(run, ct);
        if (held is null || await opened.Sync.HasPushedAsync(opened.Repository, run.Nonce, ct))
        {
            return (run, held is not null);
        }

        await deploying.EndAsync(opened.Campaign, run, SyncEnds.Skipped, held, null, ct);
        return null;
    }

    /// <summary>The run from what the site has now: a pull request that was merged since it began has changed that.</summary>
    private async Task<SyncRunRow> StandingAsync(SyncRunRow run, CancellationToken ct) =>
        run.Kind == SyncKinds.Sync && await store.FindAsync(run.TenantId, run.CampaignId, ct) is { } site
            ? run with { BaseBefore = site.Base, Wanted = run.Wanted with { Migrations = site.Migrations } }
            : run;

    /// <summary>
    /// A pull request that came to its end while the run was under way is written down before what came of the run: afterwards it would set the site
    /// back to its own version, or be forgotten for a newer one.
    /// </summary>
    private async Task<SyncRunRow> SettledAsync(OpenedSite opened, SyncRunRow run, SyncOutcome? outcome, CancellationToken ct)
    {
        if (run.Kind != SyncKinds.Sync || outcome is null || outcome.Kind == SyncOutcome.Refused
            || await store.FindAsync(run.TenantId, run.CampaignId, ct) is not { Review: { } review } site || review.Number == outcome.PullRequest?.Number)
        {
            return run;
        }

        await reviews.SettleAsync(opened, site, outcome.Kind == SyncOutcome.UpToDate, ct);
        return await StandingAsync(run, ct);
    }

    /// <summary>Null where a pull request that was to be closed had been merged.</summary>
    /// <param name="isHeld">Whether nothing more is to be pushed by itself.</param>
    private async Task<SyncOutcome?> CallAsync(OpenedSite opened, SyncRunRow run, bool isHeld, CancellationToken ct)
    {
        if (run.Wanted.Undoes is { } undone)
        {
            return undone.Commit is null
                ? await reviews.CloseAsync(opened, run, ct)
                : await opened.Sync.RollBackAsync(
                    new RollBackOrder(opened.Repository, undone.Commit, undone.Before!, undone.Base.Of(), undone.Nonce, run.Nonce) { Migrations = undone.Migrations }, ct);
        }

        var site = await store.FindAsync(run.TenantId, run.CampaignId, ct);
        var order = new SyncOrder(opened.Repository, run.BaseBefore.Of(), run.Wanted.Target!.Of(), run.Nonce)
        {
            PushesClean = !isHeld && site?.Policy != SyncPolicies.PullRequest,
            Migrations = run.Wanted.Migrations ?? [],
            PullRequest = site?.Review?.Number,
        };
        return run.Kind == SyncKinds.Preview ? await opened.Sync.PreviewAsync(order, ct) : await opened.Sync.RunAsync(order, ct);
    }

    /// <summary>What was to be closed was merged: it stays, or the run begins anew with what has been pushed.</summary>
    private Task MergedAsync(CampaignView campaign, SyncRunRow run, CancellationToken ct) => run.Wanted.ClosesOnly
        ? deploying.EndAsync(campaign, run, SyncEnds.Skipped, SyncEnds.MergedStays, null, ct)
        : store.SaveAsync(
            run.TenantId, run.CampaignId, new SyncWrite(null, run with { State = SyncStates.Pending, NextAt = clock.GetUtcNow(), Attempts = 0, Reason = null }, null), ct);

    private async Task StoreAsync(CampaignView campaign, SyncRunRow run, SyncOutcome outcome, CancellationToken ct)
    {
        var (now, isPushed) = (clock.GetUtcNow(), outcome.Kind == SyncOutcome.Pushed);
        var told = run with
        {
            Result = outcome.Kind, Reason = outcome.Reason, Commit = isPushed ? outcome.Commit : null, Before = isPushed ? outcome.Before : null, Files = Views(outcome), Diff = outcome.Diff,
            DiffIsCut = outcome.DiffIsCut, BaseAfter = run.Kind == SyncKinds.Preview ? null : BaseAfter(run, outcome), Attempts = 0,
        };
        if (run.Kind == SyncKinds.Preview)
        {
            await deploying.EndAsync(campaign, told, outcome.Kind, outcome.Reason, row => row with { LocalChanges = outcome.LocalChanges ?? row.LocalChanges }, ct);
            return;
        }

        SiteSyncRow Changed(SiteSyncRow row) => After(row, run, outcome, now);
        if (!isPushed)
        {
            await deploying.EndAsync(campaign, told, outcome.Kind, outcome.Reason, Changed, ct);
            return;
        }

        await store.SaveAsync(run.TenantId, run.CampaignId, new SyncWrite(
            Changed, told with { State = SyncStates.Deploying, DeploymentId = Guid.CreateVersion7(now), NextAt = now },
            opener.Audit(campaign, run.Wanted.Actor, "template.pushed", Ids.Format(Ids.Sync, run.SyncId), run.BaseBefore, new { run.Kind, Base = told.BaseAfter, told.Commit })), ct);
    }

    private static SiteSyncRow After(SiteSyncRow row, SyncRunRow run, SyncOutcome outcome, DateTimeOffset now)
    {
        // A roll-back has the migrations that were had before it; a sync what it says.
        var migrations = run.Wanted.Undoes is { } undone ? undone.Migrations : outcome.Migrations;
        var counted = row with { LocalChanges = outcome.LocalChanges ?? row.LocalChanges };
        return outcome.Kind switch
        {
            SyncOutcome.UpToDate when run.Wanted.Undoes is { Commit: null } => counted,

            // A pull request that proposed it is closed with it.
            SyncOutcome.UpToDate => counted with { Base = BaseAfter(run, outcome), Migrations = migrations, Review = null, ReviewAt = null },
            SyncOutcome.Pushed => counted with { Base = BaseAfter(run, outcome), Migrations = migrations },
            SyncOutcome.PullRequested or SyncOutcome.Conflict => counted with
            {
                Review = new OpenReview(
                    outcome.PullRequest!.Number, outcome.PullRequest.Url, (run.Wanted.Undoes?.Base ?? run.Wanted.Target!).Tag, outcome.Kind == SyncOutcome.Conflict,
                    row.Review is { } open && open.Number == outcome.PullRequest.Number ? open.OpenedAt : now, run.SyncId,
                    run.Wanted.Undoes?.Base ?? run.Wanted.Target!, migrations),
                ReviewAt = now + ReviewWork.WhileYoung,
            },
            _ => counted,
        };
    }

    private static StoredBase BaseAfter(SyncRunRow run, SyncOutcome outcome) => run.Wanted.Undoes?.Base ?? outcome.Base.Stored();

    /// <summary>What may pass is tried again, for a day.</summary>
    private async Task WaitAsync(CampaignView campaign, SyncRunRow run, string why, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        if (now - run.CreatedAt >= Patience)
        {
            await deploying.FailAsync(campaign, run, $"Given up after a day. {why}", ct);
            return;
        }

        var wait = options.RetryDelay * Math.Pow(2, Math.Min(run.Attempts, 12));
        await store.SaveAsync(run.TenantId, run.CampaignId, new SyncWrite(
            null, run with { Attempts = run.Attempts + 1, Reason = why, NextAt = now + (wait < WaitMax ? wait : WaitMax) }, null), ct);
    }

    private async Task<SyncRunRow> LatestAsync(SyncRunRow run, CancellationToken ct) =>
        await store.FindRunAsync(run.TenantId, run.CampaignId, run.SyncId, ct) ?? run;

    private static ImmutableArray<SyncedFileView> Views(SyncOutcome outcome) =>
        [.. outcome.Files.Take(SyncRunRow.FilesMax).Select(f => new SyncedFileView(f.Path, f.OldPath, f.Change, f.Verdict, f.Note))];

    [LoggerMessage(Level = LogLevel.Warning, Message = "The sync {Sync} did not come on just now.")]
    private partial void LogFailed(string sync, Exception e);
}
