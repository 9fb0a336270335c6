using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace PrizeDraw.Providers.Sync.Merging;

/// <summary>Merges by git what nobody owns, and makes of its conflicts what a site can live with until somebody decides.</summary>
internal sealed class GitFiles(SyncWorkArea area, MergeSides sides, Blobs blobs, ConflictNotes notes)
{
    private static readonly ImmutableDictionary<string, string> None = ImmutableDictionary<string, string>.Empty;

    /// <summary>What each side has moved, once it is merged.</summary>
    public Renames Renames { get; private set; } = new(sides, None, None);

    /// <summary>The merged files.</summary>
    public async Task<FileMap> MergeAsync(CancellationToken ct)
    {
        var normal = await NormalSidesAsync(ct);
        if (Same(normal.Base, normal.Template))
        {
            return await StyledAsync(normal.Site, ct);
        }

        if (Same(normal.Base, normal.Site))
        {
            return await StyledAsync(normal.Template, ct);
        }

        var (b, o, t) = (await TreeAsync(normal.Base, ct), await TreeAsync(normal.Site, ct), await TreeAsync(normal.Template, ct));
        var merged = await area.MergeAsync(b, o, t, ct);
        Renames = new Renames(sides, await MovesAsync(b, normal.Base, o, normal.Site, ct), await MovesAsync(b, normal.Base, t, normal.Template, ct));
        var result = new FileMap(await area.ListAsync(merged.Tree, ct));
        await blobs.LoadAsync(result.Entries.Where(e => IsNew(e, normal)), ct);
        await blobs.LoadMergedAsync(merged.Stages.Where(s => s.Mode != TreeEntry.Submodule).Select(s => s.Id), ct);
        var decided = await new GitConflicts(area, merged, blobs, notes, Renames).ResolveAsync(result, ct);
        return await StyledAsync(result, ct, decided);
    }

    // Only what either side has changed can differ in its form; what git took for a rename is among it.
    private async Task<MergeSides> NormalSidesAsync(CancellationToken ct)
    {
        var normal = sides.Copy();
        foreach (var path in sides.Paths().Where(sides.Differ))
        {
            normal.Base[path] = await blobs.NormalAsync(normal.Base[path], ct);
            normal.Site[path] = await blobs.NormalAsync(normal.Site[path], ct);
            normal.Template[path] = await blobs.NormalAsync(normal.Template[path], ct);
        }

        return normal;
    }

    private async Task<FileMap> StyledAsync(FileMap normal, CancellationToken ct, IReadOnlySet<string>? decided = null)
    {
        var styled = normal.Copy();
        foreach (var entry in normal.Entries.Where(e => e.IsFile && decided?.Contains(e.Path) != true))
        {
            var (b, o, t) = Renames.Originals(entry.Path);
            if (!FileMap.Same(b, o) || !FileMap.Same(b, t))
            {
                styled[entry.Path] = entry with { Id = await blobs.StyledAsync(entry.Id, b, o, t, ct), Size = -1 };
            }
        }

        return styled;
    }

    private async Task<ImmutableDictionary<string, string>> MovesAsync(string from, FileMap before, string to, FileMap after, CancellationToken ct) =>
        before.Paths.All(p => after[p] is not null) || after.Paths.All(p => before[p] is not null)
            ? None
            : await area.RenamesAsync(from, to, ct);

    private Task<string> TreeAsync(FileMap files, CancellationToken ct) => area.WriteTreeAsync(files.Entries, ct);

    private static bool Same(FileMap a, FileMap b) => a.Entries.Select(e => (e.Path, e.Mode, e.Id)).SequenceEqual(b.Entries.Select(e => (e.Path, e.Mode, e.Id)));

    // What git has written: a content that neither side has there.
    private static bool IsNew(TreeEntry entry, MergeSides normal) => !FileMap.Same(entry, normal.Site[entry.Path]) && !FileMap.Same(entry, normal.Template[entry.Path]);
}
