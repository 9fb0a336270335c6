using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Timers;

namespace Orleans.Runtime;

/// <summary>
/// Keeps a timer per stored reminder and calls the grain at each tick. The table is read at start and every now and then;
/// what is registered here is scheduled at once.
/// </summary>
internal sealed partial class ReminderService(
    ReminderTable table, EmbeddedRuntime runtime, IOptions<EmbeddedOrleansOptions> options, ILogger<ReminderService> logger)
    : IReminderRegistry, IDisposable
{
    private static readonly TimeSpan LongestBackoff = TimeSpan.FromSeconds(30);

    private readonly object _gate = new();
    private readonly Dictionary<(GrainId Id, string Name), ScheduledReminder> _scheduled = [];

    // What was unregistered while the table was being read must not come back with what was read.
    private readonly Dictionary<(GrainId Id, string Name), long> _removed = [];

    private readonly CancellationTokenSource _stop = new();
    private long _changes;
    private Task _refreshing = Task.CompletedTask;

    public async Task<IGrainReminder> RegisterOrUpdateReminder(GrainId callingGrainId, string reminderName, TimeSpan dueTime, TimeSpan period)
    {
        RequireTimes(reminderName, dueTime, period, options.Value.MinimumReminderPeriod);
        RequireGrain();
        var startAt = (runtime.Time.GetUtcNow() + dueTime).UtcDateTime;

        // The table keeps microseconds, and milliseconds of the period.
        period = TimeSpan.FromMilliseconds((long)period.TotalMilliseconds);
        startAt = new(startAt.Ticks - (startAt.Ticks % TimeSpan.TicksPerMicrosecond), DateTimeKind.Utc);
        var version = await table.UpsertAsync(callingGrainId, reminderName, startAt, period, _stop.Token).ConfigureAwait(false);
        var row = new ReminderRow(callingGrainId, reminderName, startAt, period, version);
        lock (_gate)
        {
            Schedule(row, ++_changes);
        }

        return row;
    }

    public async Task UnregisterReminder(GrainId callingGrainId, IGrainReminder reminder)
    {
        RequireGrain();
        var row = reminder as ReminderRow ?? throw new ArgumentException("The reminder does not come from this engine.", nameof(reminder));
        if (!await table.DeleteAsync(row, _stop.Token).ConfigureAwait(false)
            && await table.ReadAsync(row.GrainId, row.Name, _stop.Token).ConfigureAwait(false) is not null)
        {
            throw new ReminderException($"Could not unregister reminder {row.Name} of {row.GrainId}: it was replaced meanwhile. Get it again.");
        }

        lock (_gate)
        {
            _removed[(row.GrainId, row.Name)] = ++_changes;
            Unschedule((row.GrainId, row.Name));
        }
    }

    public async Task<IGrainReminder?> GetReminder(GrainId callingGrainId, string reminderName)
    {
        ArgumentException.ThrowIfNullOrEmpty(reminderName);
        RequireGrain();
        return await table.ReadAsync(callingGrainId, reminderName, _stop.Token).ConfigureAwait(false);
    }

    public async Task<List<IGrainReminder>> GetReminders(GrainId callingGrainId)
    {
        RequireGrain();
        return [.. await table.ReadAsync(callingGrainId, _stop.Token).ConfigureAwait(false)];
    }

    public void Dispose()
    {
        _stop.Cancel();
        lock (_gate)
        {
            foreach (var key in _scheduled.Keys.ToArray())
            {
                Unschedule(key);
            }
        }
    }

    /// <summary>Begins to read the table, in the background: a database that is away does not keep the host from starting.</summary>
    internal void Start()
    {
        if (table.IsConfigured)
        {
            _refreshing = Task.Run(() => RefreshAsync(_stop.Token));
        }
    }

    /// <summary>Reads the table now, as it is every now and then.</summary>
    internal Task RefreshNowAsync() => ReadTableAsync(_stop.Token);

    /// <summary>Stops ticking.</summary>
    internal async Task StopAsync()
    {
        Dispose();
        await _refreshing.ConfigureAwait(false);
    }

    private static void RequireTimes(string name, TimeSpan dueTime, TimeSpan period, TimeSpan least)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentOutOfRangeException.ThrowIfLessThan(dueTime, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(period, TimeSpan.Zero);
        if (period < least)
        {
            throw new ArgumentException(
                $"Cannot register reminder {name} as requested period ({period}) is less than minimum allowed reminder period ({least})");
        }
    }

    private static void RequireGrain()
    {
        if (RuntimeContext.Activation is null)
        {
            throw new InvalidOperationException("Reminders are registered, found and ended from a grain's own code only.");
        }
    }

    private async Task RefreshAsync(CancellationToken cancellationToken)
    {
        for (var failures = 0; !cancellationToken.IsCancellationRequested;)
        {
            var pause = options.Value.ReminderRefresh;
            try
            {
                await ReadTableAsync(cancellationToken).ConfigureAwait(false);
                failures = 0;
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                var backoff = TimeSpan.FromSeconds(Math.Min(Math.Pow(2, failures++), LongestBackoff.TotalSeconds));
                pause = backoff < pause ? backoff : pause;
                LogRefreshFailed(logger, pause, exception);
            }
            catch (Exception)
            {
                return;
            }

            await Task.Delay(pause, runtime.Time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ReadTableAsync(CancellationToken cancellationToken)
    {
        long begun;
        lock (_gate)
        {
            begun = _changes;
        }

        var rows = await table.ReadAllAsync(cancellationToken).ConfigureAwait(false);
        lock (_gate)
        {
            Reconcile(rows, begun);
        }
    }

    // Under the gate. What changed here after the reading began is newer than what was read.
    private void Reconcile(List<ReminderRow> rows, long begun)
    {
        var stored = new HashSet<(GrainId, string)>();
        foreach (var row in rows)
        {
            var key = (row.GrainId, row.Name);
            stored.Add(key);
            var known = _scheduled.GetValueOrDefault(key);
            if (known?.Changed > begun || known?.Row == row || _removed.GetValueOrDefault(key) > begun)
            {
                continue;
            }

            Schedule(row, begun);
        }

        foreach (var (key, known) in _scheduled.Where(s => s.Value.Changed <= begun && !stored.Contains(s.Key)).ToArray())
        {
            LogGone(logger, known.Row.Name, known.Row.GrainId);
            Unschedule(key);
        }

        foreach (var (key, _) in _removed.Where(r => r.Value <= begun).ToArray())
        {
            _removed.Remove(key);
        }
    }

    // Under the gate.
    private void Schedule(ReminderRow row, long changed)
    {
        Unschedule((row.GrainId, row.Name));
        if (_stop.IsCancellationRequested)
        {
            return;
        }

        var reminder = new ScheduledReminder(row, changed, runtime.Time, due => _ = TickAsync(due));
        _scheduled[(row.GrainId, row.Name)] = reminder;
        reminder.Arm();
    }

    // Under the gate.
    private void Unschedule((GrainId Id, string Name) key)
    {
        if (_scheduled.Remove(key, out var reminder))
        {
            reminder.Dispose();
        }
    }

    private async Task TickAsync(ScheduledReminder reminder)
    {
        var row = reminder.Row;
        try
        {
            var grain = (IRemindable)(object)runtime.Reference(typeof(IRemindable), row.GrainId);
            await grain.ReceiveReminder(row.Name, new TickStatus(row.StartAt, row.Period, runtime.Time.GetUtcNow().UtcDateTime)).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            LogTickFailed(logger, row.Name, row.GrainId, exception);
        }

        lock (_gate)
        {
            if (_scheduled.TryGetValue((row.GrainId, row.Name), out var current) && ReferenceEquals(current, reminder))
            {
                reminder.ScheduleNext();
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "The reminder table could not be read; trying again in {pause}.")]
    private static partial void LogRefreshFailed(ILogger logger, TimeSpan pause, Exception exception);

    [LoggerMessage(LogLevel.Warning, "Reminder {name} of {grainId} failed; its next tick comes.")]
    private static partial void LogTickFailed(ILogger logger, string name, GrainId grainId, Exception exception);

    [LoggerMessage(LogLevel.Information, "Reminder {name} of {grainId} is no longer stored.")]
    private static partial void LogGone(ILogger logger, string name, GrainId grainId);
}
