using System;
using System.Diagnostics.CodeAnalysis;
using System.Linq;

namespace PrizeDraw.Domain.Codes;

/// <summary>
/// The beginning of every code of a batch: 2 to 12 ASCII letters and digits. It is compared in its canonical spelling
/// (<c>Summer</c> is <c>SVMMER</c>) and shown in the given one. No prefix of a tenant begins another, so a canonical code belongs
/// to at most one batch of the tenant: that is how redemption finds the campaign.
/// </summary>
public static class CodePrefix
{
    public const int LengthMin = 2;

    public const int LengthMax = 12;

    /// <summary>The canonical spelling of a prefix; false for anything that can't be one (separators included).</summary>
    public static bool TryCanonical([NotNullWhen(true)] string? given, out string canonical)
    {
        canonical = string.Empty;
        if (given is null || given.Length is < LengthMin or > LengthMax || !given.All(char.IsAsciiLetterOrDigit))
        {
            return false;
        }

        canonical = string.Create(given.Length, given, static (characters, from) => CodeText.TryRead(from, characters, out _));
        return true;
    }

    /// <summary>Every prefix that a canonical code could have, the shortest first.</summary>
    public static string[] CandidatesOf(string canonical) =>
        [.. Enumerable.Range(LengthMin, LengthMax - LengthMin + 1).Where(length => length < canonical.Length).Select(length => canonical[..length])];
}
