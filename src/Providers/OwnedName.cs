using System.Text.RegularExpressions;

namespace PrizeDraw.Providers;

/// <summary>
/// Names and ownership markers as every local provider takes them. Names become file and database names, so that anything
/// else than lower-case letters, digits, hyphen and underscore is refused before it reaches a path or a statement.
/// </summary>
internal static partial class OwnedName
{
    /// <summary>Refuses (<see cref="ProviderFault.Rejected"/>) a name or a nonce of the wrong form.</summary>
    public static void Require(string name, string nonce)
    {
        if (!NamePattern().IsMatch(name))
        {
            throw new ProviderException(
                ProviderFault.Rejected, $"'{name}' is not a name of 1 to 63 lower-case letters, digits, hyphens and underscores.");
        }

        if (!NoncePattern().IsMatch(nonce))
        {
            throw new ProviderException(ProviderFault.Rejected, "The ownership marker is not 16 hex digits.");
        }
    }

    /// <summary>What is ours by name, but not by marker.</summary>
    public static ProviderException Taken(string what, string name) =>
        new(ProviderFault.NameTaken, $"A {what} named '{name}' exists and belongs to something else. Choose another name.");

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9_-]{0,62}\z")]
    private static partial Regex NamePattern();

    [GeneratedRegex(@"\A[0-9a-f]{16}\z")]
    private static partial Regex NoncePattern();
}
