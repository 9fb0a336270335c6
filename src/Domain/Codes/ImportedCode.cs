using System.Linq;

namespace PrizeDraw.Domain.Codes;

/// <summary>A code of an import that can be taken.</summary>
/// <param name="Canonical">Its canonical spelling.</param>
/// <param name="Shown">Its own spelling, where that is another.</param>
public readonly record struct ImportedCode(string Canonical, string? Shown)
{
    /// <summary>Reasons for which a line of an import is refused.</summary>
    public const string Malformed = "malformed", OtherPrefix = "prefix", Duplicate = "duplicate";

    /// <summary>Characters beyond the prefix that an imported code has at least. Whoever made it answers for its being unguessable.</summary>
    public const int BeyondPrefixMin = 4;

    /// <summary>
    /// Reads a line of an import. Its characters must be those that people can be asked to type: letters, digits and separators, 6 to 64
    /// of them, beginning with the batch's prefix. Anything else is refused by a reason, and <paramref name="code"/> is empty.
    /// </summary>
    public static string? Judge(string canonicalPrefix, string? text, out ImportedCode code)
    {
        code = default;
        var spelled = text?.Trim();
        if (string.IsNullOrEmpty(spelled) || spelled.Length > CodeText.LengthMax || spelled.Any(char.IsControl)
            || !CodeText.TryCanonical(spelled, out var canonical))
        {
            return Malformed;
        }

        if (!canonical.StartsWith(canonicalPrefix, System.StringComparison.Ordinal))
        {
            return OtherPrefix;
        }

        if (canonical.Length < canonicalPrefix.Length + BeyondPrefixMin)
        {
            return Malformed;
        }

        code = new ImportedCode(canonical, spelled == canonical ? null : spelled);
        return null;
    }
}
