using System;
using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Providers;
using PrizeDraw.Providers.Repositories;
using PrizeDraw.Providers.Sync;

namespace PrizeDraw.Sync.Tests.Sites;

/// <summary>
/// A host of repositories that is busy, limits its callers, or loses an answer after it has done what was asked, by a seed; and whose repositories
/// are archived or protected as their names say.
/// </summary>
internal sealed class TroubledHost(ISyncHost inner, int seed) : ISyncHost
{
    public const string Archived = "archived", Protected = "protected", Dead = "dead";

    private static readonly SemaphoreSlim AtOnce = new(8);
    private readonly ConcurrentDictionary<string, int> calls = new();

    public Task<string> DefaultBranchAsync(RepositoryRef repository, CancellationToken ct) => inner.DefaultBranchAsync(repository, ct);

    public Task<Snapshot?> ReadAsync(RepositoryRef repository, string branch, SyncWorkArea area, CancellationToken ct) =>
        CallAsync(repository, () => inner.ReadAsync(repository, branch, area, ct), ct);

    public Task<Snapshot?> ReadCommitAsync(RepositoryRef repository, string commit, SyncWorkArea area, CancellationToken ct) =>
        CallAsync(repository, () => inner.ReadCommitAsync(repository, commit, area, ct), ct);

    public Task<ImmutableArray<CommitNote>> HistoryAsync(RepositoryRef repository, string revision, CancellationToken ct) =>
        CallAsync(repository, () => inner.HistoryAsync(repository, revision, ct), ct);

    public Task<string?> PushAsync(RepositoryRef repository, SyncPush push, SyncWorkArea area, CancellationToken ct) => CallAsync(repository, () =>
        push.Branch == "main" && repository.Name.Contains(Protected, StringComparison.Ordinal)
            ? throw new ProviderException(ProviderFault.Rejected, "The branch main takes changes by pull request alone.")
            : Writing(repository, () => inner.PushAsync(repository, push, area, ct)), ct);

    public Task<PullRequest?> FindPullRequestAsync(RepositoryRef repository, string branch, CancellationToken ct) =>
        CallAsync(repository, () => inner.FindPullRequestAsync(repository, branch, ct), ct);

    public Task<PullRequest?> GetPullRequestAsync(RepositoryRef repository, int number, CancellationToken ct) =>
        CallAsync(repository, () => inner.GetPullRequestAsync(repository, number, ct), ct);

    public Task<PullRequest> OpenPullRequestAsync(RepositoryRef repository, string branch, PullRequestText text, CancellationToken ct) =>
        CallAsync(repository, () => Writing(repository, () => inner.OpenPullRequestAsync(repository, branch, text, ct)), ct);

    public Task<string?> MergePullRequestAsync(RepositoryRef repository, int number, string head, string message, CancellationToken ct) =>
        CallAsync(repository, () => inner.MergePullRequestAsync(repository, number, head, message, ct), ct);

    public Task ClosePullRequestAsync(RepositoryRef repository, int number, string? note, CancellationToken ct) => inner.ClosePullRequestAsync(repository, number, note, ct);

    public Task<bool> BeginBranchAsync(RepositoryRef repository, string branch, string commit, CancellationToken ct) => inner.BeginBranchAsync(repository, branch, commit, ct);

    public Task DeleteBranchAsync(RepositoryRef repository, string branch, string head, CancellationToken ct) => inner.DeleteBranchAsync(repository, branch, head, ct);

    private static Task<T> Writing<T>(RepositoryRef repository, Func<Task<T>> write) => repository.Name.Contains(Archived, StringComparison.Ordinal)
        ? throw new ProviderException(ProviderFault.Rejected, "The repository is archived.")
        : write();

    private async Task<T> CallAsync<T>(RepositoryRef repository, Func<Task<T>> call, CancellationToken ct)
    {
        if (repository.Name.Contains(Dead, StringComparison.Ordinal))
        {
            throw new ProviderException(ProviderFault.Transient, "The host does not answer.");
        }

        // Of one repository's calls each twenty-fourth fails at first; later ones less, so that all come through.
        var number = calls.AddOrUpdate(repository.Name, 1, (_, before) => before + 1);
        var dice = new Random(repository.Name.Aggregate(seed + number, (sum, letter) => unchecked((sum * 31) + letter))).Next(number < 20 ? 48 : 240);
        if (dice == 0)
        {
            throw new ProviderException(ProviderFault.Transient, "Too many requests: try again in a moment.");
        }

        await AtOnce.WaitAsync(ct);
        try
        {
            var answer = await call();
            return dice == 1 ? throw new ProviderException(ProviderFault.Transient, "The answer was lost.") : answer;
        }
        finally
        {
            AtOnce.Release();
        }
    }
}
