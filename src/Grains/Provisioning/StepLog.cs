using System;
using System.Globalization;
using System.Threading.Channels;
using System.Threading.Tasks;
using System.Collections.Generic;
using System.Threading;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Providers.Cloud;
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
    private readonly StepRow step;
    private readonly TimeProvider clock;
    private readonly Task writing;
    private int count;

    public StepLog(DeploymentStore store, DeploymentRow deployment, StepRow step, TimeProvider clock)
    {
        (this.store, this.deployment, this.step, this.clock) = (store, deployment, step, clock);
        writing = WriteAsync();
    }

    public void Add(string message) => Add(message, null);

    /// <summary>Tells of a call; what it was asked and answered stands in the line's fields.</summary>
    public void Add(CloudTrace trace)
    {
        var call = new DeploymentCall(
            trace.Operation, trace.Attempt, trace.Status, trace.RequestId, (int)Math.Min(trace.Took.TotalMilliseconds, int.MaxValue), trace.Request, trace.Answer);
        Add($"{call.Operation} → {call.Status?.ToString(CultureInfo.InvariantCulture) ?? call.Answer} after {call.DurationMs} ms"
            + (call.Attempt > 1 ? $", attempt {call.Attempt}" : "") + (call.RequestId is { } id ? $", request {id}" : ""), call);
    }

    private void Add(string message, DeploymentCall? call)
    {
        var n = Interlocked.Increment(ref count);
        if (n <= LinesMax)
        {
            lines.Writer.TryWrite(LineOf("info", message) with { Call = call });
        }
        else if (n == LinesMax + 1)
        {
            lines.Writer.TryWrite(LineOf("warning", $"More than {LinesMax} lines: the rest is not kept."));
        }
    }

    public async ValueTask DisposeAsync()
    {
        lines.Writer.TryComplete();
        await writing;
    }

    private LogLine LineOf(string level, string message) => new(clock.GetUtcNow(), step.Name, level, message) { Attempt = step.Attempts };

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
