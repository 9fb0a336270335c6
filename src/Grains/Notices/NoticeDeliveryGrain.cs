using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Concurrency;
using Orleans.Runtime;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Notices;
using PrizeDraw.Storage.Central.Notices;

namespace PrizeDraw.Grains.Notices;

/// <summary>
/// Delivers a tenant's notices: a kept-alive timer while something is due soon, a reminder for what is due later or outlives this host.
/// Every claim is leased and skips what another activation holds, so that no two deliver the same at once.
/// </summary>
[Reentrant, GrainType("notice-delivery")]
public sealed partial class NoticeDeliveryGrain(
    DeliveryStore store, NoticeDelivery delivery, TimeProvider clock, ILogger<NoticeDeliveryGrain> log) : Grain, INoticeDeliveryGrain, IRemindable
{
    private const string DeliverReminder = "deliver";

    /// <summary>Deliveries under way at once.</summary>
    private const int AtOnceMax = 16;

    /// <summary>Longer than any attempt may take.</summary>
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan ReminderRetry = TimeSpan.FromMinutes(5);

    /// <summary>What is due sooner keeps the activation, and does not move the reminder.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(10);

    // Between "nothing is left" and ending the reminder nobody may ask for more.
    private readonly SemaphoreSlim turn = new(1, 1);
    private Guid tenantId;
    private bool reminded;
    private IGrainTimer? timer;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        tenantId = Ids.Parse(Ids.Tenant, this.GetPrimaryKeyString());
        return Task.CompletedTask;
    }

    public Task WakeAsync() => InTurnAsync(async () =>
    {
        if (!reminded)
        {
            await this.RegisterOrUpdateReminder(DeliverReminder, ReminderRetry, ReminderRetry);
            reminded = true;
        }

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
        try
        {
            var now = clock.GetUtcNow();
            var claimed = await store.ClaimAsync(tenantId, now, now + Lease, AtOnceMax, ct);
            await Task.WhenAll(claimed.Select(one => DeliverAsync(one, ct)));
            await InTurnAsync(RestAsync);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            LogFailed(e);
            TickIn(AfterFailure);
        }
    }

    /// <summary>One delivery's failure, even to write how it ended, is no other's: its lease runs out and it is tried again.</summary>
    private async Task DeliverAsync(ClaimedDelivery claimed, CancellationToken ct)
    {
        try
        {
            var end = await delivery.AttemptAsync(claimed, ct);
            await store.EndAsync(claimed, end, clock.GetUtcNow(), CancellationToken.None);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            LogNotEnded(claimed.DeliveryId, e);
        }
        catch (OperationCanceledException)
        {
            // The activation ends.
        }
    }

    private async Task RestAsync()
    {
        switch (await store.NextDueAsync(tenantId, CancellationToken.None) - clock.GetUtcNow())
        {
            case null:
                await ForgetAsync();
                StopTimer();
                break;
            case { } wait when wait <= Soon:
                TickIn(wait);
                break;
            case { } wait:
                await this.RegisterOrUpdateReminder(DeliverReminder, wait, ReminderRetry);
                reminded = true;
                StopTimer();
                break;
        }
    }

    private async Task ForgetAsync()
    {
        if (await this.GetReminder(DeliverReminder) is { } reminder)
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

    [LoggerMessage(Level = LogLevel.Warning, Message = "Notices could not be delivered just now; they will be tried again.")]
    private partial void LogFailed(Exception e);

    [LoggerMessage(Level = LogLevel.Warning, Message = "How delivery {Delivery} ended could not be written; it will be made again.")]
    private partial void LogNotEnded(Guid delivery, Exception e);
}
