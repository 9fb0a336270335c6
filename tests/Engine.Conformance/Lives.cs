using System;
using System.Linq;
using System.Threading.Tasks;
using Orleans;
using PrizeDraw.Engine.Conformance.Grains;
using Shouldly;
using Xunit;

namespace PrizeDraw.Engine.Conformance;

public sealed class An_activation(EngineDatabases databases) : EngineSpec(databases)
{
    [Fact]
    public async Task begins_with_the_first_call_and_serves_the_later_ones()
    {
        var grain = Host.Grain<ILife>(NewKey());

        var first = await grain.ActivationAsync();

        (await grain.ActivationAsync()).ShouldBe(first);
        await Signals.NextAsync("activated");
        Signals.AnyLeft("activated").ShouldBeFalse();
    }

    [Fact]
    public async Task that_ends_gives_way_to_a_fresh_one()
    {
        var grain = Host.Grain<ILife>(NewKey());
        var first = await grain.ActivationAsync();

        await grain.EndAsync();
        var second = await grain.ActivationAsync().WaitAsync(Patience);

        second.ShouldNotBe(first);
        (await Signals.NextAsync("deactivated")).ShouldBe(nameof(DeactivationReasonCode.ApplicationRequested));
    }

    [Fact]
    public async Task ends_fully_before_the_next_begins_and_what_came_meanwhile_is_served()
    {
        var grain = Host.Grain<ILife>(NewKey("slow-to-end"));
        var first = await grain.ActivationAsync();
        await grain.EndAsync();
        await Signals.NextAsync("deactivating");

        var meanwhile = Enumerable.Range(0, 10).Select(_ => grain.ActivationAsync()).ToArray();
        meanwhile.ShouldAllBe(call => !call.IsCompleted);
        Signals.Open("end");
        var served = await Task.WhenAll(meanwhile).WaitAsync(Patience);

        served.Distinct().ShouldHaveSingleItem().ShouldNotBe(first);
        Signals.All.Where(n => n.StartsWith("activated", StringComparison.Ordinal) || n.StartsWith("deactivated", StringComparison.Ordinal))
            .Select(n => n[..5]).ShouldBe(["activ", "deact", "activ"]);
    }

    [Fact]
    public async Task waits_for_calls_under_way_before_it_ends()
    {
        var grain = Host.Grain<ILife>(NewKey());
        var first = await grain.ActivationAsync();
        var gate = NewKey("gate");
        var held = grain.EndThenHoldAsync(gate);
        await Signals.NextAsync("held");
        var next = grain.ActivationAsync();

        Signals.AnyLeft("deactivated").ShouldBeFalse();
        Signals.Open(gate);

        await held.WaitAsync(Patience);
        (await next.WaitAsync(Patience)).ShouldNotBe(first);
    }

    [Fact]
    public async Task that_fails_fails_its_calls_and_leaves_nothing_behind()
    {
        var grain = Host.Grain<IUnwilling>(NewKey());

        (await Should.ThrowAsync<RefusedException>(() => grain.GreetAsync())).Message.ShouldBe("not yet");
        await Should.ThrowAsync<RefusedException>(() => grain.GreetAsync());
        Signals.Open("willing");

        (await grain.GreetAsync()).ShouldBe("hello");
        Signals.All.Count(n => n == "tried").ShouldBe(3);
    }

    [Fact]
    public async Task ends_when_the_host_stops()
    {
        await Host.Grain<ILife>(NewKey()).ActivationAsync();
        await Host.Grain<ILife>(NewKey()).ActivationAsync();

        await Host.StopAsync();

        (await Signals.NextAsync("deactivated")).ShouldBe(nameof(DeactivationReasonCode.ShuttingDown));
        (await Signals.NextAsync("deactivated")).ShouldBe(nameof(DeactivationReasonCode.ShuttingDown));
    }
}

public sealed class An_idle_activation(EngineDatabases databases) : EngineSpec(databases)
{
    private static readonly TimeSpan Age = TimeSpan.FromSeconds(1);

    protected override EngineSettings Settings => new() { CollectionAge = Age };

    [Fact]
    public async Task ends()
    {
        await Host.Grain<ILife>(NewKey()).ActivationAsync();

        (await Signals.NextAsync("deactivated")).ShouldBe(nameof(DeactivationReasonCode.ActivationIdle));
    }

