using System;
using System.Diagnostics;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Orleans;
using PrizeDraw.Engine.Conformance.Grains;
using Shouldly;
using Xunit;

namespace PrizeDraw.Engine.Conformance;

public sealed class Calls_to_a_grain(EngineDatabases databases) : EngineSpec(databases)
{
    [Fact]
    public async Task take_turns_in_the_order_of_arrival()
    {
        var grain = Host.Grain<ITurnsGrain>(NewKey());

        var steps = await Task.WhenAll(Enumerable.Range(0, 20).Select(grain.StepAsync)).WaitAsync(Patience);

        steps.ShouldBe(Enumerable.Range(1, 20));
        Signals.All.Where(n => n.StartsWith("enter", StringComparison.Ordinal) || n.StartsWith("leave", StringComparison.Ordinal))
            .ShouldBe(Enumerable.Range(0, 20).SelectMany(i => new[] { $"enter {i}", $"leave {i}" }));
        (await grain.MostInsideAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task never_run_at_once_even_from_many_threads()
    {
        var grain = Host.Grain<ITurnsGrain>(NewKey());

        await Parallel.ForEachAsync(
            Enumerable.Range(0, 100), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, _) => await grain.StepAsync(i));

        (await grain.MostInsideAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task stay_on_the_activation_across_awaits() =>
        (await Host.Grain<ITurnsGrain>(NewKey()).StaysOnActivationAsync().WaitAsync(Patience)).ShouldBeTrue();

    [Fact]
    public async Task wait_while_another_is_held_unless_they_always_interleave()
    {
        var grain = Host.Grain<ITurnsGrain>(NewKey());
        var gate = NewKey("gate");
        var held = grain.HoldAsync(gate);
        (await Signals.NextAsync("held")).ShouldBe(gate);

        var waiting = grain.KeyAsync();
        (await grain.PeekAsync().WaitAsync(Patience)).ShouldBe("peeked");
        waiting.IsCompleted.ShouldBeFalse();
        held.IsCompleted.ShouldBeFalse();

        Signals.Open(gate);
        await held.WaitAsync(Patience);
        await waiting.WaitAsync(Patience);
    }

    [Fact]
    public async Task interleave_at_awaits_when_the_class_is_reentrant()
    {
        var grain = Host.Grain<IInterleavedTurns>(NewKey());
        var gate = NewKey("gate");
        var held = grain.HoldAsync(gate);
        await Signals.NextAsync("held");

        (await grain.StaysOnActivationAsync().WaitAsync(Patience)).ShouldBeTrue();
        await Task.WhenAll(Enumerable.Range(0, 50).Select(grain.StepAsync)).WaitAsync(Patience);

        (await grain.MostInsideAsync()).ShouldBeGreaterThan(1);
        held.IsCompleted.ShouldBeFalse();
        Signals.Open(gate);
        await held.WaitAsync(Patience);
    }

    [Fact]
    public async Task of_a_reentrant_class_never_run_at_once_between_awaits()
    {
        // Steps count without locks: a lost update would show.
        var grain = Host.Grain<IInterleavedTurns>(NewKey());

        var steps = await Task.WhenAll(Enumerable.Range(0, 500).Select(i => Task.Run(() => grain.StepAsync(i)))).WaitAsync(Patience);

        steps.Order().ShouldBe(Enumerable.Range(1, 500));
    }

    [Fact]
    public async Task fail_with_the_exception_that_the_grain_threw()
    {
        var grain = Host.Grain<ITurnsGrain>(NewKey());

        (await Should.ThrowAsync<RefusedException>(() => grain.FailAsync("no"))).Message.ShouldBe("no");
        (await Should.ThrowAsync<RefusedException>(() => grain.FailAtOnceAsync("never"))).Message.ShouldBe("never");
        (await Should.ThrowAsync<ArgumentOutOfRangeException>(async () => await grain.FailWithArgumentAsync())).ParamName.ShouldBe("number");
        (await grain.PeekAsync()).ShouldBe("peeked");
    }

    [Fact]
    public async Task see_the_grains_key_and_id()
    {
        var key = NewKey("pool");

        (await Host.Grain<ITurnsGrain>(key).KeyAsync()).ShouldBe($"{key} turns/{key}");
        Host.Grain<ITurnsGrain>(key).GetPrimaryKeyString().ShouldBe(key);
        Host.Grain<ILife>(key).GetGrainId().ToString().ShouldBe($"life/{key}");
    }

    [Fact]
    public async Task may_hand_out_a_reference_to_the_grain()
    {
        var grain = Host.Grain<ITurnsGrain>(NewKey());

        var self = await grain.SelfAsync();

        self.GetGrainId().ShouldBe(grain.GetGrainId());
        self.ShouldBe(grain);
        (await self.PeekAsync()).ShouldBe("peeked");
    }
}

public sealed class Cancelling_a_call(EngineDatabases databases) : EngineSpec(databases)
{
    [Fact]
    public async Task answers_the_caller_and_tells_the_grain()
    {
        using var source = new CancellationTokenSource();
        var call = Host.Grain<ITurnsGrain>(NewKey()).WaitForeverAsync(source.Token);
        await Signals.NextAsync("waiting");

        await source.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => call.WaitAsync(Patience));
        (await Signals.NextAsync("cancelled")).ShouldBe("yes");
    }

    [Fact]
    public async Task before_it_is_made_never_reaches_the_grain()
    {
        await Should.ThrowAsync<OperationCanceledException>(
            async () => await Host.Grain<ITurnsGrain>(NewKey()).WaitForeverAsync(new CancellationToken(canceled: true)));

        Signals.AnyLeft("waiting").ShouldBeFalse();
    }

    [Fact]
    public async Task that_waits_for_its_turn_holds_nobody_up()
    {
        var grain = Host.Grain<ITurnsGrain>(NewKey());
        var gate = NewKey("gate");
        var held = grain.HoldAsync(gate);
        await Signals.NextAsync("held");
        using var source = new CancellationTokenSource();
        var call = grain.WaitForeverAsync(source.Token);

        await source.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => call.WaitAsync(Patience));
        Signals.Open(gate);
        await held.WaitAsync(Patience);

        // A cluster tells the grain a moment after the caller: the call has left the queue, or begins and is then cancelled.
        (await grain.KeyAsync().WaitAsync(Patience)).ShouldNotBeEmpty();
        if (Signals.AnyLeft("waiting"))
        {
            (await Signals.NextAsync("cancelled")).ShouldBe("yes");
        }
    }
}

public sealed class A_call_that_takes_too_long(EngineDatabases databases) : EngineSpec(databases)
{
    protected override EngineSettings Settings => new() { CallTimeout = TimeSpan.FromSeconds(1) };

