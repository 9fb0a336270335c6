using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Runtime;
using PrizeDraw.Engine.Conformance.Grains;
using PrizeDraw.TestKit;
using Shouldly;
using Xunit;

namespace PrizeDraw.Engine.Conformance.Embedded;

public sealed class The_embedded_engine(EngineDatabases databases) : EngineSpec(databases)
{
    private EmbeddedRuntime Runtime => Host.Services.GetRequiredService<EmbeddedRuntime>();

    [Fact]
    public async Task can_be_forced_into_two_activations_of_a_grain()
    {
        var grain = Host.Grain<ILife>(NewKey());
        var first = await grain.ActivationAsync();

        var stale = Runtime.ForceSecondActivation(grain);
        var second = await grain.ActivationAsync();

        second.ShouldNotBe(first);
        (await stale.ActivationAsync()).ShouldBe(first);
        await stale.EndAsync();
        (await Signals.NextAsync("deactivated")).ShouldNotBeEmpty();
        (await grain.ActivationAsync()).ShouldBe(second);
    }

    [Fact]
    public async Task refuses_the_write_of_a_stale_activation()
    {
        var grain = Host.Grain<IStock>(NewKey());
        await grain.WriteAsync("Summer", 1);
        var stale = Runtime.ForceSecondActivation(grain);
        await grain.WriteAsync("Summer", 2);

        await Should.ThrowAsync<Orleans.Storage.InconsistentStateException>(() => stale.WriteAsync("Autumn", 1));

        (await grain.ViewAsync()).Count.ShouldBe(2);
    }

    [Fact]
    public async Task takes_a_cancelled_call_out_of_the_queue_before_its_caller_hears_of_it()
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

        (await grain.KeyAsync().WaitAsync(Patience)).ShouldNotBeEmpty();
        Signals.AnyLeft("waiting").ShouldBeFalse();
    }

    [Fact]
    public async Task takes_no_calls_after_it_has_stopped()
    {
        var grain = Host.Grain<ILife>(NewKey());
        await Host.StopAsync();

        await Should.ThrowAsync<SiloUnavailableException>(() => grain.ActivationAsync());
    }

    [Fact]
    public async Task is_not_held_up_in_stopping_by_a_tick_that_watches_its_token()
    {
        await Host.Grain<ILife>(NewKey()).StartSlowTimerAsync(interleave: false);
        await Signals.NextAsync("begun");

        await Host.StopAsync().WaitAsync(Patience);

        (await Signals.NextAsync("deactivated")).ShouldBe(nameof(DeactivationReasonCode.ShuttingDown));
    }

    [Fact]
    public async Task leaves_no_activation_behind_when_one_fails()
    {
        await Should.ThrowAsync<RefusedException>(() => Host.Grain<IUnwilling>(NewKey()).GreetAsync());

        Runtime.ActivationCount.ShouldBe(0);
    }

    [Fact]
    public async Task waits_for_a_database_that_is_away_for_a_moment()
    {
        // A busy machine takes longer than six seconds to start a database.
        await using var host = await EngineHost.StartAsync(
            Database, new EngineSettings { Services = services => services.Configure<EmbeddedOrleansOptions>(o => o.StorageAttempts = 12) });
        var grain = host.Grain<IStock>(NewKey());
        await grain.WriteAsync("Summer", 1);
        await Databases.Server.KillAsync();

        var write = grain.WriteAsync("Summer", 2);
        await Databases.Server.StartAsync();

        (await write.WaitAsync(Patience)).ShouldBe(new StockView("Summer", 2, true, "2"));
        (await grain.ReloadAsync()).ShouldBe(new StockView("Summer", 2, true, "2"));
    }

    [Theory]
    [InlineData(typeof(ITakesList), "List")]
    [InlineData(typeof(IGivesReadOnlyList), "IReadOnlyList")]
    [InlineData(typeof(ITakesUnmarked), "[GenerateSerializer]")]
    [InlineData(typeof(ITakesUnnumbered), "no [Id]")]
    [InlineData(typeof(IReturnsNothing), "grain methods return Task")]
    public void refuses_types_that_could_not_travel(Type type, string reason) =>
        Should.Throw<OrleansConfigurationException>(() => Runtime.Reference(type, GrainId.Create("any", "ten_a"))).Message.ShouldContain(reason);

    [Fact]
    public async Task refuses_to_start_with_options_that_cannot_work()
    {
        var settings = new EngineSettings { CallTimeout = TimeSpan.Zero };

        (await Should.ThrowAsync<OptionsValidationException>(() => EngineHost.StartAsync(Database, settings))).Message.ShouldContain("CallTimeout");
    }

    [Fact]
    public async Task does_not_let_async_locals_of_callers_in()
    {
        Ambient.Value = "of the caller";

        (await Host.Grain<IAmbient>(NewKey()).ReadAsync()).ShouldBeNull();
    }

    internal static readonly AsyncLocal<string?> Ambient = new();

    public interface IAmbient : IGrainWithStringKey
    {
        Task<string?> ReadAsync();
    }

    public sealed class AmbientGrain : Grain, IAmbient
    {
        public async Task<string?> ReadAsync()
        {
            await Task.Yield();
            return Ambient.Value;
        }
    }

    public interface ITakesList : IGrainWithStringKey
    {
        Task TakeAsync(List<int> numbers);
    }

    public interface IGivesReadOnlyList : IGrainWithStringKey
    {
        Task<IReadOnlyList<int>> GiveAsync();
    }

    public interface ITakesUnmarked : IGrainWithStringKey
    {
        Task TakeAsync(Unmarked value);
    }

    public interface ITakesUnnumbered : IGrainWithStringKey
    {
        Task TakeAsync(Unnumbered value);
    }

    public interface IReturnsNothing : IGrainWithStringKey
    {
        void Do();
    }

    public sealed record Unmarked(int Number);

    [GenerateSerializer]
    public sealed record Unnumbered
    {
        public int Number { get; init; }
    }
}

