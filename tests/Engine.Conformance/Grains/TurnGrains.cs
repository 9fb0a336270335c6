using System;
using System.Threading;
using System.Threading.Tasks;
using Orleans;
using Orleans.Concurrency;
using Orleans.Runtime;

namespace PrizeDraw.Engine.Conformance.Grains;

[Alias("conformance.i-turns")]
public interface ITurnsGrain : IGrainWithStringKey
{
    /// <summary>Notes enter and leave around a yield, and how many were inside.</summary>
    [Alias("step")] Task<int> StepAsync(int number);

    /// <summary>Notes "held", then waits at a gate.</summary>
    [Alias("hold")] Task HoldAsync(string gate);

    [AlwaysInterleave, Alias("peek")] Task<string> PeekAsync();

    [Alias("most")] ValueTask<int> MostInsideAsync();

    /// <summary>Whether code stays on one scheduler, and alone, across awaits of every kind.</summary>
    [Alias("stays")] Task<bool> StaysOnActivationAsync();

    [Alias("fail")] Task FailAsync(string message);

    [Alias("fail-at-once")] Task<int> FailAtOnceAsync(string message);

    [Alias("fail-argument")] ValueTask<int> FailWithArgumentAsync();

    [Alias("forever")] Task WaitForeverAsync(CancellationToken cancellationToken);

    [Alias("key")] Task<string> KeyAsync();

    [Alias("self")] Task<ITurnsGrain> SelfAsync();
}

[Alias("conformance.i-interleaved-turns")]
public interface IInterleavedTurns : ITurnsGrain;

[GenerateSerializer, Alias("conformance.refused")]
public sealed class RefusedException(string message) : Exception(message);

public abstract class TurnsBase(Signals signals) : Grain
{
    private int _inside;
    private int _most;
    private int _steps;

    public async Task<int> StepAsync(int number)
    {
        _most = Math.Max(_most, ++_inside);
        signals.Note("enter", $" {number}");
        await Task.Yield();
        await Task.Delay(1);
        signals.Note("leave", $" {number}");
        _inside--;
        return ++_steps;
    }

    public async Task HoldAsync(string gate)
    {
        signals.Note("held", gate);
        await signals.GateAsync(gate);
    }

    public Task<string> PeekAsync() => Task.FromResult("peeked");

    public ValueTask<int> MostInsideAsync() => new(_most);

    public async Task<bool> StaysOnActivationAsync()
    {
        var scheduler = TaskScheduler.Current;
        var stayed = scheduler != TaskScheduler.Default;
        await Task.Yield();
        stayed &= TaskScheduler.Current == scheduler;
        await Task.Delay(5);
        stayed &= TaskScheduler.Current == scheduler;
        await Task.Run(() => stayed &= TaskScheduler.Current == TaskScheduler.Default);
        stayed &= TaskScheduler.Current == scheduler;
        await Task.WhenAll(Task.Delay(2), Task.Delay(3));
        return stayed && TaskScheduler.Current == scheduler;
    }

    public async Task FailAsync(string message)
    {
        await Task.Yield();
        throw new RefusedException(message);
    }

    public Task<int> FailAtOnceAsync(string message) => throw new RefusedException(message);

    public ValueTask<int> FailWithArgumentAsync() => throw new ArgumentOutOfRangeException("number");

    public async Task WaitForeverAsync(CancellationToken cancellationToken)
    {
        signals.Note("waiting");
        try
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }
        finally
        {
            signals.Note("cancelled", cancellationToken.IsCancellationRequested ? "yes" : "no");
        }
    }

    public Task<string> KeyAsync() => Task.FromResult($"{this.GetPrimaryKeyString()} {this.GetGrainId()}");

    public Task<ITurnsGrain> SelfAsync() => Task.FromResult(this.AsReference<ITurnsGrain>());
}

[GrainType("turns")]
public sealed class TurnsGrain(Signals signals) : TurnsBase(signals), ITurnsGrain;

[Reentrant, GrainType("interleaved-turns")]
public sealed class InterleavedTurnsGrain(Signals signals) : TurnsBase(signals), IInterleavedTurns;
