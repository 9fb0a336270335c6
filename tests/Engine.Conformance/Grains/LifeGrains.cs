using System;
using System.Threading;
using System.Threading.Tasks;
using Orleans;
using Orleans.Runtime;

namespace PrizeDraw.Engine.Conformance.Grains;

[Alias("conformance.i-life")]
public interface ILife : IGrainWithStringKey
{
    /// <summary>A number that differs between activations.</summary>
    [Alias("activation")] Task<int> ActivationAsync();

    [Alias("end")] Task EndAsync();

    [Alias("end-then-hold")] Task EndThenHoldAsync(string gate);

    [Alias("keep")] Task KeepAsync(TimeSpan time);

    /// <summary>Starts a timer that notes "tick" with its number.</summary>
    [Alias("start-timer")] Task StartTimerAsync(TimeSpan due, TimeSpan period, bool keepAlive);

    /// <summary>Starts a timer whose ticks note "begun" and wait at the gate "tick".</summary>
    [Alias("start-slow-timer")] Task StartSlowTimerAsync(bool interleave);

    [Alias("stop-timer")] Task StopTimerAsync();

    [Alias("fail-timer")] Task StartFailingTimerAsync();
}

/// <summary>Notes when it begins and ends.</summary>
public sealed class LifeGrain(Signals signals) : Grain, ILife
{
    private static int _activations;

    private readonly int _activation = Interlocked.Increment(ref _activations);
    private IGrainTimer? _timer;
    private int _ticks;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        signals.Note("activated", this.GetPrimaryKeyString());
        return Task.CompletedTask;
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        signals.Note("deactivating", reason.ReasonCode.ToString());
        if (this.GetPrimaryKeyString().Contains("slow-to-end", StringComparison.Ordinal))
        {
            await signals.GateAsync("end");
        }

        signals.Note("deactivated", reason.ReasonCode.ToString());
    }

    public Task<int> ActivationAsync() => Task.FromResult(_activation);

    public Task EndAsync()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    public async Task EndThenHoldAsync(string gate)
    {
        DeactivateOnIdle();
        signals.Note("held", gate);
        await signals.GateAsync(gate);
    }

    public Task KeepAsync(TimeSpan time)
    {
        DelayDeactivation(time);
        return Task.CompletedTask;
    }

    public Task StartTimerAsync(TimeSpan due, TimeSpan period, bool keepAlive)
    {
        _timer = this.RegisterGrainTimer(
            static (self, _) =>
            {
                self.Tick();
                return Task.CompletedTask;
            },
            this,
            new GrainTimerCreationOptions { DueTime = due, Period = period, KeepAlive = keepAlive });
        return Task.CompletedTask;
    }

    public Task StartSlowTimerAsync(bool interleave)
    {
        _timer = this.RegisterGrainTimer(
            async ct =>
            {
                signals.Note("begun");
                await signals.GateAsync("tick").WaitAsync(ct);
            },
            new GrainTimerCreationOptions { DueTime = TimeSpan.Zero, Period = TimeSpan.FromMilliseconds(1), Interleave = interleave });
        return Task.CompletedTask;
    }

    public Task StopTimerAsync()
    {
        _timer!.Dispose();
        signals.Note("stopped", _ticks.ToString(System.Globalization.CultureInfo.InvariantCulture));
        return Task.CompletedTask;
    }

    public Task StartFailingTimerAsync()
    {
        _timer = this.RegisterGrainTimer(
            () =>
            {
                Tick();
                throw new RefusedException("tick");
            },
            TimeSpan.Zero,
            TimeSpan.FromMilliseconds(5));
        return Task.CompletedTask;
    }

    private void Tick() => signals.Note("tick", (++_ticks).ToString(System.Globalization.CultureInfo.InvariantCulture));
}

[Alias("conformance.i-unwilling")]
public interface IUnwilling : IGrainWithStringKey
{
    [Alias("greet")] Task<string> GreetAsync();
}

/// <summary>Fails to activate until the gate is open.</summary>
public sealed class UnwillingGrain(Signals signals) : Grain, IUnwilling
{
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        signals.Note("tried");
        return signals.GateAsync("willing").IsCompleted ? Task.CompletedTask : throw new RefusedException("not yet");
    }

    public Task<string> GreetAsync() => Task.FromResult("hello");
}
