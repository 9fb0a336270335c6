using System;
using System.Threading.Channels;
using System.Threading.Tasks;
using System.Collections.Generic;
using System.Threading;
using PrizeDraw.Storage.Central.Campaigns;

namespace PrizeDraw.Grains.Provisioning;

/// <summary>
/// Collects a step's lines (a build's output comes in hundreds) and writes them in batches, so that they can be read while the step runs.
/// Bounded: past 5,000 lines a step's output is cut.
/// </summary>
internal sealed class StepLog : IAsyncDisposable
{
    private const int LinesMax = 5_000;
    private readonly Channel<LogLine> lines = Channel.CreateUnbounded<LogLine>(new UnboundedChannelOptions { SingleReader = true });
    private readonly DeploymentStore store;
    private readonly DeploymentRow deployment;
    private readonly string step;
    private readonly TimeProvider clock;
    private readonly Task writing;
    private int count;

    public StepLog(DeploymentStore store, DeploymentRow deployment, string step, TimeProvider clock)
    {
        (this.store, this.deployment, this.step, this.clock) = (store, deployment, step, clock);
        writing = WriteAsync();
    }

    public void Add(string message)
    {
        var n = Interlocked.Increment(ref count);
        if (n <= LinesMax)
        {
            lines.Writer.TryWrite(new LogLine(clock.GetUtcNow(), step, "info", message));
        }
        else if (n == LinesMax + 1)
        {
            lines.Writer.TryWrite(new LogLine(clock.GetUtcNow(), step, "warning", $"More than {LinesMax} lines: the rest is not kept."));
        }
    }

    public async ValueTask DisposeAsync()
    {
        lines.Writer.TryComplete();
        await writing;
    }

    private async Task WriteAsync()
    {
        while (await lines.Reader.WaitToReadAsync())
        {
            var batch = new List<LogLine>();
            while (batch.Count < 200 && lines.Reader.TryRead(out var line))
            {
                batch.Add(line);
            }

            try
            {
                await store.LogAsync(deployment, batch, CancellationToken.None);
            }
            catch (Exception)
            {
                // A line of output that could not be stored does not fail the step that it came from; the step's own state is
                // stored, or fails, by itself.
                lines.Writer.TryComplete();
            }
        }
    }
}
