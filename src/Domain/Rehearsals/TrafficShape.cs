using System;

namespace PrizeDraw.Domain.Rehearsals;

/// <summary>
/// When entries come over a campaign: few at night, most in the evening, more at weekends, by the clocks of the campaign's time zone. The
/// span is cut into slices of at least a quarter of an hour, at most ten thousand; within one, entries come evenly.
/// </summary>
public sealed class TrafficShape
{
    private const int SlicesMax = 10_000;

    private const double Weekend = 1.25;

    private static readonly TimeSpan SliceMin = TimeSpan.FromMinutes(15);

    /// <summary>How busy each hour of the day is, the busiest being 10.</summary>
    private static readonly double[] ByHour = [1.2, 0.6, 0.4, 0.3, 0.3, 0.5, 1.5, 3, 4, 4.5, 5, 5.5, 6.5, 6, 5, 5, 5.5, 6.5, 8, 9.5, 10, 8.5, 5.5, 2.8];

    private readonly DateTimeOffset _from;
    private readonly TimeSpan _slice;
    private readonly TimeSpan _last;

    /// <summary>How much has come by the end of each slice.</summary>
    private readonly double[] _sum;

    /// <param name="from">The first instant.</param>
    /// <param name="to">The first instant after; later than <paramref name="from"/>.</param>
    /// <param name="zone">Whose clocks say what is night.</param>
    public TrafficShape(DateTimeOffset from, DateTimeOffset to, TimeZoneInfo zone)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(to, from);
        var span = to - from;
        _slice = TimeSpan.FromTicks(Math.Max(SliceMin.Ticks, (span.Ticks + SlicesMax - 1) / SlicesMax));
        _sum = new double[(span.Ticks + _slice.Ticks - 1) / _slice.Ticks];
        _from = from;
        _last = span - (_slice * (_sum.Length - 1));
        var sum = 0.0;
        for (var i = 0; i < _sum.Length; i++)
        {
            var local = TimeZoneInfo.ConvertTime(from + (_slice * i), zone);
            var weekend = local.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday ? Weekend : 1;
            sum += ByHour[local.Hour] * weekend * LengthOf(i).Ticks;
            _sum[i] = sum;
        }
    }

    /// <summary>When the entry at this part of the way comes; 0 ≤ <paramref name="part"/> &lt; 1, later parts never earlier.</summary>
    public DateTimeOffset At(double part)
    {
        var sought = part * _sum[^1];
        var i = Array.BinarySearch(_sum, sought);
        // Found exactly, a slice's end is the next one's beginning.
        i = Math.Min(i < 0 ? ~i : i + 1, _sum.Length - 1);
        var before = i == 0 ? 0 : _sum[i - 1];
        var within = (sought - before) / (_sum[i] - before);
        var ticks = (long)(within * LengthOf(i).Ticks);
        return _from + (_slice * i) + TimeSpan.FromTicks(Math.Clamp(ticks, 0, LengthOf(i).Ticks - 1));
    }

    private TimeSpan LengthOf(int slice) => slice == _sum.Length - 1 ? _last : _slice;
}
