using System;
using System.Globalization;
using System.Text.RegularExpressions;

namespace PrizeDraw.Providers.Cloud.Vercel;

/// <summary>Names of domains as people type them, in the form that goes over the wire.</summary>
internal static partial class DomainName
{
    private static readonly IdnMapping Idn = new() { UseStd3AsciiRules = true };

    /// <summary>Lower case, letters of other scripts as <c>xn--…</c>. Throws <see cref="ProviderFault.Rejected"/> for what is no domain.</summary>
    public static string Of(string typed)
    {
        try
        {
            var name = Idn.GetAscii(typed.Trim().TrimEnd('.')).ToLowerInvariant();
            if (name.Length <= 253 && Pattern().IsMatch(name) && !name.EndsWith(".vercel.app", StringComparison.Ordinal))
            {
                return name;
            }
        }
        catch (ArgumentException)
        {
            // Said below.
        }

        throw new ProviderException(ProviderFault.Rejected, $"'{VercelRefusals.Clipped(typed)}' is not a domain of your own, such as win.example.com.");
    }

    [GeneratedRegex(@"\A([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]\z", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
