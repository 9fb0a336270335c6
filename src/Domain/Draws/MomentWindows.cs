using System;
using System.Collections.Generic;
using PrizeDraw.Domain.Time;

namespace PrizeDraw.Domain.Draws;

/// <summary>A span of time in which a moment may stand, half-open, in Unix milliseconds.</summary>
public readonly record struct MomentWindow(long FromMs, long UntilMs)
{
    /// <summary>Length in milliseconds.</summary>
    public long LengthMs => UntilMs - FromMs;

    /// <summary>The window between two instants; what lies below a millisecond is cut off both.</summary>
    public static MomentWindow Between(DateTimeOffset from, DateTimeOffset until) =>
        new(from.ToUnixTimeMilliseconds(), until.ToUnixTimeMilliseconds());
}

/// <summary>The allowed windows of generated moments, laid end to end.</summary>
public sealed class MomentWindows
{
    private readonly MomentWindow[] windows;
    private readonly long[] ends; // of each window, laid end to end

    /// <summary>Takes windows in order of time.</summary>
    /// <exception cref="ArgumentException">A window is empty, two overlap or are out of order, or there is none.</exception>
    public MomentWindows(IReadOnlyCollection<MomentWindow> windows)
    {
        this.windows = [.. windows];
        if (this.windows.Length == 0) throw new ArgumentException("Moments need a window.", nameof(windows));
        ends = new long[this.windows.Length];
        var before = long.MinValue;
        for (var i = 0; i < ends.Length; i++)
        {
            var window = this.windows[i];
            if (window.FromMs < 0 || window.LengthMs <= 0 || window.FromMs < before)
            {
                throw new ArgumentException($"{window} is empty, before 1970 or out of order.", nameof(windows));
            }
            ends[i] = TotalMs = checked(TotalMs + window.LengthMs);
            before = window.UntilMs;
        }
    }

    /// <summary>T: the length of all windows together, in milliseconds.</summary>
    public long TotalMs { get; }

    /// <summary>The windows in order of time.</summary>
    public IReadOnlyList<MomentWindow> Windows => windows;

    /// <summary>
    /// The part of [from, until) that lies within these local hours of its days; closing at 00:00 means the end of the day. One window for
    /// each local day: from the first instant of the day at which clocks show the opening time, or <paramref name="from"/> if that is later,
    /// to the first at which they show the closing time (the next day's first instant for 00:00), or <paramref name="until"/> if that is
    /// earlier. A time that clocks skip stands for the instant at which they go on beyond it, one that they show twice for the earlier.
    /// What lies below a millisecond is cut off, and windows without length are left out.
    /// </summary>
    /// <exception cref="ArgumentException">Nothing is left, or the hours end before they begin.</exception>
    public static MomentWindows Daily(
        CampaignCalendar calendar, DateTimeOffset from, DateTimeOffset until, TimeOnly opens, TimeOnly closes)
    {
        ArgumentNullException.ThrowIfNull(calendar);
        var untilMidnight = closes == TimeOnly.MinValue;
        if (!untilMidnight && closes <= opens) throw new ArgumentException("The hours end before they begin.", nameof(closes));
        var windows = new List<MomentWindow>();
        for (var day = calendar.DayOf(from); calendar.DayStart(day) < until; day = day.AddDays(1))
        {
            var start = Later(calendar.InstantOf(day, opens), from);
            var end = Earlier(untilMidnight ? calendar.DayStart(day.AddDays(1)) : calendar.InstantOf(day, closes), until);
            var window = MomentWindow.Between(start, end);
            if (window.LengthMs > 0) windows.Add(window);
        }
        return new MomentWindows(windows);
    }

    /// <summary>The instant (Unix ms) at an offset of 0 … T − 1 into the windows laid end to end.</summary>
    public long At(long offsetMs)
    {
        var index = IndexAt(offsetMs);
        return windows[index].UntilMs - (ends[index] - offsetMs);
    }

    /// <summary>The window, by its place in order of time, that an offset of 0 … T − 1 falls into.</summary>
    public int IndexAt(long offsetMs)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offsetMs);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(offsetMs, TotalMs);
        // The first window that ends behind the offset; at the very end of one the next begins.
        var index = Array.BinarySearch(ends, offsetMs);
        return index < 0 ? ~index : index + 1;
    }

    /// <summary>The same windows cut where local days begin, each with its day. Laid end to end they are the same time.</summary>
    public IReadOnlyList<(MomentWindow Window, DateOnly Day)> ByDay(CampaignCalendar calendar)
    {
        ArgumentNullException.ThrowIfNull(calendar);
        var parts = new List<(MomentWindow, DateOnly)>();
        foreach (var window in windows)
        {
            var at = window.FromMs;
            for (var day = calendar.DayOf(DateTimeOffset.FromUnixTimeMilliseconds(at)); at < window.UntilMs; day = day.AddDays(1))
            {
                var end = Math.Min(calendar.DayEnd(day).ToUnixTimeMilliseconds(), window.UntilMs);
                if (end <= at) continue; // a day that the zone skipped
                parts.Add((new MomentWindow(at, end), day));
                at = end;
            }
        }
        return parts;
    }

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;

    private static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;
}
