using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Providers.Sync.Merging;

namespace PrizeDraw.Providers.Sync;

/// <summary>Puts what was merged on our branch: a new one, or the one of an open pull request, with what people have done there.</summary>
internal sealed class SyncProposal(
    ISyncHost host, SyncWorkArea area, SyncBranches branches, SyncOrder order, SyncBranch main, Standing standing, SyncMerged merged,
    SyncTrailers trailers, EarlierProposal proposals)
{
    /// <summary>Where work of people's is that stood in the way; null for none.</summary>
    public string? Kept { get; private set; }

    /// <summary>The branch's head from now on; null when it moved meanwhile.</summary>
    public async Task<Snapshot?> PushAsync(CancellationToken ct)
    {
        var branch = await branches.ReadAsync(order.Repository, RepositorySync.Branch, ct);
        if (branch is not null && branch.Find(t => t.Nonce == order.Nonce) is not null)
        {
            return branch.Head;
        }

        if (branch is not null && standing.Open is null)
        {
            // What an ended pull request left.
            Kept = await new BranchEnding(host, proposals).FreeAsync(order.Repository, main, branch, ct);
            branch = null;
        }

        if (branch is null)
        {
            return await PushAsync(merged.Tree, [main.Head.Commit], ct);
        }

        var ours = branch.Ours(main.Commits);
        var hasMain = branch.Commits.Contains(main.Head.Commit);
        ImmutableArray<string> parents = hasMain ? [branch.Head.Commit] : [branch.Head.Commit, main.Head.Commit];
        if (ours is null)
        {
            throw Rewritten();
        }

        // The same order again, such as a second release of one version: what is there is what would be.
        var before = ours.Value.Trailers;
        if (hasMain && before.Site == main.Head.Commit && SyncTrailers.Same(before.Target, order.Target) && SyncTrailers.Same(before.From, standing.Base))
        {
            return branch.Head;
        }

        return await PushAsync(await TreeAsync(branch, ours.Value.Note, before, ct), parents, ct);
    }

    private async Task<string> TreeAsync(SyncBranch branch, CommitNote ours, SyncTrailers before, CancellationToken ct)
    {
        var known = main.Commits;
        var areOurs = branch.History.Where(n => !known.Contains(n.Commit)).All(n => SyncTrailers.Read(n.Message) is not null);

        // What we had proposed is worked out again, since the branch's own trees hold people's work too: also where they have amended a commit of ours.
        // What came to the branch from the default branch is not people's: it is of the newest that they have brought in.
        var proposed = before with { Site = main.NewestIn(branch) ?? before.Site };
        var earlier = await proposals.MergeAsync(order.Repository, proposed, ct) ?? throw Rewritten();
        if (areOurs && earlier.Tree == branch.Head.Tree)
        {
            return merged.Tree;
        }

        var written = await host.ReadCommitAsync(order.Repository, ours.Commit, area, ct);
        var asked = written is null ? [] : await branches.ConflictsAsync(written.Tree, ct);
        return await new ReviewUpdate(area, branches, earlier, merged).MergeAsync(branch.Head.Tree, asked, ct);
    }

    private static ProviderException Rewritten() => new(
        ProviderFault.Rejected, $"The branch {RepositorySync.Branch} was rewritten, so that people's work on it can't be told from the template's: merge or close its pull request first.");

    private async Task<Snapshot?> PushAsync(string tree, ImmutableArray<string> parents, CancellationToken ct)
    {
        var message = trailers.Message(SyncTexts.Title(order.Target));
        var commit = await host.PushAsync(order.Repository, new SyncPush(RepositorySync.Branch, tree, parents, message), area, ct);
        return commit is null ? null : new Snapshot(commit, tree);
    }
}
