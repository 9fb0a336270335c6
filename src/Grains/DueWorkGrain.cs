using System;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;
using PrizeDraw.Grains.Abstractions;

namespace PrizeDraw.Grains;

/// <summary>
/// Work that falls due: a kept-alive timer while something is due soon, a reminder for what is due later or outlives this host. What is due is
/// read from storage each time, so that whoever has written something new need only wake the grain. Subclasses are reentrant.
/// </summary>
public abstract partial class DueWorkGrain(TimeProvider clock, ILogger log) : Grain, IRemindable
{
    private static readonly TimeSpan ReminderRetry = TimeSpan.FromMinutes(5);

    /// <summary>What is due later is looked at in between: no timer of an engine need be longer.</summary>
    private static readonly TimeSpan ReminderMax = TimeSpan.FromDays(7);

    /// <summary>How often it is looked whether a campaign is back from the archive.</summary>
    internal static readonly TimeSpan WhilePutAway = TimeSpan.FromMinutes(10);

    /// <summary>What is due sooner keeps the activation, and does not move the reminder.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(10);

    // Between "nothing is left" and ending the reminder nobody may ask for more.
    private readonly SemaphoreSlim turn = new(1, 1);

    /// <summary>Whether a reminder stands that is due soon: new work must not hang on one that was set for next week.</summary>
    private bool reminded;
    private bool woken;
    private IGrainTimer? timer;

    protected TimeProvider Clock => clock;

    /// <summary>The reminder's name; stored.</summary>
    protected abstract string DueReminderName { get; }

    /// <summary>Whether what is due may be done at all now. While it may not the reminder asks again.</summary>
    protected virtual Task<bool> MayWorkAsync(CancellationToken ct) => Task.FromResult(true);

    /// <summary>Does what is due.</summary>
    protected abstract Task WorkAsync(CancellationToken ct);

    /// <summary>When something is due next, now or before for at once; null when nothing is.</summary>
    protected abstract Task<DateTimeOffset?> NextDueAsync(CancellationToken ct);

    public Task WakeAsync() => InTurnAsync(async () =>
    {
        if (!reminded)
        {
            await this.RegisterOrUpdateReminder(DueReminderName, ReminderRetry, ReminderRetry);
            reminded = true;
        }

        woken = true;
        TickIn(TimeSpan.Zero);
    });

    public Task ReceiveReminder(string reminderName, TickStatus status) => InTurnAsync(() =>
    {
        reminded = true;
        TickIn(TimeSpan.Zero);
        return Task.CompletedTask;
    });

    private async Task TickAsync(CancellationToken ct)
    {
        woken = false;
        try
        {
            if (await MayWorkAsync(ct))
            {
                await WorkAsync(ct);
                await InTurnAsync(RestAsync);
            }
            else
            {
                LogHeld(log, this.GetPrimaryKeyString());
                await InTurnAsync(HoldAsync);
            }
        }
        catch (CampaignPutAwayException e)
        {
            LogPutAway(log, this.GetPrimaryKeyString());
            await InTurnAsync(() => e.IsForGood ? EndAsync() : RestUntilBackAsync());
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            LogFailed(log, this.GetPrimaryKeyString(), e);
            TickIn(AfterFailure);
        }
    }

    private async Task RestAsync()
    {
        if (woken)
        {
            // Somebody wrote something after the work had looked.
            TickIn(TimeSpan.Zero);
            return;
        }

        switch (await NextDueAsync(CancellationToken.None) - clock.GetUtcNow())
        {
            case null:
                await EndAsync();
                break;
            case { } wait when wait <= Soon:
                TickIn(wait);
                break;
            case { } wait:
                await this.RegisterOrUpdateReminder(DueReminderName, wait < ReminderMax ? wait : ReminderMax, ReminderRetry);
                reminded = wait <= ReminderRetry;
                StopTimer();
                break;
        }
    }

    private async Task HoldAsync()
    {
        await this.RegisterOrUpdateReminder(DueReminderName, ReminderRetry, ReminderRetry);
        reminded = true;
        StopTimer();
    }

    private async Task EndAsync()
    {
        await ForgetAsync();
        StopTimer();
    }

    /// <summary>In the archive nothing can be done; the campaign may be brought back.</summary>
    private async Task RestUntilBackAsync()
    {
        await this.RegisterOrUpdateReminder(DueReminderName, WhilePutAway, WhilePutAway);
        reminded = false;
        StopTimer();
    }

    private async Task ForgetAsync()
    {
        if (await this.GetReminder(DueReminderName) is { } reminder)
        {
            await this.UnregisterReminder(reminder);
        }

        reminded = false;
    }

    private void TickIn(TimeSpan wait)
    {
        var due = wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
        if (timer is null)
        {
            timer = this.RegisterGrainTimer(
                TickAsync, new GrainTimerCreationOptions(due, Timeout.InfiniteTimeSpan) { Interleave = true, KeepAlive = true });
        }
        else
        {
            timer.Change(due, Timeout.InfiniteTimeSpan);
        }
    }

    private void StopTimer()
    {
        timer?.Dispose();
        timer = null;
    }

    private async Task InTurnAsync(Func<Task> work)
    {
        await turn.WaitAsync();
        try
        {
            await work();
        }
        finally
        {
            turn.Release();
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "What is due at {Key} waits until the restored installation is confirmed.")]
    private static partial void LogHeld(ILogger log, string key);

    [LoggerMessage(Level = LogLevel.Information, Message = "What is due at {Key} rests: its campaign's data is put away.")]
    private static partial void LogPutAway(ILogger log, string key);

    [LoggerMessage(Level = LogLevel.Warning, Message = "What is due at {Key} could not be done just now; it will be tried again.")]
    private static partial void LogFailed(ILogger log, string key, Exception e);
}
