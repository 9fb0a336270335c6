using System;

namespace PrizeDraw.Domain.Notices;

/// <summary>
/// When a delivery that failed is tried again: after 40 seconds, then twice as long each time, each pause up to a quarter longer or
/// shorter so that many deliveries don't come back at once. The twelfth attempt, 17 to 29 hours after the first, is the last.
/// </summary>
public static class DeliveryRetry
{
    /// <summary>Attempts in all.</summary>
    public const int AttemptsMax = 12;

    private static readonly TimeSpan First = TimeSpan.FromSeconds(40);

    /// <summary>The pause after the given failed attempt; null when it was the last.</summary>
    /// <param name="attempt">Which attempt failed, from 1.</param>
    /// <param name="chance">Evenly from [0, 1): moves the pause within its quarter.</param>
    public static TimeSpan? PauseAfter(int attempt, double chance)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(attempt, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(chance);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(chance, 1);
        return attempt >= AttemptsMax ? null : First * (1 << (attempt - 1)) * (0.75 + (chance / 2));
    }
}
