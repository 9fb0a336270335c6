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
/// asks the same again.
/// </summary>
internal sealed class ReviewUpdate(SyncWorkArea area, SyncBranches branches)
{
    private const string AskedAgain = "This was decided for an earlier version; it has changed again since. The branch's stands.";

    /// <summary>The branch's new tree.</summary>
    public async Task<string> MergeAsync(SyncMerged earlier, SyncMerged later, string head, CancellationToken ct)
    {
        var (before, after, has) = (await FilesAsync(earlier.Tree, ct), await FilesAsync(later.Tree, ct), await FilesAsync(head, ct));

        // Where one of them holds markers, lines can't be merged: what people made of the file stays.
        var marked = earlier.Conflicts.Concat(later.Conflicts).Where(c => c.HasMarkers).Select(c => c.Path).ToHashSet();
        var decidedByHand = marked.Where(p => !FileMap.Same(has[p], before[p]) && !FileMap.Same(after[p], before[p])).ToHashSet();
        var merged = await SyncMerge.MergeFreelyAsync(area, new MergeOrder(earlier.Tree, head, later.Tree), decidedByHand, ct);
        var result = await FilesAsync(merged.Tree, ct);
        var stillMarked = (await branches.OpenAsync(merged.Tree, [.. later.Conflicts.Where(c => c.HasMarkers)], ct)).Select(c => c.Path).ToHashSet();
        var open = merged.Conflicts.ToDictionary(c => c.Path);
        foreach (var conflict in later.Conflicts)
        {
            if (decidedByHand.Contains(conflict.Path) && !stillMarked.Contains(conflict.Path))
            {
                // Where the site's has changed as well, both lie beside, as they met.
                var siteIsSame = earlier.Conflicts.Any(c => c.Path == conflict.Path && FileMap.Same(c.Site, conflict.Site));
                await AskAgainAsync(open, result, conflict, siteIsSame ? conflict.Template : after[conflict.Path], ct);
            }
            else if (IsOpen(conflict))
            {
                open[conflict.Path] = conflict;
                Lay(conflict.Beside);
            }
        }

        foreach (var path in decidedByHand.Where(p => later.Conflicts.All(c => c.Path != p) && !FileMap.Same(has[p], after[p])))
        {
            // It merges by itself now, and would leave another file than the one decided for what was before.
            await AskAgainAsync(open, result, new SyncConflict(path, "content", false, "") { Site = has[path], Template = after[path] }, after[path], ct);
        }

        return await WriteAsync(result, [.. open.Values.OrderBy(c => c.Path, StringComparer.Ordinal)], ct);

        void Lay(string? beside) => _ = beside is null ? null : result[beside] = after[beside];

        bool IsOpen(SyncConflict conflict) => conflict.HasMarkers
            ? stillMarked.Contains(conflict.Path)
            : !earlier.Conflicts.Contains(conflict) || (conflict.Beside is { } beside && has[beside] is not null);
    }

    private async Task AskAgainAsync(Dictionary<string, SyncConflict> open, FileMap result, SyncConflict conflict, TreeEntry? wanted, CancellationToken ct)
    {
        var beside = ConflictFolder.PathOf(conflict.Path);
        open[conflict.Path] = conflict with { HasMarkers = false, Beside = beside, Note = AskedAgain };
        result[beside] = wanted ?? new TreeEntry(beside, TreeEntry.Plain, await area.WriteBlobAsync("There is no such file any more.\n"u8.ToArray(), ct));
    }

    private async Task<string> WriteAsync(FileMap files, ImmutableArray<SyncConflict> open, CancellationToken ct)
    {
        files[ConflictFolder.Readme] = files[ConflictFolder.List] = null;
        if (!open.IsEmpty)
        {
            files[ConflictFolder.Readme] = new TreeEntry(ConflictFolder.Readme, TreeEntry.Plain, await area.WriteBlobAsync(ConflictFolder.WriteReadme(open), ct));
            files[ConflictFolder.List] = new TreeEntry(ConflictFolder.List, TreeEntry.Plain, await area.WriteBlobAsync(ConflictFolder.WriteList(open), ct));
        }

        return await area.WriteTreeAsync(files.Entries, ct);
    }

    private async Task<FileMap> FilesAsync(string tree, CancellationToken ct) => new(await area.ListAsync(tree, ct));
}
