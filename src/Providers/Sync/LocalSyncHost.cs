using System;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Providers.Repositories;

namespace PrizeDraw.Providers.Sync;

/// <summary>
/// Template sync of the bare repositories in the data folder, which people clone and push to as well. The work area sees their objects
/// without a copy; what is pushed is packed into the repository first, then the branch is moved if it still is where it was.
/// </summary>
public sealed class LocalSyncHost : ISyncHost
{
    private const string Main = "main";
    private const int HistoryMax = 100;
    private static readonly string NoCommit = new('0', 40);
    private readonly Git _git;
    private readonly RepositoryLog _log;
    private readonly LocalMerging _merging;
    private readonly LocalPullRequests _pulls;

    public LocalSyncHost(LocalRepositoryOptions options, TimeProvider time)
    {
        _git = new Git(options.GitTimeLimit, time);
        _log = new RepositoryLog(_git);
        _merging = new LocalMerging(_git, _log);
        _pulls = new LocalPullRequests(_log, _merging, time);
    }

    /// <inheritdoc/>
    public Task<string> DefaultBranchAsync(RepositoryRef repository, CancellationToken ct) => Task.FromResult(BranchOf(repository));

    /// <inheritdoc/>
    public async Task<Snapshot?> ReadAsync(RepositoryRef repository, string branch, SyncWorkArea area, CancellationToken ct)
    {
        var folder = RepositoryLog.FolderOf(repository);
        await area.BorrowAsync(folder, ct);
        return await _log.HeadAsync(folder, branch, ct);
    }

    /// <inheritdoc/>
    public async Task<Snapshot?> ReadCommitAsync(RepositoryRef repository, string commit, SyncWorkArea area, CancellationToken ct)
    {
        var folder = RepositoryLog.FolderOf(repository);
        await area.BorrowAsync(folder, ct);
        return await _log.CommitAsync(folder, commit, ct);
    }

    /// <inheritdoc/>
    public async Task<ImmutableArray<CommitNote>> HistoryAsync(RepositoryRef repository, string revision, CancellationToken ct)
    {
        var folder = RepositoryLog.FolderOf(repository);
        var isCommit = revision.Length == 40 && revision.All(char.IsAsciiHexDigitLower);
        return await _log.NotesAsync(folder, isCommit ? revision : RepositoryLog.ReferenceOf(revision), HistoryMax, ct);
    }

    /// <inheritdoc/>
    public async Task<string?> PushAsync(RepositoryRef repository, SyncPush push, SyncWorkArea area, CancellationToken ct)
    {
        var folder = RepositoryLog.FolderOf(repository);
        var reference = RepositoryLog.ReferenceOf(push.Branch);
        var head = (await _log.HeadAsync(folder, push.Branch, ct))?.Commit;
        if (head is not null && head != push.Parents[0])
        {
            return null;
        }

        // The area sees other repositories too: what stands there alone would be missing here for ever.
        if (!await _log.HasAsync(folder, push.Parents, ct))
        {
            throw new ProviderException(ProviderFault.Rejected, $"The repository '{repository.Name}' lacks a commit that the push builds on.");
        }

        await area.BorrowAsync(folder, ct);
        var commit = await area.WriteCommitAsync(push.Tree, push.Parents, push.Message, ct);
        var wanted = commit + "\n" + string.Concat(push.Parents.Select(parent => $"^{parent}\n"));
        await _git.RunAsync(
            area.Folder, ["pack-objects", "--quiet", "--revs", Path.Combine(folder, "objects", "pack", "pack")], ct, new GitContext(Input: wanted));
        var moved = await _git.TryAsync(folder, ["update-ref", reference, commit, head ?? NoCommit], ct);
        return moved.ExitCode == 0 ? commit
            : (await _log.HeadAsync(folder, push.Branch, ct))?.Commit != head ? null
            : throw new ProviderException(
                ProviderFault.Transient, $"The branch {push.Branch} of '{repository.Name}' can't be moved: {moved.Error.Trim()} It is tried again later.");
    }

    /// <inheritdoc/>
    public async Task<PullRequest?> FindPullRequestAsync(RepositoryRef repository, string branch, CancellationToken ct)
    {
        var all = await _pulls.AllAsync(RepositoryLog.FolderOf(repository), BranchOf(repository), ct);
        return Newest(all, branch)?.AsSeen;
    }

