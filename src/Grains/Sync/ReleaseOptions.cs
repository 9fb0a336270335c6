using System;
using PrizeDraw.Domain.Sync;

namespace PrizeDraw.Grains.Sync;

/// <summary>How fast releases of the template go out, and how their sites are watched.</summary>
public sealed record ReleaseOptions
{
    public ReleasePace Pace { get; init; } = new();

    /// <summary>How often sites are asked after that something is done to; they tell of their ends by themselves. Default 5 seconds.</summary>
    public TimeSpan FollowEvery { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>A site whose deployment takes longer is unhealthy; default 30 minutes.</summary>
    public TimeSpan DeployMax { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>For so long a site may be busy with something else before the release goes past it; default a day.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromDays(1);

    /// <summary>Throws <see cref="ArgumentException"/> with a sentence that says what to change.</summary>
    public void Validate()
    {
        if (Pace.UnderWayMax is < 1 or > 100 || Pace.PerAccountMax is < 1 or > 100 || Pace.LookEvery <= TimeSpan.Zero || Pace.LookAgain <= TimeSpan.Zero
            || FollowEvery <= TimeSpan.Zero || DeployMax <= TimeSpan.Zero || Patience <= TimeSpan.Zero)
        {
            throw new ArgumentException("A release does something to 1 to 100 sites at once, and every wait of it is longer than nothing.");
        }
    }
}
