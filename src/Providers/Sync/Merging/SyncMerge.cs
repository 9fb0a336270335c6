using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace PrizeDraw.Providers.Sync.Merging;

/// <summary>Trees to be merged, all in the work area.</summary>
/// <param name="Base">What the site has of the template.</param>
/// <param name="Site">What the site is.</param>
/// <param name="Template">What the template is now; its <c>template.json</c> says how.</param>
public sealed record MergeOrder(string Base, string Site, string Template)
{
    /// <summary>Ids of the migrations that the site has had.</summary>
    public ImmutableArray<string> Migrations { get; init; } = [];
}

/// <summary>How a merge came out.</summary>
/// <param name="Tree">The merged tree; with conflicts, a <c>.template-sync</c> folder tells of them.</param>
/// <param name="Files">What became of each file that changes, or that the template wanted otherwise, in the order of their paths.</param>
/// <param name="Migrations">All migrations that the site has had with it.</param>
public sealed record SyncMerged(string Tree, ImmutableArray<SyncedFile> Files, ImmutableArray<SyncConflict> Conflicts, ImmutableArray<string> Migrations)
{
    /// <summary>How many files of the site differ from the base, those of the platform aside.</summary>
    public int LocalChanges { get; init; }
}

/// <summary>
/// Merges what the template has become into a site. The same trees always give the same result. <see cref="ProviderFault.Rejected"/>
/// where <c>template.json</c> makes no sense.
/// </summary>
public sealed class SyncMerge
{
    private readonly SyncWorkArea _area;
    private readonly Blobs _blobs;
    private readonly ConflictNotes _notes;

    private SyncMerge(SyncWorkArea area, string deletedId)
    {
        _area = area;
        _blobs = new Blobs(area);
        _notes = new ConflictNotes(deletedId);
    }

    public static async Task<SyncMerged> MergeAsync(SyncWorkArea area, MergeOrder order, CancellationToken ct) =>
        await (await NewAsync(area, ct)).MergeAsync(order, ct);

    /// <summary>
    /// Merges trees of which nobody owns a part: what people did on a branch, or since. At the paths of <paramref name="settled"/> the site's
    /// file stays without being compared.
    /// </summary>
    internal static async Task<SyncMerged> MergeFreelyAsync(SyncWorkArea area, MergeOrder order, IReadOnlySet<string> settled, CancellationToken ct)
    {
        var merge = await NewAsync(area, ct);
        var sides = await MergeSides.ReadAsync(area, order.Base, order.Site, order.Template, ct);
        foreach (var path in settled)
        {
            sides.Base[path] = sides.Template[path] = sides.Site[path];
        }

        var rules = (await merge.RulesAsync(sides.Template, ct))?.WithoutOwners() ?? TemplateRules.Free;
        return await merge.MergeAsync(sides, rules, [], ct);
    }

    private static async Task<SyncMerge> NewAsync(SyncWorkArea area, CancellationToken ct) =>
        new(area, await area.WriteBlobAsync("The template has no such file any more.\n"u8.ToArray(), ct));

    private async Task<SyncMerged> MergeAsync(MergeOrder order, CancellationToken ct)
    {
        var sides = await MergeSides.ReadAsync(_area, order.Base, order.Site, order.Template, ct);
        await _blobs.LoadAsync([sides.Base[TemplateRules.FileName], sides.Template[TemplateRules.FileName]], ct);
        var rules = TemplateRules.Parse(_blobs.Find(sides.Template[TemplateRules.FileName]?.Id));

        // What the base's own list names the site was made with, or has had.
        var before = await RulesAsync(sides.Base, ct);
        var had = order.Migrations.Union(before?.Migrations.Select(m => m.Id) ?? []).ToHashSet();
        var due = rules.Migrations.Where(m => !had.Contains(m.Id)).ToImmutableArray();
        Forget(sides.Base, before, rules, due);
        var merged = await MergeAsync(sides, rules, due, ct);
        return merged with { Migrations = [.. order.Migrations.Union(rules.Migrations.Select(m => m.Id)).Order(StringComparer.Ordinal)] };
    }

    // What was the site's own never came to it with a version: where it is not its own any more, that version says nothing of what the site has.
    private static void Forget(FileMap origin, TemplateRules? before, TemplateRules rules, ImmutableArray<TemplateMigration> due)
    {
        foreach (var path in origin.Paths.Where(p => before?.IsUntouched(p) == true && !rules.IsUntouched(due.Aggregate(p, (at, m) => m.Moved(at)))).ToArray())
        {
            origin[path] = null;
        }
    }

