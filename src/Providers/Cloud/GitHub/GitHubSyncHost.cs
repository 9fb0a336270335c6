using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Providers.Repositories;
using PrizeDraw.Providers.Sync;

namespace PrizeDraw.Providers.Cloud.GitHub;

/// <summary>
/// Template sync of campaign repositories at GitHub, over its REST API alone. A repository is the one with the stored id, whatever its name
/// is now.
/// </summary>
public sealed class GitHubSyncHost : ISyncHost
{
    private readonly GitHubOptions _options;
    private readonly GitHubApi _api;
    private readonly GitHubTrees _trees;
    private readonly GitHubLooking _looking;

    /// <summary>Throws <see cref="ArgumentException"/> for options that are not valid.</summary>
    public GitHubSyncHost(CloudClient cloud, GitHubOptions options, TimeProvider clock)
    {
        options.Validate();
        (_options, _api, _looking) = (options, new GitHubApi(cloud), new GitHubLooking(options, clock));
        _trees = new GitHubTrees(_api);
    }

    /// <inheritdoc/>
    public async Task<string> DefaultBranchAsync(RepositoryRef repository, CancellationToken ct) =>
        repository.Branch ?? (await FindAsync(repository, ct)).Branch;

    /// <inheritdoc/>
    public async Task<Snapshot?> ReadAsync(RepositoryRef repository, string branch, SyncWorkArea area, CancellationToken ct)
    {
        var found = await FindAsync(repository, ct);
        return await _api.HeadAsync(found, branch, ct) is { } head ? await _trees.BringCommitAsync(found, head, area, ct) : null;
    }

    /// <inheritdoc/>
    public async Task<Snapshot?> ReadCommitAsync(RepositoryRef repository, string commit, SyncWorkArea area, CancellationToken ct) =>
        await _trees.BringCommitAsync(await FindAsync(repository, ct), commit, area, ct);

    /// <inheritdoc/>
    public async Task<ImmutableArray<CommitNote>> HistoryAsync(RepositoryRef repository, string revision, CancellationToken ct) =>
        await _api.HistoryAsync(await FindAsync(repository, ct), revision, ct);

    /// <inheritdoc/>
    public async Task<string?> PushAsync(RepositoryRef repository, SyncPush push, SyncWorkArea area, CancellationToken ct)
    {
        var found = await FindToWriteAsync(repository, ct);
        var head = await _api.HeadAsync(found, push.Branch, ct);
        if (head is not null && head != push.Parents[0])
        {
            return null;
        }

        if (await _trees.BringCommitAsync(found, push.Parents[0], area, ct) is not { } parent || !await _trees.PutAsync(found, push.Tree, parent.Tree, area, ct)
            || await _api.WriteCommitAsync(found, push.Message, push.Tree, push.Parents, ct) is not { } commit)
        {
            throw Unseen(found);
        }

        var isPushed = head is null ? await _api.BeginBranchAsync(found, push.Branch, commit, ct) : await _api.MoveAsync(found, push.Branch, commit, ct);

        // The answer may have been lost and somebody have pushed on top before the call was repeated.
        return isPushed || (await _api.HistoryAsync(found, push.Branch, ct)).Any(c => c.Commit == commit) ? commit : null;
    }

    /// <inheritdoc/>
    public async Task<PullRequest?> FindPullRequestAsync(RepositoryRef repository, string branch, CancellationToken ct)
    {
        var found = await FindAsync(repository, ct);
        var all = await _api.PullsAsync(found, branch, BranchOf(repository, found), ct);
        return (all.FirstOrDefault(p => p.IsOpen) ?? all.MaxBy(p => p.Number)) is { } newest ? AsSeen(newest) : null;
    }

    /// <inheritdoc/>
    public async Task<PullRequest?> GetPullRequestAsync(RepositoryRef repository, int number, CancellationToken ct) =>
        await _api.PullAsync(await FindAsync(repository, ct), number, ct) is { } pull ? AsSeen(pull) : null;

    /// <inheritdoc/>
    public async Task<PullRequest> OpenPullRequestAsync(RepositoryRef repository, string branch, PullRequestText text, CancellationToken ct)
    {
        var found = await FindToWriteAsync(repository, ct);
        var onto = BranchOf(repository, found);
        return AsSeen(await _looking.UntilThereAsync(
            async () => (await _api.PullsAsync(found, branch, onto, ct)).FirstOrDefault(p => p.IsOpen) is { } open
                ? await SayAsync(found, open, text, ct)
                : await _api.OpenPullAsync(found, branch, onto, text.Title, text.Body, text.IsDraft, ct),
            $"GitHub does not show the branch {branch} of {found.Owner}/{found.Name}, or its pull request, everywhere yet. It is tried again later.", ct));
    }

