using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Providers.Repositories;

namespace PrizeDraw.Providers.Sync;

/// <summary>
/// Ends branches of ours without losing what people did on them. A branch is deleted only where everything on it is in the default branch,
/// or is what we put there; otherwise it stays, or moves to a name of its own when ours is wanted.
/// </summary>
internal sealed class BranchEnding(ISyncHost host, EarlierProposal earlier)
{
    /// <summary>Characters of a commit's name that tell one kept branch from another.</summary>
    private const int NameMin = 10, NameMax = 40;

    /// <summary>Closes an open pull request, and deletes its branch or says where people's work is; null for none.</summary>
    public async Task<string?> CloseAsync(RepositoryRef repository, SyncBranch main, PullRequest request, SyncBranch? branch, CancellationToken ct)
    {
        var isOurs = branch is null || await IsOursAsync(repository, main, branch, ct);
        var kept = isOurs ? null
            : $"What people committed to it is kept on the branch {branch!.Name}, which moves to {NameOf(branch, NameMin)} when a newer version needs the name.";
        await host.ClosePullRequestAsync(repository, request.Number, kept, ct);
        if (branch is not null && isOurs)
        {
            await host.DeleteBranchAsync(repository, branch.Name, branch.Head.Commit, ct);
        }

        return kept;
    }

    /// <summary>Frees a branch's name for a new one, and says where people's work is from now on; null for none.</summary>
    public async Task<string?> FreeAsync(RepositoryRef repository, SyncBranch main, SyncBranch branch, CancellationToken ct)
    {
        var request = await host.FindPullRequestAsync(repository, branch.Name, ct);
        var isIn = request is { State: FollowedReview.Merged } && request.Head == branch.Head.Commit;
        var kept = isIn || await IsOursAsync(repository, main, branch, ct) ? null : await KeepAsync(repository, branch, ct);
        if (request is { State: FollowedReview.Open })
        {
            await host.ClosePullRequestAsync(repository, request.Number, kept, ct);
        }

        await host.DeleteBranchAsync(repository, branch.Name, branch.Head.Commit, ct);
        return kept;
    }

    // Under the new name before the old one goes. The same head gets the same name, so that a repetition finds it.
    private async Task<string> KeepAsync(RepositoryRef repository, SyncBranch branch, CancellationToken ct)
    {
        foreach (var length in (int[])[NameMin, NameMax])
        {
            var name = NameOf(branch, length);
            if (await host.BeginBranchAsync(repository, name, branch.Head.Commit, ct))
            {
                return $"What people had committed to the branch {branch.Name} is kept on the branch {name}.";
            }
        }

        throw new ProviderException(
            ProviderFault.Rejected, $"People's commits on the branch {branch.Name} can't be kept as {NameOf(branch, NameMax)}, which is another branch: rename one of them.");
    }

    private async Task<bool> IsOursAsync(RepositoryRef repository, SyncBranch main, SyncBranch branch, CancellationToken ct)
    {
        var (known, onMain) = (branch.History.ToDictionary(n => n.Commit), main.Commits);
        var (seen, open) = (new HashSet<string>(), new Queue<string>([branch.Head.Commit]));
        while (open.TryDequeue(out var commit))
        {
            if (onMain.Contains(commit) || !seen.Add(commit))
            {
                continue;
            }

            // What lies further back than is known may be anybody's.
            if (!known.TryGetValue(commit, out var note) || !await IsAsWrittenAsync(repository, note, ct))
            {
                return false;
            }

            note.Parents.ToList().ForEach(open.Enqueue);
        }

        return true;
    }

    // What a message says of itself people can write as well, and an amended commit keeps it: so the tree is worked out again.
    private async Task<bool> IsAsWrittenAsync(RepositoryRef repository, CommitNote note, CancellationToken ct)
    {
        try
        {
            return SyncTrailers.Read(note.Message) is { } trailers && (await earlier.MergeAsync(repository, trailers, ct))?.Tree == note.Tree;
        }
        catch (ProviderException error) when (error.Fault == ProviderFault.Rejected)
        {
            // It names what is not there (any more): then nobody can tell.
            return false;
        }
    }

    private static string NameOf(SyncBranch branch, int length) => $"{branch.Name}-kept-{branch.Head.Commit[..length]}";
}
