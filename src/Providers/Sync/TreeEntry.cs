using System;
using System.Linq;

namespace PrizeDraw.Providers.Sync;

/// <summary>A file of a tree.</summary>
/// <param name="Path">From the root, with slashes.</param>
/// <param name="Mode">git's: <c>100644</c>, <c>100755</c>, <c>120000</c> (symbolic link) or <c>160000</c> (submodule).</param>
/// <param name="Id">Of the blob; of a submodule, the commit.</param>
/// <param name="Size">Bytes; -1 where nobody has looked.</param>
public sealed record TreeEntry(string Path, string Mode, string Id, long Size = -1)
{
    public const string Plain = "100644", Executable = "100755", Link = "120000", Submodule = "160000";

    /// <summary>git's word: <c>blob</c> or <c>commit</c>.</summary>
    public string Type => Mode == Submodule ? "commit" : "blob";

    /// <summary>Whether it is a file with content of its own, executable or not.</summary>
    public bool IsFile => Mode is Plain or Executable;

    /// <summary>
    /// Whether a tree may hold it: a relative path without <c>.</c>, <c>..</c>, empty parts or anything that a file system could take
    /// for git's own folder, 4,096 characters at most.
    /// </summary>
    public static bool IsPath(string path) =>
        path.Length is > 0 and <= 4096 && !path.Any(char.IsControl) && path.Split('/').All(part =>
            part.Length > 0 && part is not "." and not ".."
            && !part.TrimEnd(' ', '.').Equals(".git", StringComparison.OrdinalIgnoreCase) && !part.StartsWith("git~", StringComparison.OrdinalIgnoreCase));
}
