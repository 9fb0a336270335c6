using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Providers.Repositories;
using PrizeDraw.Providers.Sync;

namespace PrizeDraw.Sync.Tests.Properties;

/// <summary>A template and a site whose commits stand in the work area alone, so that many histories can be tried: branches, and pull requests that stay open.</summary>
internal sealed class AreaRepository(SyncWorkArea area) : ISyncHost, ITemplateHistory
{
    private readonly Dictionary<string, CommitNote> _commits = [];
    private readonly List<string> _template = [];
    private readonly Dictionary<string, string> _branches = [];
    private readonly Dictionary<string, int> _pulls = [];

    public string? Head => _branches.GetValueOrDefault("main");

    public string TemplateHead => _template[^1];

    public string Source => "area";

    public async Task<string> CommitAsync(string tree, ImmutableArray<string> parents, string message = "A change")
    {
        var commit = await area.WriteCommitAsync(tree, parents, $"{message}\n\n{_commits.Count}", CancellationToken.None);
        _commits[commit] = new CommitNote(commit, tree, parents, message);
        return commit;
    }

    public string? TreeOf(string branch) => _branches.GetValueOrDefault(branch) is { } head ? _commits[head].Tree : null;

    /// <summary>Somebody's commit on a branch.</summary>
    public async Task CommitOnAsync(string branch, string tree) => _branches[branch] = await CommitAsync(tree, [_branches[branch]]);

    public async Task<TemplateBase> ReleaseAsync(string tree)
    {
        _template.Add(await CommitAsync(tree, _template.Count == 0 ? [] : [_template[^1]]));
        return new TemplateBase($"v{_template.Count}", _template[^1]);
    }

    public async Task ResetAsync(string tree)
    {
        _branches.Clear();
        _branches["main"] = await CommitAsync(tree, []);
    }

    public Task<string> DefaultBranchAsync(RepositoryRef repository, CancellationToken ct) => Task.FromResult("main");

    public Task<Snapshot?> ReadAsync(RepositoryRef repository, string branch, SyncWorkArea own, CancellationToken ct) =>
        Task.FromResult(_branches.GetValueOrDefault(branch) is { } head ? Found(head) : null);

    public Task<Snapshot?> ReadCommitAsync(RepositoryRef repository, string commit, SyncWorkArea own, CancellationToken ct) => Task.FromResult(Found(commit));

    public Task<Snapshot?> ReadAsync(string commit, SyncWorkArea own, CancellationToken ct) => Task.FromResult(Found(commit));

    public Task<ImmutableArray<CommitNote>> HistoryAsync(RepositoryRef repository, string revision, CancellationToken ct)
    {
        var (notes, open) = (new List<CommitNote>(), new Queue<string>([_branches.GetValueOrDefault(revision, revision)]));
        while (open.TryDequeue(out var commit))
        {
            if (_commits.GetValueOrDefault(commit) is { } note && !notes.Contains(note))
            {
                notes.Add(note);
                note.Parents.ToList().ForEach(open.Enqueue);
            }
        }

        // Made in this order.
        return Task.FromResult<ImmutableArray<CommitNote>>([.. _commits.Values.Where(notes.Contains).Reverse()]);
    }

    public async Task<string?> PushAsync(RepositoryRef repository, SyncPush push, SyncWorkArea own, CancellationToken ct) =>
        _branches[push.Branch] = await CommitAsync(push.Tree, push.Parents, push.Message);

    public Task<ImmutableArray<CommitNote>?> CommitsAsync(string since, string until, CancellationToken ct) => Task.FromResult<ImmutableArray<CommitNote>?>(
        [.. _template.Skip(_template.IndexOf(since) + 1).Take(_template.IndexOf(until) - _template.IndexOf(since)).Reverse().Select(c => _commits[c])]);

    public Task<PullRequest?> FindPullRequestAsync(RepositoryRef repository, string branch, CancellationToken ct) =>
        Task.FromResult(_pulls.TryGetValue(branch, out var number) ? new PullRequest(number, branch, "open", _branches[branch], null) : null);

    public Task<PullRequest?> GetPullRequestAsync(RepositoryRef repository, int number, CancellationToken ct) =>
        FindPullRequestAsync(repository, _pulls.FirstOrDefault(p => p.Value == number).Key ?? "", ct);

    public async Task<PullRequest> OpenPullRequestAsync(RepositoryRef repository, string branch, PullRequestText text, CancellationToken ct)
    {
        _pulls.TryAdd(branch, _pulls.Count + 1);
        return (await FindPullRequestAsync(repository, branch, ct))!;
    }

    public Task<string?> MergePullRequestAsync(RepositoryRef repository, int number, string head, string message, CancellationToken ct) => throw new InvalidOperationException();

    public Task<bool> BeginBranchAsync(RepositoryRef repository, string branch, string commit, CancellationToken ct) => Task.FromResult(_branches.TryAdd(branch, commit));

    public Task ClosePullRequestAsync(RepositoryRef repository, int number, string? note, CancellationToken ct)
    {
        _pulls.Remove(_pulls.Single(p => p.Value == number).Key);
        return Task.CompletedTask;
    }

    public Task DeleteBranchAsync(RepositoryRef repository, string branch, string head, CancellationToken ct)
    {
        _branches.Remove(branch);
        return Task.CompletedTask;
    }

    public Task<ImmutableArray<TemplateVersion>> VersionsAsync(CancellationToken ct) =>
        Task.FromResult<ImmutableArray<TemplateVersion>>([.. _template.Select((c, n) => new TemplateVersion($"v{n + 1}", c)).Reverse()]);

    public Task<string?> ResolveAsync(string revision, CancellationToken ct) => Task.FromResult(_commits.ContainsKey(revision) ? revision : null);

    private Snapshot? Found(string commit) => _commits.GetValueOrDefault(commit) is { } note ? new Snapshot(note.Commit, note.Tree) : null;
}
