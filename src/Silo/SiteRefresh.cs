using System;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using Orleans;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Installations;
using PrizeDraw.Storage.Central.Campaigns;

namespace PrizeDraw.Silo;

/// <summary>
/// After a start at another address: sites that were built for the old one are built again, one after the other, since a build takes a
/// whole core. One that can't be is left as it is, and said in its deployment.
/// </summary>
internal sealed partial class SiteRefresh(
    CampaignStore campaigns, DeploymentStore deployments, IIncarnation incarnation, IGrainFactory grains, TimeProvider clock, ILogger<SiteRefresh> log)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    public async Task RunAsync(string apiUrl, CancellationToken ct)
    {
        foreach (var (tenant, campaign) in await campaigns.BuiltForOthersAsync(apiUrl, ct))
        {
            var key = GrainKeys.Campaign(Ids.Format(Ids.Tenant, tenant), Ids.Format(Ids.Campaign, campaign));
            // A copy that was restored beside the first one must not build the first one's sites for its own address.
            if (!await incarnation.IsConfirmedAsync(ct))
            {
                LogUnconfirmed();
                return;
            }

            try
            {
                await grains.GetGrain<ICampaignGrain>(key).RefreshContentAsync();
                await EndedAsync(tenant, campaign, ct);
            }
            catch (Exception e) when (!ct.IsCancellationRequested)
            {
                LogLeft(key, e);
            }
        }
    }

    private async Task EndedAsync(Guid tenant, Guid campaign, CancellationToken ct)
    {
        var until = clock.GetUtcNow() + Patience;
        while (clock.GetUtcNow() < until
            && await deployments.FindNewestAsync(tenant, campaign, "content", ct) is { State: "running" })
        {
            await Task.Delay(TimeSpan.FromSeconds(1), clock, ct);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Sites call the API at another address. They are built again at the first start after the incarnation was confirmed.")]
    private partial void LogUnconfirmed();

    [LoggerMessage(Level = LogLevel.Error, Message = "The site of {Campaign} could not be built for the API's new address.")]
    private partial void LogLeft(string campaign, Exception e);
}
