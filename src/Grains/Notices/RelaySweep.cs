using System;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Storage.Campaign;
using PrizeDraw.Storage.Central.Notices;

namespace PrizeDraw.Grains.Notices;

/// <summary>
/// Carries what direct relays left behind: every ten seconds the platform's own notices and what failed on this host, every quarter of an hour what a host that is gone
/// left in the campaigns' outboxes. At a start the campaigns themselves are woken and relay first.
/// </summary>
internal sealed partial class RelaySweep(
    OutboxRelay relay, CentralNotices notices, RelayCandidates candidates, IDeliveryWake delivery, TimeProvider clock, ILogger<RelaySweep> log) : BackgroundService
{
    private static readonly TimeSpan Often = TimeSpan.FromSeconds(10), Seldom = TimeSpan.FromMinutes(15);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var ticks = new PeriodicTimer(Often, clock);
        var sweepAt = clock.GetUtcNow() + Often;
        try
        {
            while (await ticks.WaitForNextTickAsync(stoppingToken))
            {
                await RetryAsync();
                if (clock.GetUtcNow() >= sweepAt)
                {
                    sweepAt = clock.GetUtcNow() + Seldom;
                    await SweepAsync(stoppingToken);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The host stops.
        }
    }

    private async Task RetryAsync()
    {
        try
        {
            await notices.RelayAsync(CancellationToken.None);
        }
        catch (Exception e)
        {
            LogFailed(e);
        }

        foreach (var (tenant, campaign) in relay.Behind)
        {
            await relay.TryRelayAsync(tenant, campaign);
        }
    }

    internal async Task SweepAsync(CancellationToken ct)
    {
        try
        {
            await candidates.SweepAsync(
                clock.GetUtcNow(),
                (tenant, campaign, _) => relay.TryRelayAsync(Ids.Format(Ids.Tenant, tenant), Ids.Format(Ids.Campaign, campaign)), ct);
            foreach (var tenant in await candidates.OverdueAsync(clock.GetUtcNow(), ct))
            {
                await delivery.WakeAsync(Ids.Format(Ids.Tenant, tenant));
            }
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            LogFailed(e);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "An outbox was not swept this time.")]
    private partial void LogFailed(Exception e);
}
