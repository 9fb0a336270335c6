using System;
using System.Globalization;

namespace PrizeDraw.Grains.Campaigns;

/// <summary>Hours of each local day, from <c>Opens</c> to before <c>Closes</c>; 00:00 as the end is midnight.</summary>
internal sealed record LocalHours(TimeOnly Opens, TimeOnly Closes)
{
    public static readonly LocalHours WholeDay = new(TimeOnly.MinValue, TimeOnly.MinValue);

    /// <summary>Reads <c>HH:mm-HH:mm</c>. Null when the text is another, or the hours end before they begin.</summary>
    public static LocalHours? TryParse(string? text) =>
        text is { Length: 11 } && text[5] == '-' && Time(text[..5]) is { } opens && Time(text[6..]) is { } closes
        && (closes == TimeOnly.MinValue || closes > opens)
            ? new LocalHours(opens, closes)
            : null;

    private static TimeOnly? Time(string text) =>
        TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? time : null;
}
