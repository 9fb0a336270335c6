using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;

namespace PrizeDraw.Providers.Sync.Merging;

/// <summary>Settles git's conflicts in its result, so that nothing of the site's is overwritten and no machine reads a marker.</summary>
internal sealed partial class GitConflicts(SyncWorkArea area, GitMerged merged, Blobs blobs, ConflictNotes notes, Renames renames)
{
    private readonly HashSet<string> _decided = [];
    private readonly List<TreeEntry> _putBack = [];
    private readonly Dictionary<int, GitMerged> _again = [];

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
            await ResolveAsync(result, path, found, group, ct);
            notes.Describe(path, sides.Base, notes.StaysElsewhere(path) ? null : sides.Site, sides.Template);
        }

        // git took them away together with what stood in the template's way.
        foreach (var site in _putBack)
        {
            Site(result, site.Path, site);
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

    private async Task ResolveAsync(
        FileMap result, string path, (TreeEntry? Base, TreeEntry? Site, TreeEntry? Template) found, IEnumerable<ConflictStage> stages, CancellationToken ct)
    {
        if (renames.Displaced(path) is { } displaced)
        {
            // What git made of the two files at one path is neither: the site's both stay where they are.
            _putBack.Add(displaced);
            found = found with { Base = null };
        }

        switch (found)
        {
            case ({ } b, { } o, { } t):
                await BothChangedAsync(result, path, (b, o, t), ct);
                break;
            case (null, { } o, { } t):
                Site(result, path, o);
                await TakeTemplatesEditAsync(result, path, stages, ct);
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
                await AddElsewhereAsync(path, t, stages, ct);
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

    private async Task AddElsewhereAsync(string path, TreeEntry template, IEnumerable<ConflictStage> stages, CancellationToken ct)
    {
        if (renames.Elsewhere(path) is not { } elsewhere)
        {
            notes.Add(path, "renamed", "The template has a file here that the site has elsewhere, or a folder in its place, which taking the template's side would delete.", template);
            return;
        }

        _putBack.Add(elsewhere);
        var (b, o, t) = (renames.Originals(path).Base, elsewhere, template);
        var note = $"The template has moved {MarkdownText.Code(b?.Path ?? elsewhere.Path)} here, where the site does not have it. The site's {MarkdownText.Code(elsewhere.Path)} stays, unless the template's side is taken.";
        notes.Add(path, "renamed", note, await TogetherAsync(stages.First(s => s.Stage == 3), (b, o, t), ct) ?? template);
        notes.StaysAt(path, elsewhere.Path);
    }

    // Both sides' changes of a file that the template has under another name: where they are of the same lines, the template's. Null where that
    // is no text, or no JSON though it was.
    private async Task<TreeEntry?> TogetherAsync(ConflictStage stage, (TreeEntry? Base, TreeEntry? Site, TreeEntry? Template) sides, CancellationToken ct)
    {
        var (b, o, t) = sides;
        if (b is not { IsFile: true } || o is not { IsFile: true } || t is not { IsFile: true } || blobs.Text(t) is null || blobs.Find(stage.Id) is not { } content)
        {
            return null;
        }

        if (ConflictMarkers.Labelled(content, merged) is { } marked)
        {
            // Those of a file with two names are longer already.
            content = ConflictMarkers.SizeAmong(blobs.Text(b), blobs.Text(o), blobs.Text(t)) == ConflictMarkers.Size ? ConflictMarkers.Decided(marked, ofSite: false) : null;
        }

        return content is null || (stage.Path.EndsWith(".json", StringComparison.OrdinalIgnoreCase) && IsJson(blobs.Text(t)) && !IsJson(content))
            ? null
            : new TreeEntry(stage.Path, stage.Mode, await blobs.StyledAsync(await blobs.WriteAsync(content, ct), b, o, t, ct));
    }

    // The site has moved a file to where the template has put another: the template's edit of the site's comes all the same.
    private async Task TakeTemplatesEditAsync(FileMap result, string path, IEnumerable<ConflictStage> stages, CancellationToken ct)
    {
        var (b, o, t) = renames.OfSite(path);
        if (renames.BySite.ContainsValue(path) && b is { IsFile: true } && o is { IsFile: true } && t is { IsFile: true }
            && stages.First(s => s.Stage == 2) is var stage && blobs.Find(stage.Id) is { } content && ConflictMarkers.Labelled(content, merged) is null
            && (!path.EndsWith(".json", StringComparison.OrdinalIgnoreCase) || IsJson(content)))
        {
            result[path] = o with { Id = await blobs.StyledAsync(stage.Id, b, o, t, ct), Mode = stage.Mode, Size = -1 };
        }
    }

    private async Task BothChangedAsync(FileMap result, string path, (TreeEntry Base, TreeEntry Site, TreeEntry Template) found, CancellationToken ct)
    {
        var (b, o, t) = found;
        var isPlain = b.IsFile && o.IsFile && t.IsFile;
        var marked = isPlain && result[path] is { } entry && blobs.Find(entry.Id) is { } content ? ConflictMarkers.Labelled(content, merged) : null;
        if (marked is not null && ConflictMarkers.MayStandIn(path) && ConflictMarkers.SizeAmong(blobs.Text(b), blobs.Text(o), blobs.Text(t)) is { } size)
        {
            marked = size == ConflictMarkers.Size ? marked : await MarkedAsync(path, size, ct) ?? throw new InvalidOperationException($"git has merged {path} twice, each time otherwise.");
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

    // The same merge again, with markers as long as they must be.
    private async Task<byte[]?> MarkedAsync(string path, int size, CancellationToken ct)
    {
        if (!_again.TryGetValue(size, out var again))
        {
            again = _again[size] = await area.MergeAgainAsync(merged, size, ct);
        }

        return (await area.ListAsync(again.Tree, ct)).FirstOrDefault(e => e.Path == path) is { } entry && await area.ReadBlobAsync(entry.Id, Blobs.SizeMax * 4, ct) is { } content
            ? ConflictMarkers.Labelled(content, again)
            : null;
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
