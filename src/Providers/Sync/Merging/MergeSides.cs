using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace PrizeDraw.Providers.Sync.Merging;

/// <summary>The three trees of a merge as they are compared: after migrations, without what an earlier conflict left.</summary>
internal sealed record MergeSides(FileMap Base, FileMap Site, FileMap Template)
{
    public static async Task<MergeSides> ReadAsync(SyncWorkArea area, string origin, string site, string template, CancellationToken ct) =>
        new(await FilesAsync(area, origin, ct), await FilesAsync(area, site, ct), await FilesAsync(area, template, ct));

    /// <summary>All paths that any of them has, in order.</summary>
    public ImmutableArray<string> Paths() => [.. Base.Paths.Concat(Site.Paths).Concat(Template.Paths).Distinct().Order(StringComparer.Ordinal)];

    public (TreeEntry? Base, TreeEntry? Site, TreeEntry? Template) At(string path) => (Base[path], Site[path], Template[path]);

    /// <summary>Whether either side has another file than the base.</summary>
    public bool Differ(string path) => !FileMap.Same(Base[path], Site[path]) || !FileMap.Same(Base[path], Template[path]);

    public MergeSides Copy() => new(Base.Copy(), Site.Copy(), Template.Copy());

    public void Remove(string path)
    {
        foreach (var map in (FileMap[])[Base, Site, Template])
        {
            map[path] = null;
        }
    }

    private static async Task<FileMap> FilesAsync(SyncWorkArea area, string tree, CancellationToken ct) =>
        new((await area.ListAsync(tree, ct)).Where(e => !ConflictFolder.Holds(e.Path)));
}
