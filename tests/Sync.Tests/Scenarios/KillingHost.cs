using System;
using System.Collections.Immutable;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Providers.Repositories;
using PrizeDraw.Providers.Sync;

namespace PrizeDraw.Sync.Tests.Scenarios;

/// <summary>The process ends: no more is done by it.</summary>
internal sealed class Killed : Exception;

/// <summary>Ends the process before or after the n-th call that changes something.</summary>
internal sealed class KillingHost(ISyncHost host, int at, bool isBefore) : ISyncHost
{
    private int _calls;

    public bool HasKilled { get; private set; }

    public Task<string> DefaultBranchAsync(RepositoryRef repository, CancellationToken ct) => host.DefaultBranchAsync(repository, ct);

    public Task<Snapshot?> ReadAsync(RepositoryRef repository, string branch, SyncWorkArea area, CancellationToken ct) => host.ReadAsync(repository, branch, area, ct);

    public Task<Snapshot?> ReadCommitAsync(RepositoryRef repository, string commit, SyncWorkArea area, CancellationToken ct) => host.ReadCommitAsync(repository, commit, area, ct);

    public Task<ImmutableArray<CommitNote>> HistoryAsync(RepositoryRef repository, string revision, CancellationToken ct) => host.HistoryAsync(repository, revision, ct);

    public Task<PullRequest?> FindPullRequestAsync(RepositoryRef repository, string branch, CancellationToken ct) => host.FindPullRequestAsync(repository, branch, ct);

    public Task<PullRequest?> GetPullRequestAsync(RepositoryRef repository, int number, CancellationToken ct) => host.GetPullRequestAsync(repository, number, ct);

    public Task<string?> PushAsync(RepositoryRef repository, SyncPush push, SyncWorkArea area, CancellationToken ct) => KillAsync(() => host.PushAsync(repository, push, area, ct));

    public Task<PullRequest> OpenPullRequestAsync(RepositoryRef repository, string branch, PullRequestText text, CancellationToken ct) =>
        KillAsync(() => host.OpenPullRequestAsync(repository, branch, text, ct));

    public Task<string?> MergePullRequestAsync(RepositoryRef repository, int number, string head, string message, CancellationToken ct) =>
        KillAsync(() => host.MergePullRequestAsync(repository, number, head, message, ct));

    public Task ClosePullRequestAsync(RepositoryRef repository, int number, string? note, CancellationToken ct) => KillAsync(async () =>
    {
        await host.ClosePullRequestAsync(repository, number, note, ct);
        return true;
    });

    public Task<bool> BeginBranchAsync(RepositoryRef repository, string branch, string commit, CancellationToken ct) =>
        KillAsync(() => host.BeginBranchAsync(repository, branch, commit, ct));

    public Task DeleteBranchAsync(RepositoryRef repository, string branch, string head, CancellationToken ct) => KillAsync(async () =>
    {
        await host.DeleteBranchAsync(repository, branch, head, ct);
        return true;
    });

    private async Task<T> KillAsync<T>(Func<Task<T>> call)
    {
        var isIt = ++_calls == at;
        HasKilled |= isIt;
        if (isIt && isBefore)
        {
            throw new Killed();
        }

        var answer = await call();
        return isIt ? throw new Killed() : answer;
    }
}
