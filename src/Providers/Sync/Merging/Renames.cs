using System.Collections.Immutable;
using System.Linq;

namespace PrizeDraw.Providers.Sync.Merging;

/// <summary>Which files each side has moved, old path to new, and so where the three versions of one file stand.</summary>
internal sealed record Renames(MergeSides Sides, ImmutableDictionary<string, string> BySite, ImmutableDictionary<string, string> ByTemplate)
{
    /// <summary>The file that stands at a path, or came there, as each side has it.</summary>
    public (TreeEntry? Base, TreeEntry? Site, TreeEntry? Template) Originals(string path)
    {
        var origin = ByTemplate.FirstOrDefault(m => m.Value == path).Key ?? BySite.FirstOrDefault(m => m.Value == path).Key ?? path;
        return (
            Sides.Base[origin],
            Sides.Site[path] ?? Sides.Site[BySite.GetValueOrDefault(origin, origin)],
            Sides.Template[path] ?? Sides.Template[ByTemplate.GetValueOrDefault(origin, origin)]);
    }

    /// <summary>The site's file that the template moved to a path where the site has not moved it; null for none.</summary>
    public TreeEntry? Elsewhere(string path) =>
        ByTemplate.FirstOrDefault(m => m.Value == path).Key is { } origin && BySite.GetValueOrDefault(origin, origin) is var its && its != path ? Sides.Site[its] : null;

    /// <summary>The same, where the site has another file at that path.</summary>
    public TreeEntry? Displaced(string path) => Sides.Site[path] is null ? null : Elsewhere(path);

    /// <summary>The three versions of the site's file at a path alone, whatever else the template has there.</summary>
    public (TreeEntry? Base, TreeEntry? Site, TreeEntry? Template) OfSite(string path)
    {
        var origin = BySite.FirstOrDefault(m => m.Value == path).Key ?? path;
        return (Sides.Base[origin], Sides.Site[path], Sides.Template[ByTemplate.GetValueOrDefault(origin, origin)]);
    }
}
