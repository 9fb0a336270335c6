using System.Collections.Generic;
using System.Threading.Tasks;
using Orleans;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Draws;
using PrizeDraw.Grains.Abstractions.Pools;

namespace PrizeDraw.Grains.Provisioning;

/// <summary>Tells the grains that own a campaign's parts what they are. May be repeated until the first entry.</summary>
internal static class CampaignParts
{
    /// <summary>The first refusal; null when every part is as the settings say.</summary>
    public static async Task<Refusal?> ConfigureAsync(
        IGrainFactory grains, string tenantId, string campaignId, CampaignSettings settings, Actor actor)
    {
        Refusal? refused = null;
        for (var i = 0; i < settings.Pools.Length; i++)
        {
            refused ??= await ConfigureAsync(grains, tenantId, campaignId, settings, settings.Pools[i], i, actor);
        }

        foreach (var draw in settings.AllDraws())
        {
            refused ??= (await grains.GetGrain<IDrawGrain>(GrainKeys.Draw(tenantId, campaignId, draw.Id!))
                .PlanAsync(SetDrawPlan.Of(actor, draw, settings))).Refusal;
        }

        return refused;
    }

    /// <summary>Leaves nothing to win in pools that the campaign has no more: what they offered is offered nowhere else.</summary>
    public static async Task<Refusal?> EmptyAsync(
        IGrainFactory grains, string tenantId, string campaignId, CampaignSettings settings, IEnumerable<PoolSettings> removed, Actor actor)
    {
        Refusal? refused = null;
        foreach (var pool in removed)
        {
            refused ??= await ConfigureAsync(
                grains, tenantId, campaignId, settings, pool with { Modes = [], Prizes = [], Moments = [] }, settings.Pools.Length, actor);
        }

        return refused;
    }

    private static async Task<Refusal?> ConfigureAsync(
        IGrainFactory grains, string tenantId, string campaignId, CampaignSettings settings, PoolSettings pool, int ordinal, Actor actor)
    {
        var (grain, common) = (grains.GetGrain<IPrizePoolGrain>(GrainKeys.Pool(tenantId, campaignId, pool.Id!)), settings with { Pools = [] });
        return (await grain.ConfigureAsync(new ConfigurePool(actor, pool, ordinal, common))).Refusal
            ?? (await grain.SetPhaseAsync(new SetPoolPhase(actor, Published: false, Paused: false, common))).Refusal;
    }
}
