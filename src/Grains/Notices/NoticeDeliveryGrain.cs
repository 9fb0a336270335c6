using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Concurrency;
using Orleans.Runtime;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Installations;
using PrizeDraw.Grains.Abstractions.Notices;
using PrizeDraw.Storage.Central.Notices;

namespace PrizeDraw.Grains.Notices;

/// <summary>
/// Delivers a tenant's notices. Every claim is leased and skips what another activation holds, so that no two deliver the same at once.
/// </summary>
[Reentrant, GrainType("notice-delivery")]
public sealed partial class NoticeDeliveryGrain(
    DeliveryStore store, NoticeDelivery delivery, IIncarnation incarnation, TimeProvider clock, ILogger<NoticeDeliveryGrain> log)
    : DueWorkGrain(clock, log), INoticeDeliveryGrain
{
    private const string DeliverReminder = "deliver";

    /// <summary>Deliveries under way at once.</summary>
    private const int AtOnceMax = 16;

    /// <summary>Longer than any attempt may take.</summary>
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(2);
    private Guid tenantId;

    protected override string DueReminderName => DeliverReminder;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        tenantId = Ids.Parse(Ids.Tenant, this.GetPrimaryKeyString());
        return Task.CompletedTask;
    }

    protected override Task<bool> MayWorkAsync(CancellationToken ct) => incarnation.IsConfirmedAsync(ct);

    protected override async Task WorkAsync(CancellationToken ct)
    {
        var now = Clock.GetUtcNow();
        var claimed = await store.ClaimAsync(tenantId, now, now + Lease, AtOnceMax, ct);
        await Task.WhenAll(claimed.Select(one => DeliverAsync(one, ct)));
    }

    protected override Task<DateTimeOffset?> NextDueAsync(CancellationToken ct) => store.NextDueAsync(tenantId, ct);

    /// <summary>One delivery's failure, even to write how it ended, is no other's: its lease runs out and it is tried again.</summary>
    private async Task DeliverAsync(ClaimedDelivery claimed, CancellationToken ct)
    {
        try
        {
            var end = await delivery.AttemptAsync(claimed, ct);
            await store.EndAsync(claimed, end, Clock.GetUtcNow(), CancellationToken.None);
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

    [LoggerMessage(Level = LogLevel.Warning, Message = "How delivery {Delivery} ended could not be written; it will be made again.")]
    private partial void LogNotEnded(Guid delivery, Exception e);
}
