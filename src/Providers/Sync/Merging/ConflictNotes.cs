using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;

namespace PrizeDraw.Providers.Sync.Merging;

/// <summary>Something that people must decide.</summary>
/// <param name="Path">The file in the branch.</param>
/// <param name="Kind">
/// <c>content</c>, <c>json</c>, <c>added</c> (by both), <c>deleted</c> (by the template), <c>renamed</c> (by both), <c>type</c>, <c>owned</c>
/// (the template's own file, edited by the site) or <c>migration</c>.
/// </param>
/// <param name="HasMarkers">Whether the file itself shows both sides; otherwise the other version lies beside.</param>
/// <param name="Beside">
/// Where in the branch it lies. With markers null, unless the file holds those of an earlier version that people have decided in part: then
/// both must be decided.
/// </param>
public sealed record SyncConflict(string Path, string Kind, bool HasMarkers, string Note, string? Beside = null)
{
    /// <summary>The file as each side has it; null where it has none.</summary>
    public TreeEntry? Base { get; init; }

    public TreeEntry? Site { get; init; }

    public TreeEntry? Template { get; init; }
}

/// <summary>Which files may hold git's conflict markers, and how these are found.</summary>
internal static partial class ConflictMarkers
{
    private static readonly string[] Sources =
    [
        ".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs", ".css", ".scss", ".sass", ".less", ".md", ".mdx", ".txt", ".svg", ".html", ".htm", ".vue",
        ".svelte", ".astro",
    ];

    /// <summary>Only what people write and a build reads loudly: whatever else is parsed by a machine keeps one side's content.</summary>
    public static bool MayStandIn(string path)
    {
        var name = path[(path.LastIndexOf('/') + 1)..];
        return !path.StartsWith(".github/", StringComparison.OrdinalIgnoreCase) && !name.StartsWith(".env", StringComparison.OrdinalIgnoreCase)
            && Sources.Contains(Path.GetExtension(name), StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Whether a text holds markers of any merge.</summary>
    public static bool AreIn(byte[] content) => Any().IsMatch(Encoding.Latin1.GetString(content));

    /// <summary>
    /// git's markers with labels that are the same in every version, so that the same conflict is the same text. Null where the text has no
    /// markers of that merge.
    /// </summary>
    public static byte[]? Labelled(byte[] content, GitMerged merge)
    {
        var text = Encoding.Latin1.GetString(content);
        if (!text.Contains("<<<<<<< " + merge.SiteCommit, StringComparison.Ordinal))
        {
            return null;
        }

        var lines = text.Split('\n').Select(line =>
            line.StartsWith("<<<<<<< " + merge.SiteCommit, StringComparison.Ordinal) ? "<<<<<<< site"
            : line.StartsWith(">>>>>>> " + merge.TemplateCommit, StringComparison.Ordinal) ? ">>>>>>> template"
            : line.StartsWith("||||||| " + merge.BaseCommit[..7], StringComparison.Ordinal) ? "||||||| base"
            : line);
        return Encoding.Latin1.GetBytes(string.Join('\n', lines));
    }

    /// <summary>
    /// The text with one side's lines in each place that holds markers, and what merged around them. Null where there is no such place, or one
    /// that somebody has left without its end.
    /// </summary>
    public static byte[]? Decided(byte[] content, bool ofSite)
    {
        var kept = new List<string>();
        var (part, places) = (Part.Around, 0);
        foreach (var line in Encoding.Latin1.GetString(content).Split('\n'))
        {
            var next = Next(part, line.TrimEnd('\r'));
            if (next == part && (part == Part.Around || part == (ofSite ? Part.Site : Part.Template)))
            {
                kept.Add(line);
            }

            places += next == part || next != Part.Site ? 0 : 1;
            part = next;
        }

        return places > 0 && part == Part.Around ? Encoding.Latin1.GetBytes(string.Join('\n', kept)) : null;
    }

    private static Part Next(Part part, string line) => part switch
    {
        Part.Around when line.StartsWith("<<<<<<< ", StringComparison.Ordinal) => Part.Site,
        Part.Site when line.StartsWith("||||||| ", StringComparison.Ordinal) => Part.Base,
        Part.Site or Part.Base when line == "=======" => Part.Template,
        Part.Template when line.StartsWith(">>>>>>> ", StringComparison.Ordinal) => Part.Around,
        _ => part,
    };

    private enum Part
    {
        Around,
        Site,
        Base,
        Template,
    }

    [GeneratedRegex(@"^(<{7}|\|{7}|>{7}) ", RegexOptions.Multiline)]
    private static partial Regex Any();
}

/// <summary>What is told of a merge beside its tree.</summary>
/// <param name="deletedId">The blob that lies beside where the template has no file.</param>
internal sealed class ConflictNotes(string deletedId)
{
    private readonly Dictionary<string, SyncConflict> _conflicts = [];
    private readonly Dictionary<string, string> _kept = [];
    private readonly Dictionary<string, TreeEntry> _beside = [];

    public IEnumerable<SyncConflict> Conflicts => _conflicts.Values.OrderBy(c => c.Path, StringComparer.Ordinal);

    /// <summary>Files of the site that stay although the template wanted another, with the reason.</summary>
    public IReadOnlyDictionary<string, string> Kept => _kept;

    /// <summary>The other versions, by their paths in the branch.</summary>
    public IReadOnlyDictionary<string, TreeEntry> Beside => _beside;

    public void Keep(string path, string why) => _kept[path] = why;

    public bool IsConflict(string path) => _conflicts.ContainsKey(path);

    /// <summary>A conflict whose other version (null: it is deleted there) is to lie beside.</summary>
    public void Add(string path, string kind, string note, TreeEntry? other)
    {
        var beside = ConflictFolder.PathOf(other is null ? path + ".deleted" : path);
        while (_beside.Keys.Any(known => $"{known}/".StartsWith($"{beside}/", StringComparison.Ordinal) || $"{beside}/".StartsWith($"{known}/", StringComparison.Ordinal)))
        {
            beside += ".template";
        }

        _beside[beside] = other is null
            ? new TreeEntry(beside, TreeEntry.Plain, deletedId)
            : other with { Path = beside, Mode = other.Mode == TreeEntry.Executable ? TreeEntry.Executable : TreeEntry.Plain };
        _conflicts[path] = new SyncConflict(path, kind, false, note, beside);
    }

    public void AddMarked(string path, string kind, string note) => _conflicts[path] = new SyncConflict(path, kind, true, note);

    public void Describe(string path, TreeEntry? origin, TreeEntry? site, TreeEntry? template)
    {
        if (_conflicts.TryGetValue(path, out var conflict))
        {
            _conflicts[path] = conflict with { Base = Plain(origin), Site = Plain(site), Template = Plain(template) };
        }
    }

    // Sizes are not always known: without them the same conflict is the same record.
    private static TreeEntry? Plain(TreeEntry? entry) => entry is null ? null : entry with { Size = -1 };
}
