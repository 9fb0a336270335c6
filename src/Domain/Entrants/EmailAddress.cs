using System;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace PrizeDraw.Domain.Entrants;

/// <summary>What is wrong with an e-mail address.</summary>
public enum EmailFault
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>It is empty.</summary>
    IsMissing,

    /// <summary>More than 254 bytes, or more than 64 before the at sign.</summary>
    IsTooLong,

    /// <summary>It does not have exactly one at sign with something on either side.</summary>
    HasNoSingleAt,

    /// <summary>It has white space, a control or invisible character, a quote or a bracket.</summary>
    HasForbiddenCharacter,

    /// <summary>A dot stands first, last or twice before the at sign.</summary>
    HasMisplacedDot,

    /// <summary>What follows the at sign is not a domain name.</summary>
    HasNoDomain,
}

/// <summary>Which spellings of an address count as one person. Letter case never tells people apart.</summary>
/// <param name="FoldGoogle">At gmail.com and googlemail.com: ignore dots and plus-tags, and take both names as one.</param>
/// <param name="FoldOtherPlusTags">At other domains: ignore what follows a plus sign.</param>
public sealed record EmailPolicy(bool FoldGoogle = true, bool FoldOtherPlusTags = false)
{
    /// <summary>Google folded, nobody else.</summary>
    public static EmailPolicy Default { get; } = new();
}

/// <summary>
/// An e-mail address: <see cref="Address"/> to write to, <see cref="Key"/> to recognise the person by. Domains in other scripts
/// are accepted, and kept in their ASCII form.
/// </summary>
public sealed record EmailAddress
{
    /// <summary>The most bytes an address has (RFC 5321, erratum 1690).</summary>
    public const int BytesMax = 254;

    private const int LocalBytesMax = 64;

    private EmailAddress(string address, string key) => (Address, Key) = (address, key);

    /// <summary>As typed, trimmed, with the domain in lower-case ASCII.</summary>
    public string Address { get; }

    /// <summary>Lower case and folded by the policy: one key, one person.</summary>
    public string Key { get; }

    /// <summary>Reads an address; a fault tells the first thing wrong, in the order of the enum.</summary>
    public static bool TryParse(
        string? text, EmailPolicy policy, [NotNullWhen(true)] out EmailAddress? email, out EmailFault fault)
    {
        ArgumentNullException.ThrowIfNull(policy);
        email = null;
        var trimmed = text?.Trim() ?? "";
        fault = FaultOf(trimmed, out var local, out var domain);
        if (fault != EmailFault.None) return false;
        var key = KeyOf(local.ToLowerInvariant(), domain, policy);
        // Nothing but a tag or dots is left of "+tag@gmail.com".
        if (key.StartsWith('@'))
        {
            fault = EmailFault.HasNoSingleAt;
            return false;
        }
        email = new EmailAddress($"{local}@{domain}", key);
        return true;
    }

    /// <inheritdoc />
    public override string ToString() => "(e-mail address)"; // personal data must not reach a log by way of a record's text

    private static EmailFault FaultOf(string text, out string local, out string domain)
    {
        (local, domain) = ("", "");
        if (text.Length == 0) return EmailFault.IsMissing;
        if (text.Length > BytesMax) return EmailFault.IsTooLong;
        var at = text.IndexOf('@');
        if (at <= 0 || at == text.Length - 1 || at != text.LastIndexOf('@')) return EmailFault.HasNoSingleAt;
        if (HasForbidden(text)) return EmailFault.HasForbiddenCharacter;
        local = text[..at];
        if ($".{local}.".Contains("..", StringComparison.Ordinal)) return EmailFault.HasMisplacedDot;
        if (!TryDomain(text[(at + 1)..], out domain)) return EmailFault.HasNoDomain;
        var localBytes = Encoding.UTF8.GetByteCount(local);
        return localBytes > LocalBytesMax || localBytes + 1 + domain.Length > BytesMax ? EmailFault.IsTooLong : EmailFault.None;
    }

    private static bool HasForbidden(string text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            // Invisible (format) characters would let one mailbox look like many; a lone surrogate reads as U+FFFD.
            var forbidden = rune.Value == 0xFFFD || (rune.IsAscii && "\"(),:;<>[\\]".Contains((char)rune.Value))
                || Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse
                    or UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
                    or UnicodeCategory.Surrogate or UnicodeCategory.OtherNotAssigned;
            if (forbidden) return true;
        }
        return false;
    }

    private static bool TryDomain(string text, out string domain)
    {
        domain = "";
        try
        {
            // Lower case first: in the invariant globalisation mode the mapping does not fold letters beyond ASCII.
            domain = new IdnMapping { UseStd3AsciiRules = true }.GetAscii(text.ToLowerInvariant()).ToLowerInvariant();
        }
        catch (ArgumentException)
        {
            return false;
        }
        var topLevel = domain[(domain.LastIndexOf('.') + 1)..];
        // A host without a dot can't get mail from outside, and a numeric last label would be an address.
        return domain.Contains('.') && topLevel.Length >= 2 && !char.IsAsciiDigit(topLevel[0]);
    }

    private static string KeyOf(string local, string domain, EmailPolicy policy)
    {
        var isGoogle = domain is "gmail.com" or "googlemail.com";
        if (isGoogle && policy.FoldGoogle)
        {
            return $"{WithoutTag(local).Replace(".", "", StringComparison.Ordinal)}@gmail.com";
        }
        return !isGoogle && policy.FoldOtherPlusTags ? $"{WithoutTag(local)}@{domain}" : $"{local}@{domain}";
    }

    private static string WithoutTag(string local) => local.IndexOf('+') is >= 0 and var plus ? local[..plus] : local;
}
