using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Providers.Sync.Merging;

namespace PrizeDraw.Providers.Sync;

/// <summary>The tree of a version with picked commits: the same every time, so that a site's base is worked out instead of kept.</summary>
internal sealed class TemplateTrees(ITemplateHistory history, SyncWorkArea area)
{
    /// <summary><see cref="ProviderFault.Rejected"/> where a commit is not the template's, or a pick does not fit on what is there.</summary>
    public async Task<string> ReadAsync(TemplateBase at, CancellationToken ct)
    {
        var tree = (await ReadCommitAsync(at.Commit, ct)).Tree;
        foreach (var pick in at.Picks)
        {
            tree = await PickAsync(at, tree, pick, ct);
        }

        return tree;
    }

    private async Task<string> PickAsync(TemplateBase at, string tree, string pick, CancellationToken ct)
    {
        var notes = await history.CommitsAsync(at.Commit, pick, ct);
        if (notes is not { IsEmpty: false } commits || commits[0].Parents is not [var parent, ..])
        {
            throw new ProviderException(ProviderFault.Rejected, $"The commit {Short(pick)} can't be taken by itself: it does not come after {at.Tag}.");
        }

        var theirs = await WithoutManifestAsync((await ReadCommitAsync(pick, ct)).Tree, ct);
        var origin = await WithoutManifestAsync((await ReadCommitAsync(parent, ct)).Tree, ct);
        var (ours, manifest) = (await WithoutManifestAsync(tree, ct), await ManifestAsync(tree, ct));
        var merged = await area.MergeAsync(origin, ours, theirs, ct);
        if (!merged.Stages.IsEmpty)
        {
            var paths = string.Join(", ", merged.Stages.Select(s => s.Path).Distinct().Take(5));
            throw new ProviderException(
                ProviderFault.Rejected, $"The commit {Short(pick)} can't be taken by itself onto {at.Tag}: it builds on changes to {paths} that come before it. Take those too, or the whole version.");
        }

        var files = new FileMap(await area.ListAsync(merged.Tree, ct)) { [TemplateRules.FileName] = manifest };
        return await area.WriteTreeAsync(files.Entries, ct);
    }

    // Nearly every commit raises the version there: what is picked is the change, not the version.
    private async Task<string> WithoutManifestAsync(string tree, CancellationToken ct) =>
        await area.WriteTreeAsync((await area.ListAsync(tree, ct)).Where(e => e.Path != TemplateRules.FileName), ct);

    private async Task<TreeEntry?> ManifestAsync(string tree, CancellationToken ct) => new FileMap(await area.ListAsync(tree, ct))[TemplateRules.FileName];

    private async Task<Snapshot> ReadCommitAsync(string commit, CancellationToken ct) => await history.ReadAsync(commit, area, ct)
        ?? throw new ProviderException(ProviderFault.Rejected, $"The template {history.Source} does not have the commit {Short(commit)}.");

    private static string Short(string commit) => commit[..Math.Min(10, commit.Length)];
}
