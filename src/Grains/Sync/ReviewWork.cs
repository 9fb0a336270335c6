using System;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Providers;
using PrizeDraw.Providers.Sync;
using PrizeDraw.Storage.Central;
using PrizeDraw.Storage.Central.Sync;

namespace PrizeDraw.Grains.Sync;

/// <summary>Looks after the open pull request of a site: whoever merges or closes it, and wherever, the site's record follows.</summary>
internal sealed class ReviewWork(SiteSyncStore store, SiteOpener opener, TimeProvider clock)
{
    /// <summary>How often an open pull request is looked at in its first day, and after that.</summary>
    public static readonly TimeSpan WhileYoung = TimeSpan.FromMinutes(10), Later = TimeSpan.FromHours(1);

    /// <summary>How often in a row a pull request is closed whose branch goes on moving.</summary>
    private const int ClosesMax = 3;

    private static readonly TimeSpan Youth = TimeSpan.FromDays(1);

    /// <summary>Looks at the open pull request; merged, its sync is deployed.</summary>
    public async Task FollowAsync(OpenedSite opened, SiteSyncRow site, CancellationToken ct)
    {
        if (site.Review is { } review)
        {
            await FollowAsync(opened, site, review, await SeenAsync(opened, review.Number, ct), ct);
        }
    }

    /// <summary>Writes down what became of the open pull request before what a later sync came to.</summary>
    /// <param name="closedIt">Whether that sync may itself have closed it, as having nothing to propose: then nobody has declined it.</param>
    public async Task SettleAsync(OpenedSite opened, SiteSyncRow site, bool closedIt, CancellationToken ct)
    {
        FollowedReview found;
        try
        {
            found = await SeenAsync(opened, site.Review!.Number, ct);
        }
        catch (ProviderException e) when (e.Fault == ProviderFault.Rejected)
        {
            // Nothing can be told of it. What was pushed since is written down all the same.
            return;
        }

        if (found.State == FollowedReview.Merged || !closedIt)
        {
            await FollowAsync(opened, site, site.Review!, found, ct);
        }
    }

    private async Task FollowAsync(OpenedSite opened, SiteSyncRow site, OpenReview review, FollowedReview found, CancellationToken ct)
    {
        var run = await store.FindRunAsync(site.TenantId, site.CampaignId, review.SyncId, ct);
        await (found.State switch
        {
            FollowedReview.Open => KeepAsync(site, found, ct),
            FollowedReview.Merged when run is not null => MergedAsync(opened.Campaign, site, review, run, found, ct),
            _ => ClosedAsync(opened.Campaign, site, review, run, ct),
        });
    }

    /// <summary>Looks again later: the host does not answer just now.</summary>
    public Task LaterAsync(SiteSyncRow site, CancellationToken ct) => SaveAsync(site, row => row with { ReviewAt = clock.GetUtcNow() + WhileYoung }, null, null, ct);

    /// <summary>There is no repository any more, and so no pull request.</summary>
    public Task GoneAsync(SiteSyncRow site, CancellationToken ct) => SaveAsync(site, row => row with { Review = null, ReviewAt = null }, null, null, ct);

    /// <summary>Closes the pull request of a sync that is put back: it is not proposed again.</summary>
    /// <returns>What came of it; null where people have merged it, whenever that was.</returns>
    public async Task<SyncOutcome?> CloseAsync(OpenedSite opened, SyncRunRow run, CancellationToken ct)
    {
        var site = await store.FindAsync(run.TenantId, run.CampaignId, ct) ?? throw new SyncTakenOverException();
        if (ReviewOf(site, run) is { } review)
        {
            var refusal = await EndAsync(opened, review.Number, ct);

            // It is written down as the host has it then: people may have merged it until it was closed.
            await FollowAsync(opened, site, ct);
            if (ReviewOf(await store.FindAsync(run.TenantId, run.CampaignId, ct) ?? site, run) is not null)
            {
                throw refusal ?? new ProviderException(ProviderFault.Transient, "Its pull request does not close just now. It is tried again later.");
            }
        }

        // What is written down counts: another attempt may have seen it merged, and been cut short.
        return await store.FindRunAsync(run.TenantId, run.CampaignId, run.UndoesId!.Value, ct) is { Result: SyncOutcome.Pushed }
            ? null
            : new SyncOutcome(SyncOutcome.UpToDate, site.Base.Of()) { Reason = "Its pull request was closed; nothing had been pushed." };
    }

