using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;

namespace PrizeDraw.Providers.Sync.Merging;

/// <summary>
/// Which files may hold git's conflict markers, and how these are found. Ours always show the base too (diff3). They are seven characters
/// long, or longer where a side has a line that could be taken for the one in the middle, such as the underlining of a heading.
/// </summary>
internal static partial class ConflictMarkers
{
    public const int Size = 7;

    private const string ByteOrderMark = "\u00EF\u00BB\u00BF";

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

    /// <summary>
    /// How long the markers of a conflict between these texts must be, so that no line of theirs is taken for one. Null where they hold markers
    /// already: then nobody could say whether ours are gone.
    /// </summary>
    public static int? SizeAmong(params byte[]?[] texts)
    {
        if (texts.Any(t => t is not null && AreIn(t)))
        {
            return null;
        }

        var taken = texts.OfType<byte[]>().SelectMany(t => Middle().Matches(Encoding.Latin1.GetString(t))).Select(m => m.Groups["line"].Length).ToHashSet();
        return Enumerable.Range(Size, taken.Count + 1).First(size => !taken.Contains(size));
    }

    /// <summary>Whether a text holds markers of any merge.</summary>
    public static bool AreIn(byte[] content) => Any().IsMatch(Encoding.Latin1.GetString(content));

    /// <summary>
    /// git's markers with labels that are the same in every version, so that the same conflict is the same text. Null where the text has no
    /// markers of that merge.
    /// </summary>
    public static byte[]? Labelled(byte[] content, GitMerged merge)
    {
        var lines = Encoding.Latin1.GetString(content).Split('\n');
        var (site, template, origin) = (" " + merge.SiteCommit, " " + merge.TemplateCommit, " " + merge.BaseCommit[..7]);
        if (lines.Select(l => Run(l, '<', site)).FirstOrDefault(length => length >= Size) is not (>= Size and var size))
        {
            return null;
        }

        return Encoding.Latin1.GetBytes(string.Join('\n', lines.Select(line =>
            Run(line, '<', site) == size ? new string('<', size) + " site"
            : Run(line, '>', template) == size ? new string('>', size) + " template"
            : Run(line, '|', origin) == size ? new string('|', size) + " base"
            : line)));
    }

    /// <summary>
    /// The text with one side's lines in each place that holds markers, and what merged around them. Null where there is no such place, or one
    /// that somebody has left without its end.
    /// </summary>
    public static byte[]? Decided(byte[] content, bool ofSite)
    {
        var kept = new List<string>();
        var (part, places) = (new Place(Part.Around, 0, false), 0);
        var text = Encoding.Latin1.GetString(content);
        var mark = text.StartsWith(ByteOrderMark, StringComparison.Ordinal) ? ByteOrderMark : "";
        foreach (var line in text[mark.Length..].Split('\n'))
        {
            var next = Next(part, line.TrimEnd('\r'));
            if (next == part && (part.Part == Part.Around || part.Part == (ofSite ? Part.Site : Part.Template)))
            {
                kept.Add(line);
            }

            places += next == part || next.Part != Part.Site ? 0 : 1;
            part = next;
        }

        return places > 0 && part.Part == Part.Around ? Encoding.Latin1.GetBytes(mark + string.Join('\n', kept)) : null;
    }

    private static Place Next(Place at, string line) => at.Part switch
    {
        Part.Around when Opening().Match(line) is { Success: true } opening => new Place(Part.Site, opening.Groups["marks"].Length, opening.Groups["label"].Value == "site"),
        Part.Site when Run(line, '|', at.IsOurs ? " base" : " ") == at.Size => at with { Part = Part.Base },

        // People's own merges may come without a base.
        Part.Site when !at.IsOurs && line.Length == at.Size && Run(line, '=', "") == at.Size => at with { Part = Part.Template },
        Part.Base when line.Length == at.Size && Run(line, '=', "") == at.Size => at with { Part = Part.Template },
        Part.Template when Run(line, '>', at.IsOurs ? " template" : " ") == at.Size => new Place(Part.Around, 0, false),
        _ => at,
    };

    // How often the character stands at a line's beginning, when what follows begins so; 0 otherwise.
    private static int Run(string line, char mark, string then)
    {
        var length = line.AsSpan().IndexOfAnyExcept(mark) is var end && end < 0 ? line.Length : end;
        return line.AsSpan(length).StartsWith(then, StringComparison.Ordinal) ? length : 0;
    }

    private enum Part
    {
        Around,
        Site,
        Base,
        Template,
    }

    /// <param name="Size">How long the markers of this place are.</param>
    /// <param name="IsOurs">Whether they have our labels.</param>
    private readonly record struct Place(Part Part, int Size, bool IsOurs);

    [GeneratedRegex(@"^(?<marks><{7,}) (?<label>.*)\z")]
    private static partial Regex Opening();

    [GeneratedRegex(@"^(?<line>={7,})\r?$", RegexOptions.Multiline)]
    private static partial Regex Middle();

    [GeneratedRegex(@"^(<{7}|\|{7}|>{7}) |^(<{8,} site|\|{8,} base|>{8,} template)\r?$", RegexOptions.Multiline)]
    private static partial Regex Any();
}
