using System;
using System.Globalization;
using System.Linq;
using System.Reflection;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using PrizeDraw.Api.Problems;

namespace PrizeDraw.Api.Requests;

/// <summary>The version that a change is based on, from If-Match; null when the client doesn't say.</summary>
public sealed record IfMatch(long? Version, Problem? Problem) : IBound
{
    // No version is negative, so that a tag that was never given out matches nothing.
    private const long Never = -1;

    public static string TagOf(long version) => string.Create(CultureInfo.InvariantCulture, $"\"{version}\"");

    public static ValueTask<IfMatch> BindAsync(HttpContext context, ParameterInfo _)
    {
        var header = context.Request.Headers.IfMatch;
        var text = header.ToString().Trim();
        return ValueTask.FromResult(header.Count switch
        {
            0 => new IfMatch(null, null),
            1 when text == "*" => new IfMatch(null, null),
            1 when IsTag(text) => new IfMatch(VersionOf(text), null),
            // A weak tag never matches a strong comparison (RFC 9110, 13.1.1).
            1 when text.StartsWith("W/", StringComparison.Ordinal) && IsTag(text[2..]) => new IfMatch(Never, null),
            _ => new IfMatch(null, Problem.At(ErrorCodes.InvalidHeader, "If-Match", "must be one ETag, as it was answered.")),
        });
    }

    private static bool IsTag(string text) =>
        text is ['"', .., '"'] && text.Length is > 2 and < 100 && text[1..^1].All(c => c is > ' ' and not '"' and <= '~');

    private static long VersionOf(string tag) =>
        long.TryParse(tag.AsSpan(1, tag.Length - 2), NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : Never;
}

/// <summary>The Idempotency-Key header: 8 to 200 visible ASCII characters.</summary>
internal static class IdempotencyKey
{
    public const string Header = "Idempotency-Key";

    /// <summary>The key; null and no problem when it is absent and need not be there.</summary>
    public static (string? Key, Problem? Problem) Read(HttpRequest request, bool required)
    {
        var values = request.Headers[Header];
        if (values.Count == 0 && !required)
        {
            return (null, null);
        }

        return values is [{ } key] && IsWellFormed(key)
            ? (key, null)
            : (null, Problem.At(ErrorCodes.InvalidHeader, Header, "must be given once, with 8 to 200 visible ASCII characters."));
    }

    private static bool IsWellFormed(string key)
    {
        foreach (var c in key)
        {
            if (c is <= ' ' or > '~')
            {
                return false;
            }
        }

        return key.Length is >= 8 and <= 200;
    }
}