    [Fact]
    public async Task is_kept_by_a_timer_that_keeps_alive_and_by_a_delay_but_not_by_a_plain_timer()
    {
        // A machine that holds the timer's ticks up for nearly as long as an activation is kept proves nothing: then it is tried again.
        for (var isKept = false; !isKept;)
        {
            using var pauses = new Pauses();
            await using var host = await EngineHost.StartAsync(Database, Settings);
            isKept = await IsKeptAsync(host);
            (isKept || await pauses.LongestAsync() > Age / 4).ShouldBeTrue("It was not kept, although nothing held up its timer.");
        }
    }

    private static async Task<bool> IsKeptAsync(EngineHost host)
    {
        var kept = host.Grain<ILife>(NewKey());
        var delayed = host.Grain<ILife>(NewKey());
        var plain = host.Grain<ILife>(NewKey());
        var (first, second) = (await kept.ActivationAsync(), await delayed.ActivationAsync());
        await kept.StartTimerAsync(TimeSpan.Zero, TimeSpan.FromMilliseconds(100), keepAlive: true);
        await delayed.KeepAsync(TimeSpan.FromMinutes(1));

        // Four in a row live and die while the others stay.
        for (var i = 0; i < 4; i++)
        {
            await plain.StartTimerAsync(TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(50), keepAlive: false);
            (await host.Signals.NextAsync("deactivated")).ShouldBe(nameof(DeactivationReasonCode.ActivationIdle));
        }

        (await delayed.ActivationAsync()).ShouldBe(second);
        return await kept.ActivationAsync() == first;
    }
}

public sealed class A_grain_timer(EngineDatabases databases) : EngineSpec(databases)
{
    [Fact]
    public async Task ticks_until_it_is_disposed()
    {
        var grain = Host.Grain<ILife>(NewKey());
        await grain.StartTimerAsync(TimeSpan.Zero, TimeSpan.FromMilliseconds(5), keepAlive: false);
        for (var i = 1; i <= 3; i++)
        {
            (await Signals.NextAsync("tick")).ShouldBe($"{i}");
        }

        await grain.StopTimerAsync();
        var ticks = await Signals.NextAsync("stopped");
        await grain.EndAsync();
        await grain.ActivationAsync();

        Signals.All.Count(n => n.StartsWith("tick", StringComparison.Ordinal)).ToString().ShouldBe(ticks);
    }

    [Fact]
    public async Task ticks_once_when_its_period_is_infinite()
    {
        var grain = Host.Grain<ILife>(NewKey());
        await grain.StartTimerAsync(TimeSpan.Zero, System.Threading.Timeout.InfiniteTimeSpan, keepAlive: false);
        await Signals.NextAsync("tick");

        // Another timer of the same grain ticks many times meanwhile.
        await grain.StartFailingTimerAsync();
        for (var i = 2; i <= 6; i++)
        {
            (await Signals.NextAsync("tick")).ShouldBe($"{i}");
        }
    }

    [Fact]
    public async Task goes_on_after_a_tick_that_fails()
    {
        await Host.Grain<ILife>(NewKey()).StartFailingTimerAsync();

        (await Signals.NextAsync("tick")).ShouldBe("1");
        (await Signals.NextAsync("tick")).ShouldBe("2");
    }

    [Fact]
    public async Task never_overlaps_itself_and_holds_up_calls()
    {
        var grain = Host.Grain<ILife>(NewKey());
        await grain.StartSlowTimerAsync(interleave: false);
        await Signals.NextAsync("begun");

        var call = grain.ActivationAsync();
        await Host.Grain<ILife>(NewKey()).ActivationAsync();
        call.IsCompleted.ShouldBeFalse();
        Signals.AnyLeft("begun").ShouldBeFalse();

        Signals.Open("tick");
        await call.WaitAsync(Patience);
        await Signals.NextAsync("begun");
    }

    [Fact]
    public async Task that_interleaves_lets_calls_through()
    {
        var grain = Host.Grain<ILife>(NewKey());
        await grain.StartSlowTimerAsync(interleave: true);
        await Signals.NextAsync("begun");

        await grain.ActivationAsync().WaitAsync(Patience);
        await grain.StopTimerAsync().WaitAsync(Patience);

        Signals.All.Count(n => n == "begun").ShouldBe(1);
    }

    [Fact]
    public async Task ends_with_its_activation()
    {
        var grain = Host.Grain<ILife>(NewKey());
        await grain.StartTimerAsync(TimeSpan.Zero, TimeSpan.FromMilliseconds(1), keepAlive: true);
        await Signals.NextAsync("tick");

        await grain.EndAsync();
        await Signals.NextAsync("deactivated");

        var ticks = Signals.All.SkipWhile(n => !n.StartsWith("deactivated", StringComparison.Ordinal)).Skip(1);
        ticks.ShouldBeEmpty();
    }
}