    [Fact]
    public async Task times_out_for_its_caller_and_for_those_behind_it()
    {
        var grain = Host.Grain<ITurnsGrain>(NewKey());
        var gate = NewKey("gate");
        var held = await BegunAsync("held", () => grain.HoldAsync(gate));
        var behind = grain.KeyAsync();

        await Should.ThrowAsync<TimeoutException>(() => held.WaitAsync(Patience));
        await Should.ThrowAsync<TimeoutException>(() => behind.WaitAsync(Patience));

        Signals.Open(gate);
        (await AnsweredAsync(grain.KeyAsync)).ShouldNotBeEmpty();
    }

    [Fact]
    public async Task has_its_token_cancelled()
    {
        var grain = Host.Grain<ITurnsGrain>(NewKey());
        var call = await BegunAsync("waiting", () => grain.WaitForeverAsync(CancellationToken.None));

        await Should.ThrowAsync<TimeoutException>(() => call.WaitAsync(Patience));
        (await Signals.NextAsync("cancelled")).ShouldBe("yes");
    }

    /// <summary>A call that has begun: one whose turn did not come within the limit, on a busy machine, is made again.</summary>
    private async Task<Task> BegunAsync(string noted, Func<Task> call)
    {
        var begun = Signals.NextAsync(noted);
        while (true)
        {
            var made = call();
            await Task.WhenAny(begun, made);
            if (begun.IsCompleted)
            {
                await begun;
                return made;
            }
        }
    }

    /// <summary>The answer, asked for again where a busy machine took longer than the limit.</summary>
    private static async Task<T> AnsweredAsync<T>(Func<Task<T>> call)
    {
        for (var began = Stopwatch.GetTimestamp(); ;)
        {
            try
            {
                return await call();
            }
            catch (TimeoutException) when (Stopwatch.GetElapsedTime(began) < Patience)
            {
                // Again.
            }
        }
    }
}
