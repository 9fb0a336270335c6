using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace PrizeDraw.TestKit;

/// <summary>
/// A clock on which nobody waits: whoever sleeps is awake at once, and it is that much later. Time limits are no sleep: they pass when
/// somebody sleeps longer, or when the clock is moved. So what waits for hours is tested in milliseconds, and <see cref="Slept"/> tells what
/// was waited for. Meant for one flow at a time: a leap of one flow is a leap for all.
/// </summary>
public sealed class LeapingClock(DateTimeOffset start) : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<Alarm> _alarms = [];
    private readonly List<TimeSpan> _slept = [];
    private DateTimeOffset _now = start;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Every sleep so far, in order.</summary>
    public IReadOnlyList<TimeSpan> Slept
    {
        get
        {
            lock (_gate)
            {
                return [.. _slept];
            }
        }
    }

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
        {
            return _now;
        }
    }

    public override long GetTimestamp() => GetUtcNow().Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        // A cancellation source's timer is a time limit; anything else is somebody's sleep.
        var alarm = new Alarm(this, () => callback(state), isLimit: state is CancellationTokenSource);
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

    private Action? TakeDue()
    {
        lock (_gate)
        {
            return _alarms.Where(alarm => alarm.Due <= _now).MinBy(alarm => alarm.Due)?.Take();
        }
    }

    private void LeapTo(DateTimeOffset due)
    {
        var by = due - GetUtcNow();
        Move(by > TimeSpan.Zero ? by : TimeSpan.Zero);
    }

    private sealed class Alarm(LeapingClock clock, Action ring, bool isLimit) : ITimer
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
            DateTimeOffset due;
            lock (clock._gate)
            {
                _period = period;
                if (dueTime == Timeout.InfiniteTimeSpan)
                {
                    Due = null;
                    return true;
                }

                Due = due = clock._now + dueTime;
                if (!clock._alarms.Contains(this))
                {
                    clock._alarms.Add(this);
                }

                if (!isLimit && dueTime > TimeSpan.Zero)
                {
                    clock._slept.Add(dueTime);
                }
            }

            if (!isLimit || dueTime <= TimeSpan.Zero)
            {
                // As on a real clock: elsewhere.
                ThreadPool.QueueUserWorkItem(_ => clock.LeapTo(due));
            }

            return true;
        }

        public void Dispose()
        {
            lock (clock._gate)
            {
                clock._alarms.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}
