using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace PrizeDraw.Providers.Sync.Merging;

/// <summary>Says of each file what became of it.</summary>
internal sealed class SyncReport(SyncWorkArea area, ConflictNotes notes)
{
    public async Task<ImmutableArray<SyncedFile>> ReadAsync(FileMap site, FileMap template, FileMap result, CancellationToken ct)
    {
        var moved = await MovesAsync(site, result, ct);
        var from = moved.ToDictionary(m => m.Value, m => m.Key);
        var told = ImmutableArray.CreateBuilder<SyncedFile>();
        foreach (var path in site.Paths.Concat(result.Paths).Concat(notes.Kept.Keys).Concat(notes.Conflicts.Select(c => c.Path)).Distinct().Order(StringComparer.Ordinal))
        {
            var change = Change(site[path], result[path]);
            var conflict = notes.Conflicts.FirstOrDefault(c => c.Path == path);
            if (conflict is not null || notes.Kept.ContainsKey(path))
            {
                told.Add(new SyncedFile(path, from.ContainsKey(path) ? "renamed" : change, conflict is null ? "kept" : "conflict", conflict?.Note ?? notes.Kept[path], from.GetValueOrDefault(path)));
            }
            else if (from.TryGetValue(path, out var old))
            {
                told.Add(new SyncedFile(path, "renamed", FileMap.Same(result[path], template[path]) ? "taken" : "merged", null, old));
            }
            else if (change != "none" && !moved.ContainsKey(path))
            {
                told.Add(new SyncedFile(path, change, FileMap.Same(result[path], template[path]) ? "taken" : "merged"));
            }
        }

        return told.ToImmutable();
    }

    private async Task<ImmutableDictionary<string, string>> MovesAsync(FileMap site, FileMap result, CancellationToken ct) =>
        site.Paths.All(p => result[p] is not null) || result.Paths.All(p => site[p] is not null)
            ? ImmutableDictionary<string, string>.Empty
            : await area.RenamesAsync(await area.WriteTreeAsync(site.Entries, ct), await area.WriteTreeAsync(result.Entries, ct), ct);

    private static string Change(TreeEntry? before, TreeEntry? after) =>
        before is null ? after is null ? "none" : "added" : after is null ? "deleted" : FileMap.Same(before, after) ? "none" : "modified";
}
