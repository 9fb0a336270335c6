using System;

namespace PrizeDraw.Domain.Pools;

/// <summary>How often one identity may enter: in all, in a day of the campaign's time zone, and how soon again.</summary>
internal static class EntryLimit
{
    public static LimitReached? ReachedBy(IdentityCounts? person, PoolRules rules, DateTimeOffset enteredAt)
    {
        if (person is not { Entries: > 0 })
        {
            return null;
        }

        if (rules.Limits.PerEntrant is { } max && person.Entries >= max)
        {
            return new LimitReached(max == 1 ? "You have already entered." : $"You have entered {max} times, which is the most allowed.");
        }

        if (rules.Limits.PerEntrantPerDay is { } perDay && person.EntriesOn(rules.Calendar.DayOf(enteredAt)) >= perDay)
        {
            return new LimitReached($"You have entered {perDay} time{(perDay == 1 ? "" : "s")} today, which is the most allowed a day. Come back tomorrow.");
        }

        return rules.Limits.Interval is { } interval && enteredAt - person.LastEnteredAt < interval
            ? new LimitReached($"Please wait until {(long)interval.TotalSeconds} seconds after your last entry.")
            : null;
    }
}
