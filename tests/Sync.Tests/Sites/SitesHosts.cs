using System;
using System.Threading.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Sync;
using PrizeDraw.Grains.Provisioning;
using PrizeDraw.TestKit;
using PrizeDraw.TestKit.Hosts;

namespace PrizeDraw.Sync.Tests.Sites;

/// <summary>A site to be brought to a version. Sent, not waited for: what came of it stands in the database.</summary>
public sealed record SendSync(string TenantId, string CampaignId, string Version, string ReleaseId) : IHostOrder
{
    public async Task RunAsync(IServiceProvider services)
    {
        var grain = services.GetRequiredService<IGrainFactory>().GetGrain<ITemplateSyncGrain>(GrainKeys.Campaign(TenantId, CampaignId));
        await grain.SyncAsync(new SyncSite(SitesStage.Admin, Version, [], ReleaseId));
        await grain.WakeAsync();
    }
}

/// <summary>What a host's own process is told first.</summary>
public sealed record HostSetup(SitesOrders Sites, long Ahead);

/// <summary>The platform as hosts that can die. This test assembly is the program of those that are killed.</summary>
internal static class SitesHosts
{
    public static IMortalHost<SendSync> Dropped(SitesStage stage) => new DroppedHost<SendSync>(stage.Build);

    public static IMortalHost<SendSync> Killed(SitesStage stage) =>
        new KilledHost<SendSync, HostSetup>(typeof(SitesHosts).Assembly, () => new HostSetup(stage.Orders, stage.Clock.Ahead.Ticks));

    public static Task<int> Main() => HostProgram.MainAsync<SendSync, HostSetup>(setup =>
    {
        var clock = new AheadClock();
        clock.Leap(TimeSpan.FromTicks(setup.Ahead));
        return SitesHost.Build(setup.Sites, clock, new NoSagaObserver(), _ => { });
    });
}
