using System;

namespace PrizeDraw.Domain.Codes;

/// <summary>
/// The 32 characters that canonical codes are made of: the ten digits and the letters without I, L, O and U. The letters I and L
/// are read as the digit 1, O as 0 and U as V, so whichever of two look-alikes a person types, the same code is meant. Without
/// U fewer words come about by chance. A character is worth its place: five bits.
/// </summary>
public static class CodeAlphabet
{
    /// <summary>In the order of their values, 0 to 31.</summary>
    public const string Characters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    /// <summary>How many bits one random character carries.</summary>
    public const int BitsPerCharacter = 5;

    private static readonly sbyte[] Values = ReadingOf();

    /// <summary>The character worth <paramref name="value"/>, of which the low five bits count.</summary>
    public static char CharacterOf(int value) => Characters[value & 31];

    /// <summary>0 to 31 for a character as people may type it (either case, look-alikes), or -1.</summary>
    public static int ValueOf(char typed) => typed < Values.Length ? Values[typed] : -1;

    private static sbyte[] ReadingOf()
    {
        var values = new sbyte[128];
        Array.Fill(values, (sbyte)-1);
        for (var value = 0; value < Characters.Length; value++)
        {
            values[Characters[value]] = (sbyte)value;
            values[char.ToLowerInvariant(Characters[value])] = (sbyte)value;
        }

        foreach (var (alike, meant) in new[] { ('I', '1'), ('L', '1'), ('O', '0'), ('U', 'V') })
        {
            values[alike] = values[char.ToLowerInvariant(alike)] = values[meant];
        }

        return values;
    }
}
