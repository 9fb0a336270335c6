using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;

namespace PrizeDraw.Providers.Sync.Merging;

/// <summary>The files of a tree by their paths.</summary>
internal sealed class FileMap
{
    private readonly SortedDictionary<string, TreeEntry> _files = new(StringComparer.Ordinal);

    public FileMap(IEnumerable<TreeEntry> entries)
    {
        foreach (var entry in entries)
        {
            this[entry.Path] = entry;
        }
    }

    public IEnumerable<string> Paths => _files.Keys;

    public IEnumerable<TreeEntry> Entries => _files.Values;

    /// <summary>The file at a path; null for none. Setting keeps the mode and content of what is given and puts it at the path.</summary>
    public TreeEntry? this[string path]
    {
        get => _files.GetValueOrDefault(path);
        set
        {
            if (value is null)
            {
                _files.Remove(path);
            }
            else
            {
                _files[path] = value.Path == path ? value : value with { Path = path };
            }
        }
    }

    public FileMap Copy() => new(Entries);

    /// <summary>Whether a path can't be given to a file, because it is one, a folder of files, or within a file.</summary>
    public bool IsTaken(string path) => _files.ContainsKey(path)
        || _files.Keys.Any(p => p.StartsWith(path + "/", StringComparison.Ordinal) || path.StartsWith(p + "/", StringComparison.Ordinal));

    /// <summary>The paths of a file, or of all files of a folder.</summary>
    public ImmutableArray<string> Under(string path) => [.. _files.Keys.Where(p => p == path || p.StartsWith(path + "/", StringComparison.Ordinal))];

    public static bool Same(TreeEntry? a, TreeEntry? b) => a?.Id == b?.Id && a?.Mode == b?.Mode;
}
