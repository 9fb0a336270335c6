using System;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Storage.Campaign.Codes;

namespace PrizeDraw.Grains.Codes;

/// <summary>Generates codes in the background, in constant memory.</summary>
public sealed partial class CodeBatchGrain
{
    private IGrainTimer? generating;
    private int attempts;

    /// <summary>
    /// Starts the timer where there is something to generate; it runs already is fine. A tick takes its turn among the calls (but for
    /// redemptions, which get through), so that none of them meets a batch in the middle of a chunk.
    /// </summary>
    private void GoOn()
    {
        if (batch?.State == CodeBatchStates.Generating)
        {
            generating ??= this.RegisterGrainTimer(
                GenerateAsync, new GrainTimerCreationOptions(TimeSpan.Zero, TimeSpan.FromMilliseconds(1)) { KeepAlive = true });
        }
    }

    private async Task GenerateAsync(CancellationToken ct)
    {
        try
        {
            // After a failure the truth is loaded anew: the transaction whose answer was lost may stand.
            batch ??= await batches.TakeAsync(address, ct);
            if (batch?.State == CodeBatchStates.Generating)
            {
                await AddChunkAsync(batch, ct);
                attempts = 0;
            }

            if (batch is { State: not CodeBatchStates.Generating })
            {
                await EndAsync(ct);
            }
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            LogFailed(address.BatchId, attempts + 1, e);
            batch = null;
            await RestAsync(e);
        }
    }

    private async Task AddChunkAsync(CodeBatchRow current, CancellationToken ct)
    {
        var count = (int)Math.Min(options.ChunkMax, current.Count - current.Generated);
        var codes = CodeChunk.Generate(current, current.Generated + 1, count);
        var completed = current.Generated + count == current.Count
            ? Event(Actor.System, "codes.batch_completed", new { generated = current.Count })
            : null;
        switch (await batches.AddAsync(address, current.Epoch, current.Generated, codes, completed, ct))
        {
            case CodeWrite.Done:
                batch = current with
                {
                    Generated = current.Generated + count, State = completed is null ? current.State : CodeBatchStates.Ready,
                };
                break;
            case CodeWrite.Collided:
                // Once in about 2^41 batches of ten million: the chunk is made anew. Again and again it would be no chance.
                throw new InvalidOperationException("A generated code was there already.");
            default:
                throw new InvalidOperationException("Another activation has taken over this batch of codes, or it has expired.");
        }
    }

    private async Task EndAsync(CancellationToken ct)
    {
        await RelayAsync();
        await prefixes.SetUnderWayAsync(address.Tenant, address.Batch, false, ct);
        await ForgetAsync(GenerateReminder);
        Stop();
    }

    /// <summary>Pauses before the next attempt, or gives up for now.</summary>
    private async Task RestAsync(Exception why)
    {
        if (++attempts < options.AttemptsMax)
        {
            generating?.Change(TimeSpan.FromSeconds(Math.Min(30, 0.25 * Math.Pow(2, attempts))), TimeSpan.FromMilliseconds(1));
            return;
        }

        // While storage is away the reminder goes on later; where it isn't, people must look.
        try
        {
            batch = await batches.TakeAsync(address, CancellationToken.None);
            if (batch is { State: CodeBatchStates.Generating } current && await batches.MoveAsync(
                address, current.Epoch, CodeBatchStates.Generating, CodeBatchStates.Failed,
                Event(Actor.System, "codes.generation_failed", new { current.Generated, reason = why.GetType().Name }), CancellationToken.None))
            {
                batch = current with { State = CodeBatchStates.Failed };
                await EndAsync(CancellationToken.None);
                return;
            }
        }
        catch (Exception e)
        {
            LogGivenUp(address.BatchId, e);
        }

        Stop();
        DeactivateOnIdle();
    }

    private void Stop()
    {
        generating?.Dispose();
        generating = null;
        attempts = 0;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Codes of batch {Batch} were not generated at attempt {Attempt}.")]
    private partial void LogFailed(string batch, int attempt, Exception e);

    [LoggerMessage(Level = LogLevel.Error, Message = "Batch {Batch} waits for its reminder: storage is away.")]
    private partial void LogGivenUp(string batch, Exception e);
}
