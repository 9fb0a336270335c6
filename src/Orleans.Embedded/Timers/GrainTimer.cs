using System;
using System.Reflection;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;

namespace Orleans.Runtime;

/// <summary>
/// A timer whose ticks are calls to its own activation, so that they take turns, are filtered and counted like any other.
/// </summary>
internal sealed partial class GrainTimer : IGrainTimer
{
    private readonly CancellationTokenSource _disposed = new();
    private readonly Activation _activation;
    private readonly Func<CancellationToken, Task> _callback;
    private readonly ILogger _logger;
    private readonly object _gate = new();
    private readonly ITimer _timer;
    private TimeSpan _due = Timeout.InfiniteTimeSpan;
    private TimeSpan _period = Timeout.InfiniteTimeSpan;
    private bool _ticking;
    private bool _changed;

    internal GrainTimer(
        Activation activation, Func<CancellationToken, Task> callback, GrainTimerCreationOptions options, TimeProvider time, ILogger logger)
    {
        RequireDuration(options.DueTime, nameof(options.DueTime));
        RequireDuration(options.Period, nameof(options.Period));
        _activation = activation;
        _callback = callback;
        _logger = logger;
        Interleave = options.Interleave;
        KeepAlive = options.KeepAlive;
        var restore = !ExecutionContext.IsFlowSuppressed() ? ExecutionContext.SuppressFlow() : default(AsyncFlowControl?);
        try
        {
            _timer = time.CreateTimer(
                static timer => ((GrainTimer)timer!).OnDue(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
        finally
        {
            restore?.Undo();
        }
    }

    internal bool Interleave { get; }

    internal bool KeepAlive { get; }

    public void Change(TimeSpan dueTime, TimeSpan period)
    {
        RequireDuration(dueTime, nameof(dueTime));
        RequireDuration(period, nameof(period));
        lock (_gate)
        {
            _due = dueTime;
            _period = period;
            _changed = true;
            if (!_ticking)
            {
                _timer.Change(dueTime, Timeout.InfiniteTimeSpan);
            }
        }
    }

    public void Dispose()
    {
        if (_disposed.IsCancellationRequested)
        {
            return;
        }

        _timer.Dispose();
        _activation.Forget(this);
        try
        {
            _disposed.Cancel();
        }
        catch (AggregateException exception)
        {
            LogFailed(_logger, _activation.GrainId, exception);
        }
    }

    private static void RequireDuration(TimeSpan value, string name)
    {
        var milliseconds = (long)value.TotalMilliseconds;
        ArgumentOutOfRangeException.ThrowIfLessThan(milliseconds, -1, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(milliseconds, uint.MaxValue - 1, name);
    }

    private void OnDue()
    {
        lock (_gate)
        {
            if (_ticking || _disposed.IsCancellationRequested)
            {
                return;
            }

            _ticking = true;
        }

        var tick = new TimerTick(this);
        tick.Prepare(_activation.GrainReference, 0, Timeout.InfiniteTimeSpan);
        _activation.TryReceive(tick);
    }

    private async Task TickAsync()
    {
        lock (_gate)
        {
            _changed = false;
        }

        try
        {
            // Disposed while the tick waited for its turn.
            if (!_disposed.IsCancellationRequested)
            {
                await _callback(_disposed.Token);
            }
        }
        catch (OperationCanceledException) when (_disposed.IsCancellationRequested)
        {
            // The timer was stopped and the callback took notice.
        }
        catch (Exception exception)
        {
            LogFailed(_logger, _activation.GrainId, exception);
            throw;
        }
        finally
        {
            OnTicked();
        }
    }

    private void OnTicked()
    {
        lock (_gate)
        {
            _ticking = false;
            if (!_disposed.IsCancellationRequested)
            {
                _timer.Change(_changed ? _due : _period, Timeout.InfiniteTimeSpan);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "A timer callback of {grainId} failed; the timer goes on.")]
    private static partial void LogFailed(ILogger logger, GrainId grainId, Exception exception);

    private sealed class TimerTick(GrainTimer timer) : GrainCallVoid(Tick)
    {
        private static readonly GrainMethod Tick = new(
            typeof(IGrainTimerInvoker), typeof(IGrainTimerInvoker).GetMethod(nameof(IGrainTimerInvoker.InvokeCallbackAsync))!);

        internal override bool AlwaysInterleave => timer.Interleave;

        internal override bool IsLocal => true;

        internal override bool KeepsAlive => timer.KeepAlive;

        public override Task InvokeAsync(object target) => timer.TickAsync();

        // Nobody waits for a tick; what went wrong has been logged.
        protected override void SetException(Exception exception) => SetResult();
    }
}

/// <summary>What call filters see as the interface of a timer's ticks.</summary>
internal interface IGrainTimerInvoker : IAddressable
{
    Task InvokeCallbackAsync();
}