/// <summary>Time stands still unless it is moved.</summary>
public sealed class Reminders_and_timers_by_a_clock(EngineDatabases databases) : EngineSpec(databases)
{
    // The engine's own timers are set for less: five minutes at the most.
    private static readonly TimeSpan Days = TimeSpan.FromDays(60), Period = TimeSpan.FromMinutes(7);

    private readonly ManualClock _clock = new(new DateTimeOffset(2026, 7, 1, 12, 0, 0, TimeSpan.Zero));

    protected override EngineSettings Settings =>
        new() { CallTimeout = TimeSpan.FromSeconds(30), Services = services => services.AddSingleton<TimeProvider>(_clock) };

    [Fact]
    public async Task a_reminder_months_away_comes_to_the_millisecond()
    {
        await Host.Grain<IClock>(NewKey()).RemindAsync("close", Days, TimeSpan.FromHours(1));

        _clock.Advance(Days - TimeSpan.FromMilliseconds(1));
        Signals.AnyLeft("reminded").ShouldBeFalse();
        _clock.Advance(TimeSpan.FromMilliseconds(1));

        (await Signals.NextAsync("reminded")).ShouldBe("close 0");
    }

    [Fact]
    public async Task a_reminder_repeats_in_step_with_its_first_tick()
    {
        var grain = Host.Grain<IClock>(NewKey());
        await grain.RemindAsync("draw", TimeSpan.FromMinutes(1), Period);

        _clock.Advance(TimeSpan.FromMinutes(1));
        (await Signals.NextAsync("reminded")).ShouldBe("draw 0");
        await AdvanceToNextTickAsync();
        (await Signals.NextAsync("reminded")).ShouldBe("draw 420000");
        await AdvanceToNextTickAsync();
        (await Signals.NextAsync("reminded")).ShouldBe("draw 840000");
    }

    [Fact]
    public async Task an_overdue_reminder_comes_at_start()
    {
        await Host.Grain<IClock>(NewKey()).RemindAsync("close", TimeSpan.FromMinutes(1), TimeSpan.FromDays(1));
        await Host.StopAsync();
        _clock.Advance(TimeSpan.FromMinutes(3));

        await using var other = await EngineHost.StartAsync(Database, Settings);

        (await other.Signals.NextAsync("reminded")).ShouldBe("close 120000");
    }

    [Fact]
    public async Task a_reminder_that_somebody_else_deleted_comes_no_more_after_a_refresh()
    {
        var grain = Host.Grain<IClock>(NewKey());
        await grain.RemindAsync("gone", TimeSpan.FromHours(2), TimeSpan.FromHours(1));
        await grain.RemindAsync("stays", TimeSpan.FromHours(2), TimeSpan.FromHours(1));
        await EngineDatabases.ExecuteAsync(Database, "delete from OrleansRemindersTable where ReminderName = 'gone'");

        var service = Host.Services.GetRequiredService<ReminderService>();
        await service.RefreshNowAsync();
        _clock.Advance(TimeSpan.FromHours(2));

        (await Signals.NextAsync("reminded")).ShouldBe("stays 0");
        Signals.AnyLeft("reminded").ShouldBeFalse();
    }

    [Fact]
    public async Task an_activation_is_kept_for_fifteen_minutes_without_use()
    {
        await Host.Grain<ILife>(NewKey()).ActivationAsync();

        _clock.Advance(TimeSpan.FromMinutes(14));
        Signals.AnyLeft("deactivating").ShouldBeFalse();
        _clock.Advance(TimeSpan.FromMinutes(2));

        (await Signals.NextAsync("deactivated")).ShouldBe(nameof(DeactivationReasonCode.ActivationIdle));
    }

    [Fact]
    public async Task a_call_is_waited_for_thirty_seconds()
    {
        var call = Host.Grain<ITurnsGrain>(NewKey()).WaitForeverAsync(CancellationToken.None);
        await Signals.NextAsync("waiting");

        _clock.Advance(TimeSpan.FromSeconds(29));
        call.IsCompleted.ShouldBeFalse();
        _clock.Advance(TimeSpan.FromSeconds(2));

        await Should.ThrowAsync<TimeoutException>(() => call.WaitAsync(Patience));
    }

    // The next tick is set once the last has been answered, shortly after it is noted.
    private async Task AdvanceToNextTickAsync()
    {
        await Polling.UntilAsync(() => Task.FromResult(_clock.HasTimerAt(_clock.GetUtcNow() + Period)), Patience);
        _clock.Advance(Period);
    }
}
