using System;

namespace PrizeDraw.Domain.Time;

/// <summary>
/// What a day and an hour are in a campaign's time zone. Daily and hourly caps count by these, so they must be right when
/// clocks change: a day then has 23 or 25 hours, and the hour that is lived twice is two hours.
/// </summary>
public sealed class CampaignCalendar
{
    // No zone is further than 14 hours from UTC; with a gap of up to a day a local time is surely within this reach.
    private static readonly TimeSpan Reach = TimeSpan.FromHours(40);

    private readonly TimeZoneInfo zone;

    /// <summary>A calendar of this (IANA) zone.</summary>
    public CampaignCalendar(TimeZoneInfo zone)
    {
        ArgumentNullException.ThrowIfNull(zone);
        this.zone = zone;
    }

    /// <summary>The local date of an instant.</summary>
    public DateOnly DayOf(DateTimeOffset instant) => DateOnly.FromDateTime(LocalTime(instant));

    /// <summary>The first instant of a local day, which is not 00:00 where clocks skip midnight.</summary>
    public DateTimeOffset DayStart(DateOnly day) => InstantOf(day, TimeOnly.MinValue);

    /// <summary>The first instant that is no longer part of the day.</summary>
    public DateTimeOffset DayEnd(DateOnly day) => DayStart(day.AddDays(1));

    /// <summary>How long the day lasts: 24 hours, but for the days on which clocks change.</summary>
    public TimeSpan DayLength(DateOnly day) => DayEnd(day) - DayStart(day);

    /// <summary>
    /// The first instant at which local clocks show this time; where they skip it, the instant at which they go on beyond it;
    /// where they show it twice, the earlier one. In UTC.
    /// </summary>
    public DateTimeOffset InstantOf(DateOnly day, TimeOnly time)
    {
        var local = day.ToDateTime(time, DateTimeKind.Unspecified);
        if (zone.IsInvalidTime(local)) return EndOfGap(local);
        var offset = zone.GetUtcOffset(local);
        if (zone.IsAmbiguousTime(local))
        {
            // The larger offset is the earlier instant.
            foreach (var candidate in zone.GetAmbiguousTimeOffsets(local)) offset = candidate > offset ? candidate : offset;
        }
        return new DateTimeOffset(local, offset).ToUniversalTime();
    }

    /// <summary>
    /// The bucket of an instant for hourly counting: the instant (UTC) at which its local clock hour began, by the offset in
    /// force at the instant itself. The hour that clocks show twice therefore has two buckets, an hour apart.
    /// </summary>
    public DateTimeOffset HourOf(DateTimeOffset instant)
    {
        var intoHour = LocalTime(instant).Ticks % TimeSpan.TicksPerHour;
        return new DateTimeOffset(instant.UtcTicks - intoHour, TimeSpan.Zero);
    }

    private DateTime LocalTime(DateTimeOffset instant) => TimeZoneInfo.ConvertTime(instant, zone).DateTime;

    /// <summary>The transition that skips a local time: the first instant whose local time is not before it.</summary>
    private DateTimeOffset EndOfGap(DateTime local)
    {
        var early = local.Ticks - Reach.Ticks;
        var late = local.Ticks + Reach.Ticks;
        while (early < late)
        {
            var middle = early + (late - early) / 2;
            if (LocalTime(new DateTimeOffset(middle, TimeSpan.Zero)) >= local) late = middle;
            else early = middle + 1;
        }
        return new DateTimeOffset(late, TimeSpan.Zero);
    }
}
