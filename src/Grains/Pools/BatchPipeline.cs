using System;
using System.Collections.Generic;
using System.Threading.Tasks;

namespace PrizeDraw.Grains.Pools;

/// <summary>
/// Lets one batch be decided while the one before it is being written, on top of its expected result. A batch is answered once it has
/// committed, and so have all before it. When a write fails nothing that was decided on top of it is used.
/// </summary>
/// <param name="writer">Decides and writes.</param>
/// <param name="reload">Takes the pool anew after a conflict: what was decided has moved its state ahead of storage.</param>
/// <param name="committed">Is told of each batch that has committed.</param>
/// <param name="retriesMax">How often a batch is decided again after a conflict.</param>
internal sealed class BatchPipeline(PoolWriter writer, Func<Task> reload, Action<DecidedBatch> committed, int retriesMax)
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
        for (var attempt = 0; !await write; attempt++)
        {
            if (attempt == retriesMax)
            {
                throw new InvalidOperationException("Other pools kept taking this batch's keys and persons.");
            }

            writer.Discard(last!);
            await reload();
            last = await writer.DecideAsync(last!.Pending, null);
            write = WriteAsync(last);
        }

        (last, write) = (null, Committed);
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
