using System;
using System.Threading.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Provisioning;
using PrizeDraw.TestKit;
using PrizeDraw.TestKit.Hosts;

namespace PrizeDraw.Provisioning.Tests.Schedules;

/// <summary>What a user asks the platform for. Sent, not waited for: what came of it stands in the database.</summary>
/// <param name="Act"><c>begin</c>, <c>ask</c> to go on, or <c>cancel</c>.</param>
public sealed record UserOrder(string Act, string TenantId, string CampaignId, string Slug, string DeploymentId) : IHostOrder
{
    public async Task RunAsync(IServiceProvider services)
    {
        var grain = services.GetRequiredService<IGrainFactory>().GetGrain<ICampaignGrain>(GrainKeys.Campaign(TenantId, CampaignId));
        _ = Act switch
        {
            "begin" => await grain.CreateAsync(new CreateCampaign(CloudStage.Admin, CloudStage.Settings(Slug), Provision: true)) is { Refusal: null },
            "ask" => await grain.ProvisionAsync(new CampaignCommand(CloudStage.Admin, null)) is { Refusal: null },
            "cancel" => await grain.CancelDeploymentAsync(new CancelDeployment(CloudStage.Admin, DeploymentId)) is { Refusal: null },
            _ => throw new InvalidOperationException($"What is '{Act}'?"),
        };
    }
}

/// <summary>What a host's own process is told first.</summary>
public sealed record HostSetup(CloudOrders Cloud, long Ahead);

/// <summary>The platform as hosts that can die. This test assembly is the program of those that are killed.</summary>
internal static class PlatformHosts
{
    public static IMortalHost<UserOrder> Dropped(CloudStage stage) => new DroppedHost<UserOrder>(stage.Build);

    public static IMortalHost<UserOrder> Killed(CloudStage stage) =>
        new KilledHost<UserOrder, HostSetup>(typeof(PlatformHosts).Assembly, () => new HostSetup(stage.Orders, stage.Clock.Ahead.Ticks));

    public static Task<int> Main() => HostProgram.MainAsync<UserOrder, HostSetup>(setup =>
    {
        var clock = new AheadClock();
        clock.Leap(TimeSpan.FromTicks(setup.Ahead));
        return CloudHost.Build(setup.Cloud, clock, new NoSagaObserver());
    });
}
