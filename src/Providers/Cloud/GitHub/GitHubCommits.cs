using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace PrizeDraw.Providers.Cloud.GitHub;

/// <summary>
/// Many files in one commit, through the Git Data API: tree on the head's tree, commit on the head, the branch moved forward. Who moved the
/// branch meanwhile keeps their commit: then all is done again on top of it.
/// </summary>
internal sealed class GitHubCommits(GitHubApi api, GitHubLooking looking)
{
    /// <summary>The branch's head that holds the files; the head as it is, when it holds them already.</summary>
    public Task<string> WriteAsync(
        GitHubRepository repository, string branch, IReadOnlyDictionary<string, string> files, string message, CancellationToken ct) =>
        looking.UntilThereAsync(
            () => TryAsync(repository, branch, files, message, ct),
            $"GitHub's repository {repository.Owner}/{repository.Name} keeps changing under the commit, or its branch {branch} is not there. It is tried again later.",
            ct);

    private async Task<string?> TryAsync(
        GitHubRepository repository, string branch, IReadOnlyDictionary<string, string> files, string message, CancellationToken ct)
    {
        if (await api.HeadAsync(repository, branch, ct) is not { } head || await api.CommitAsync(repository, head, ct) is not { } parent
            || await api.TreeAsync(repository, parent.Tree, files, ct) is not { } tree)
        {
            return null;
        }

        if (tree == parent.Tree)
        {
            return head;
        }

        return await api.WriteCommitAsync(repository, message, tree, [head], ct) is { } commit && await api.MoveAsync(repository, branch, commit, ct) ? commit : null;
    }
}
