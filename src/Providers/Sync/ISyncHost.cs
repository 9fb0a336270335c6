using System.Collections.Immutable;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Providers.Repositories;

namespace PrizeDraw.Providers.Sync;

/// <summary>A commit whose tree, with everything in it, is in the work area.</summary>
public sealed record Snapshot(string Commit, string Tree);

/// <summary>A commit as its repository tells of it; its tree need not be in the work area.</summary>
public sealed record CommitNote(string Commit, string Tree, ImmutableArray<string> Parents, string Message);

/// <summary>A commit to be put on a branch.</summary>
/// <param name="Branch">The branch; made when it is not there.</param>
/// <param name="Tree">Its tree, which is in the work area.</param>
/// <param name="Parents">The first is the branch's head, or where a new branch begins; nothing is pushed when the head is another one.</param>
/// <param name="Message">With its trailers.</param>
public sealed record SyncPush(string Branch, string Tree, ImmutableArray<string> Parents, string Message);

/// <summary>A pull request.</summary>
/// <param name="State"><c>open</c>, <c>merged</c> or <c>closed</c>.</param>
/// <param name="Head">The newest commit of its branch; of a merged one, the one that was merged.</param>
/// <param name="Url">Where people review it; null where the platform's own page is the place.</param>
public sealed record PullRequest(int Number, string Branch, string State, string Head, string? Url)
{
    /// <summary>The commit of the default branch that brought it in, merged or squashed; its first parent is what was there before. Null while it is not merged.</summary>
    public string? MergedAs { get; init; }
}

/// <summary>What a pull request says.</summary>
/// <param name="IsDraft">Whether something must be decided first: it can't be merged as it is, where the host knows of drafts.</param>
public sealed record PullRequestText(string Title, string Body, bool IsDraft);

/// <summary>
/// A campaign's repository as template sync sees it. Every call may be repeated; nothing is ever rewritten or forced. Failures are
/// <see cref="ProviderException"/>s: <see cref="ProviderFault.Rejected"/> with a plain reason for an archived repository, a branch that
/// takes no direct push, or one that is gone.
/// </summary>
public interface ISyncHost
{
    /// <summary>The branch that the site is built from.</summary>
    Task<string> DefaultBranchAsync(RepositoryRef repository, CancellationToken ct);

    /// <summary>The head of a branch, brought into the work area; null where there is no such branch.</summary>
    Task<Snapshot?> ReadAsync(RepositoryRef repository, string branch, SyncWorkArea area, CancellationToken ct);

    /// <summary>Any commit of the repository, brought into the work area; null where it is not there.</summary>
    Task<Snapshot?> ReadCommitAsync(RepositoryRef repository, string commit, SyncWorkArea area, CancellationToken ct);

    /// <summary>The newest commits that a branch or commit leads to, newest first, a hundred at most; empty where there is none.</summary>
    Task<ImmutableArray<CommitNote>> HistoryAsync(RepositoryRef repository, string revision, CancellationToken ct);

    /// <summary>Puts one commit on a branch and answers it; null when the branch's head is not the commit's first parent (any more).</summary>
    Task<string?> PushAsync(RepositoryRef repository, SyncPush push, SyncWorkArea area, CancellationToken ct);

    /// <summary>The open pull request of a branch into the default branch, else its newest one; null where it never had one.</summary>
    Task<PullRequest?> FindPullRequestAsync(RepositoryRef repository, string branch, CancellationToken ct);

    /// <summary>A pull request as it stands; null where there is none with that number.</summary>
    Task<PullRequest?> GetPullRequestAsync(RepositoryRef repository, int number, CancellationToken ct);

    /// <summary>Opens a pull request of a branch into the default branch; one that is open already is taken over and gets the text.</summary>
    Task<PullRequest> OpenPullRequestAsync(RepositoryRef repository, string branch, PullRequestText text, CancellationToken ct);

    /// <summary>Merges an open pull request by a merge commit; null when its head is not <paramref name="head"/> any more or it can't be merged now.</summary>
    Task<string?> MergePullRequestAsync(RepositoryRef repository, int number, string head, string message, CancellationToken ct);

    /// <summary>Closes a pull request without merging; nothing when it is closed or merged already.</summary>
    /// <param name="note">What its text is to say from now on as well; null for nothing.</param>
    Task ClosePullRequestAsync(RepositoryRef repository, int number, string? note, CancellationToken ct);

    /// <summary>Makes a branch at a commit of the repository, or finds it there; false when one of that name stands elsewhere.</summary>
    Task<bool> BeginBranchAsync(RepositoryRef repository, string branch, string commit, CancellationToken ct);

    /// <summary>Deletes a branch whose head is that commit; nothing when it is gone or has moved.</summary>
    Task DeleteBranchAsync(RepositoryRef repository, string branch, string head, CancellationToken ct);
}

/// <summary>The versions of the site template, at the place where it is kept: the local folder's repository, or one at GitHub.</summary>
public interface ITemplateHistory
{
    /// <summary>Names the place, such as <c>local</c> or <c>github:owner/name</c>: commits are those of one source.</summary>
    string Source { get; }

    /// <summary>The newest versions, newest first, a hundred at most; new content of a local template folder is imported first.</summary>
    Task<ImmutableArray<TemplateVersion>> VersionsAsync(CancellationToken ct);

    /// <summary>The commit that a tag, or a commit's own (abbreviated) name, stands for; null where there is none.</summary>
    Task<string?> ResolveAsync(string revision, CancellationToken ct);

    /// <summary>A version's commit, brought into the work area; null where the template does not have it.</summary>
    Task<Snapshot?> ReadAsync(string commit, SyncWorkArea area, CancellationToken ct);

    /// <summary>The commits after <paramref name="since"/> up to <paramref name="until"/>, newest first, 250 at most; null when the first does not lead to the second.</summary>
    Task<ImmutableArray<CommitNote>?> CommitsAsync(string since, string until, CancellationToken ct);
}
