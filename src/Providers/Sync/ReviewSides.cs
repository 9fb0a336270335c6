using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Providers.Repositories;
using PrizeDraw.Providers.Sync.Merging;

namespace PrizeDraw.Providers.Sync;

/// <summary>
/// The sides of what a branch's list asks, brought into the work area. Repositories of one template share an area, and people can write the
/// list: a side counts only where it is a file of this repository's branch, or of what the proposal was made from.
/// </summary>
internal sealed class ReviewSides(ISyncHost host, TemplateTrees trees, EarlierProposal earlier, SyncWorkArea area)
{
    /// <summary>The conflicts without the sides that are nobody's here.</summary>
    /// <param name="own">Commits of the branch.</param>
    public async Task<ImmutableArray<SyncConflict>> OfAsync(
        RepositoryRef repository, ImmutableArray<SyncConflict> listed, SyncTrailers trailers, IEnumerable<string> own, CancellationToken ct)
    {
        var wanted = listed.SelectMany(Sides).Select(s => s.Id).ToHashSet();
        foreach (var source in Sources(repository, trailers, own))
        {
            if (wanted.Count == 0)
            {
                return listed;
            }

            wanted.ExceptWith(await KnownAsync(source, ct));
        }

        return [.. listed.Select(c => c with { Base = Known(c.Base), Site = Known(c.Site), Template = Known(c.Template) })];

        TreeEntry? Known(TreeEntry? side) => side is null || wanted.Contains(side.Id) ? null : side;
    }

    // The last is the dearest: a migration may have written a side that stands in no tree.
    private IEnumerable<Func<CancellationToken, Task<IEnumerable<string>>>> Sources(RepositoryRef repository, SyncTrailers trailers, IEnumerable<string> own)
    {
        foreach (var commit in own.Append(trailers.Site).Append(trailers.Back?.Commit).Append(trailers.Back?.Before).OfType<string>())
        {
            yield return async ct => await host.ReadCommitAsync(repository, commit, area, ct) is { } read ? await FilesAsync(read.Tree, ct) : [];
        }

        foreach (var at in ((TemplateBase?[])[trailers.From, trailers.Target]).OfType<TemplateBase>())
        {
            yield return async ct => await FilesAsync(await trees.ReadAsync(at, ct), ct);
        }

        yield return async ct => await earlier.MergeAsync(repository, trailers, ct) is { } merged
            ? [.. merged.Conflicts.SelectMany(Sides).Select(s => s.Id), .. await FilesAsync(merged.Tree, ct)]
            : [];
    }

    // What the message names may not be there (any more), or be no name at all.
    private static async Task<IEnumerable<string>> KnownAsync(Func<CancellationToken, Task<IEnumerable<string>>> source, CancellationToken ct)
    {
        try
        {
            return await source(ct);
        }
        catch (ProviderException error) when (error.Fault == ProviderFault.Rejected)
        {
            return [];
        }
    }

    private async Task<IEnumerable<string>> FilesAsync(string tree, CancellationToken ct) => (await area.ListAsync(tree, ct)).Select(e => e.Id);

    private static IEnumerable<TreeEntry> Sides(SyncConflict conflict) => ((TreeEntry?[])[conflict.Base, conflict.Site, conflict.Template]).OfType<TreeEntry>();
}
