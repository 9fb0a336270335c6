using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Providers.Sync.Merging;

namespace PrizeDraw.Providers.Sync;

/// <summary>Puts back what a sync pushed.</summary>
internal sealed class RollBack(ISyncHost host, SyncWorkArea area, SyncBranches branches, EarlierProposal earlier, RollBackOrder order)
{
    private const int AttemptsMax = 5;
    private string? _kept;

    public async Task<SyncOutcome> RunAsync(CancellationToken ct)
    {
        for (var attempt = 1; attempt <= AttemptsMax; attempt++)
        {
            if (await TryAsync(ct) is { } outcome)
            {
                return outcome;
            }
        }

        throw new ProviderException(ProviderFault.Transient, $"The repository '{order.Repository.Name}' keeps changing under the roll-back.");
    }

    private async Task<SyncOutcome?> TryAsync(CancellationToken ct)
    {
        var main = await branches.MainAsync(order.Repository, ct);
        var after = await ReadAsync(order.Commit, ct);
        var before = await ReadAsync(order.Before, ct);
        if (main.Find(IsOurs) is { } found)
        {
            var (commit, previous) = main.Landing(n => n.Commit == found.Commit) ?? (found.Commit, found.Parents[0]);
            var (was, has) = ((await ReadAsync(previous, ct)).Tree, (await ReadAsync(commit, ct)).Tree);
            return (await OutcomeAsync(SyncOutcome.Pushed, was, has, null, ct)) with { Commit = commit, Before = previous };
        }

        var merged = await SyncMerge.MergeFreelyAsync(area, new MergeOrder(after.Tree, main.Head.Tree, before.Tree), new System.Collections.Generic.HashSet<string>(), ct);
        if (merged.Tree == main.Head.Tree)
        {
            return await OutcomeAsync(SyncOutcome.UpToDate, main.Head.Tree, merged.Tree, merged, ct);
        }

        return merged.Conflicts.IsEmpty && order.PushesClean ? await PushAsync(main, merged, ct) : await ProposeAsync(main, merged, null, ct);
    }

    private async Task<SyncOutcome?> PushAsync(SyncBranch main, SyncMerged merged, CancellationToken ct)
    {
        try
        {
            var commit = await host.PushAsync(order.Repository, new SyncPush(main.Name, merged.Tree, [main.Head.Commit], Message(main)), area, ct);
            return commit is null
                ? null
                : (await OutcomeAsync(SyncOutcome.Pushed, main.Head.Tree, merged.Tree, merged, ct)) with { Commit = commit, Before = main.Head.Commit };
        }
        catch (ProviderException error) when (error.Fault == ProviderFault.Rejected)
        {
            // A protected branch takes a pull request.
            return await ProposeAsync(main, merged, error.Message, ct);
        }
    }

    private async Task<SyncOutcome?> ProposeAsync(SyncBranch main, SyncMerged merged, string? reason, CancellationToken ct)
    {
        var branch = await branches.ReadAsync(order.Repository, RepositorySync.RollbackBranch, ct);
        Snapshot head;
        if (branch is not null && branch.Find(IsOurs) is not null)
        {
            head = branch.Head;
        }
        else
        {
            _kept = (branch is null ? null : await new BranchEnding(host, earlier).FreeAsync(order.Repository, main, branch, ct)) ?? _kept;
            var commit = await host.PushAsync(order.Repository, new SyncPush(RepositorySync.RollbackBranch, merged.Tree, [main.Head.Commit], Message(main)), area, ct);
            if (commit is null)
            {
                return null;
            }

            head = new Snapshot(commit, merged.Tree);
        }

        var open = await branches.OpenAsync(head.Tree, await branches.ConflictsAsync(head.Tree, ct), ct);
        var isDecided = await branches.IsDecidedAsync(head.Tree, open, ct);
        var request = await host.OpenPullRequestAsync(
            order.Repository, RepositorySync.RollbackBranch, SyncTexts.OfRollback(order.Base, open) with { IsDraft = !isDecided }, ct);
        var kind = isDecided ? SyncOutcome.PullRequested : SyncOutcome.Conflict;
        return (await OutcomeAsync(kind, main.Head.Tree, head.Tree, merged, ct)) with
        {
            Reason = reason is null || _kept is null ? reason ?? _kept : $"{reason} {_kept}", Commit = head.Commit, Before = main.Head.Commit, PullRequest = request,
        };
    }

    private bool IsOurs(SyncTrailers trailers) => trailers.Nonce == order.Nonce && trailers.Rollback == order.SyncNonce;

    private string Message(SyncBranch main) =>
        new SyncTrailers(order.Nonce, order.Base) { Migrations = order.Migrations, Rollback = order.SyncNonce, Back = (order.Commit, order.Before), Site = main.Head.Commit }.Message(SyncTexts.RollbackTitle(order.Base));

    private async Task<Snapshot> ReadAsync(string commit, CancellationToken ct) => await host.ReadCommitAsync(order.Repository, commit, area, ct)
        ?? throw new ProviderException(ProviderFault.Rejected, $"The commit {commit} that would be taken back, or the one before it, is not in the repository any more.");

    private async Task<SyncOutcome> OutcomeAsync(string kind, string from, string to, SyncMerged? merged, CancellationToken ct)
    {
        var (diff, isCut) = from == to ? ("", false) : await area.DiffAsync(from, to, RepositorySync.DiffMax, ct);
        return new SyncOutcome(kind, order.Base) { Files = merged?.Files ?? [], Diff = diff, DiffIsCut = isCut, Migrations = order.Migrations };
    }
}
