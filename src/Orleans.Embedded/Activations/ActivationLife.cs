using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;

namespace Orleans.Runtime;

/// <summary>How an activation begins and ends.</summary>
internal sealed partial class Activation
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly HashSet<GrainTimer> _timers = [];
    private DeactivationReason _reason;
    private bool _ending;
    private long _keepUntil = long.MinValue;

    public Task Deactivated => _ended.Task;

    internal void Begin() => Start(static activation => _ = ((Activation)activation!).ActivateAsync(), this);

    public void Deactivate(DeactivationReason deactivationReason, CancellationToken cancellationToken = default)
    {
        // A tick under way learns at once that the host stops, so that long work in timers does not hold it up.
        if (deactivationReason.ReasonCode is DeactivationReasonCode.ShuttingDown)
        {
            CancelTimers();
        }

        lock (_gate)
        {
            if (_state is ActivationState.Ended || _reason.ReasonCode is not DeactivationReasonCode.None)
            {
                return;
            }

            _reason = deactivationReason;
            if (_state is ActivationState.Valid)
            {
                _state = ActivationState.Deactivating;
            }
        }

        EndIfDone();
    }

    /// <summary>Ends the activation if nothing has used it for that long.</summary>
    internal void DeactivateIfIdle(long now, TimeSpan age)
    {
        lock (_gate)
        {
            if (_state is not ActivationState.Valid || _running.Count > 0 || _waiting.Count > 0
                || now < _keepUntil || Runtime.Time.GetElapsedTime(_lastUsed, now) < age)
            {
                return;
            }
        }

        Deactivate(new(DeactivationReasonCode.ActivationIdle, $"The activation was idle for {age}."));
    }

    internal void DelayDeactivation(TimeSpan delay)
    {
        lock (_gate)
        {
            _keepUntil = delay == TimeSpan.MaxValue || delay == Timeout.InfiniteTimeSpan ? long.MaxValue
                : delay <= TimeSpan.Zero ? long.MinValue
                : Runtime.Time.GetTimestamp() + (long)(delay.TotalSeconds * Runtime.Time.TimestampFrequency);
        }
    }

    internal IGrainTimer RegisterTimer(Func<CancellationToken, Task> callback, GrainTimerCreationOptions options)
    {
        if (!ReferenceEquals(RuntimeContext.Activation, this))
        {
            throw new InvalidOperationException("A grain timer is registered from the grain's own code only.");
        }

        var timer = new GrainTimer(this, callback, options, Runtime.Time, _logger);
        lock (_gate)
        {
            _timers.Add(timer);
        }

        timer.Change(options.DueTime, options.Period);
        return timer;
    }

    internal void Forget(GrainTimer timer)
    {
        lock (_gate)
        {
            _timers.Remove(timer);
        }
    }

    private async Task ActivateAsync()
    {
        try
        {
            var (instance, states) = Class.Create(this);
            GrainInstance = instance;
            using var limit = new CancellationTokenSource(Runtime.Options.ActivationTimeout, Runtime.Time);
            foreach (var state in states)
            {
                await state.ReadStateAsync(limit.Token);
            }

            await instance.OnActivateAsync(limit.Token);
        }
        catch (Exception exception)
        {
            LogActivationFailed(_logger, GrainId, exception);
            DisposeTimers();
            await EndAsync(exception);
            return;
        }

        bool schedule;
        lock (_gate)
        {
            _state = _reason.ReasonCode is DeactivationReasonCode.None ? ActivationState.Valid : ActivationState.Deactivating;
            _lastUsed = Runtime.Time.GetTimestamp();
            schedule = StartWaiting();
        }

        if (schedule)
        {
            ScheduleTurn();
        }

        EndIfDone();
    }

    private void EndIfDone()
    {
        lock (_gate)
        {
            if (_state is not ActivationState.Deactivating || _running.Count > 0 || _ending)
            {
                return;
            }

            _ending = true;
        }

        Start(static activation => _ = ((Activation)activation!).DeactivateAsync(), this);
    }

    private async Task DeactivateAsync()
    {
        DisposeTimers();
        try
        {
            using var limit = new CancellationTokenSource(Runtime.Options.DeactivationTimeout, Runtime.Time);
            await ((IGrainBase)GrainInstance!).OnDeactivateAsync(_reason, limit.Token).WaitAsync(limit.Token);
        }
        catch (Exception exception)
        {
            LogDeactivationFailed(_logger, GrainId, exception);
        }

        await EndAsync(null);
    }

    // Takes the activation out of the directory, then sends on what still waits; with an exception, what waits fails with it.
    private async Task EndAsync(Exception? failure)
    {
        await DisposeGrainAsync();
        List<GrainCall> left = [];
        lock (_gate)
        {
            _state = ActivationState.Ended;
            while (_waiting.TakeFirst() is { } call)
            {
                left.Add(call);
            }
        }

        Runtime.Remove(this);
        _ended.TrySetResult();
        foreach (var call in left)
        {
            call.Owner = null;
            if (failure is not null)
            {
                call.Fail(failure);
            }
            else if (!call.IsLocal && !call.IsAnswered)
            {
                Runtime.Dispatch(call);
            }
        }
    }

    private async Task DisposeGrainAsync()
    {
        try
        {
            if (GrainInstance is IAsyncDisposable asyncDisposable)
            {
                await asyncDisposable.DisposeAsync();
            }
            else
            {
                (GrainInstance as IDisposable)?.Dispose();
            }

            await ((IAsyncDisposable)_scope).DisposeAsync();
        }
        catch (Exception exception)
        {
            LogDeactivationFailed(_logger, GrainId, exception);
        }
    }

    private void DisposeTimers()
    {
        foreach (var timer in Timers())
        {
            timer.Dispose();
        }
    }

    private void CancelTimers()
    {
        foreach (var timer in Timers())
        {
            Post(timer.Dispose);
        }
    }

    private GrainTimer[] Timers()
    {
        lock (_gate)
        {
            return [.. _timers];
        }
    }

    [LoggerMessage(LogLevel.Error, "Activation of {grainId} failed.")]
    private static partial void LogActivationFailed(ILogger logger, GrainId grainId, Exception exception);

    [LoggerMessage(LogLevel.Error, "Deactivation of {grainId} met an error; it goes on.")]
    private static partial void LogDeactivationFailed(ILogger logger, GrainId grainId, Exception exception);
}
