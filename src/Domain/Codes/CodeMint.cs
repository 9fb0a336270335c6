using System;

namespace PrizeDraw.Domain.Codes;

/// <summary>Makes codes of one prefix from random bytes that the caller brings: one byte for each random character, of which five bits count.</summary>
public sealed class CodeMint
{
    private readonly string _prefix;
    private readonly int _randomCharacters;

    /// <param name="prefix">In its canonical spelling.</param>
    /// <param name="randomCharacters">13 to 18, so that a code has at least 65 random bits.</param>
    /// <exception cref="ArgumentOutOfRangeException">Fewer or more random characters than that.</exception>
    public CodeMint(string prefix, int randomCharacters)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(randomCharacters, CodePattern.RandomMin);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(randomCharacters, CodePattern.RandomMax);
        (_prefix, _randomCharacters) = (prefix, randomCharacters);
    }

    /// <summary>How many random bytes one code takes.</summary>
    public int BytesPerCode => _randomCharacters;

    /// <summary>The canonical code: prefix, random characters, check character.</summary>
    public string Mint(ReadOnlySpan<byte> random)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(random.Length, _randomCharacters);
        Span<char> code = stackalloc char[_prefix.Length + _randomCharacters + 1];
        _prefix.CopyTo(code);
        for (var at = 0; at < random.Length; at++)
        {
            code[_prefix.Length + at] = CodeAlphabet.CharacterOf(random[at]);
        }

        code[^1] = CodeCheck.CharacterFor(code[..^1]);
        return new string(code);
    }
}
