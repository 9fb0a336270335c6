using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;

namespace PrizeDraw.Providers.Sync.Merging;

/// <summary>Settles git's conflicts in its result, so that nothing of the site's is overwritten and no machine reads a marker.</summary>
internal sealed partial class GitConflicts(GitMerged merged, Blobs blobs, ConflictNotes notes, Renames renames)
{
    private readonly HashSet<string> _decided = [];

    /// <summary>Answers the paths whose files stand as one side has them, and are not to be written in another form.</summary>
    public async Task<IReadOnlySet<string>> ResolveAsync(FileMap result, CancellationToken ct)
    {
        // A file that a folder (or a file of another kind) of the other side stands in the way of was given a name with the commit's by git.
        foreach (var path in result.Paths.Where(p => Plain(p) != p).ToArray())
        {
            result[path] = null;
        }

        var parsed = result.Paths.Where(p => p.EndsWith(".json", StringComparison.OrdinalIgnoreCase) && merged.Stages.All(s => Plain(s.Path) != p)).ToArray();
        foreach (var path in parsed)
        {
            RequireJson(result, path);
        }

        foreach (var group in merged.Stages.GroupBy(s => Plain(s.Path)).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            var path = group.Key;
            var sides = renames.Originals(path);
            var found = (Of(group, 1, path, sides.Base), Of(group, 2, path, sides.Site), Of(group, 3, path, sides.Template));
            await ResolveAsync(result, path, found, ct);
            notes.Describe(path, sides.Base, sides.Site, sides.Template);
        }

        return _decided;
    }

    // Lines that went together without a conflict may be no JSON any more, such as one comma too many.
    private void RequireJson(FileMap result, string path)
    {
        var (b, o, t) = renames.Originals(path);
        if (o is not null && t is not null && IsJson(blobs.Text(o)) && IsJson(blobs.Text(t)) && blobs.Find(result[path]!.Id) is { } content && !IsJson(content))
        {
            Site(result, path, o);
            notes.Add(path, "content", "Both have changed this file, and together it would not be JSON any more; the site's stands.", t);
            notes.Describe(path, b, o, t);
        }
    }

    private static bool IsJson(byte[]? text) => text is not null && JsonText.Parse(System.Text.Encoding.UTF8.GetString(TextStyle.Normal(text))) is not null;

    private async Task ResolveAsync(FileMap result, string path, (TreeEntry? Base, TreeEntry? Site, TreeEntry? Template) found, CancellationToken ct)
    {
        if (renames.Displaced(path) is { } displaced)
        {
            // What git made of the two files at one path is neither: the site's both stay where they are.
            Site(result, displaced.Path, displaced);
            found = found with { Base = null };
        }

        switch (found)
        {
            case ({ } b, { } o, { } t):
                await BothChangedAsync(result, path, (b, o, t), ct);
                break;
            case (null, { } o, { } t):
                Site(result, path, o);
                notes.Add(path, "added", "Both have added this file, each another.", t);
                break;
            case ({ }, { } o, null):
                Site(result, path, o);
                notes.Add(path, "deleted", "The template has deleted or moved this file, which the site has changed. The site's is still there.", null);
                break;
            case (null, { } o, null):
                Site(result, path, o);
                break;
            case (null, null, { } t):
                result[path] = null;
                notes.Add(path, "renamed", "The template has a file here that the site has elsewhere, or a folder in its place.", t);
                break;
            case ({ }, null, { }):
                result[path] = null;
                notes.Keep(path, "The site has deleted this file; the template has changed it.");
                break;
            default:
                result[path] = null;
                break;
        }
    }

    private async Task BothChangedAsync(FileMap result, string path, (TreeEntry Base, TreeEntry Site, TreeEntry Template) found, CancellationToken ct)
    {
        var (b, o, t) = found;
        var isPlain = b.IsFile && o.IsFile && t.IsFile;
        var marked = isPlain && result[path] is { } entry && blobs.Find(entry.Id) is { } content ? ConflictMarkers.Labelled(content, merged) : null;
        if (marked is not null && ConflictMarkers.MayStandIn(path))
        {
            result[path] = result[path]! with { Id = await blobs.WriteAsync(marked, ct), Size = -1 };
            notes.AddMarked(path, "content", "Both have changed the same lines.");
            return;
        }

        Site(result, path, o);
        if (isPlain && marked is null)
        {
            notes.Keep(path, "Both have changed this file, which is no text: the site's stays.");
        }
        else
        {
            notes.Add(path, isPlain ? "content" : "type", isPlain ? "Both have changed the same lines; the site's stand." : "Both have changed what kind of file this is.", t);
        }
    }

    private void Site(FileMap result, string path, TreeEntry site)
    {
        // Whatever the template has below a file of the site's, or above it, gives way; it is put beside when the tree is put together.
        _decided.Add(path);
        result[path] = site;
    }

    private TreeEntry? Of(IEnumerable<ConflictStage> stages, int number, string path, TreeEntry? original) =>
        stages.FirstOrDefault(s => s.Stage == number) is { } stage
            ? original ?? new TreeEntry(path, stage.Mode, stage.Id)
            : null;

    private string Plain(string path) => Moved().Replace(path, m => m.Groups["commit"].Value == merged.SiteCommit || m.Groups["commit"].Value == merged.TemplateCommit ? "" : m.Value);

    [GeneratedRegex(@"~(?<commit>[0-9a-f]{40})(_[0-9]+)?(?=/|\z)")]
    private static partial Regex Moved();
}
