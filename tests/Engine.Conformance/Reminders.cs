using System;
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
        await Host.Grain<IClock>(NewKey()).RemindAsync("open", TimeSpan.FromMilliseconds(700), Minutes);

        var late = double.Parse((await Signals.NextAsync("reminded")).Split(' ')[1], CultureInfo.InvariantCulture);

        late.ShouldBeInRange(0, 1000);
    }

    [Fact]
    public async Task survives_a_restart()
    {
        await Host.Grain<IClock>(NewKey()).RemindAsync("close", TimeSpan.FromSeconds(3), Minutes);
        await Host.StopAsync();
        Signals.AnyLeft("reminded").ShouldBeFalse();

        await using var other = await EngineHost.StartAsync(Database, Settings);

        (await other.Signals.NextAsync("reminded")).ShouldStartWith("close ");
    }

    [Fact]
    public async Task that_is_replaced_comes_at_the_new_time_only()
    {
        var grain = Host.Grain<IClock>(NewKey());
        await grain.RemindAsync("draw", TimeSpan.FromSeconds(2), Minutes);
        await grain.RemindAsync("draw", TimeSpan.FromHours(1), Minutes);
        await grain.RemindAsync("other", TimeSpan.FromSeconds(3), Minutes);

        (await Signals.NextAsync("reminded")).ShouldStartWith("other ");
        (await grain.NamesAsync()).ShouldBe(["draw", "other"]);
    }

    [Fact]
    public async Task that_is_unregistered_is_gone()
    {
        var grain = Host.Grain<IClock>(NewKey());
        await grain.RemindAsync("draw", TimeSpan.FromSeconds(2), Minutes);

        (await grain.ForgetAsync("draw")).ShouldBeTrue();
        (await grain.ForgetAsync("draw")).ShouldBeFalse();
        await grain.RemindAsync("other", TimeSpan.FromSeconds(3), Minutes);

        (await Signals.NextAsync("reminded")).ShouldStartWith("other ");
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

    internal static void AddTime(IServiceCollection services)
    {
        if (!services.Any(s => s.ServiceType == typeof(TimeProvider)))
        {
            services.AddSingleton(TimeProvider.System);
        }
    }
}
