using System;
using System.Globalization;
using System.Text;

namespace PrizeDraw.Domain.Evidence;

/// <summary>Writes a double as ECMAScript's Number::toString does (RFC 8785 section 3.2.2.3).</summary>
internal static class EcmaScriptNumber
{
    /// <exception cref="ArgumentException">Not a number, or infinite: JSON has no such number.</exception>
    public static string Format(double value)
    {
        if (!double.IsFinite(value)) throw new ArgumentException("JSON has no NaN or infinity.", nameof(value));
        if (value == 0) return "0"; // minus zero as well
        var (digits, point) = ShortestDigits(Math.Abs(value));
        var text = Place(digits, point);
        return value < 0 ? "-" + text : text;
    }

    /// <summary>The digits s and n of the specification: value = 0.s × 10^n, without leading or trailing zeros.</summary>
    private static (string Digits, int Point) ShortestDigits(double value)
    {
        // The runtime's "R" finds the shortest digits that read back as the same double, as ECMAScript asks; only its layout
        // of exponents differs.
        var text = value.ToString("R", CultureInfo.InvariantCulture);
        var exponent = 0;
        if (text.IndexOf('E') is >= 0 and var mark)
        {
            exponent = int.Parse(text.AsSpan(mark + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
            text = text[..mark];
        }
        var dot = text.IndexOf('.');
        var digits = dot < 0 ? text : text.Remove(dot, 1);
        var point = (dot < 0 ? text.Length : dot) + exponent;
        var leading = digits.Length - digits.TrimStart('0').Length;
        return (digits[leading..].TrimEnd('0'), point - leading);
    }

    private static string Place(string digits, int point)
    {
        if (point is > 21 or <= -6) return Exponential(digits, point - 1);
        if (point >= digits.Length) return digits + new string('0', point - digits.Length);
        if (point > 0) return string.Concat(digits.AsSpan(0, point), ".", digits.AsSpan(point));
        return "0." + new string('0', -point) + digits;
    }

    private static string Exponential(string digits, int exponent)
    {
        var text = new StringBuilder().Append(digits[0]);
        if (digits.Length > 1) text.Append('.').Append(digits, 1, digits.Length - 1);
        return text.Append(CultureInfo.InvariantCulture, $"e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent)}").ToString();
    }
}
