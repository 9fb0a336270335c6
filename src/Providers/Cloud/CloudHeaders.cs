using System;
using System.Globalization;
using System.Linq;
using System.Net.Http;

namespace PrizeDraw.Providers.Cloud;

/// <summary>Reads headers that providers say their limits with. What is not of the expected form counts as absent.</summary>
public static class CloudHeaders
{
    /// <summary>Longer waits are not believed: a wrong header must not stop an account for good.</summary>
    private static readonly TimeSpan WaitMax = TimeSpan.FromHours(24);

    /// <summary>The instant that Retry-After names, as seconds (fractions too) or as a date; never in the past, at most a day away.</summary>
    public static DateTimeOffset? RetryAfter(HttpResponseMessage answer, DateTimeOffset now) => Text(answer, "Retry-After") switch
    {
        { } text when double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) => After(seconds, now),
        { } when answer.Headers.RetryAfter?.Date is { } date => Bounded(date, now),
        _ => null,
    };

    /// <summary>That many seconds from now, at most a day.</summary>
    public static DateTimeOffset After(double seconds, DateTimeOffset now) =>
        now + TimeSpan.FromSeconds(Math.Clamp(seconds, 0, WaitMax.TotalSeconds));

    /// <summary>The instant of a header that holds seconds since 1970; never in the past, at most a day away.</summary>
    public static DateTimeOffset? Epoch(HttpResponseMessage answer, string name, DateTimeOffset now) =>
        Number(answer, name) is { } seconds and >= 0 and <= 253_402_300_799 ? Bounded(DateTimeOffset.FromUnixTimeSeconds(seconds), now) : null;

    /// <summary>A header's whole number, or null.</summary>
    public static long? Number(HttpResponseMessage answer, string name) =>
        long.TryParse(Text(answer, name), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>A header's first value, or null.</summary>
    public static string? Text(HttpResponseMessage answer, string name) =>
        answer.Headers.TryGetValues(name, out var values) ? values.FirstOrDefault()?.Trim() : null;

    private static DateTimeOffset Bounded(DateTimeOffset until, DateTimeOffset now) =>
        until < now ? now : until - now > WaitMax ? now + WaitMax : until;
}
