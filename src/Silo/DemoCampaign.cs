using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Orleans;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Tenants;

namespace PrizeDraw.Silo;

/// <summary>
/// Provisions and publishes a demo campaign at the first start. Its ids are fixed, so that a start cut short is gone on with and
/// never repeated.
/// </summary>
internal sealed class DemoCampaign(IGrainFactory grains, ICampaignQueries campaigns, TimeProvider clock, PlatformOptions options, DemoFacts facts)
{
    private static readonly string TenantId = Ids.Format(Ids.Tenant, new Guid("01900000-0000-7000-8000-00000000de30"));

    private string CampaignId => Ids.Format(Ids.Campaign, facts.Id);

    private string DoneFile => Path.Combine(options.DataFolder, facts.DoneFile);

    /// <summary>The demo campaign as it stands when nothing more is to be done for it; null when there is none (any more).</summary>
    public async Task<CampaignView?> EnsureAsync(CancellationToken ct)
    {
        if (!File.Exists(DoneFile))
        {
            await CreateAsync();
        }

        var campaign = await ProvisionedAsync(ct);
        if (campaign is { State: "ready", PublishedAt: null } && !File.Exists(DoneFile))
        {
            var published = await grains.GetGrain<ICampaignGrain>(GrainKeys.Campaign(TenantId, CampaignId))
                .PublishAsync(new CampaignCommand(Actor.System));
            campaign = published.Value ?? campaign;
        }

        if (!File.Exists(DoneFile))
        {
            await File.WriteAllTextAsync(DoneFile, facts.Slug, ct);
        }

        return campaign;
    }

    private async Task CreateAsync()
    {
        await grains.GetGrain<ITenantGrain>(TenantId).CreateAsync(new CreateTenant(Actor.System, "Demo client", "demo-client"));
        var now = clock.GetUtcNow();
        await grains.GetGrain<ICampaignGrain>(GrainKeys.Campaign(TenantId, CampaignId))
            .CreateAsync(new CreateCampaign(Actor.System, facts.Settings(now), Provision: true));
    }

    private async Task<CampaignView?> ProvisionedAsync(CancellationToken ct)
    {
        using var poll = new PeriodicTimer(TimeSpan.FromMilliseconds(500), clock);
        while (true)
        {
            var campaign = await campaigns.FindAsync(Scope.Of(TenantId), CampaignId, ct);
            if (campaign is not { State: "provisioning" })
            {
                return campaign;
            }

            await poll.WaitForNextTickAsync(ct);
        }
    }
}
