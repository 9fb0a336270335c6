using System;
using System.Reflection;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using PrizeDraw.Api.Campaigns;
using PrizeDraw.Api.Problems;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Domains;

namespace PrizeDraw.Api.Domains;

/// <summary>The domain that the path names with its campaign, if the caller sees that; else it is not there.</summary>
public sealed class TheDomain : PartOfCampaign<DomainView>
{
    private TheDomain((CampaignView?, DomainView?, Problem?) found)
        : base(found)
    {
    }

    public IDomainsGrain Grain(IGrainFactory grains) => grains.GetGrain<IDomainsGrain>(GrainKeys.Campaign(Campaign.TenantId, Campaign.Id));

    public static async ValueTask<TheDomain> BindAsync(HttpContext context, ParameterInfo parameter) =>
        new(await FindAsync(context, parameter, "domain.not_found", async campaign =>
        {
            var name = (context.Request.RouteValues["name"] as string ?? "").ToLowerInvariant();
            return await context.RequestServices.GetRequiredService<IDomainQueries>().FindAsync(campaign.TenantId, campaign.Id, name, context.RequestAborted);
        }));
}
