using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace PrizeDraw.Providers.Sync.Merging;

/// <summary>Settles the files that git does not merge: those that somebody owns, and JSON that is merged by key.</summary>
/// <param name="sides">What is settled is taken out of them.</param>
internal sealed class OwnedFiles(TemplateRules rules, MergeSides sides, Blobs blobs, ConflictNotes notes)
{
    /// <summary>Answers what was settled: the site's file at each path from now on, null for none.</summary>
    public async Task<Dictionary<string, TreeEntry?>> SettleAsync(CancellationToken ct)
    {
        var settled = new Dictionary<string, TreeEntry?>();
        foreach (var path in sides.Paths())
        {
            var (b, o, t) = sides.At(path);
            var owner = rules.OwnerOf(path);
            if (owner == Ownership.Site && !FileMap.Same(b, t) && !FileMap.Same(o, t))
            {
                notes.Keep(path, "This path is the site's own.");
            }

            if (owner is Ownership.Site or Ownership.Platform)
            {
                settled[path] = o;
            }
            else if (owner == Ownership.Template)
            {
                settled[path] = await TemplatesAsync(path, b, o, t, ct);
            }
            else if (owner == Ownership.JsonByKey && await ByKeyAsync(path, b, o, t, ct) is { } merged)
            {
                settled[path] = merged;
            }
        }

        foreach (var path in settled.Keys)
        {
            sides.Remove(path);
        }

        return settled;
    }

    private async Task<TreeEntry?> TemplatesAsync(string path, TreeEntry? b, TreeEntry? o, TreeEntry? t, CancellationToken ct)
    {
        if (FileMap.Same(b, t) || FileMap.Same(o, t))
        {
            return o;
        }

        // The rules themselves are only told of in a site: one that passed a version by has older ones, and is not to be asked each time.
        if (FileMap.Same(b, o) || path == TemplateRules.FileName)
        {
            return t;
        }

        if (o is null && b is not null)
        {
            notes.Keep(path, "The site has deleted this file; the template has changed it.");
            return null;
        }

        // Only its form differs from the base's: then the site has not edited it.
        if (b is not null && await blobs.NormalAsync(b, ct) is { } was && await blobs.NormalAsync(o, ct) is { } has && was.Id == has.Id)
        {
            return t is null ? null : t with { Id = await StyledAsync(b, o!, t, ct), Mode = o!.Mode != b.Mode ? o.Mode : t.Mode, Size = -1 };
        }

        if (t is null)
        {
            notes.Add(path, "deleted", "The template has deleted this file of its own, which the site has edited. The site's is still there.", null);
            return o;
        }

        notes.Add(path, "owned", "This file is the template's own, and the site has edited it. The branch holds the template's; the site's lies beside.", o);
        return t;
    }

    private async Task<string> StyledAsync(TreeEntry b, TreeEntry o, TreeEntry t, CancellationToken ct) =>
        await blobs.StyledAsync((await blobs.NormalAsync(t, ct))!.Id, b, o, t, ct);

    private async Task<TreeEntry?> ByKeyAsync(string path, TreeEntry? b, TreeEntry? o, TreeEntry? t, CancellationToken ct)
    {
        if (FileMap.Same(b, o) || FileMap.Same(b, t) || FileMap.Same(o, t) || await NormalTextAsync(b, ct) is not { } origin
            || await NormalTextAsync(o, ct) is not { } site || await NormalTextAsync(t, ct) is not { } template
            || JsonMerge.Merge(origin, site, template) is not { } merged)
        {
            return null;
        }

        if (!merged.Conflicts.IsEmpty)
        {
            var keys = string.Join(", ", merged.Conflicts.Take(20).Select(MarkdownText.Code));
            notes.Add(path, "json", $"Both have changed {keys}; the site's values stand.", t);
        }

        var normal = await blobs.WriteAsync(Encoding.UTF8.GetBytes(merged.Text), ct);
        return o! with { Id = await blobs.StyledAsync(normal, b, o, t, ct), Mode = o.Mode != b!.Mode ? o.Mode : t!.Mode, Size = -1 };
    }

    private async Task<string?> NormalTextAsync(TreeEntry? entry, CancellationToken ct) =>
        blobs.Text(entry) is not null && await blobs.NormalAsync(entry, ct) is { } normal && blobs.Find(normal.Id) is { } content ? TextStyle.Characters(content) : null;
}
