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

    /// <summary>The site's file that the template moved to a path where the site has another one; null for none.</summary>
    public TreeEntry? Displaced(string path) =>
        ByTemplate.FirstOrDefault(m => m.Value == path).Key is { } origin && Sides.Site[path] is not null && BySite.GetValueOrDefault(origin) != path
            ? Sides.Site[BySite.GetValueOrDefault(origin, origin)]
            : null;
}
