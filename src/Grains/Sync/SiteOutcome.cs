using System;
using PrizeDraw.Domain.Sync;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Sync;
using PrizeDraw.Storage.Central.Sync;

namespace PrizeDraw.Grains.Sync;

/// <summary>What a release makes of how a site's sync or roll-back came out. The row itself is answered where it goes on.</summary>
internal static class SiteOutcome
{
    /// <summary>A version may just not have been seen yet.</summary>
    private static readonly TimeSpan VersionLookedFor = TimeSpan.FromMinutes(1);

    /// <summary>Of a sync, or a preview, as it stands.</summary>
    /// <param name="isDry">Whether nothing is pushed.</param>
    public static ReleaseSiteRow Of(ReleaseSiteRow site, SyncView sync, bool isDry, TimeSpan deployMax, DateTimeOffset now) => sync switch
    {
        { State: "deploying", Health: "unhealthy" } => Ended(site, ReleaseSiteStates.Pushed, now) with { IsIn = !isDry, IsHealthy = false, Reason = sync.Reason },
        { State: "deploying" } => site.PushedAt is not { } since ? site with { PushedAt = now, Reason = sync.Reason, IsIn = !isDry }
            : now - since < deployMax ? site
            : Ended(site, ReleaseSiteStates.Pushed, now) with { IsHealthy = false, Reason = $"Its deployment has not come to its end within {deployMax.TotalMinutes:0} minutes." },
        { State: "succeeded" or "failed", Result: "pushed" } => Ended(site, ReleaseSiteStates.Pushed, now) with
        {
            IsIn = !isDry, Reason = sync.Reason,
            IsHealthy = isDry ? null : sync switch { { State: "failed" } or { Health: "unhealthy" } => false, { Health: "healthy" } => true, _ => null },
        },
        { State: "succeeded", Result: { } result } => Ended(site, result, now) with { IsIn = !isDry && ReleaseSiteStates.IsReview(result), Reason = sync.Reason },
        { State: "failed" or "succeeded" } => Ended(site, ReleaseSiteStates.Failed, now) with { Reason = sync.Reason ?? "The sync failed." },
        _ => site,
    };

    /// <summary>Of a sync whose pull request people have merged or closed: merged, it is under way once more.</summary>
    public static ReleaseSiteRow Reviewed(ReleaseSiteRow site, SyncView sync, TimeSpan deployMax, DateTimeOffset now) =>
        ReleaseSiteStates.IsReview(sync.Result ?? "") ? site : Of(site with { State = ReleaseSiteStates.Running, EndedAt = null }, sync, false, deployMax, now);

    /// <summary>Of a refusal to begin a sync. What may pass is waited for.</summary>
    public static ReleaseSiteRow Of(ReleaseSiteRow site, Refusal refusal, TimeSpan patience, DateTimeOffset now) => refusal switch
    {
        { Code: "template.version_unknown" } when now - site.StartedAt < VersionLookedFor => site,
        { Code: "campaign.not_found" or "campaign.wrong_state" or "template.no_site" } => Ended(site, ReleaseSiteStates.Skipped, now) with { Reason = refusal.Detail },
        _ when MayPass(refusal) && now - site.StartedAt < patience => site,
        _ => Ended(site, MayPass(refusal) ? ReleaseSiteStates.Failed : ReleaseSiteStates.Refused, now) with { Reason = refusal.Detail },
    };

    /// <summary>Of a sync that nobody waits for any more. Unless nothing was to be pushed, nobody knows whether it was: a later roll-back looks again.</summary>
    public static ReleaseSiteRow Unreached(ReleaseSiteRow site, bool isDry, TimeSpan waited, string? why, DateTimeOffset now) => Ended(site, ReleaseSiteStates.Failed, now) with
    {
        IsIn = !isDry, IsHealthy = null,
        Reason = $"Its repository could not be reached within {waited.TotalMinutes:0} minutes{(isDry ? "." : ", and may hold what was released.")} {why}".TrimEnd(),
    };

    /// <summary>Of a roll-back as it stands.</summary>
    public static ReleaseSiteRow PutBack(ReleaseSiteRow site, SyncView undo, TimeSpan deployMax, DateTimeOffset now) => undo switch
    {
        { State: "deploying" } => site.PushedAt is not { } since ? site with { PushedAt = now }
            : now - since < deployMax ? site
            : Back(site, now) with { IsHealthy = false, Reason = $"What was there before is pushed, but its deployment has not come to its end within {deployMax.TotalMinutes:0} minutes." },
        { State: "succeeded" or "failed", Result: "pushed" } => Back(site, now) with { IsHealthy = undo.Health == "unhealthy" ? false : null, Reason = undo.Reason },
        { State: "succeeded", Result: "up_to_date" } => Back(site, now) with { Reason = undo.Reason },
        // It was only to close a pull request, which people had merged. Should all be put back after all, its turn comes again.
        { State: "succeeded", Result: "skipped" } => Ended(site, ReleaseSiteStates.Pushed, now) with { Reason = undo.Reason },
        // Until that is merged the site has what was released: asked for again, it is looked at again.
        { State: "succeeded", Result: "pull_request" or "conflict_pull_request" } => Ended(site, ReleaseSiteStates.Failed, now) with
        {
            IsHealthy = null, Reason = $"It can't be put back by itself: the roll-back waits in a pull request. {undo.Reason}".TrimEnd(),
        },
        { State: "succeeded" or "failed" } => NotBack(site, undo.Reason ?? "The roll-back failed.", now),
        _ => site,
    };

    /// <summary>Of a refusal to put a site back.</summary>
    public static ReleaseSiteRow PutBack(ReleaseSiteRow site, Refusal refusal, TimeSpan patience, DateTimeOffset now) =>
        MayPass(refusal) && now - site.StartedAt < patience ? site : NotBack(site, refusal.Detail, now);

    private static bool MayPass(Refusal refusal) =>
        refusal is { Code: "template.sync_under_way" or "template.repository_unavailable" or "storage.unavailable" or "installation.unconfirmed" };

    private static ReleaseSiteRow NotBack(ReleaseSiteRow site, string why, DateTimeOffset now) =>
        Ended(site, ReleaseSiteStates.Failed, now) with { Reason = $"It could not be put back. {why}" };

    private static ReleaseSiteRow Back(ReleaseSiteRow site, DateTimeOffset now) => Ended(site, ReleaseSiteStates.RolledBack, now) with { IsIn = false, IsHealthy = null };

    private static ReleaseSiteRow Ended(ReleaseSiteRow site, string state, DateTimeOffset now) => site with { State = state, EndedAt = now, IsSuspect = false };
}
