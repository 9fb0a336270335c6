using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.RegularExpressions;

namespace PrizeDraw.Domain.Domains;

/// <summary>Names of custom domains as people type them, and as they are stored and told.</summary>
public static partial class CustomDomain
{
    /// <summary>Characters that a name may have, as DNS counts them.</summary>
    public const int LengthMax = 253;

    /// <summary>Domains that a campaign may have.</summary>
    public const int PerCampaignMax = 10;

    /// <summary>Names that lead nowhere on the public internet, or to no owner.</summary>
    private static readonly string[] Nobodys = ["local", "localhost", "internal", "onion", "arpa"];

    private static readonly IdnMapping Idn = new() { UseStd3AsciiRules = true };

    /// <summary>
    /// Lower case, letters of other scripts as <c>xn--…</c>, without a dot at its end.
    /// </summary>
    /// <param name="typed">What somebody typed.</param>
    /// <param name="own">Names that are the platform's own, in the same form.</param>
    /// <returns>The name, or what is wrong with it; one of the two is null.</returns>
    public static (string? Name, DomainIsInvalid? Error) Read(string typed, IEnumerable<string> own)
    {
        var text = typed.Trim();
        return FormFault(text) is { } fault ? (null, new DomainIsInvalid(fault))
            : AsciiOf(text) is not { } name ? (null, new DomainIsInvalid("This is no name of a domain. Give one such as win.example.com."))
            : Nobodys.Contains(name[(name.LastIndexOf('.') + 1)..]) ? (null, new DomainIsInvalid("This name leads nowhere on the internet."))
            : own.Contains(name, StringComparer.Ordinal) || IsHosts(name) ? (null, new DomainIsInvalid("This is an address of the platform or of its hosting, not a domain of your own."))
            : (name, null);
    }

    private static bool IsHosts(string name) => name == "vercel.app" || name.EndsWith(".vercel.app", StringComparison.Ordinal);

    private static string? FormFault(string text) =>
        text.Contains("://", StringComparison.Ordinal) ? "Give the name alone, without https://."
        : text.Contains('*', StringComparison.Ordinal) ? "A name with * can't be added: give each name by itself."
        : text.All(c => char.IsAsciiDigit(c) || c == '.') && text.Contains('.', StringComparison.Ordinal) || text.StartsWith('[') ? "This is an address of a machine. Give a name such as win.example.com."
        : text.AsSpan().IndexOfAny("/:?#@ ") >= 0 ? "Give the name alone, without path, port or spaces."
        : null;

    private static string? AsciiOf(string text)
    {
        try
        {
            var name = Idn.GetAscii(text.EndsWith('.') ? text[..^1] : text).ToLowerInvariant();
            return name.Length <= LengthMax && Pattern().IsMatch(name) ? name : null;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    [GeneratedRegex(@"\A([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]\z", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
