using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions;

namespace PrizeDraw.Grains.Pools;

/// <summary>
/// Lets one batch be decided while the one before it is being written, on top of its expected result. A batch is answered once it has
/// committed, and so have all before it. When a write fails nothing that was decided on top of it is used.
/// </summary>
/// <param name="writer">Decides and writes.</param>
/// <param name="reload">Takes the pool anew after a conflict: what was decided has moved its state ahead of storage.</param>
/// <param name="committed">Is told of each batch that has committed.</param>
/// <param name="retriesMax">How often an entry is decided again, alone, before it is told to come again.</param>
/// <param name="comeAgain">What it is told then.</param>
internal sealed class BatchPipeline(PoolWriter writer, Func<Task> reload, Action<DecidedBatch> committed, int retriesMax, Refusal comeAgain)
{
    private static readonly Task<bool> Committed = Task.FromResult(true);

    private DecidedBatch? last;
    private List<PendingEntry> deciding = [];

    // Of the last batch: true once it has committed and was answered, false when it met a conflict and is still to be written.
    private Task<bool> write = Committed;

    /// <summary>Whether a batch is on its way to storage.</summary>
    public bool IsWriting => !write.IsCompleted;

    /// <summary>How many entries the batch on its way has.</summary>
    public int WritingCount => IsWriting ? last!.Pending.Count : 0;

    /// <summary>Ends with the write under way; how it went is for <see cref="DrainAsync"/> to say.</summary>
    public Task WriteEnds => write;

    /// <summary>Decides a batch, and begins to write it as soon as the one before is written.</summary>
    public async Task AddAsync(List<PendingEntry> pending)
    {
        deciding = pending;
        if (!IsWriting)
        {
            await DrainAsync();
        }

        var batch = await writer.DecideAsync(pending, IsWriting ? last : null);
        if (!await write)
        {
            writer.Discard(batch);
            await DrainAsync();
            batch = await writer.DecideAsync(pending, null);
        }

        (last, deciding) = (batch, []);
        write = WriteAsync(batch);
    }

    /// <summary>Waits until nothing is on its way any more and all is answered: the pool's state is then what is stored.</summary>
    public async Task DrainAsync()
    {
        if (!await write)
        {
            writer.Discard(last!);
            await AgainAsync(last!.Pending);
        }

        (last, write) = (null, Committed);
    }

    /// <summary>
    /// Decides again the entries of a batch that met a conflict: all together, and in ever smaller parts while there are conflicts, so that
    /// one entry that cannot be written fails nobody else's. What was decided before counts as seen, so that all of it is looked up.
    /// </summary>
    private async Task AgainAsync(List<PendingEntry> pending)
    {
        await reload();
        for (var (at, size, failed) = (0, pending.Count, 0); at < pending.Count;)
        {
            var part = pending.GetRange(at, Math.Min(size, pending.Count - at));
            var batch = await writer.DecideAsync(part, null);
            if (await WriteAsync(batch))
            {
                (at, failed) = (at + part.Count, 0);
                continue;
            }

            writer.Discard(batch);
            await reload();
            size = Math.Max(1, part.Count / 4);
            if (part.Count == 1 && ++failed == retriesMax)
            {
                part[0].Answer(comeAgain);
                (at, failed) = (at + 1, 0);
            }
        }
    }

    /// <summary>Everybody who may not have been answered.</summary>
    public IEnumerable<PendingEntry> Unanswered() => [.. last?.Pending ?? [], .. deciding];

    private async Task<bool> WriteAsync(DecidedBatch batch)
    {
        if (!await writer.WriteAsync(batch))
        {
            return false;
        }

        writer.Answer(batch);
        committed(batch);
        return true;
    }
}
