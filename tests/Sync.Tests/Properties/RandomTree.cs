using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace PrizeDraw.Sync.Tests.Properties;

/// <summary>
/// A tree that one side changes at random: lines, files, names, forms, keys. Each line that a side writes is like no other, so that it can be
/// looked for afterwards.
/// </summary>
internal sealed class RandomTree(Random random, string side, Dictionary<string, string> files)
{
    private const string Binary = ".png";
    private static readonly string[] Met = ["package.json", "lib/a.ts", "tests/one.ts", "data/texts.json"];
    private int _written;

    public Dictionary<string, string> Files { get; } = new(files);

    /// <summary>Whether line ends and the like are changed too.</summary>
    public bool ChangesForm { get; init; } = true;

    /// <summary>What both sides begin with.</summary>
    public static Dictionary<string, string> Origin(string manifest)
    {
        string[] paths = ["app/page.tsx", "app/[slug]/page.tsx", "lib/a.ts", "lib/b.ts", "styles/base.css", "docs/notes.md", "tests/one.ts", "public/robots.txt", ".github/workflows/ci.yml", "yarn.lock"];
        var files = paths.ToDictionary(p => p, p => string.Concat(Enumerable.Range(1, 14).Select(n => $"{p} {n}\n")));
        files["template.json"] = manifest;
        files["logo" + Binary] = "\0origin";
        files["content/campaign.json"] = "{ \"slug\": \"origin\" }\n";
        files["package.json"] = Json(Enumerable.Range(1, 6).Select(n => ($"key{n}", $"origin {n}")));
        files["data/texts.json"] = Json(Enumerable.Range(1, 9).Select(n => ($"text{n}", $"origin {n}")));
        return files;
    }

    public RandomTree Change(int times)
    {
        for (var n = 0; n < times; n++)
        {
            Change();
        }

        return this;
    }

    private void Change()
    {
        // Half of all changes are to the same few files, so that both sides meet.
        var path = random.Next(2) == 0 && Array.FindAll(Met, Files.ContainsKey) is { Length: > 0 } met
            ? met[random.Next(met.Length)]
            : Files.Keys.Where(p => p != "template.json").OrderBy(p => p, StringComparer.Ordinal).ElementAt(random.Next(Files.Count - 1));
        switch (random.Next(20))
        {
            case 0:
                Files[$"lib/{side}-{random.Next(4)}.ts"] = Line() + "\n" + Line() + "\n";
                break;
            case 1 or 6 or 7:
                // Sometimes where the other side adds one too.
                Files[$"lib/new-{random.Next(2)}.ts"] = Line() + "\n";
                break;
            case 2 when Files.Count > 8:
                Files.Remove(path);
                break;
            case 3 when !path.EndsWith(".json", StringComparison.Ordinal):
                Files.Remove(path, out var moved);
                Files[$"moved/{side}-{++_written}{System.IO.Path.GetExtension(path)}"] = moved!;
                break;
            case 4 or 5 when ChangesForm && !path.EndsWith(Binary, StringComparison.Ordinal):
                Files[path] = Formed(Files[path]);
                break;
            default:
                Files[path] = path.EndsWith(Binary, StringComparison.Ordinal) ? "\0" + Line() : path.EndsWith(".json", StringComparison.Ordinal) ? Keyed(Files[path]) : Edited(Files[path]);
                break;
        }
    }

    private string Line() => string.Create(CultureInfo.InvariantCulture, $"{side} wrote {++_written} {random.Next(1_000_000)}");

    private string Edited(string text)
    {
        var end = text.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";
        var lines = text.Split(end).ToList();
        var at = random.Next(lines.Count);
        switch (random.Next(4))
        {
            case 0:
                lines.Insert(at, Line());
                break;
            case 1 when lines.Count > 6:
                lines.RemoveAt(at);
                break;
            default:
                lines[at] = Line();
                break;
        }

        return string.Join(end, lines);
    }

    private string Formed(string text) => random.Next(3) switch
    {
        0 => text.Contains("\r\n", StringComparison.Ordinal) ? text.Replace("\r\n", "\n", StringComparison.Ordinal) : text.Replace("\n", "\r\n", StringComparison.Ordinal),
        1 => text.StartsWith("\u00EF\u00BB\u00BF", StringComparison.Ordinal) ? text[3..] : "\u00EF\u00BB\u00BF" + text,
        _ => text.EndsWith('\n') ? text.TrimEnd('\r', '\n') : text + "\n",
    };

    // A line for each key, so that they are lines to git as well.
    private string Keyed(string text)
    {
        var end = text.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";
        var lines = text.Split(end).ToList();
        var keys = lines.FindAll(l => l.Contains("\": ", StringComparison.Ordinal));
        if (keys.Count < 3)
        {
            return text;
        }

        var at = lines.IndexOf(keys[random.Next(keys.Count - 1)]);
        switch (random.Next(4))
        {
            case 0:
                lines.Insert(at, $"  \"{side}{++_written}\": \"{Line()}\",");
                break;
            case 1:
                lines.RemoveAt(at);
                break;
            default:
                lines[at] = lines[at][..lines[at].IndexOf(": ", StringComparison.Ordinal)] + $": \"{Line()}\",";
                break;
        }

        return string.Join(end, lines);
    }

    private static string Json(IEnumerable<(string Key, string Value)> members) =>
        "{\n" + string.Join(",\n", members.Select(m => $"  \"{m.Key}\": \"{m.Value}\"")) + "\n}\n";
}
