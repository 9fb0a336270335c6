using System;
using System.Collections.Generic;
using System.Linq;
using PrizeDraw.Domain.Time;

namespace PrizeDraw.Domain.Draws;

/// <summary>The windows of an order of moments, of which each local day takes so many and is then closed.</summary>
internal sealed class MomentQuota
{
    private readonly int perDay;
    private readonly Dictionary<DateOnly, int> taken = [];
    private readonly List<(MomentWindow Window, DateOnly Day)> pieces;
    private MomentWindows? open;

    /// <exception cref="ArgumentException">The days do not hold so many moments.</exception>
    public MomentQuota(MomentWindows windows, int perDay, CampaignCalendar calendar, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(perDay, 1);
        this.perDay = perDay;
        pieces = [.. windows.ByDay(calendar)];
        var days = pieces.Select(p => p.Day).Distinct().LongCount();
        if (count > perDay * days)
        {
            throw new ArgumentException($"{perDay} a day on {days} days hold at most {perDay * days} moments, not {count}.", nameof(count));
        }
    }

    /// <summary>The next moment (Unix ms), each instant of the days that are not full being equally likely.</summary>
    public long Take(IWordStream stream)
    {
        open ??= new MomentWindows([.. pieces.Select(p => p.Window)]);
        var offset = (long)stream.Below((ulong)open.TotalMs);
        var day = pieces[open.IndexAt(offset)].Day;
        var at = open.At(offset);
        taken[day] = taken.GetValueOrDefault(day) + 1;
        if (taken[day] == perDay)
        {
            pieces.RemoveAll(p => p.Day == day);
            open = null;
        }

        return at;
    }
}
