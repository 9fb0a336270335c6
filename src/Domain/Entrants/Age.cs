using System;
using PrizeDraw.Domain.Time;

namespace PrizeDraw.Domain.Entrants;

/// <summary>A person's age on the local day of an instant.</summary>
public static class Age
{
    /// <summary>
    /// Whole years. A year is complete at the start of the birthday; who was born on 29 February completes it on 1 March in other
    /// years. Negative for a birth that is still to come.
    /// </summary>
    public static int At(DateOnly born, DateTimeOffset instant, CampaignCalendar calendar)
    {
        ArgumentNullException.ThrowIfNull(calendar);
        var today = calendar.DayOf(instant);
        var years = today.Year - born.Year;
        return (today.Month, today.Day).CompareTo((born.Month, born.Day)) < 0 ? years - 1 : years;
    }

    /// <summary>Whether the person has reached the minimum age by then.</summary>
    public static bool IsAtLeast(int minimum, DateOnly born, DateTimeOffset instant, CampaignCalendar calendar) =>
        At(born, instant, calendar) >= minimum;
}
