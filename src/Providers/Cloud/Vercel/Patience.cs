using System;
using System.Threading;
using System.Threading.Tasks;

namespace PrizeDraw.Providers.Cloud.Vercel;

/// <summary>Looks again and again, for so long and no longer.</summary>
internal static class Patience
{
    /// <summary>What the look finds, or null once the time is over. Looks at least once.</summary>
    public static async Task<T?> UntilAsync<T>(Func<Task<T?>> look, TimeSpan within, TimeSpan interval, TimeProvider clock, CancellationToken ct)
        where T : class
    {
        for (var started = clock.GetUtcNow(); ;)
        {
            if (await look() is { } found)
            {
                return found;
            }

            if (clock.GetUtcNow() - started >= within)
            {
                return null;
            }

            await Task.Delay(interval, clock, ct);
        }
    }
}
