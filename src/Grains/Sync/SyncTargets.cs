using System;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Domain.Sync;
using PrizeDraw.Providers.Sync;
using PrizeDraw.Storage.Central.Sync;

namespace PrizeDraw.Grains.Sync;

/// <summary>What a run is to bring a site to, as the site stands when it begins.</summary>
internal sealed class SyncTargets(SiteSyncStore store, TemplateVersionStore versions, ReleaseStore releases, TimeProvider clock)
{
    /// <returns>What is wanted; how the run ends at once instead, and why, or nulls.</returns>
    public async Task<(SyncWanted Wanted, string? Ends, string? Reason)> OfAsync(OpenedSite opened, SiteSyncRow site, SyncRunRow run, CancellationToken ct)
    {
        if (run.UndoesId is { } undone)
        {
            return await UndoAsync(site, run, undone, ct);
        }

        if (site.Review is { } review && await store.FindRunAsync(run.TenantId, run.CampaignId, review.SyncId, ct) is { Kind: SyncKinds.Rollback })
        {
            return (run.Wanted, SyncOutcome.Refused, $"A pull request is open that puts {review.Version} back: merge or close it first.");
        }

        if (site.IsPinned)
        {
            return (run.Wanted, SyncEnds.Skipped, Pinned(site));
        }

        return run.Wanted.Picks.IsEmpty ? await VersionAsync(opened, site, run, ct) : await PicksAsync(opened, site, run, ct);
    }

    /// <summary>
    /// Why a sync that has begun, and may have waited for hours, is not to be pushed any more; null where it is. It is asked on each attempt, as the
    /// site and its campaign are then.
    /// </summary>
    public async Task<string?> HeldAsync(SyncRunRow run, CancellationToken ct)
    {
        if (run.Kind != SyncKinds.Sync)
        {
            return null;
        }

        if (run.Wanted.IsWithdrawn)
        {
            return ReleaseMoves.NoTurn;
        }

        return await store.FindAsync(run.TenantId, run.CampaignId, ct) is not { } site ? null
            : site.IsPinned ? Pinned(site)
            : (run.Wanted.Picks.IsEmpty
                ? PassedBy(site, run.Wanted.Target!.Tag)
                : run.Wanted.Target!.Picks.Except(site.Base.Picks).Where(site.Declined.Contains).Select(DeclinedPick).FirstOrDefault())
            ?? await HeldOutAsync(run, ct);
    }

    private async Task<string?> HeldOutAsync(SyncRunRow run, CancellationToken ct) =>
        run.ReleaseId is { } release && await releases.HoldOfAsync(run.TenantId, run.CampaignId, release, ct) is var (facts, holdHours)
            ? HeldOut.Of(facts.CampaignState, facts.ClosesAt, facts.IsPinned, holdHours, clock.GetUtcNow())?.Reason
            : null;

    private static string Pinned(SiteSyncRow site) => $"The site is pinned to {site.Base.Tag}.";

    private static string? PassedBy(SiteSyncRow site, string tag) => site.Refused.Contains(tag) ? $"The site refuses {tag}."
        : site.Skipped.Contains(tag) ? $"The site skips {tag}: the next version carries its changes."
        : site.Declined.Contains(tag) ? $"A pull request with {tag} was closed. Allow the version in the site's template settings to have it proposed again."
        : null;

    private static string DeclinedPick(string commit) =>
        $"A pull request with the commit {commit[..12]} was closed. Allow it in the site's template settings to have it proposed again.";

    private async Task<(SyncWanted, string?, string?)> VersionAsync(OpenedSite opened, SiteSyncRow site, SyncRunRow run, CancellationToken ct)
    {
        var target = run.Wanted.Target!;
        var reason = PassedBy(site, target.Tag) ?? (await IsOlderAsync(site, target, ct) ? $"The site has {site.Base.Tag}, which is newer." : null);
        if (reason is null && run is { ReleaseId: { } release, Kind: SyncKinds.Sync }
            && await releases.MeansAsync(release, opened.Sync.Source, target.Commit, ct) is var meant && meant != target.Commit)
        {
            return (run.Wanted, SyncOutcome.Refused, $"{target.Tag} means {target.Commit[..12]} by now, and meant {meant[..12]} when the release came to its first site. Make another release.");
        }

        return reason is null
            ? (run.Wanted with { Target = target with { Picks = await KeptAsync(opened, site, target, ct) } }, null, null)
            : (run.Wanted, SyncEnds.Skipped, reason);
    }

