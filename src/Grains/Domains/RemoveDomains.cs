using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Orleans;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Domains;
using PrizeDraw.Grains.Provisioning;
using PrizeDraw.Providers;
using PrizeDraw.Storage.Central.Domains;

namespace PrizeDraw.Grains.Domains;

/// <summary>The custom domains that a campaign had.</summary>
internal sealed record RemovedDomains(IReadOnlyList<string> Names);

/// <summary>
/// Takes every domain from the site before that goes. The domains' own grain does it, so that nobody removes what it is just adding; this step asks
/// for it and waits.
/// </summary>
internal sealed class RemoveDomains(IGrainFactory grains, DomainStore store, TimeProvider clock) : SagaStep<RemovedDomains>
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    public override string Name => "remove-domains";

    public override string Done => "No domain leads to the site any more.";

    public override TimeSpan TimeOut => TimeSpan.FromMinutes(5);

    protected override async Task<RemovedDomains> DoAsync(CampaignDeployment deployment, StepContext step, CancellationToken ct)
    {
        var (tenant, campaign) = (Ids.Parse(Ids.Tenant, deployment.TenantId), Ids.Parse(Ids.Campaign, deployment.CampaignId));
        var names = (await store.ListAsync(tenant, campaign, ct)).Select(d => d.Name).ToArray();
        if (names.Length > 0)
        {
            step.Log($"Taking from the site: {string.Join(", ", names)}.");
            await grains.GetGrain<IDomainsGrain>(GrainKeys.Campaign(deployment.TenantId, deployment.CampaignId)).RemoveAllAsync(Actor.System);
            await GoneAsync(tenant, campaign, ct);
        }

        return new RemovedDomains(names);
    }

    private async Task GoneAsync(Guid tenant, Guid campaign, CancellationToken ct)
    {
        while ((await store.ListAsync(tenant, campaign, ct)) is { IsEmpty: false } left)
        {
            // What stood in the way before was forgotten when this was asked for.
            if (left.FirstOrDefault(d => d.View.Problem is not null) is { } stuck)
            {
                throw new ProviderException(FaultOf(stuck.Fault), $"The domain {stuck.Name} could not be taken from the site. {stuck.View.Problem}");
            }

            await Task.Delay(Look, clock, ct);
        }
    }

    private static ProviderFault FaultOf(string? fault) => fault switch
    {
        "unauthorized" => ProviderFault.Unauthorized,
        "rejected" => ProviderFault.Rejected,
        _ => ProviderFault.Transient,
    };
}
