using System;

namespace PrizeDraw.Domain.Codes;

/// <summary>
/// The check character at the end of a generated code. It is the fold of the code with the quasigroup
/// <c>x ∗ y = αx + y</c> over GF(32), where α is a root of the primitive polynomial x⁵ + x² + 1. Since α is neither 0 nor 1 the
/// quasigroup is totally anti-symmetric (from (c∗x)∗y = (c∗y)∗x, and from x∗y = y∗x, follows x = y), as in H. M. Damm's
/// schemes: every single wrong character and every transposition of neighbours is found. α has order 31, so up to
/// 31 characters in all any two exchanged characters are found.
/// </summary>
public static class CodeCheck
{
    private const int Polynomial = 0b100101;

    /// <summary>How long a code with a check character may be, that character included.</summary>
    public const int LengthMax = 31;

    /// <summary>α·x in GF(32).</summary>
    private static int TimesAlpha(int x)
    {
        var shifted = x << 1;
        return shifted > 31 ? shifted ^ Polynomial : shifted;
    }

    /// <summary>x ∗ y for values 0 to 31.</summary>
    public static int Fold(int x, int y) => TimesAlpha(x) ^ y;

    /// <summary>The character to put at the end of canonical characters, so that the whole folds to zero.</summary>
    public static char CharacterFor(ReadOnlySpan<char> canonical) => CodeAlphabet.CharacterOf(TimesAlpha(FoldOf(canonical)));

    /// <summary>Whether the last character of a canonical code fits those before it.</summary>
    public static bool Holds(ReadOnlySpan<char> canonical) => canonical.Length > 1 && FoldOf(canonical) == 0;

    private static int FoldOf(ReadOnlySpan<char> canonical)
    {
        var fold = 0;
        foreach (var character in canonical)
        {
            fold = Fold(fold, CodeAlphabet.ValueOf(character));
        }

        return fold;
    }
}
