using System;
using System.Collections.Generic;
using System.Linq;
using Shouldly;

namespace PrizeDraw.Tidy;

/// <summary>Compares what the code has with a list that somebody has agreed to.</summary>
internal static class Listed
{
    /// <summary>Lines of a list file, without comments and blank lines.</summary>
    public static string[] Read(string path) =>
        [.. Source.One(path).Lines.Select(l => l.Trim()).Where(l => l.Length > 0 && !l.StartsWith('#'))];

    /// <summary>Fails with the lines to add and to remove, and with what that means.</summary>
    public static void ShouldBe(IEnumerable<string> found, string path, string meaning)
    {
        var now = found.Distinct().Order(StringComparer.Ordinal).ToArray();
        var listed = Read(path);
        var added = now.Except(listed).Select(l => "+ " + l);
        var gone = listed.Except(now).Select(l => "- " + l);
        string[] difference = [.. added, .. gone];
        difference.ShouldBeEmpty($"{path} and the code differ. {meaning}\nWhat the list would have to gain (+) and lose (-):\n{string.Join('\n', difference)}\n");
        listed.SequenceEqual(listed.Order(StringComparer.Ordinal)).ShouldBeTrue($"Keep the lines of {path} in ordinal order, so that changes are easy to see.");
    }
}
