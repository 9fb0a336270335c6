using System;
using System.Diagnostics.CodeAnalysis;

namespace PrizeDraw.Domain.Codes;

/// <summary>
/// A code as people type it, and its one canonical spelling: characters of <see cref="CodeAlphabet"/> without separators. Codes
/// are stored, compared and routed in the canonical spelling alone.
/// </summary>
public static class CodeText
{
    /// <summary>The fewest characters of a code, in its canonical spelling.</summary>
    public const int LengthMin = 6;

    /// <summary>The most characters of a code, in its canonical spelling.</summary>
    public const int LengthMax = 64;

    /// <summary>The most that is read of what was typed, separators included.</summary>
    public const int TypedLengthMax = 128;

    // ASCII's printable characters as East Asian keyboards type them, and how far they are from ASCII's.
    private const char FullWidthFirst = '\uFF01';
    private const char FullWidthLast = '\uFF5E';
    private const int FullWidthDistance = 0xFEE0;

    /// <summary>
    /// The canonical spelling of what was typed: either case, look-alikes (O for 0, I and L for 1, U for V), blanks, hyphens, dots,
    /// slashes and underscores anywhere. False when this can't be a code. The check character isn't looked at, since codes of an
    /// import have none.
    /// </summary>
    public static bool TryCanonical([NotNullWhen(true)] string? typed, out string canonical)
    {
        canonical = string.Empty;
        if (typed is null || typed.Length > TypedLengthMax)
        {
            return false;
        }

        Span<char> read = stackalloc char[LengthMax];
        if (!TryRead(typed, read, out var length) || length < LengthMin)
        {
            return false;
        }

        canonical = new string(read[..length]);
        return true;
    }

    /// <summary>Writes the canonical characters of <paramref name="typed"/>; false when there is something else, or more than fits.</summary>
    internal static bool TryRead(ReadOnlySpan<char> typed, Span<char> canonical, out int length)
    {
        length = 0;
        foreach (var character in typed)
        {
            var plain = character is >= FullWidthFirst and <= FullWidthLast ? (char)(character - FullWidthDistance) : character;
            if (IsSeparator(plain))
            {
                continue;
            }

            var value = CodeAlphabet.ValueOf(plain);
            if (value < 0 || length == canonical.Length)
            {
                return false;
            }

            canonical[length++] = CodeAlphabet.CharacterOf(value);
        }

        return true;
    }

    /// <summary>
    /// What may stand between the characters of a code. Phones and word processors make other hyphens of the typed one (U+2010 to
    /// U+2015, U+2212), and copying from a web page brings no-break and zero-width spaces.
    /// </summary>
    internal static bool IsSeparator(char character) => character is ' ' or '-' or '.' or '_' or '/' or '\t' or '\r' or '\n' or '\u00A0'
        or '\u00AD' or (>= '\u2000' and <= '\u200D') or (>= '\u2010' and <= '\u2015') or '\u202F' or '\u2212' or '\u3000' or '\uFEFF';
}
