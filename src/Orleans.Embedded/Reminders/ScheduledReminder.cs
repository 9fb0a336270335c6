using System;
using System.Threading;

namespace Orleans.Runtime;

/// <summary>A stored reminder with the timer of its next tick.</summary>
internal sealed class ScheduledReminder : IDisposable
{
    // Timers reach 49 days at most, and a clock may be set: look again at least this often.
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    private readonly TimeProvider _time;
    private readonly Action<ScheduledReminder> _due;
    private readonly ITimer _timer;
    private DateTime _next;

    /// <param name="row">The reminder. One whose start has passed is due at once.</param>
    /// <param name="changed">When, in the order of changes, the row came to be what it is.</param>
    /// <param name="time">The clock.</param>
    /// <param name="due">Called at each tick; <see cref="ScheduleNext"/> goes on from there.</param>
    internal ScheduledReminder(ReminderRow row, long changed, TimeProvider time, Action<ScheduledReminder> due)
    {
        Row = row;
        Changed = changed;
        _time = time;
        _due = due;
        _next = row.StartAt;
        using (ExecutionContext.IsFlowSuppressed() ? default(IDisposable?) : ExecutionContext.SuppressFlow())
        {
            _timer = time.CreateTimer(static r => ((ScheduledReminder)r!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    internal ReminderRow Row { get; }

    internal long Changed { get; }

    public void Dispose() => _timer.Dispose();

    /// <summary>Waits for the tick that is due next.</summary>
    internal void Arm()
    {
        var wait = _next - _time.GetUtcNow().UtcDateTime;
        _timer.Change(wait <= TimeSpan.Zero ? TimeSpan.Zero : wait < LongestWait ? RoundUp(wait) : LongestWait, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Waits for the first tick of the series that is still to come.</summary>
    internal void ScheduleNext()
    {
        var since = _time.GetUtcNow().UtcDateTime - Row.StartAt;
        _next = since < TimeSpan.Zero ? Row.StartAt
            : Row.Period <= TimeSpan.Zero ? Row.StartAt + since
            : Row.StartAt + (Row.Period * ((since.Ticks / Row.Period.Ticks) + 1));
        Arm();
    }

    // Timers count whole milliseconds: rounded down they would fire early and be set again.
    private static TimeSpan RoundUp(TimeSpan wait) => TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds));

    private void OnTimer()
    {
        if (_time.GetUtcNow().UtcDateTime < _next)
        {
            Arm();
        }
        else
        {
            _due(this);
        }
    }
}
