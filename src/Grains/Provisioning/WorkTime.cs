using System;
using System.Threading;

namespace PrizeDraw.Grains.Provisioning;

/// <summary>How long work may take that waits for its turn now and then: while it waits its time stands still.</summary>
internal sealed class WorkTime : IDisposable
{
    private readonly Lock gate = new();
    private readonly TimeProvider clock;
    private readonly CancellationTokenSource isUp = new();
    private readonly CancellationTokenSource either;
    private readonly ITimer timer;
    private TimeSpan left;
    private long since;
    private int waits;
    private bool isOver;

    public WorkTime(TimeSpan time, TimeProvider clock, CancellationToken ct)
    {
        (this.clock, left, since) = (clock, time, clock.GetTimestamp());
        either = CancellationTokenSource.CreateLinkedTokenSource(ct, isUp.Token);
        timer = clock.CreateTimer(static state => ((WorkTime)state!).End(), this, time, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Cancelled when the time is up, and with whoever wants the work.</summary>
    public CancellationToken Token => either.Token;

    /// <summary>The time stands still until what is answered is disposed of; several waits at once are one.</summary>
    public IDisposable Wait()
    {
        lock (gate)
        {
            if (waits++ == 0 && !isOver)
            {
                left -= clock.GetElapsedTime(since);
                timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            }
        }

        return new Waiting(this);
    }

    public void Dispose()
    {
        lock (gate)
        {
            isOver = true;
        }

        timer.Dispose();
        either.Dispose();
    }

    private void GoOn()
    {
        lock (gate)
        {
            if (--waits == 0 && !isOver)
            {
                since = clock.GetTimestamp();
                timer.Change(left > TimeSpan.Zero ? left : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
            }
        }
    }

    private void End()
    {
        lock (gate)
        {
            // It may have fired just as a wait began.
            if (isOver || waits > 0)
            {
                return;
            }

            isOver = true;
        }

        // Never disposed of, since that may be going on just now: a source without a timer of its own holds nothing.
        isUp.Cancel();
    }

    private sealed class Waiting(WorkTime time) : IDisposable
    {
        private WorkTime? waited = time;

        public void Dispose() => Interlocked.Exchange(ref waited, null)?.GoOn();
    }
}