    /// <inheritdoc/>
    public async Task<PullRequest?> GetPullRequestAsync(RepositoryRef repository, int number, CancellationToken ct)
    {
        var all = await _pulls.AllAsync(RepositoryLog.FolderOf(repository), BranchOf(repository), ct);
        return all.FirstOrDefault(p => p.Number == number)?.AsSeen;
    }

    /// <inheritdoc/>
    public async Task<PullRequest> OpenPullRequestAsync(RepositoryRef repository, string branch, PullRequestText text, CancellationToken ct)
    {
        var folder = RepositoryLog.FolderOf(repository);
        var all = await _pulls.ChangeAsync(folder, BranchOf(repository), async (pulls, main) =>
        {
            if (Newest(pulls, branch) is { State: LocalPullRequest.Open } open)
            {
                return pulls.Replace(open, open with { Title = text.Title, Body = text.Body });
            }

            var head = await _log.HeadAsync(folder, branch, ct)
                ?? throw new ProviderException(ProviderFault.Rejected, $"The repository '{repository.Name}' has no branch {branch}.");
            return !await _log.LeadsAsync(folder, head.Commit, main.Commit, ct)
                ? pulls.Add(new LocalPullRequest((pulls.LastOrDefault()?.Number ?? 0) + 1, branch, LocalPullRequest.Open, head.Commit, text.Title, text.Body))
                : throw new ProviderException(ProviderFault.Rejected, $"The branch {branch} of '{repository.Name}' brings nothing that could be merged.");
        }, ct);
        return Newest(all, branch)!.AsSeen;
    }

    /// <inheritdoc/>
    public async Task<string?> MergePullRequestAsync(RepositoryRef repository, int number, string head, string message, CancellationToken ct)
    {
        var folder = RepositoryLog.FolderOf(repository);
        var all = await _pulls.ChangeAsync(folder, BranchOf(repository), async (pulls, _) =>
            pulls.FirstOrDefault(p => p.Number == number && p.State == LocalPullRequest.Open && p.Head == head) is { } open
            && await _merging.MergeAsync(folder, BranchOf(repository), head, message, ct) is { } commit
                ? pulls.Replace(open, open with { State = LocalPullRequest.Merged, MergedAs = commit })
                : pulls, ct);
        return all.FirstOrDefault(p => p.Number == number && p.Head == head)?.MergedAs;
    }

    /// <inheritdoc/>
    public Task ClosePullRequestAsync(RepositoryRef repository, int number, string? note, CancellationToken ct) =>
        _pulls.ChangeAsync(RepositoryLog.FolderOf(repository), BranchOf(repository), (pulls, _) => Task.FromResult(
            pulls.FirstOrDefault(p => p.Number == number && p.State == LocalPullRequest.Open) is { } open
                ? pulls.Replace(open, open with { State = LocalPullRequest.Closed, Body = note is null ? open.Body : $"{note}\n\n{open.Body}" })
                : pulls), ct);

    /// <inheritdoc/>
    public async Task<bool> BeginBranchAsync(RepositoryRef repository, string branch, string commit, CancellationToken ct)
    {
        var (folder, reference) = (RepositoryLog.FolderOf(repository), RepositoryLog.ReferenceOf(branch));
        var begun = await _git.TryAsync(folder, ["update-ref", reference, LooseObjects.RequireId(commit), NoCommit], ct);
        return begun.ExitCode == 0 || (await _log.HeadAsync(folder, branch, ct) is { } head
            ? head.Commit == commit
            : throw new ProviderException(
                ProviderFault.Transient, $"The branch {branch} of '{repository.Name}' can't be made: {begun.Error.Trim()} It is tried again later."));
    }

    /// <inheritdoc/>
    public async Task DeleteBranchAsync(RepositoryRef repository, string branch, string head, CancellationToken ct)
    {
        var folder = RepositoryLog.FolderOf(repository);
        var deleted = await _git.TryAsync(folder, ["update-ref", "-d", RepositoryLog.ReferenceOf(branch), head], ct);
        if (deleted.ExitCode != 0 && (await _log.HeadAsync(folder, branch, ct))?.Commit == head)
        {
            throw new ProviderException(
                ProviderFault.Transient, $"The branch {branch} of '{repository.Name}' can't be deleted: {deleted.Error.Trim()} It is tried again later.");
        }
    }

    private static LocalPullRequest? Newest(ImmutableArray<LocalPullRequest> all, string branch) =>
        all.Where(p => p.Branch == branch).OrderBy(p => p.State == LocalPullRequest.Open).ThenBy(p => p.Number).LastOrDefault();

    private static string BranchOf(RepositoryRef repository) => repository.Branch ?? Main;
}
