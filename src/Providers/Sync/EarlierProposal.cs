using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Providers.Repositories;
using PrizeDraw.Providers.Sync.Merging;

namespace PrizeDraw.Providers.Sync;

/// <summary>Works out again what a commit of ours had proposed, from what its message names.</summary>
internal sealed class EarlierProposal(ISyncHost host, TemplateTrees trees, SyncWorkArea area)
{
    /// <summary>Null where it names too little, or what the repository does not have; <see cref="ProviderFault.Rejected"/> where the template does not.</summary>
    public async Task<SyncMerged?> MergeAsync(RepositoryRef repository, SyncTrailers trailers, CancellationToken ct)
    {
        if (trailers.Site is not { } at || await host.ReadCommitAsync(repository, at, area, ct) is not { } site)
        {
            return null;
        }

        if (trailers.Back is { } back)
        {
            return await host.ReadCommitAsync(repository, back.Commit, area, ct) is { } taken && await host.ReadCommitAsync(repository, back.Before, area, ct) is { } before
                ? await SyncMerge.MergeFreelyAsync(area, new MergeOrder(taken.Tree, site.Tree, before.Tree), new HashSet<string>(), ct)
                : null;
        }

        return trailers.From is { } from
            ? await SyncMerge.MergeAsync(
                area, new MergeOrder(await trees.ReadAsync(from, ct), site.Tree, await trees.ReadAsync(trailers.Target, ct)) { Migrations = trailers.Had }, ct)
            : null;
    }
}
