using System;
using System.Diagnostics;
using System.Threading.Tasks;

namespace PrizeDraw.TestKit;

/// <summary>Waits for what a test can only look at, and no longer than it should take.</summary>
public static class Polling
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(20);

    /// <summary>What is seen, once it is so.</summary>
    /// <param name="within">When a <see cref="TimeoutException"/> says what was seen last, by <paramref name="tell"/>.</param>
    public static async Task<T> UntilAsync<T>(Func<Task<T>> look, Func<T, bool> isSo, TimeSpan within, Func<T, Task<string>>? tell = null)
    {
        var began = Stopwatch.GetTimestamp();
        while (true)
        {
            var seen = await look();
            if (isSo(seen))
            {
                return seen;
            }

            if (Stopwatch.GetElapsedTime(began) > within)
            {
                throw new TimeoutException($"It stands at {(tell is null ? seen : await tell(seen))}.");
            }

            await Task.Delay(Every);
        }
    }

    /// <inheritdoc cref="UntilAsync{T}"/>
    public static Task UntilAsync(Func<Task<bool>> holds, TimeSpan within, Func<Task<string>>? tell = null) =>
        UntilAsync(holds, held => held, within, tell is null ? null : _ => tell());
}
