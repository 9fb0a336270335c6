using System;
using System.Collections.Generic;

namespace PrizeDraw.Domain.Tests.Pools.Simulation;

/// <summary>
/// Days and hours of a few zones in 2026 from a table written by hand: it shares nothing with the calendar under test, nor with the zone
/// data of the machine.
/// </summary>
public sealed class ZoneTable
{
    // Offsets in minutes; each in force from an instant on, the first from ever.
    private static readonly Dictionary<string, (string From, int Minutes)[]> Zones = new()
    {
        ["UTC"] = [("2000-01-01T00:00Z", 0)],
        ["Europe/London"] = [("2000-01-01T00:00Z", 0), ("2026-03-29T01:00Z", 60), ("2026-10-25T01:00Z", 0)],
        ["America/New_York"] = [("2000-01-01T00:00Z", -300), ("2026-03-08T07:00Z", -240), ("2026-11-01T06:00Z", -300)],
        ["Australia/Lord_Howe"] = [("2000-01-01T00:00Z", 660), ("2026-04-04T15:00Z", 630), ("2026-10-03T15:30Z", 660)],
        ["America/Santiago"] = [("2000-01-01T00:00Z", -180), ("2026-04-05T03:00Z", -240), ("2026-09-06T04:00Z", -180)],
        ["Asia/Kathmandu"] = [("2000-01-01T00:00Z", 345)],
    };

    private readonly (long FromTicks, long OffsetTicks)[] table;

    public ZoneTable(string zone) => table = Array.ConvertAll(Zones[zone], z => (InstantOf(z.From).UtcTicks, z.Minutes * TimeSpan.TicksPerMinute));

    public static IReadOnlyCollection<string> Names => Zones.Keys;

    /// <summary>When clocks change; the middle of a year where they never do.</summary>
    public static DateTimeOffset[] ChangesOf(string zone) =>
        Zones[zone].Length == 1 ? [InstantOf("2026-06-15T00:00Z")] : Array.ConvertAll(Zones[zone][1..], z => InstantOf(z.From));

    public DateOnly DayOf(DateTimeOffset at) => DateOnly.FromDayNumber((int)((at.UtcTicks + OffsetAt(at)) / TimeSpan.TicksPerDay));

    /// <summary>
    /// When the local clock hour began, by the offset in force at the instant: hours that clocks show twice are two.
    /// </summary>
    public DateTimeOffset HourOf(DateTimeOffset at) => at.AddTicks(-((at.UtcTicks + OffsetAt(at)) % TimeSpan.TicksPerHour));

    private long OffsetAt(DateTimeOffset at)
    {
        var offset = table[0].OffsetTicks;
        foreach (var (from, next) in table)
        {
            offset = at.UtcTicks >= from ? next : offset;
        }

        return offset;
    }

    private static DateTimeOffset InstantOf(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
