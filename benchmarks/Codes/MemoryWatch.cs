using System;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Benchmarks.Machine;
using PrizeDraw.Benchmarks.Servers;

namespace PrizeDraw.Benchmarks.Codes;

/// <summary>The most memory that a server and its PostgreSQL were seen to have, looked at five times a second until disposed of.</summary>
internal sealed class MemoryWatch : IAsyncDisposable
{
    private readonly RunningServer server;
    private readonly CancellationTokenSource ended = new();
    private readonly Task watching;
    private double heap, process, postgres;

    public MemoryWatch(RunningServer server)
    {
        this.server = server;
        watching = Task.Run(WatchAsync);
    }

    public override string ToString() =>
        $"at most {Megabytes(heap):f0} MB managed heap, {Megabytes(process):f0} MB server process, {Megabytes(postgres):f0} MB PostgreSQL";

    public async ValueTask DisposeAsync()
    {
        // Twice does no harm: the source has no timer, and so nothing to be disposed of.
        await ended.CancelAsync();
        await watching;
    }

    private async Task WatchAsync()
    {
        using var poll = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        try
        {
            do
            {
                var used = await server.AskAsync("usage");
                heap = Math.Max(heap, (double)used["heapBytes"]!);
                process = Math.Max(process, (double)used["workingSetBytes"]!);
                postgres = Math.Max(postgres, PostgresMemory.Of(server.Postmaster) ?? 0);
            }
            while (await poll.WaitForNextTickAsync(ended.Token));
        }
        catch (OperationCanceledException)
        {
            // What was to be watched is over.
        }
    }

    private static double Megabytes(double bytes) => bytes / (1024 * 1024);
}
