using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Providers.Sync.Merging;

namespace PrizeDraw.Providers.Sync;

/// <summary>
/// Brings a branch that people work on from one proposal to the next: their commits stay, and so do their decisions, where the next proposal
/// asks the same again. What was asked on the branch and nobody has answered there stays asked, with what the newest version makes of the
/// file, until the branch has just that.
/// </summary>
/// <param name="earlier">The proposal before, worked out anew: what we put on the branch had people's work in it.</param>
/// <param name="later">The proposal that it is to become.</param>
internal sealed class ReviewUpdate(SyncWorkArea area, SyncBranches branches, SyncMerged earlier, SyncMerged later)
{
    private const string AskedAgain = "This was decided or changed here for an earlier version; it has changed again since. The branch's stands.";

    private readonly Dictionary<string, SyncConflict> _before = earlier.Conflicts.ToDictionary(c => c.Path), _after = later.Conflicts.ToDictionary(c => c.Path);
    private readonly List<SyncConflict> _open = [];
    private FileMap _earlier = new([]), _later = new([]), _head = new([]), _merged = new([]), _result = new([]);

    /// <summary>The branch's new tree.</summary>
    /// <param name="head">The branch's tree.</param>
    /// <param name="asked">What our newest commit there had asked.</param>
    public async Task<string> MergeAsync(string head, ImmutableArray<SyncConflict> asked, CancellationToken ct)
    {
        (_earlier, _later, _head) = (await FilesAsync(earlier.Tree, ct), await FilesAsync(later.Tree, ct), await FilesAsync(head, ct));
        head = await WithPlatformsAsync(head, ct);
        ImmutableArray<SyncConflict> all = [.. asked.Concat(await branches.ConflictsAsync(head, ct)).Concat(earlier.Conflicts).DistinctBy(c => c.Path)];
        var unanswered = (await branches.OpenAsync(head, all, ct)).ToDictionary(c => c.Path);

        // Where one of them holds markers, lines can't be merged: what people made of the file stays.
        var marked = earlier.Conflicts.Concat(later.Conflicts).Concat(unanswered.Values).Where(c => c.HasMarkers).Select(c => c.Path).ToHashSet();
        var settled = marked.Where(p => !FileMap.Same(_head[p], _earlier[p]) && !FileMap.Same(_later[p], _earlier[p])).ToHashSet();
        var merged = await SyncMerge.MergeFreelyAsync(area, new MergeOrder(earlier.Tree, head, later.Tree), settled, ct);
        var met = merged.Conflicts.ToDictionary(c => c.Path);
        _merged = await FilesAsync(merged.Tree, ct);
        _result = new FileMap(_merged.Entries.Where(e => !ConflictFolder.Holds(e.Path)));
        marked.UnionWith(met.Keys.Where(p => met[p].HasMarkers));
        var holding = (await branches.OpenAsync(merged.Tree, [.. marked.Select(p => new SyncConflict(p, "content", true, ""))], ct)).Select(c => c.Path).ToHashSet();

        // What the newest version asks keeps its place beside; what is asked otherwise finds another one.
        foreach (var path in _after.Keys.Concat(unanswered.Keys).Concat(settled).Concat(met.Keys).Distinct().OrderBy(p => !IsAsProposed(p)).ThenBy(p => p, StringComparer.Ordinal).ToArray())
        {
            var at = new Question(path, unanswered.GetValueOrDefault(path), met.GetValueOrDefault(path), settled.Contains(path), holding.Contains(path));
            if (IsOpen(at))
            {
                await AskAsync(at, ct);
            }
        }

        return await WriteAsync(ct);
    }

    // What the platform writes to the default branch is never the branch's, whatever became of it there.
    private async Task<string> WithPlatformsAsync(string head, CancellationToken ct)
    {
        var rules = _later[TemplateRules.FileName] is { } file && await area.ReadBlobAsync(file.Id, Blobs.SizeMax, ct) is { } content ? TemplateRules.Parse(content) : TemplateRules.Free;
        var stale = _head.Entries.Concat(_later.Entries).Select(e => e.Path).Where(p => rules.OwnerOf(p) == Ownership.Platform && !FileMap.Same(_head[p], _later[p])).ToHashSet();
        foreach (var path in stale)
        {
            _head[path] = _later[path];
        }

        return stale.Count == 0 ? head : await area.WriteTreeAsync(_head.Entries, ct);
    }

    private bool IsOpen(Question at) =>
        at.Met is not null || ((IsNew(at) || at.Unanswered is not null) && (_after.ContainsKey(at.Path) || !FileMap.Same(_result[at.Path], _later[at.Path])));

