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
/// Carries what direct relays left behind: every ten seconds the platform's own notices and what failed or was too much on this host, every quarter of an hour
/// what a host that is gone left in the campaigns' outboxes, and what a restored installation lacks of their own audit logs. At a start the campaigns themselves are woken and relay first. None of the three waits for another.
/// </summary>
internal sealed partial class RelaySweep(
    OutboxRelay relay, AuditRecall recall, CentralNotices notices, RelayCandidates candidates, IDeliveryWake delivery, TimeProvider clock,
    ILogger<RelaySweep> log) : BackgroundService
{
    private static readonly TimeSpan Often = TimeSpan.FromSeconds(10), Seldom = TimeSpan.FromMinutes(15);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        EveryAsync(Often, () => notices.RelayAsync(CancellationToken.None), stoppingToken), EveryAsync(Often, () => RetryAsync(stoppingToken), stoppingToken),
        EveryAsync(Seldom, () => SweepAsync(stoppingToken), stoppingToken));

    private async Task EveryAsync(TimeSpan pause, Func<Task> work, CancellationToken ct)
    {
        using var ticks = new PeriodicTimer(Often, clock);
        var due = clock.GetUtcNow() + Often;
        try
        {
            while (await ticks.WaitForNextTickAsync(ct))
            {
                if (pause == Often || clock.GetUtcNow() >= due)
                {
                    due = clock.GetUtcNow() + pause;
                    await TryAsync(work, ct);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The host stops.
        }
    }

    private async Task TryAsync(Func<Task> work, CancellationToken ct)
    {
        try
        {
            await work();
        }
        catch (Exception e) when (e is not OperationCanceledException || !ct.IsCancellationRequested)
        {
            LogFailed(e);
        }
    }

    /// <summary>Takes on what is behind. A campaign with much goes on at once, and for ten seconds at most before it is another's turn.</summary>
    internal Task RetryAsync(CancellationToken ct) => Parallel.ForEachAsync(
        relay.Behind, new ParallelOptions { MaxDegreeOfParallelism = RelayCandidates.AtOnce, CancellationToken = ct }, async (one, token) =>
        {
            var until = clock.GetUtcNow() + Often;
            while (await relay.TakeTurnAsync(one.Tenant, one.Campaign) && clock.GetUtcNow() < until && !token.IsCancellationRequested)
            {
            }
        });

    internal async Task SweepAsync(CancellationToken ct)
    {
        var isMine = await candidates.SweepAsync(
            (tenant, campaign, _) => relay.TakeTurnInPassingAsync(Ids.Format(Ids.Tenant, tenant), Ids.Format(Ids.Campaign, campaign)), ct);
        if (isMine)
        {
            await Parallel.ForEachAsync(
                await candidates.RecallsAsync(ct), new ParallelOptions { MaxDegreeOfParallelism = RelayCandidates.AtOnce, CancellationToken = ct },
                async (one, _) => await recall.TryRecallAsync(Ids.Format(Ids.Tenant, one.Tenant), Ids.Format(Ids.Campaign, one.Campaign)));
        }

        foreach (var tenant in await candidates.OverdueAsync(clock.GetUtcNow(), ct))
        {
            await delivery.WakeAsync(Ids.Format(Ids.Tenant, tenant));
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "An outbox was not swept this time.")]
    private partial void LogFailed(Exception e);
}