    private async Task<SyncMerged> MergeAsync(MergeSides sides, TemplateRules rules, ImmutableArray<TemplateMigration> due, CancellationToken ct)
    {
        var site = sides.Site.Copy();
        await new MigrationRun(rules, sides, _blobs, _notes).RunAsync(due, ct);
        await _blobs.LoadAsync(Compared(sides, rules).SelectMany(p => (TreeEntry?[])[sides.Base[p], sides.Site[p], sides.Template[p]]), ct);
        var all = sides.Copy();
        var settled = await new OwnedFiles(rules, sides, _blobs, _notes).SettleAsync(ct);
        var git = new GitFiles(_area, sides, _blobs, _notes);
        var result = await git.MergeAsync(ct);
        foreach (var (path, entry) in settled)
        {
            result[path] = entry;
        }

        while (MakeRoom(result, all, git.Renames))
        {
            // What was put back may stand in the way of something else of the template's.
        }

        Describe(all);
        var conflicts = _notes.Conflicts.ToImmutableArray();
        var files = await new SyncReport(_area, _notes).ReadAsync(site, all.Template, result, ct);
        await AddNotesAsync(result, conflicts, ct);
        return new SyncMerged(await _area.WriteTreeAsync(result.Entries, ct), files, conflicts, [])
        {
            LocalChanges = all.Paths().Count(p => !FileMap.Same(all.Base[p], all.Site[p]) && rules.OwnerOf(p) != Ownership.Platform),
        };
    }

    // What only the site has may be a file that it has renamed, where it has others no more.
    private static IEnumerable<string> Compared(MergeSides sides, TemplateRules rules)
    {
        var mayRename = sides.Base.Paths.Any(p => sides.Site[p] is null && !rules.IsUntouched(p));
        return sides.Paths().Where(p => sides.Differ(p) && !rules.IsUntouched(p) && (mayRename || sides.Base[p] is not null || sides.Template[p] is not null));
    }

    // A file of one side where the other has a folder: the site's stays, and a file of its own that the template has moved there is where it was.
    private bool MakeRoom(FileMap result, MergeSides all, Renames renames)
    {
        var isChanged = false;
        foreach (var path in result.Paths.ToArray())
        {
            for (var cut = path.LastIndexOf('/'); cut > 0; cut = path.LastIndexOf('/', cut - 1))
            {
                var above = path[..cut];
                if (result[above] is null || result[path] is null)
                {
                    continue;
                }

                var gone = all.Site[above] is null ? above : path;
                _notes.Add(gone, "type", "A file of one side is a folder of the other's; the site's stays, unless the template's side is taken.", result[gone]);
                result[gone] = null;
                isChanged = true;
                if (renames.Elsewhere(gone) is { } moved)
                {
                    result[moved.Path] = moved;
                    _notes.StaysAt(gone, moved.Path);
                }
            }
        }

        return isChanged;
    }

    // The three versions of what git did not merge: each side has them at the same path.
    private void Describe(MergeSides all)
    {
        foreach (var conflict in _notes.Conflicts.Where(c => c.Base is null && c.Site is null && c.Template is null).ToArray())
        {
            var (b, o, t) = all.At(conflict.Path);
            _notes.Describe(conflict.Path, b, o, t);
        }
    }

    private async Task AddNotesAsync(FileMap result, ImmutableArray<SyncConflict> conflicts, CancellationToken ct)
    {
        if (conflicts.IsEmpty)
        {
            return;
        }

        result[ConflictFolder.Readme] = new TreeEntry(ConflictFolder.Readme, TreeEntry.Plain, await _area.WriteBlobAsync(ConflictFolder.WriteReadme(conflicts), ct));
        result[ConflictFolder.List] = new TreeEntry(ConflictFolder.List, TreeEntry.Plain, await _area.WriteBlobAsync(ConflictFolder.WriteList(conflicts), ct));
        foreach (var (path, entry) in _notes.Beside)
        {
            result[path] = entry.Mode == TreeEntry.Submodule ? entry with { Mode = TreeEntry.Plain, Id = await _area.WriteBlobAsync("A submodule.\n"u8.ToArray(), ct) } : entry;
        }
    }

    private async Task<TemplateRules?> RulesAsync(FileMap files, CancellationToken ct)
    {
        try
        {
            await _blobs.LoadAsync([files[TemplateRules.FileName]], ct);
            return TemplateRules.Parse(_blobs.Find(files[TemplateRules.FileName]?.Id));
        }
        catch (ProviderException error) when (error.Fault == ProviderFault.Rejected)
        {
            return null;
        }
    }
}
