using System;
using System.Threading;
using System.Threading.Tasks;

namespace PrizeDraw.Providers.Cloud;

/// <summary>Looks again and again for what a provider does behind our back, for so long and no longer.</summary>
internal static class CloudLooking
{
    /// <summary>As below, with a time from now and a pause that stays the same.</summary>
    public static Task<T?> FindAsync<T>(Func<Task<T?>> look, TimeSpan within, TimeSpan pause, TimeProvider clock, CancellationToken ct)
        where T : class => FindAsync(look, clock.GetUtcNow() + within, pause, pause, clock, ct);

    /// <summary>
    /// What <paramref name="look"/> brings once it is not null; null when time is up. Looks at least once, and never last before the deadline.
    /// The pause is doubled after each look, up to <paramref name="pauseMax"/>.
    /// </summary>
    public static async Task<T?> FindAsync<T>(
        Func<Task<T?>> look, DateTimeOffset deadline, TimeSpan pause, TimeSpan pauseMax, TimeProvider clock, CancellationToken ct)
        where T : class
    {
        while (true)
        {
            var isLast = clock.GetUtcNow() >= deadline;
            if (await look() is { } found)
            {
                return found;
            }

            if (isLast)
            {
                return null;
            }

            if (deadline - clock.GetUtcNow() is var left && left > TimeSpan.Zero)
            {
                await Task.Delay(pause < left ? pause : left, clock, ct);
            }

            pause = pause * 2 > pauseMax ? pauseMax : pause * 2;
        }
    }
}
