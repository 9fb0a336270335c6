using System;

namespace PrizeDraw.Grains.Abstractions.Campaigns;

/// <summary>When a draw's list is frozen.</summary>
public static class DrawTimes
{
    /// <summary>For postal entries that arrived in time to be keyed in.</summary>
    private static readonly TimeSpan KeyingTime = TimeSpan.FromMinutes(15);

    /// <summary>As planned, else fifteen minutes after the last entry that it covers; null while there is no closing date either.</summary>
    public static DateTimeOffset? FreezeAt(DrawSettings draw, DateTimeOffset? closesAt) => draw.At ?? (draw.Until ?? closesAt) + KeyingTime;

    /// <inheritdoc cref="FreezeAt(DrawSettings, DateTimeOffset?)"/>
    public static DateTimeOffset FreezeAt(DrawSettings draw, DateTimeOffset closesAt) => FreezeAt(draw, (DateTimeOffset?)closesAt)!.Value;
}
