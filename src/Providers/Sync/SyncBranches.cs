using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Providers.Repositories;
using PrizeDraw.Providers.Sync.Merging;

namespace PrizeDraw.Providers.Sync;

/// <summary>A branch with its newest commits.</summary>
internal sealed record SyncBranch(string Name, Snapshot Head, ImmutableArray<CommitNote> History)
{
    /// <summary>The newest commit of ours that is not among these others.</summary>
    public (CommitNote Note, SyncTrailers Trailers)? Ours(IReadOnlySet<string> others) =>
        History.Where(n => !others.Contains(n.Commit)).Select(n => (Note: n, Trailers: SyncTrailers.Read(n.Message))).FirstOrDefault(n => n.Trailers is not null)
            is { Trailers: { } trailers } found ? (found.Note, trailers) : null;

    public IReadOnlySet<string> Commits => History.Select(n => n.Commit).ToHashSet();

    /// <summary>The newest of this branch's commits that another one has as well: where that began, or what was merged into it since. Null where it lies further back than is known.</summary>
    public string? NewestIn(SyncBranch other)
    {
        var both = Commits.Intersect(other.Commits).ToHashSet();
        var older = History.Where(n => both.Contains(n.Commit)).SelectMany(n => n.Parents).ToHashSet();
        return History.FirstOrDefault(n => both.Contains(n.Commit) && !older.Contains(n.Commit))?.Commit;
    }

    /// <summary>The commit that an order has made here, from before a crash.</summary>
    public CommitNote? Find(Func<SyncTrailers, bool> isIt) => History.FirstOrDefault(n => SyncTrailers.Read(n.Message) is { } trailers && isIt(trailers));

    /// <summary>
    /// The commit by which another came to this branch, and what the branch was before: itself, or the merge that brought it. Null where
    /// that lies further back than is known.
    /// </summary>
    public (string Commit, string Before)? Landing(Func<CommitNote, bool> isIt)
    {
        var known = History.ToDictionary(n => n.Commit);
        for (var at = known.GetValueOrDefault(Head.Commit); at is not null; at = at.Parents.Length > 0 ? known.GetValueOrDefault(at.Parents[0]) : null)
        {
            if (at.Parents.Length > 0 && (isIt(at) || at.Parents.Skip(1).Any(p => LeadsTo(known, p, at.Parents[0], isIt))))
            {
                return (at.Commit, at.Parents[0]);
            }
        }

        return null;
    }

    // Whether a merged branch, down to where it left the main line, has the commit.
    private static bool LeadsTo(Dictionary<string, CommitNote> known, string from, string main, Func<CommitNote, bool> isIt)
    {
        var seen = new HashSet<string> { main };
        var open = new Queue<string>([from]);
        while (open.TryDequeue(out var commit))
        {
            if (seen.Add(commit) && known.TryGetValue(commit, out var note))
            {
                if (isIt(note))
                {
                    return true;
                }

                foreach (var parent in note.Parents)
                {
                    open.Enqueue(parent);
                }
            }
        }

        return false;
    }
}

/// <summary>Reads branches, and whether what is on them is decided.</summary>
internal sealed class SyncBranches(ISyncHost host, SyncWorkArea area)
{
    /// <summary>The branch that the site is built from.</summary>
    public async Task<SyncBranch> MainAsync(RepositoryRef repository, CancellationToken ct)
    {
        var name = await host.DefaultBranchAsync(repository, ct);
        return await ReadAsync(repository, name, ct)
            ?? throw new ProviderException(ProviderFault.Rejected, $"The repository {repository.Name} has no branch {name}.");
    }

    /// <summary>Null where there is no such branch.</summary>
    public async Task<SyncBranch?> ReadAsync(RepositoryRef repository, string name, CancellationToken ct) => await host.ReadAsync(repository, name, area, ct) is { } head
        ? new SyncBranch(name, head, await host.HistoryAsync(repository, head.Commit, ct))
        : null;

    /// <summary>What had to be decided as our commit on a branch left it; empty for nothing.</summary>
    public async Task<ImmutableArray<SyncConflict>> ConflictsAsync(string tree, CancellationToken ct)
    {
        var list = (await area.ListAsync(tree, ct)).FirstOrDefault(e => e.Path == ConflictFolder.List);
        return list is not null && await area.ReadBlobAsync(list.Id, 1 << 20, ct) is { } content && ConflictFolder.ReadList(content) is { } conflicts ? conflicts : [];
    }

    /// <summary>Those of the conflicts that still are: what lies beside is there, or the file holds markers of it.</summary>
    public async Task<ImmutableArray<SyncConflict>> OpenAsync(string tree, ImmutableArray<SyncConflict> conflicts, CancellationToken ct)
    {
        if (conflicts.IsEmpty)
        {
            return [];
        }

        var files = new FileMap(await area.ListAsync(tree, ct));
        var marked = conflicts.Where(c => c.HasMarkers).Select(c => files[c.Path]).OfType<TreeEntry>().Where(e => e.Size is >= 0 and <= Blobs.SizeMax).ToArray();
        var contents = await area.ReadAsync([.. marked.Select(e => (e.Id, e.Size))], ct);
        return
        [
            .. conflicts.Where(c => (c.Beside is not null && files[c.Beside] is not null)
                || (c.HasMarkers && files[c.Path] is { } file && contents.TryGetValue(file.Id, out var content) && ConflictMarkers.AreIn(content))),
        ];
    }

    /// <summary>Whether a branch's tree can be merged: nothing is open, and our folder is gone.</summary>
    public async Task<bool> IsDecidedAsync(string tree, ImmutableArray<SyncConflict> conflicts, CancellationToken ct) =>
        !(await area.ListAsync(tree, ct)).Any(e => ConflictFolder.Holds(e.Path)) && (await OpenAsync(tree, conflicts, ct)).IsEmpty;
}
