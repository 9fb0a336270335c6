using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace PrizeDraw.TestKit.Draws;

/// <summary>A clock that stands still until it is moved; what falls due on the way happens before the move returns.</summary>
public sealed class SteppedClock(DateTimeOffset start) : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<Alarm> _alarms = [];
    private readonly List<(int Count, TaskCompletionSource Reached)> _waiting = [];
    private DateTimeOffset _now = start;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
        {
            return _now;
        }
    }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => GetUtcNow().Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var alarm = new Alarm(this, () => callback(state));
        alarm.Change(dueTime, period);
        return alarm;
    }

    public void Move(TimeSpan by)
    {
        lock (_gate)
        {
            _now += by;
        }

        while (TakeDue() is { } ring)
        {
            ring();
        }
    }

    /// <summary>Waits until exactly so many timers exist: who waited for something with a time-out has it when their timer is gone.</summary>
    public async Task WaitUntilTimersAreAsync(int count)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            _waiting.Add((count, reached));
            Tell();
        }

        await reached.Task.WaitAsync(TimeSpan.FromMinutes(5));
    }

    private void Tell() => _waiting.RemoveAll(w => w.Count == _alarms.Count && w.Reached.TrySetResult());

    private Action? TakeDue()
    {
        lock (_gate)
        {
            return _alarms.Where(a => a.Due <= _now).MinBy(a => a.Due)?.Take();
        }
    }

    private sealed class Alarm(SteppedClock clock, Action ring) : ITimer
    {
        private TimeSpan _period;

        public DateTimeOffset? Due { get; private set; }

        public Action Take()
        {
            Due = _period > TimeSpan.Zero ? Due + _period : null;
            return ring;
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._gate)
            {
                (Due, _period) = (dueTime == Timeout.InfiniteTimeSpan ? null : clock._now + dueTime, period);
                if (!clock._alarms.Contains(this))
                {
                    clock._alarms.Add(this);
                    clock.Tell();
                }
            }

            if (dueTime == TimeSpan.Zero)
            {
                // As on a real clock: at once, elsewhere.
                ThreadPool.QueueUserWorkItem(_ => clock.Move(TimeSpan.Zero));
            }

            return true;
        }

        public void Dispose()
        {
            lock (clock._gate)
            {
                clock._alarms.Remove(this);
                clock.Tell();
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}
