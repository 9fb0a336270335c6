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

namespace PrizeDraw.Api.Pools;

/// <summary>The pool that the path names with its campaign, if the caller sees it; else it is not there.</summary>
public sealed class ThePool : IBound
{
    private readonly CampaignView? _campaign;
    private readonly PoolSettings? _value;

    private ThePool(CampaignView? campaign, PoolSettings? value) => (_campaign, _value) = (campaign, value);

    public CampaignView Campaign => _campaign ?? throw new InvalidOperationException("The pool is not there.");

    public PoolSettings Value => _value ?? throw new InvalidOperationException("The pool is not there.");

    public Problem? Problem => _value is null ? new Problem("pool.not_found") : null;

    public ICampaignGrain Grain(IGrainFactory grains) =>
        grains.GetGrain<ICampaignGrain>(GrainKeys.Campaign(Campaign.TenantId, Campaign.Id));

    public static async ValueTask<ThePool> BindAsync(HttpContext context, ParameterInfo _)
    {
        var id = context.Request.RouteValues["id"] as string;
        var campaign = Ids.TryParse(Ids.Pool, id, out var _)
            ? await context.RequestServices.GetRequiredService<ICampaignQueries>()
                .FindByPoolAsync(Caller.Of(context).Scope, id, context.RequestAborted)
            : null;
        return new ThePool(campaign, campaign?.Settings.Pools.FirstOrDefault(pool => pool.Id == id));
    }
}

/// <summary>The prize that the path names with its pool and campaign, if the caller sees it; else it is not there.</summary>
public sealed class ThePrize : IBound
{
    private readonly CampaignView? _campaign;
    private readonly PrizeSettings? _value;

    private ThePrize(CampaignView? campaign, PrizeSettings? value) => (_campaign, _value) = (campaign, value);

    public CampaignView Campaign => _campaign ?? throw new InvalidOperationException("The prize is not there.");

    public PrizeSettings Value => _value ?? throw new InvalidOperationException("The prize is not there.");

    public Problem? Problem => _value is null ? new Problem("prize.not_found") : null;

    public ICampaignGrain Grain(IGrainFactory grains) =>
        grains.GetGrain<ICampaignGrain>(GrainKeys.Campaign(Campaign.TenantId, Campaign.Id));

    public static async ValueTask<ThePrize> BindAsync(HttpContext context, ParameterInfo _)
    {
        var id = context.Request.RouteValues["id"] as string;
        var campaign = Ids.TryParse(Ids.Prize, id, out var _)
            ? await context.RequestServices.GetRequiredService<ICampaignQueries>()
                .FindByPoolAsync(Caller.Of(context).Scope, id, context.RequestAborted)
            : null;
        return new ThePrize(campaign, campaign?.Settings.Pools.SelectMany(pool => pool.Prizes).FirstOrDefault(prize => prize.Id == id));
    }
}
