using System;
using System.Collections.Concurrent;
using System.Globalization;
using System.IO;
using System.Threading;
using System.Threading.Tasks;

namespace PrizeDraw.FaultHost;

/// <summary>
/// The machine's clock, put forward by what a file says: ten minutes between a commitment and its round are then no ten minutes of a test.
/// Processes that share the file share the clock. What a leap passes over falls due at once, as after a machine's sleep.
/// </summary>
public sealed class LeapingClock : TimeProvider, IDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);
    private readonly ConcurrentDictionary<Alarm, bool> alarms = new();
    private readonly Lock following = new();
    private readonly Action<TimeSpan>? followed;
    private readonly string file;
    private readonly ITimer looking;
    private long ahead;

    /// <param name="file">Holds the ticks by which the clock is ahead; absent, it is not.</param>
    /// <param name="followed">Is told by how much it is ahead once it has followed a leap.</param>
    public LeapingClock(string file, Action<TimeSpan>? followed = null)
    {
        (this.file, this.followed) = (file, followed);
        ahead = Read();
        looking = System.CreateTimer(_ => Follow(), null, Look, Look);
    }

    /// <summary>How far it is before the machine's.</summary>
    public TimeSpan Ahead => TimeSpan.FromTicks(Interlocked.Read(ref ahead));

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Ahead;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new Alarm(this, () => callback(state), dueTime, period);

    /// <summary>Puts the clock forward, here at once and elsewhere within a moment.</summary>
    public void Leap(TimeSpan by)
    {
        var next = file + ".next";
        File.WriteAllText(next, (Read() + by.Ticks).ToString(CultureInfo.InvariantCulture));
        File.Move(next, file, overwrite: true);
        Follow();
    }

    public void Dispose() => looking.Dispose();

    private long Read() => File.Exists(file) ? long.Parse(File.ReadAllText(file), CultureInfo.InvariantCulture) : 0;

    // One at a time: who has read the file before a leap must not put the clock back after it.
    private void Follow()
    {
        lock (following)
        {
            var now = Read();
            if (Interlocked.Exchange(ref ahead, now) == now)
            {
                return;
            }

            foreach (var alarm in alarms.Keys)
            {
                alarm.Hasten();
            }
        }

        followed?.Invoke(Ahead);
    }

    /// <summary>A timer of the machine's that is set anew when the clock leaps.</summary>
    private sealed class Alarm : ITimer
    {
        private readonly Lock gate = new();
        private readonly LeapingClock clock;
        private readonly Action ring;
        private readonly ITimer timer;
        private DateTimeOffset? due;
        private TimeSpan period;

        public Alarm(LeapingClock clock, Action ring, TimeSpan dueTime, TimeSpan period)
        {
            (this.clock, this.ring) = (clock, ring);
            timer = System.CreateTimer(_ => Ring(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            clock.alarms.TryAdd(this, true);
            Change(dueTime, period);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (gate)
            {
                due = dueTime == Timeout.InfiniteTimeSpan ? null : clock.GetUtcNow() + dueTime;
                this.period = period;
                return timer.Change(dueTime, period);
            }
        }

        public void Hasten()
        {
            lock (gate)
            {
                if (due is { } at)
                {
                    var left = at - clock.GetUtcNow();
                    timer.Change(left > TimeSpan.Zero ? left : TimeSpan.Zero, period);
                }
            }
        }

        public void Dispose()
        {
            clock.alarms.TryRemove(this, out _);
            timer.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }

        private void Ring()
        {
            lock (gate)
            {
                due = period > TimeSpan.Zero ? clock.GetUtcNow() + period : null;
            }

            ring();
        }
    }
}
