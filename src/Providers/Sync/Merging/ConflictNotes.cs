using System;
using System.Collections.Generic;
using System.Linq;

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

    /// <summary>
    /// Where the branch has the site's file instead, which the template has moved to <see cref="Path"/>: whoever takes the template's side
    /// has it no longer there. Null where it is at this path, or the site has none.
    /// </summary>
    public string? SitePath { get; init; }
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
        if (_conflicts.TryGetValue(path, out var earlier) && earlier.Beside is { } same)
        {
            // A migration has met the site's file already, and what lies beside is the newest that is known of it.
            _beside[same] = Laid(same, other);
            _conflicts[path] = earlier with { Note = $"{earlier.Note} {note}" };
            return;
        }

        var beside = ConflictFolder.PathOf(other is null ? path + ".deleted" : path);
        while (_beside.Keys.Any(known => $"{known}/".StartsWith($"{beside}/", StringComparison.Ordinal) || $"{beside}/".StartsWith($"{known}/", StringComparison.Ordinal)))
        {
            beside += ".template";
        }

        _beside[beside] = Laid(beside, other);
        _conflicts[path] = new SyncConflict(path, kind, false, note, beside);
    }

    /// <summary>A conflict that the file itself shows.</summary>
    public void AddMarked(string path, string kind, string note) => _conflicts[path] = _conflicts.TryGetValue(path, out var earlier)
        ? earlier with { HasMarkers = true, Note = $"{earlier.Note} {note}" }
        : new SyncConflict(path, kind, true, note);

    public bool StaysElsewhere(string path) => _conflicts.GetValueOrDefault(path)?.SitePath is not null;

    /// <summary>Of a file that stays at another path at the site.</summary>
    public void StaysAt(string path, string sitePath) => _conflicts[path] = _conflicts[path] with { SitePath = sitePath };

    public void Describe(string path, TreeEntry? origin, TreeEntry? site, TreeEntry? template)
    {
        if (_conflicts.TryGetValue(path, out var conflict))
        {
            _conflicts[path] = conflict with { Base = Plain(origin), Site = Plain(site), Template = Plain(template) };
        }
    }

    private TreeEntry Laid(string beside, TreeEntry? other) => other is null
        ? new TreeEntry(beside, TreeEntry.Plain, deletedId)
        : other with { Path = beside, Mode = other.Mode == TreeEntry.Link ? TreeEntry.Plain : other.Mode };

    // Sizes are not always known: without them the same conflict is the same record.
    private static TreeEntry? Plain(TreeEntry? entry) => entry is null ? null : entry with { Size = -1 };
}
