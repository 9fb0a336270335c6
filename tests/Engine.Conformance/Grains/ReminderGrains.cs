using System;
using System.Collections.Immutable;
using System.Linq;
using System.Threading.Tasks;
using Orleans;
using Orleans.Runtime;

namespace PrizeDraw.Engine.Conformance.Grains;

[Alias("conformance.i-clock")]
public interface IClock : IGrainWithStringKey
{
    [Alias("remind")] Task RemindAsync(string name, TimeSpan due, TimeSpan period);

    [Alias("forget")] Task<bool> ForgetAsync(string name);

    [Alias("names")] Task<ImmutableArray<string>> NamesAsync();

    [Alias("fail-ticks")] Task FailTicksAsync();
}

/// <summary>Notes its reminders under "reminded", with how late they came in milliseconds.</summary>
public sealed class ClockGrain(Signals signals, TimeProvider time) : Grain, IClock, IRemindable
{
    private bool _fails;

    public Task RemindAsync(string name, TimeSpan due, TimeSpan period) => this.RegisterOrUpdateReminder(name, due, period);

    public async Task<bool> ForgetAsync(string name)
    {
        if (await this.GetReminder(name) is not { } reminder)
        {
            return false;
        }

        await this.UnregisterReminder(reminder);
        return true;
    }

    public async Task<ImmutableArray<string>> NamesAsync() =>
        [.. (await this.GetReminders()).Select(r => r.ReminderName).Order(StringComparer.Ordinal)];

    public Task FailTicksAsync()
    {
        _fails = true;
        return Task.CompletedTask;
    }

    public Task ReceiveReminder(string reminderName, TickStatus status)
    {
        var late = (time.GetUtcNow().UtcDateTime - status.FirstTickTime).TotalMilliseconds;
        signals.Note("reminded", FormattableString.Invariant($"{reminderName} {late}"));
        return _fails ? throw new RefusedException("tick") : Task.CompletedTask;
    }
}
