using System;
using System.Threading;
using System.Threading.Tasks;

namespace PrizeDraw.Storage.Campaign.Draws.Lists;

/// <summary>
/// Work that keeps a processor busy for seconds, on threads of its own: the pool's threads are for those who enter meanwhile.
/// </summary>
internal static class LongWork
{
    private static readonly TimeSpan BetweenSigns = TimeSpan.FromSeconds(1);

    public static Task<T> StartAsync<T>(Func<T> work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default);

    /// <summary>
    /// Runs the works side by side and gives a sign of life each second. When one fails, or a sign can't be given, the others are told to end.
    /// Returns when all have ended.
    /// </summary>
    public static async Task RunAsync(Action<CancellationToken>[] works, Func<Task> tell, TimeProvider time, CancellationToken ct)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(ct);
        Task all = Task.WhenAll(Array.ConvertAll(works, work => StartAsync(() => Run(work, ending))));
        try
        {
            while (await Task.WhenAny(all, Task.Delay(BetweenSigns, time, ending.Token)) != all && !ending.IsCancellationRequested)
            {
                await tell();
            }
        }
        catch
        {
            await ending.CancelAsync();
            await all.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }

        await all;
        ct.ThrowIfCancellationRequested();
    }

    private static bool Run(Action<CancellationToken> work, CancellationTokenSource ending)
    {
        try
        {
            work(ending.Token);
            return true;
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            return false; // Told to end: what for is said elsewhere.
        }
        catch
        {
            ending.Cancel();
            throw;
        }
    }
}
