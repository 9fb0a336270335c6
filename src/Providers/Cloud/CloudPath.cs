using System;
using System.Globalization;
using System.Linq;

namespace PrizeDraw.Providers.Cloud;

/// <summary>Paths and queries whose values are percent-encoded, so that no value becomes a path, a query or another endpoint.</summary>
public static class CloudPath
{
    /// <summary>
    /// Such as <c>CloudPath.Of($"/repos/{owner}/{name}/git/ref/{"heads/main"}?page={2}")</c>: each value encoded as one segment or one query
    /// value. Throws <see cref="ArgumentException"/> for a value that is empty, <c>.</c> or <c>..</c>: it would address something else.
    /// </summary>
    public static string Of(FormattableString path) =>
        string.Format(CultureInfo.InvariantCulture, path.Format, [.. path.GetArguments().Select(Encoded)]);

    private static object Encoded(object? value)
    {
        var text = Convert.ToString(value, CultureInfo.InvariantCulture);
        return text is null or "" or "." or ".."
            ? throw new ArgumentException($"'{text}' can't be part of a path.", nameof(value))
            : Uri.EscapeDataString(text);
    }
}
