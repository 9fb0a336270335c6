using System;

namespace PrizeDraw.Domain.Pools;

/// <summary>When a prize's stock would be used up if it went on as it did lately.</summary>
public static class StockProjection
{
    /// <summary>Beyond this nothing is projected: the rate of some hours says nothing about years to come.</summary>
    public static readonly TimeSpan Horizon = TimeSpan.FromDays(366);

    /// <summary>The recent rate is that of the last whole hours in this span.</summary>
    public static readonly TimeSpan WindowMax = TimeSpan.FromHours(6);

    private static readonly TimeSpan WindowMin = TimeSpan.FromMinutes(1), Hour = TimeSpan.FromHours(1);

    /// <summary>
    /// How long the counted hours have lasted until <paramref name="now"/>: those that began within <see cref="WindowMax"/>, but from the
    /// first hour in which anything was awarded, so that a campaign's first minutes are not taken for hours.
    /// </summary>
    /// <param name="first">When the first hour with an award began.</param>
    /// <param name="latest">When the latest such hour began; hours of a campaign all begin at the same minute.</param>
    /// <param name="now">Not before <paramref name="latest"/>.</param>
    public static TimeSpan WindowOf(DateTimeOffset first, DateTimeOffset latest, DateTimeOffset now)
    {
        var back = latest - (now - WindowMax);
        // Hours that began at the edge itself are not counted: see the query.
        var hours = back > TimeSpan.Zero ? (long)Math.Ceiling(back / Hour) - 1 : 0;
        var start = back > TimeSpan.Zero ? latest - (hours * Hour) : now - WindowMax;
        var window = now - (first > start ? first : start);
        return window > WindowMin ? window : WindowMin;
    }

    /// <summary>
    /// The instant at which <paramref name="remaining"/> units are used up at the rate of <paramref name="unitsInWindow"/> units per
    /// <paramref name="window"/>, rounded up to the second. Now when nothing is left; null when nothing was awarded in the window, the
    /// window is empty, or the instant lies beyond <see cref="Horizon"/>.
    /// </summary>
    public static DateTimeOffset? RunsOutAt(long remaining, long unitsInWindow, TimeSpan window, DateTimeOffset now)
    {
        if (remaining <= 0)
        {
            return now;
        }

        if (unitsInWindow <= 0 || window <= TimeSpan.Zero)
        {
            return null;
        }

        // 128 bits hold any product of two 64-bit numbers.
        var ticks = (((Int128)remaining * window.Ticks) + unitsInWindow - 1) / unitsInWindow;
        if (ticks > Horizon.Ticks)
        {
            return null;
        }

        var at = now + TimeSpan.FromTicks((long)ticks);
        var beyondSecond = at.Ticks % TimeSpan.TicksPerSecond;
        return beyondSecond == 0 ? at : at.AddTicks(TimeSpan.TicksPerSecond - beyondSecond);
    }
}
