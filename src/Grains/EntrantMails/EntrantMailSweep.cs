using System;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Claims;
using PrizeDraw.Storage.Campaign.EntrantMails;
using PrizeDraw.Storage.Central.Campaigns;

namespace PrizeDraw.Grains.EntrantMails;

/// <summary>
/// Wakes what a host that is gone left asleep between writing a mail and waking the one who sends it: soon after a start, then every quarter
/// of an hour.
/// </summary>
internal sealed partial class EntrantMailSweep(
    ClosedCampaigns campaigns, EntrantMailStore mails, IGrainFactory grains, TimeProvider clock, ILogger<EntrantMailSweep> log) : BackgroundService
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(15), Then = TimeSpan.FromMinutes(15);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var ticks = new PeriodicTimer(First, clock);
        try
        {
            while (await ticks.WaitForNextTickAsync(stoppingToken))
            {
                ticks.Period = Then;
                await SweepAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The host stops.
        }
    }

    internal async Task SweepAsync(CancellationToken ct)
    {
        try
        {
            foreach (var (tenant, campaign) in await campaigns.WithDrawsAsync(clock.GetUtcNow(), ct))
            {
                await LookAsync(Ids.Format(Ids.Tenant, tenant), Ids.Format(Ids.Campaign, campaign), ct);
            }
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            LogFailed(e);
        }
    }

    /// <summary>One campaign whose database is away keeps no other's asleep.</summary>
    private async Task LookAsync(string tenantId, string campaignId, CancellationToken ct)
    {
        try
        {
            if (await mails.NextDueAsync(tenantId, campaignId, ct) <= clock.GetUtcNow())
            {
                await grains.GetGrain<IEntrantMailGrain>(GrainKeys.Campaign(tenantId, campaignId)).WakeAsync();
            }
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            LogAway(campaignId, e);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The campaigns' mails to entrants were not swept this time.")]
    private partial void LogFailed(Exception e);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Whether campaign {Campaign} has mails to send is not known this time.")]
    private partial void LogAway(string campaign, Exception e);
}
