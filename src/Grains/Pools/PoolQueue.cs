using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Pools;

namespace PrizeDraw.Grains.Pools;

/// <summary>An entry that waits for its batch.</summary>
internal sealed class PendingEntry(SubmitEntry command)
{
    // Continued where it is answered, which is on the pool's own turn: what continues is the engine, and it hands the answer on from there.
    private readonly TaskCompletionSource<Result<EntryAnswer>> answered = new();

    public SubmitEntry Command { get; } = command;

    public Task<Result<EntryAnswer>> Answered => answered.Task;

    public void Answer(Result<EntryAnswer> answer) => answered.TrySetResult(answer);
}

/// <summary>A change of the pool that runs between two batches: after the entries queued before it, before those after it.</summary>
internal sealed class PendingChange(Func<Task> run)
{
    private readonly TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Done => done.Task;

    public async Task RunAsync()
    {
        try
        {
            await run();
            done.TrySetResult();
        }
        catch (Exception e)
        {
            done.TrySetException(e);
            throw;
        }
    }

    public void Fail(Exception e) => done.TrySetException(e);
}

/// <summary>What waits for the pool's one writer, in order of arrival.</summary>
internal sealed class PoolQueue
{
    private readonly Queue<object> waiting = new();
    private TaskCompletionSource? grown;
    private int grownAt;

    public int Count => waiting.Count;

    /// <summary>Whether a change is next.</summary>
    public bool IsChangeNext => waiting.TryPeek(out var next) && next is PendingChange;

    public void Add(PendingEntry entry)
    {
        waiting.Enqueue(entry);
        Tell(waiting.Count >= grownAt);
    }

    public void Add(PendingChange change)
    {
        waiting.Enqueue(change);
        Tell(true);
    }

    /// <summary>Ends when so many wait, or a change does.</summary>
    public Task WhenGrown(int count)
    {
        (grown, grownAt) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), count);
        return grown.Task;
    }

    /// <summary>The change at the head of the queue, if that is one.</summary>
    public PendingChange? TakeChange()
    {
        if (!waiting.TryPeek(out var next) || next is not PendingChange change)
        {
            return null;
        }

        waiting.Dequeue();
        return change;
    }

    /// <summary>The entries up to the next change, at most so many.</summary>
    public List<PendingEntry> TakeEntries(int max)
    {
        var entries = new List<PendingEntry>(Math.Min(max, waiting.Count));
        while (entries.Count < max && waiting.TryPeek(out var next) && next is PendingEntry entry)
        {
            waiting.Dequeue();
            entries.Add(entry);
        }

        return entries;
    }

    /// <summary>Fails everything that waits.</summary>
    public void FailAll(Refusal refusal, Exception error)
    {
        while (waiting.TryDequeue(out var next))
        {
            if (next is PendingEntry entry)
            {
                entry.Answer(refusal);
            }
            else
            {
                ((PendingChange)next).Fail(error);
            }
        }
    }

    private void Tell(bool isEnough)
    {
        if (isEnough && grown is { } waiter)
        {
            grown = null;
            waiter.TrySetResult();
        }
    }
}
