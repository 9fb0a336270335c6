using System;
using System.Linq;
using System.Reflection;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using PrizeDraw.Api.Identity;
using PrizeDraw.Api.Problems;
using PrizeDraw.Api.Requests;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;

namespace PrizeDraw.Api.Campaigns;

/// <summary>The campaign that the path names, if the caller sees it; else it is not there.</summary>
public sealed class TheCampaign : IBound
{
    private readonly CampaignView? _value;

    private TheCampaign(CampaignView? value) => _value = value;

    public CampaignView Value => _value ?? throw new InvalidOperationException("The campaign is not there.");

    public Problem? Problem => _value is null ? new Problem("campaign.not_found") : null;

    public ICampaignGrain Grain(IGrainFactory grains) => grains.GetGrain<ICampaignGrain>(GrainKeys.Campaign(Value.TenantId, Value.Id));

    public static async ValueTask<TheCampaign> BindAsync(HttpContext context, ParameterInfo _)
    {
        var id = context.Request.RouteValues["id"] as string;
        return new TheCampaign(Ids.TryParse(Ids.Campaign, id, out var _)
            ? await context.RequestServices.GetRequiredService<ICampaignQueries>()
                .FindAsync(Caller.Of(context).Scope, id, context.RequestAborted)
            : null);
    }
}

/// <summary>The deployment that the path names, if the caller sees its campaign; else it is not there.</summary>
public sealed class TheDeployment : IBound
{
    private readonly DeploymentView? _value;

    private TheDeployment(DeploymentView? value) => _value = value;

    public DeploymentView Value => _value ?? throw new InvalidOperationException("The deployment is not there.");

    public Problem? Problem => _value is null ? new Problem("deployment.not_found") : null;

    public static async ValueTask<TheDeployment> BindAsync(HttpContext context, ParameterInfo _)
    {
        var id = context.Request.RouteValues["id"] as string;
        return new TheDeployment(Ids.TryParse(Ids.Deployment, id, out var _)
            ? await context.RequestServices.GetRequiredService<ICampaignQueries>()
                .FindDeploymentAsync(Caller.Of(context).Scope, id, context.RequestAborted)
            : null);
    }
}