    /// <summary>What the site has taken by itself and the version lacks stays: an older version's merge would take it away again.</summary>
    private static async Task<ImmutableArray<string>> KeptAsync(OpenedSite opened, SiteSyncRow site, StoredBase target, CancellationToken ct)
    {
        var kept = ImmutableArray.CreateBuilder<string>();
        foreach (var pick in site.Base.Picks)
        {
            if (!await opened.Sync.HasAsync(target.Commit, pick, ct))
            {
                kept.Add(pick);
            }
        }

        return kept.ToImmutable();
    }

    private async Task<bool> IsOlderAsync(SiteSyncRow site, StoredBase target, CancellationToken ct) =>
        target.Tag != site.Base.Tag && await versions.FindAsync(site.Source, site.Base.Tag, ct) is { } has
        && await versions.FindAsync(site.Source, target.Tag, ct) is { } wanted && wanted.Number < has.Number;

    private static async Task<(SyncWanted, string?, string?)> PicksAsync(OpenedSite opened, SiteSyncRow site, SyncRunRow run, CancellationToken ct)
    {
        var picks = site.Base.Picks;
        foreach (var asked in run.Wanted.Picks)
        {
            if (await opened.Sync.ResolveAsync(asked, ct) is not { } commit)
            {
                return (run.Wanted, SyncOutcome.Refused, $"The template has no commit {asked}.");
            }

            if (site.Declined.Contains(commit))
            {
                return (run.Wanted, SyncEnds.Skipped, DeclinedPick(commit));
            }

            picks = picks.Contains(commit) ? picks : picks.Add(commit);
        }

        return (run.Wanted with { Target = site.Base with { Picks = picks } }, null, null);
    }

    // What was a pull request when it was asked for may have been merged since.
    private async Task<(SyncWanted, string?, string?)> UndoAsync(SiteSyncRow site, SyncRunRow run, Guid undone, CancellationToken ct)
    {
        var sync = await store.FindRunAsync(run.TenantId, run.CampaignId, undone, ct) ?? throw new InvalidOperationException("The sync that is to be put back is gone.");
        var wanted = run.Wanted with { Undoes = Undone(sync) };
        return run.Wanted.ClosesOnly && sync.Result == SyncOutcome.Pushed ? (wanted, SyncEnds.Skipped, SyncEnds.MergedStays)
            : sync is { Commit: null, Result: SyncOutcome.Pushed } ? (wanted, SyncOutcome.Refused, "Its pull request was merged so that its commit can't be told: put it back by hand.")
            : sync.Commit is null
            ? site.Review?.SyncId == undone ? (wanted, null, null) : (wanted, SyncOutcome.UpToDate, "It pushed nothing, and no pull request of it is open.")
            : site.Review is not null ? (wanted, SyncOutcome.Refused, "A pull request is open: merge or close it first.")
            : site.Base != sync.BaseAfter ? (wanted, SyncOutcome.Refused, $"The site has taken {site.Base.Tag} since, which would be lost. Put that back first.")
            : (wanted, null, null);
    }

    internal static UndoneSync Undone(SyncRunRow sync) => new(sync.Nonce, sync.Commit, sync.Before, sync.BaseBefore, sync.Wanted.Migrations ?? []);
}

/// <summary>How a run may end without the repository being asked.</summary>
internal static class SyncEnds
{
    public const string Skipped = "skipped";

    /// <summary>Why a pull request that was to be closed was not.</summary>
    public const string MergedStays = "Its pull request was merged; it stays.";
}