    /// <inheritdoc/>
    public async Task<string?> MergePullRequestAsync(RepositoryRef repository, int number, string head, string message, CancellationToken ct)
    {
        var found = await FindToWriteAsync(repository, ct);
        var pull = await WorkedOutAsync(found, number, ct);
        if (pull is not { IsOpen: true, IsMergeable: true } || pull.Head != head)
        {
            return pull?.Head == head ? pull.MergedAs : null;
        }

        // The REST API can't do that.
        if (pull.IsDraft)
        {
            throw new ProviderException(
                ProviderFault.Rejected, $"The pull request {number} of {found.Owner}/{found.Name} is a draft: choose \"Ready for review\" on its page at GitHub, then merge it.");
        }

        var (commit, rule) = await _api.MergePullAsync(found, number, head, message, ct);
        if (commit is not null)
        {
            return commit;
        }

        // Merged before, if the answer was lost and the call repeated: that is refused.
        return await _api.PullAsync(found, number, ct) is { MergedAs: { } before } merged && merged.Head == head ? before
            : rule is null ? null
            : throw new ProviderException(
                ProviderFault.Rejected, $"GitHub does not merge the pull request {number} of {found.Owner}/{found.Name}: {rule} Do what its page at GitHub asks for, then merge it.");
    }

    /// <inheritdoc/>
    public async Task ClosePullRequestAsync(RepositoryRef repository, int number, string? note, CancellationToken ct)
    {
        var found = await FindToWriteAsync(repository, ct);
        if (await _api.PullAsync(found, number, ct) is { IsOpen: true } open)
        {
            var fields = new Dictionary<string, string> { ["state"] = "closed" };
            if (note is not null)
            {
                fields["body"] = $"{note}\n\n{open.Body}";
            }

            await _api.ChangePullAsync(found, number, fields, ct);
        }
    }

    /// <inheritdoc/>
    public async Task<bool> BeginBranchAsync(RepositoryRef repository, string branch, string commit, CancellationToken ct)
    {
        var found = await FindToWriteAsync(repository, ct);
        return await _api.BeginBranchAsync(found, branch, commit, ct) || (await _api.HeadAsync(found, branch, ct) is { } head ? head == commit : throw Unseen(found));
    }

    /// <inheritdoc/>
    public async Task DeleteBranchAsync(RepositoryRef repository, string branch, string head, CancellationToken ct)
    {
        var found = await FindToWriteAsync(repository, ct);

        // GitHub deletes whatever the head is then; a commit that comes in between stays in the branch's pull request, from where it is restored.
        if (await _api.HeadAsync(found, branch, ct) == head)
        {
            await _api.EndBranchAsync(found, branch, ct);
        }
    }

    private async Task<GitHubRepository> FindToWriteAsync(RepositoryRef repository, CancellationToken ct) =>
        await FindAsync(repository, ct) is { IsArchived: false } found
            ? found
            : throw new ProviderException(
                ProviderFault.Rejected, $"The repository {_options.Owner}/{repository.Name} is archived at GitHub and can only be read. Take it out of the archive there, then try again.");

    private async Task<GitHubRepository> FindAsync(RepositoryRef repository, CancellationToken ct) =>
        await _api.LookAsync(_options.Owner, repository.Name, repository.Id, ct) switch
        {
            null => throw new ProviderException(
                ProviderFault.Rejected, $"GitHub does not find the repository {_options.Owner}/{repository.Name}, or the credential may not see it."),
            var found when repository.Id is { } id && id != found.Id => throw new ProviderException(
                ProviderFault.Rejected, $"GitHub's repository {found.Owner}/{found.Name} is not the one that the platform made under this name."),
            var found => found,
        };

    private async Task<GitHubPullRequest> SayAsync(GitHubRepository found, GitHubPullRequest open, PullRequestText text, CancellationToken ct) =>
        (open.Title, open.Body) == (text.Title, text.Body)
            ? open
            : await _api.ChangePullAsync(found, open.Number, new Dictionary<string, string> { ["title"] = text.Title, ["body"] = text.Body }, ct);

    // GitHub works out whether one can be merged once it is asked.
    private Task<GitHubPullRequest?> WorkedOutAsync(GitHubRepository found, int number, CancellationToken ct) => _looking.FindWithinAsync(
        _options.AppearsWithin, async () => await _api.PullAsync(found, number, ct) is { } pull && (!pull.IsOpen || pull.IsMergeable is not null) ? pull : null, ct);

    private static string BranchOf(RepositoryRef repository, GitHubRepository found) => repository.Branch ?? found.Branch;

    private static PullRequest AsSeen(GitHubPullRequest pull) =>
        new(pull.Number, pull.Branch, pull.IsOpen ? "open" : pull.MergedAs is null ? "closed" : "merged", pull.Head, pull.Page) { MergedAs = pull.MergedAs };

    private static ProviderException Unseen(GitHubRepository found) => new(
        ProviderFault.Transient, $"GitHub does not show everything of {found.Owner}/{found.Name} everywhere yet. It is tried again later.");
}
