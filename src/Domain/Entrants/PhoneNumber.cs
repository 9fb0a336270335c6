using System;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace PrizeDraw.Domain.Entrants;

/// <summary>A telephone number without its decoration: "+", country code and digits where the country is known (E.164).</summary>
public sealed record PhoneNumber
{
    /// <summary>The most digits a number has (E.164).</summary>
    public const int DigitsMax = 15;

    /// <summary>The fewest digits that are taken.</summary>
    public const int DigitsMin = 6;

    private PhoneNumber(string value) => Value = value;

    /// <summary>For example +447700900123.</summary>
    public string Value { get; }

    /// <summary>
    /// Reads a number: spaces, dots, hyphens, slashes and brackets go, a leading 00 becomes "+", a trunk "(0)" after a country
    /// code goes, and a national number (leading 0) gets the given country code. False for anything else.
    /// </summary>
    /// <param name="countryCode">Digits of the code for national numbers, for example 44.</param>
    public static bool TryParse(string? text, string countryCode, [NotNullWhen(true)] out PhoneNumber? number)
    {
        ArgumentException.ThrowIfNullOrEmpty(countryCode);
        number = null;
        if (!TryStrip(text?.Trim() ?? "", out var digits, out var isInternational)) return false;
        if (!isInternational && digits.StartsWith("00", StringComparison.Ordinal))
        {
            digits = digits[2..];
        }
        else if (!isInternational)
        {
            if (!digits.StartsWith('0')) return false;
            digits = countryCode + digits[1..];
        }
        if (digits.Length is < DigitsMin or > DigitsMax || digits[0] == '0') return false;
        number = new PhoneNumber("+" + digits);
        return true;
    }

    /// <inheritdoc />
    public override string ToString() => "(phone number)"; // personal data must not reach a log by way of a record's text

    private static bool TryStrip(string text, out string digits, out bool isInternational)
    {
        isInternational = text.StartsWith('+');
        var rest = isInternational ? text[1..] : text;
        if (isInternational || rest.StartsWith("00", StringComparison.Ordinal))
        {
            rest = rest.Replace("(0)", "", StringComparison.Ordinal);
        }
        var kept = new StringBuilder(rest.Length);
        digits = "";
        foreach (var c in rest)
        {
            if (char.IsAsciiDigit(c)) kept.Append(c);
            else if (!" .-/()\u00a0".Contains(c)) return false;
        }
        digits = kept.ToString();
        return true;
    }
}
