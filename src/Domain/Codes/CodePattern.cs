using System;
using System.Buffers;

namespace PrizeDraw.Domain.Codes;

/// <summary>
/// How codes of a batch are shown: the prefix in the spelling its campaign manager gave (<c>Summer</c>), <c>#</c> for each
/// following character of the canonical code, and separators. <c>*</c> at the end stands for all that is left: the pattern of
/// imports, <c>PREFIX*</c>.
/// </summary>
public static class CodePattern
{
    /// <summary>Random characters beyond the prefix, at the least: 13 × 5 = 65 bits.</summary>
    public const int RandomMin = 13;

    /// <summary>Random characters beyond the prefix, at the most: with the longest prefix and the check character 31 in all.</summary>
    public const int RandomMax = CodeCheck.LengthMax - CodePrefix.LengthMax - 1;

    /// <summary>The most characters of a pattern.</summary>
    public const int LengthMax = 64;

    private static readonly SearchValues<char> Written =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 -./_");

    private const string DefaultGroups = "-####-#####-#####";

    /// <summary>The pattern for a prefix when none is given: 13 random characters and the check character, in groups.</summary>
    public static string Default(string prefix) => prefix + DefaultGroups;

    /// <summary>The pattern of an import, whose codes are shown as they were imported.</summary>
    public static string OfImport(string prefix) => prefix + "*";

    /// <summary>
    /// The code as people see it. Characters that the pattern has no place for are added at the end, so that a code is never shown
    /// cut short.
    /// </summary>
    public static string Format(string canonical, string pattern)
    {
        Span<char> shown = stackalloc char[LengthMax + CodeText.LengthMax];
        var (from, to) = (0, 0);
        foreach (var place in pattern)
        {
            if (place is '*' || from == canonical.Length)
            {
                break;
            }

            shown[to++] = place is '#' ? canonical[from] : place;
            from += CodeText.IsSeparator(place) ? 0 : 1;
        }

        canonical.AsSpan(from).CopyTo(shown[to..]);
        return new string(shown[..(to + canonical.Length - from)]);
    }

    /// <summary>The code as people see it: as its import spelled it (the column <c>code.shown</c>), else by the pattern.</summary>
    public static string Display(string canonical, string? shown, string pattern) => shown ?? Format(canonical, pattern);

    /// <summary>The prefix in its given spelling: what stands before the first <c>#</c> or <c>*</c>, without separators.</summary>
    public static string PrefixOf(string pattern)
    {
        Span<char> prefix = stackalloc char[pattern.Length];
        var length = 0;
        foreach (var place in pattern)
        {
            if (place is '#' or '*')
            {
                break;
            }

            if (!CodeText.IsSeparator(place))
            {
                prefix[length++] = place;
            }
        }

        return new string(prefix[..length]);
    }

    /// <summary>How many random characters codes of this pattern have, the check character not counted.</summary>
    public static int RandomCharactersOf(string pattern) => Math.Max(0, pattern.AsSpan().Count('#') - 1);

    /// <summary>
    /// The full pattern for what was given: null gives the default; one without the prefix has it put before; anything else that can't
    /// be is null. The pattern's letters and digits must be the prefix and nothing more, ahead of 14 to 19 places.
    /// </summary>
    public static string? For(string prefix, string? given)
    {
        if (given is null)
        {
            return Default(prefix);
        }

        var pattern = PrefixOf(given).Length == 0 ? $"{prefix}{(given.StartsWith('#') ? "-" : "")}{given}" : given;
        return Fits(prefix, pattern) ? pattern : null;
    }

    private static bool Fits(string prefix, string pattern)
    {
        var first = pattern.IndexOf('#', StringComparison.Ordinal);
        return pattern.Length <= LengthMax && first > 0 && pattern[^1] == '#' && char.IsAsciiLetterOrDigit(pattern[0])
            && RandomCharactersOf(pattern) is >= RandomMin and <= RandomMax
            && CodePrefix.TryCanonical(PrefixOf(pattern), out var canonical) && CodePrefix.TryCanonical(prefix, out var wanted)
            && canonical == wanted
            && pattern.AsSpan(0, first).IndexOfAnyExcept(Written) < 0 && pattern.AsSpan(first).IndexOfAnyExcept("# -./_") < 0;
    }
}
