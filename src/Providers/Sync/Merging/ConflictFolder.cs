using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace PrizeDraw.Providers.Sync.Merging;

/// <summary>
/// The folder <c>.template-sync</c> of a branch on which something must be decided: a page that says what, the same as a list for programs,
/// and the other versions of files that can't hold both.
/// </summary>
internal static class ConflictFolder
{
    public const string Name = ".template-sync", Prefix = Name + "/", Readme = Prefix + "README.md", List = Prefix + "conflicts.json";

    public static bool Holds(string path) => path.StartsWith(Prefix, StringComparison.Ordinal) || path == Name;

    /// <summary>Where a file's other version lies.</summary>
    public static string PathOf(string path) =>
        Prefix + (string.Equals(Prefix + path, Readme, StringComparison.OrdinalIgnoreCase) || string.Equals(Prefix + path, List, StringComparison.OrdinalIgnoreCase) ? path + ".template" : path);

    public static byte[] WriteList(IEnumerable<SyncConflict> conflicts) =>
        [.. JsonSerializer.SerializeToUtf8Bytes([.. conflicts], ConflictJson.Default.SyncConflictArray), (byte)'\n'];

    /// <summary>Null for what is no such list.</summary>
    public static ImmutableArray<SyncConflict>? ReadList(byte[] content)
    {
        try
        {
            return JsonSerializer.Deserialize(content, ConflictJson.Default.SyncConflictArray) is { } read && read.All(c => c is { Path: not null, Kind: not null } && TreeEntry.IsPath(c.Path) && (c.Beside is null || (TreeEntry.IsPath(c.Beside) && Holds(c.Beside))))
                ? [.. read.Select(c => c with { Note = c.Note ?? "", Base = Side(c.Base), Site = Side(c.Site), Template = Side(c.Template), SitePath = c.SitePath is { } at && TreeEntry.IsPath(at) && !Holds(at) ? at : null })]
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // People can write the list as well: a side that names no file counts as absent.
    private static TreeEntry? Side(TreeEntry? side) =>
        side is { Path: { } path, Mode: TreeEntry.Plain or TreeEntry.Executable or TreeEntry.Link or TreeEntry.Submodule, Id: { Length: 40 } id }
        && id.All(char.IsAsciiHexDigitLower) && TreeEntry.IsPath(path) ? side : null;

    /// <summary>The page. It names no version, so that it is the same text wherever the same must be decided.</summary>
    public static byte[] WriteReadme(IEnumerable<SyncConflict> conflicts)
    {
        var text = new StringBuilder("# To be decided\n\nThe site and its template have both changed these files. ");
        text.Append("Decide each one on this branch, then delete the folder `.template-sync` and merge.\n");
        foreach (var conflict in conflicts)
        {
            text.Append($"\n- {MarkdownText.Code(conflict.Path)}: {conflict.Note}");
            text.Append(conflict.HasMarkers ? " Both versions stand in the file between markers: keep what is right and delete the markers." : "");
            text.Append(conflict.HasMarkers && conflict.Beside is null ? "" : $" Compare it with {MarkdownText.Code(conflict.Beside ?? conflict.Path)}.");
        }

        return Encoding.UTF8.GetBytes(text.Append('\n').ToString());
    }
}

[JsonSourceGenerationOptions(WriteIndented = true, NewLine = "\n", PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SyncConflict[]))]
internal sealed partial class ConflictJson : JsonSerializerContext;
