using System;
using System.Globalization;

namespace PrizeDraw.Domain.Evidence;

/// <summary>
/// The one spelling of an instant in evidence: RFC 3339 in UTC, "Z", fraction only if there is one, without trailing zeros.
/// Cut off (not rounded) at microseconds, which is what PostgreSQL keeps: a record read back has the hash it was written with.
/// </summary>
public static class CanonicalTime
{
    /// <summary>For example 2026-12-05T10:00:03Z or 2026-12-05T10:00:03.25Z.</summary>
    public static string Format(DateTimeOffset instant) =>
        ToMicroseconds(instant).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture);

    /// <summary>The instant in UTC without what lies below a microsecond.</summary>
    public static DateTimeOffset ToMicroseconds(DateTimeOffset instant)
    {
        var ticks = instant.UtcTicks;
        return new DateTimeOffset(ticks - ticks % TimeSpan.TicksPerMicrosecond, TimeSpan.Zero);
    }
}
