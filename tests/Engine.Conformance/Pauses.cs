using System;
using System.Diagnostics;
using System.Threading;
using System.Threading.Tasks;

namespace PrizeDraw.Engine.Conformance;

/// <summary>How long this process was held up: whoever waits for real time on a busy machine is later by as much.</summary>
public sealed class Pauses : IDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(20);

    private readonly CancellationTokenSource _end = new();
    private readonly Task<TimeSpan> _longest;

    public Pauses() => _longest = Task.Run(WatchAsync);

    /// <summary>The longest time by which a short wait was too long, from the beginning until now.</summary>
    public async Task<TimeSpan> LongestAsync()
    {
        await _end.CancelAsync();
        return await _longest;
    }

    public void Dispose()
    {
        _end.Cancel();
        _end.Dispose();
    }

    private async Task<TimeSpan> WatchAsync()
    {
        var (longest, token) = (TimeSpan.Zero, _end.Token);
        while (!token.IsCancellationRequested)
        {
            var began = Stopwatch.GetTimestamp();
            await Task.Delay(Every, CancellationToken.None);
            var late = Stopwatch.GetElapsedTime(began) - Every;
            longest = late > longest ? late : longest;
        }

        return longest;
    }
}
