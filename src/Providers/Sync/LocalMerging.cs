using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Providers.Repositories;

namespace PrizeDraw.Providers.Sync;

/// <summary>Merges a branch of a bare repository into the default one, and sees where somebody else has done so.</summary>
internal sealed class LocalMerging(Git git, RepositoryLog log)
{
    private const int AttemptsMax = 10, LookedBackMax = 100;

    /// <summary>
    /// Merges a commit into a branch and answers the merge commit; null where they don't merge by themselves. People push meanwhile: then it
    /// is done again on top of theirs.
    /// </summary>
    public async Task<string?> MergeAsync(string folder, string branch, string head, string message, CancellationToken ct)
    {
        for (var attempt = 1; attempt <= AttemptsMax; attempt++)
        {
            var onto = await log.HeadAsync(folder, branch, ct)
                ?? throw new ProviderException(ProviderFault.Rejected, $"The repository has no branch {branch}.");
            if (await TreeOfMergeAsync(folder, onto.Commit, head, ct) is not { } tree)
            {
                return null;
            }

            var commit = await git.RunAsync(
                folder, ["commit-tree", tree, "-p", onto.Commit, "-p", head, "-F", "-"], ct, new GitContext(Input: message));
            var moved = await git.TryAsync(folder, ["update-ref", RepositoryLog.ReferenceOf(branch), commit, onto.Commit], ct);
            if (moved.ExitCode == 0)
            {
                return commit;
            }
        }

        throw new ProviderException(ProviderFault.Transient, $"The branch {branch} keeps changing under the merge. It is tried again later.");
    }

    /// <summary>
    /// The commit of a branch that brought in another one's head: the first that leads there, or that squashed it (merging it once more would
    /// change nothing, though it changed something where the two parted). Null where none did.
    /// </summary>
    public async Task<string?> MergedAsAsync(string folder, Snapshot onto, string head, CancellationToken ct)
    {
        var parting = await git.TryAsync(folder, ["merge-base", head, onto.Commit], ct);
        if (parting.ExitCode != 0 || await log.CommitAsync(folder, parting.Output.Trim(), ct) is not { } parted || !await HasAllOfAsync(folder, onto, parted, head, ct))
        {
            return null;
        }

        // Oldest first: what came afterwards has it too. Where it was only moved forward there is no commit but its own.
        var own = await log.NotesAsync(folder, onto.Commit, LookedBackMax, ct, "--first-parent");
        if (own.Any(commit => commit.Commit == head))
        {
            return head;
        }

        foreach (var commit in own.TakeWhile(commit => commit.Commit != parted.Commit).Reverse())
        {
            if (await HasAllOfAsync(folder, new Snapshot(commit.Commit, commit.Tree), parted, head, ct))
            {
                return commit.Commit;
            }
        }

        return onto.Commit;
    }

    private async Task<bool> HasAllOfAsync(string folder, Snapshot onto, Snapshot parted, string head, CancellationToken ct)
    {
        if (parted.Commit == head)
        {
            return await log.LeadsAsync(folder, head, onto.Commit, ct);
        }

        return parted.Commit != onto.Commit && await log.CommitAsync(folder, head, ct) is { } brought
            && parted.Tree != brought.Tree && await TreeOfMergeAsync(folder, onto.Commit, head, ct) == onto.Tree;
    }

    private async Task<string?> TreeOfMergeAsync(string folder, string onto, string head, CancellationToken ct)
    {
        var merged = await git.TryAsync(
            folder, ["merge-tree", "--write-tree", "--no-messages", onto, head], ct,
            new GitContext { Configuration = ["-c", "merge.directoryRenames=false"] });
        return merged.ExitCode switch
        {
            0 => merged.Output.Trim(),
            1 => null,
            _ => throw new ProviderException(ProviderFault.Rejected, $"git could not merge {head[..12]}: {merged.Error.Trim()}"),
        };
    }
}
