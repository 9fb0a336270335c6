using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Providers.Repositories;
using PrizeDraw.Providers.Sync;

namespace PrizeDraw.Sync.Tests.Properties;

/// <summary>A template and a site whose commits stand in the work area alone, so that many histories can be tried: no pull requests, one branch.</summary>
internal sealed class AreaRepository(SyncWorkArea area) : ISyncHost, ITemplateHistory
{
    private readonly Dictionary<string, CommitNote> _commits = [];
    private readonly List<string> _template = [];

    public string? Head { get; private set; }

    public string Source => "area";

    public async Task<string> CommitAsync(string tree, string? parent, string message = "A change")
    {
        var commit = await area.WriteCommitAsync(tree, parent is null ? [] : [parent], $"{message}\n\n{_commits.Count}", CancellationToken.None);
        _commits[commit] = new CommitNote(commit, tree, parent is null ? [] : [parent], message);
        return commit;
    }

    public async Task<TemplateBase> ReleaseAsync(string tree)
    {
        _template.Add(await CommitAsync(tree, _template.LastOrDefault()));
        return new TemplateBase($"v{_template.Count}", _template[^1]);
    }

    public async Task ResetAsync(string tree) => Head = await CommitAsync(tree, null);

    public Task<string> DefaultBranchAsync(RepositoryRef repository, CancellationToken ct) => Task.FromResult("main");

    public Task<Snapshot?> ReadAsync(RepositoryRef repository, string branch, SyncWorkArea own, CancellationToken ct) =>
        Task.FromResult(branch == "main" ? Found(Head!) : null);

    public Task<Snapshot?> ReadCommitAsync(RepositoryRef repository, string commit, SyncWorkArea own, CancellationToken ct) => Task.FromResult(Found(commit));

    public Task<Snapshot?> ReadAsync(string commit, SyncWorkArea own, CancellationToken ct) => Task.FromResult(Found(commit));

    public Task<ImmutableArray<CommitNote>> HistoryAsync(RepositoryRef repository, string revision, CancellationToken ct)
    {
        var notes = ImmutableArray.CreateBuilder<CommitNote>();
        for (var at = _commits.GetValueOrDefault(revision); at is not null; at = at.Parents.Length > 0 ? _commits[at.Parents[0]] : null)
        {
            notes.Add(at);
        }

        return Task.FromResult(notes.ToImmutable());
    }

    public async Task<string?> PushAsync(RepositoryRef repository, SyncPush push, SyncWorkArea own, CancellationToken ct) =>
        push.Branch == "main" ? Head = await CommitAsync(push.Tree, push.Parents[0], push.Message) : throw new InvalidOperationException("It pushes to main alone.");

    public Task<ImmutableArray<CommitNote>?> CommitsAsync(string since, string until, CancellationToken ct) => Task.FromResult<ImmutableArray<CommitNote>?>(
        [.. _template.Skip(_template.IndexOf(since) + 1).Take(_template.IndexOf(until) - _template.IndexOf(since)).Reverse().Select(c => _commits[c])]);

    public Task<PullRequest?> FindPullRequestAsync(RepositoryRef repository, string branch, CancellationToken ct) => Task.FromResult<PullRequest?>(null);

    public Task<PullRequest?> GetPullRequestAsync(RepositoryRef repository, int number, CancellationToken ct) => Task.FromResult<PullRequest?>(null);

    public Task<PullRequest> OpenPullRequestAsync(RepositoryRef repository, string branch, PullRequestText text, CancellationToken ct) => throw new InvalidOperationException();

    public Task<string?> MergePullRequestAsync(RepositoryRef repository, int number, string head, string message, CancellationToken ct) => throw new InvalidOperationException();

    public Task ClosePullRequestAsync(RepositoryRef repository, int number, CancellationToken ct) => Task.CompletedTask;

    public Task DeleteBranchAsync(RepositoryRef repository, string branch, string head, CancellationToken ct) => Task.CompletedTask;

    public Task<ImmutableArray<TemplateVersion>> VersionsAsync(CancellationToken ct) =>
        Task.FromResult<ImmutableArray<TemplateVersion>>([.. _template.Select((c, n) => new TemplateVersion($"v{n + 1}", c)).Reverse()]);

    public Task<string?> ResolveAsync(string revision, CancellationToken ct) => Task.FromResult(_commits.ContainsKey(revision) ? revision : null);

    private Snapshot? Found(string commit) => _commits.GetValueOrDefault(commit) is { } note ? new Snapshot(note.Commit, note.Tree) : null;
}
