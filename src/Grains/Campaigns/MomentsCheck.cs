using System;
using System.Linq;
using PrizeDraw.Domain.Draws;
using PrizeDraw.Domain.Time;
using PrizeDraw.Grains.Abstractions.Campaigns;

namespace PrizeDraw.Grains.Campaigns;

/// <summary>Judges a pool's winning moments, listed and to be generated. Pure.</summary>
internal static class MomentsCheck
{
    private const int LinesMax = 100_000, MomentsMax = 1_000_000;

    public static void Check(CampaignSettings s, PoolSettings pool, string at, SettingsErrors errors)
    {
        errors.Unless(pool.Moments.Length <= LinesMax, $"{at}.moments", "At most 100,000 lines.");
        errors.Unless(pool.Moments.Sum(m => (long)(m.Generate?.Count ?? 1)) <= MomentsMax, $"{at}.moments", "At most 1,000,000 winning moments.");
        var prizes = pool.Prizes.Where(p => PrizeModes.Of(p) == PrizeModes.Moments).SelectMany(p => new[] { p.Name, p.Id }).ToHashSet(StringComparer.Ordinal);
        for (var i = 0; i < Math.Min(pool.Moments.Length, LinesMax); i++)
        {
            var (moment, field) = (pool.Moments[i], $"{at}.moments[{i}]");
            errors.Unless((moment.Generate is null) != (moment.At is null && moment.Prize is null), field, "Give at and prize, or generate.");
            errors.Unless((moment.Generate?.Prize ?? moment.Prize) is { } name && prizes.Contains(name), $"{field}.prize",
                "Name a prize of this pool that is allocated by winning moments.");
            if (moment.Generate is { } order)
            {
                CheckOrder(s, order, $"{field}.generate", errors);
            }
            else
            {
                errors.Unless(moment.At is not null, $"{field}.at", "Give the instant.");
            }
        }
    }

    private static void CheckOrder(CampaignSettings s, GenerateMoments order, string field, SettingsErrors errors)
    {
        errors.Unless(order.Count is >= 1 and <= MomentsMax, $"{field}.count", "1 to 1,000,000.");
        errors.AtLeastOne($"{field}.perDay", order.PerDay);
        var hours = LocalHours.TryParse(order.Hours);
        errors.Unless(order.Hours is null || hours is not null, $"{field}.hours",
            "Give local hours such as 09:00-17:30, the end after the beginning; 00:00 as the end is midnight.");
        var (from, to) = (order.From ?? s.OpensAt, order.To ?? s.ClosesAt);
        errors.Unless(from is null || to is null || to > from, $"{field}.to", "End after the beginning.");
        errors.Unless(from is not null && to is not null, field, "Give the campaign's dates, or from and to.");
        if (from < to && (order.Hours is null || hours is not null) && TimeZoneInfo.TryFindSystemTimeZoneById(s.TimeZone, out var zone))
        {
            CheckDays(order, hours ?? LocalHours.WholeDay, from.Value, to.Value, new CampaignCalendar(zone), field, errors);
        }
    }

    /// <summary>Whether the order's hours exist between its ends, and enough days for its quota.</summary>
    private static void CheckDays(
        GenerateMoments order, LocalHours hours, DateTimeOffset from, DateTimeOffset to, CampaignCalendar calendar, string field, SettingsErrors errors)
    {
        if (DaysOf(hours, from, to, calendar) is not { } days)
        {
            errors.Unless(false, $"{field}.hours", "None of these hours lie between the beginning and the end.");
        }
        else if (order.PerDay >= 1)
        {
            errors.Unless((long)order.PerDay.Value * days >= order.Count, $"{field}.perDay",
                $"{order.PerDay} a day on {days} days hold at most {(long)order.PerDay.Value * days} moments, not {order.Count}.");
        }
    }

    private static int? DaysOf(LocalHours hours, DateTimeOffset from, DateTimeOffset to, CampaignCalendar calendar)
    {
        try
        {
            // One window for each day that has any of the hours.
            return MomentWindows.Daily(calendar, from, to, hours.Opens, hours.Closes).Windows.Count;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
