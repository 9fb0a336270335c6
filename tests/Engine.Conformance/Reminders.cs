using System;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using PrizeDraw.Engine.Conformance.Grains;
using Shouldly;
using Xunit;

namespace PrizeDraw.Engine.Conformance;

public sealed class A_reminder(EngineDatabases databases) : EngineSpec(databases)
{
    private static readonly TimeSpan Minutes = TimeSpan.FromMinutes(5);

    protected override EngineSettings Settings => new() { Services = AddTime };

    [Fact]
    public async Task comes_when_it_is_due_and_not_before()
    {
        using var pauses = new Pauses();
        await Host.Grain<IClock>(NewKey()).RemindAsync("open", TimeSpan.FromMilliseconds(700), Minutes);

        var late = double.Parse((await Signals.NextAsync("reminded")).Split(' ')[1], CultureInfo.InvariantCulture);

        // Later only by as much as this machine was.
        late.ShouldBeInRange(0, 1000 + (2 * (await pauses.LongestAsync()).TotalMilliseconds));
    }

    [Fact]
    public async Task survives_a_restart()
    {
        await Host.StopAsync();
        var signals = Signals;
        var (name, _) = await InTimeAsync(async (name, due) =>
        {
            await using var first = await EngineHost.StartAsync(Database, Settings);
            signals = first.Signals;
            await first.Grain<IClock>(NewKey()).RemindAsync(name, due, Minutes);
        });
        signals.All.ShouldNotContain(noted => noted.StartsWith($"reminded{name} ", StringComparison.Ordinal));

        await using var other = await EngineHost.StartAsync(Database, Settings);

        await RemindedAsync(other, name);
    }

    [Fact]
    public async Task that_is_replaced_comes_at_the_new_time_only()
    {
        IClock grain = null!;
        var (name, due) = await InTimeAsync(async (name, due) =>
        {
            grain = Host.Grain<IClock>(NewKey());
            await grain.RemindAsync(name, due, Minutes);
            await grain.RemindAsync(name, TimeSpan.FromHours(1), Minutes);
        });
        await grain.RemindAsync("other", due + TimeSpan.FromSeconds(1), Minutes);

        await RemindedAsync(Host, "other");
        Signals.All.ShouldNotContain(noted => noted.StartsWith($"reminded{name} ", StringComparison.Ordinal));
        (await grain.NamesAsync()).ShouldBe([name, "other"]);
    }

    [Fact]
    public async Task that_is_unregistered_is_gone()
    {
        IClock grain = null!;
        var (name, due) = await InTimeAsync(async (name, due) =>
        {
            grain = Host.Grain<IClock>(NewKey());
            await grain.RemindAsync(name, due, Minutes);
            (await grain.ForgetAsync(name)).ShouldBeTrue();
        });
        (await grain.ForgetAsync(name)).ShouldBeFalse();
        await grain.RemindAsync("other", due + TimeSpan.FromSeconds(1), Minutes);

        await RemindedAsync(Host, "other");
        Signals.All.ShouldNotContain(noted => noted.StartsWith($"reminded{name} ", StringComparison.Ordinal));
        (await grain.NamesAsync()).ShouldBe(["other"]);
    }

    [Fact]
    public async Task cannot_repeat_more_often_than_every_minute() => await Should.ThrowAsync<ArgumentException>(
        () => Host.Grain<IClock>(NewKey()).RemindAsync("often", TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(59)));

    [Fact]
    public async Task stays_when_its_tick_fails()
    {
        var grain = Host.Grain<IClock>(NewKey());
        await grain.FailTicksAsync();
        await grain.RemindAsync("draw", TimeSpan.FromMilliseconds(100), Minutes);

        await Signals.NextAsync("reminded");

        (await grain.NamesAsync()).ShouldBe(["draw"]);
    }

    /// <summary>Does what is to be done before the reminder is due. Where a busy machine took longer, it is done again with another one that leaves more time.</summary>
    private static async Task<(string Name, TimeSpan Due)> InTimeAsync(Func<string, TimeSpan, Task> act)
    {
        for (var (attempt, due) = (1, TimeSpan.FromSeconds(3)); ; attempt++, due *= 2)
        {
            var (name, began) = ($"draw-{attempt}", Stopwatch.GetTimestamp());
            await act(name, due);
            if (Stopwatch.GetElapsedTime(began) < due)
            {
                return (name, due);
            }
        }
    }

    private static async Task RemindedAsync(EngineHost host, string name)
    {
        while (!(await host.Signals.NextAsync("reminded")).StartsWith(name + " ", StringComparison.Ordinal))
        {
            // Of an attempt that came too late.
        }
    }

    internal static void AddTime(IServiceCollection services)
    {
        if (!services.Any(s => s.ServiceType == typeof(TimeProvider)))
        {
            services.AddSingleton(TimeProvider.System);
        }
    }
}