    private static OpenReview? ReviewOf(SiteSyncRow site, SyncRunRow run) => site.Review is { } review && review.SyncId == run.UndoesId ? review : null;

    /// <summary>Closes it; answers why it could not be, or null.</summary>
    private static async Task<ProviderException?> EndAsync(OpenedSite opened, int number, CancellationToken ct)
    {
        for (var i = 0; i < ClosesMax; i++)
        {
            try
            {
                // Somebody who commits in between has moved its head: it is closed as it is then.
                if ((await opened.Sync.CloseAsync(opened.Repository, number, null, ct)).Result is ReviewChange.Done or ReviewChange.Gone)
                {
                    return null;
                }
            }
            catch (ProviderException e) when (e.Fault == ProviderFault.Rejected)
            {
                return e;
            }
        }

        return new ProviderException(ProviderFault.Transient, "People commit to its pull request just now. It is closed later.");
    }

    /// <summary>What became of it. One that is merged while it is looked at can look like none of ours: a second look tells.</summary>
    private static async Task<FollowedReview> SeenAsync(OpenedSite opened, int number, CancellationToken ct)
    {
        try
        {
            return await opened.Sync.FollowAsync(opened.Repository, number, ct);
        }
        catch (ProviderException e) when (e.Fault == ProviderFault.Rejected)
        {
            return await opened.Sync.FollowAsync(opened.Repository, number, ct);
        }
    }

    private Task KeepAsync(SiteSyncRow site, FollowedReview found, CancellationToken ct)
    {
        var (now, number) = (clock.GetUtcNow(), site.Review!.Number);
        return SaveAsync(site, row => row.Review?.Number != number ? row : row with
        {
            Review = row.Review with { HasConflicts = !found.IsDecided }, ReviewAt = now + (now - row.Review.OpenedAt < Youth ? WhileYoung : Later),
        }, null, null, ct);
    }

    private Task MergedAsync(CampaignView campaign, SiteSyncRow site, OpenReview review, SyncRunRow run, FollowedReview found, CancellationToken ct)
    {
        // People may have merged less, or more, than was last proposed: the commits say.
        var (now, after) = (clock.GetUtcNow(), found.Base?.Stored() ?? review.After);
        var migrations = found.Base is null ? review.Migrations : found.Migrations;
        SiteSyncRow Changed(SiteSyncRow row)
        {
            var seen = row with { Review = null, ReviewAt = null, LocalChanges = null };

            // What the site has taken since is newer.
            return row.Base == run.BaseBefore ? seen with { Base = after, Migrations = migrations } : seen;
        }

        return SaveAsync(
            site, Changed,
            run with
            {
                State = SyncStates.Deploying, Result = SyncOutcome.Pushed, Reason = "Its pull request was merged.", Commit = found.Commit, Before = found.Before,
                BaseAfter = after, DeploymentId = Guid.CreateVersion7(now), NextAt = now, EndedAt = null, Attempts = 0,
            },
            opener.Audit(campaign, Actor.System.Id, "template.review_merged", Ids.Format(Ids.Sync, run.SyncId), site.Base, new { Base = after, found.Commit }), ct);
    }

    private Task ClosedAsync(CampaignView campaign, SiteSyncRow site, OpenReview review, SyncRunRow? run, CancellationToken ct)
    {
        // Of commits that were taken by themselves it is those; a roll-back that nobody wanted is none.
        var declined = run is { Kind: SyncKinds.Rollback } ? []
            : review.After.Commit == site.Base.Commit ? review.After.Picks.Except(site.Base.Picks).ToImmutableArray() : [review.Version];
        return SaveAsync(
            site, row => row with { Review = null, ReviewAt = null, Declined = [.. row.Declined.Union(declined).TakeLast(100)] },
            run is { HasEnded: true } ? run with { Result = SyncOutcome.Refused, Reason = "Its pull request was closed without being merged." } : null,
            opener.Audit(campaign, Actor.System.Id, "template.review_closed", Ids.Format(Ids.Sync, review.SyncId), null, new { review.Number, declined }), ct);
    }

    private Task SaveAsync(SiteSyncRow site, Func<SiteSyncRow, SiteSyncRow> change, SyncRunRow? run, AuditEvent? audit, CancellationToken ct) =>
        store.SaveAsync(site.TenantId, site.CampaignId, new SyncWrite(change, run, audit), ct);
}