    // Whether nobody could have decided it yet.
    private bool IsNew(Question at) => at.IsSettled || (_after.GetValueOrDefault(at.Path) is { } next && _before.GetValueOrDefault(at.Path) != next);

    private Task AskAsync(Question at, CancellationToken ct)
    {
        var next = _after.GetValueOrDefault(at.Path);
        if (at.Met is null && IsAsProposed(at.Path))
        {
            return LayAsync(next!, next!.Beside is { } where ? _later[where] : null, ct);
        }

        // Only this update's own lines met, or only markers are left that people have seen.
        var isShown = at.Unanswered?.Beside is { } shown && _head[shown] is not null;
        if (!IsNew(at) && !isShown && (at.HoldsMarkers || at.Met is not null))
        {
            var left = at.Met ?? (next ?? at.Unanswered!) with { Beside = null };
            return LayAsync(left with { HasMarkers = at.HoldsMarkers }, left.Beside is { } where ? _merged[where] : null, ct);
        }

        var note = next is { HasMarkers: false, Kind: not "owned" } ? next.Note : AskedAgain;
        var question = (next ?? at.Met ?? new SyncConflict(at.Path, "content", false, "") { Site = _head[at.Path], Template = _later[at.Path] }) with
        {
            HasMarkers = at.HoldsMarkers, Note = at.Met is null ? note : $"{at.Met.Note} {note}", Beside = next?.Beside ?? at.Met?.Beside ?? ConflictFolder.PathOf(at.Path),
        };
        return LayAsync(question, Wanted(at, next), ct);
    }

    // What the newest version has for the file: where only the template has changed since the whole was decided, its text alone is the clearer
    // one; otherwise both as they met.
    private TreeEntry? Wanted(Question at, SyncConflict? next)
    {
        if (next is { HasMarkers: false, Beside: { } beside })
        {
            return next.Kind == "owned" ? _later[at.Path] : _later[beside];
        }

        var known = at.Unanswered ?? _before.GetValueOrDefault(at.Path);
        var isTemplateAlone = known?.Beside is null || FileMap.Same(_head[known.Beside], known.Template);
        return next is not null && known is not null && isTemplateAlone && !at.HoldsMarkers && FileMap.Same(known.Site, next.Site) ? next.Template : _later[at.Path];
    }

    private bool IsAsProposed(string path) => _after.ContainsKey(path) && FileMap.Same(_result[path], _later[path]);

    private async Task LayAsync(SyncConflict question, TreeEntry? beside, CancellationToken ct)
    {
        if (question.Beside is { } path)
        {
            while (_result.IsTaken(path))
            {
                path += ".template";
            }

            _result[path] = beside is { Type: "blob" }
                ? beside with { Mode = beside.Mode == TreeEntry.Executable ? beside.Mode : TreeEntry.Plain }
                : new TreeEntry(path, TreeEntry.Plain, await area.WriteBlobAsync(beside is null ? "There is no such file any more.\n"u8.ToArray() : "A submodule.\n"u8.ToArray(), ct));
            question = question with { Beside = path };
        }

        _open.Add(question);
    }

    private async Task<string> WriteAsync(CancellationToken ct)
    {
        if (_open.Count > 0)
        {
            SyncConflict[] open = [.. _open.OrderBy(c => c.Path, StringComparer.Ordinal)];
            _result[ConflictFolder.Readme] = new TreeEntry(ConflictFolder.Readme, TreeEntry.Plain, await area.WriteBlobAsync(ConflictFolder.WriteReadme(open), ct));
            _result[ConflictFolder.List] = new TreeEntry(ConflictFolder.List, TreeEntry.Plain, await area.WriteBlobAsync(ConflictFolder.WriteList(open), ct));
        }

        return await area.WriteTreeAsync(_result.Entries, ct);
    }

    private async Task<FileMap> FilesAsync(string tree, CancellationToken ct) => new(await area.ListAsync(tree, ct));

    /// <param name="Unanswered">What was asked of the file on the branch and nobody has answered.</param>
    /// <param name="Met">Lines of this update that met what people did.</param>
    /// <param name="IsSettled">Whether people's file stands against a newer text that can't be merged into it.</param>
    /// <param name="HoldsMarkers">Whether the file as it is to be has markers.</param>
    private sealed record Question(string Path, SyncConflict? Unanswered, SyncConflict? Met, bool IsSettled, bool HoldsMarkers);
}
