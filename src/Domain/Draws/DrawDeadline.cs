using System;
using PrizeDraw.Domain.Evidence;

namespace PrizeDraw.Domain.Draws;

/// <summary>By when a committed draw must be revealed. After that it is shown as withheld, and its certificate will say so.</summary>
public static class DrawDeadline
{
    /// <summary>24 hours after the round; without a round 24 hours after the commitment, 7 days where an observer is to supply the randomness.</summary>
    /// <param name="roundAt">When the round appears; needed at levels with a beacon.</param>
    /// <exception cref="ArgumentNullException">The level has a beacon, and no time of its round is given.</exception>
    public static DateTimeOffset Of(EvidenceLevel level, DateTimeOffset committedAt, DateTimeOffset? roundAt) => level switch
    {
        EvidenceLevel.Beacon or EvidenceLevel.BeaconUnwitnessed => (roundAt ?? throw new ArgumentNullException(nameof(roundAt))).AddHours(24),
        EvidenceLevel.Observed => committedAt.AddDays(7),
        EvidenceLevel.Committed => committedAt.AddHours(24),
        _ => throw new ArgumentOutOfRangeException(nameof(level), level, "Not a level of evidence."),
    };
}
