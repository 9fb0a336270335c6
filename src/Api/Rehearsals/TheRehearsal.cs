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
using PrizeDraw.Grains.Abstractions.Rehearsals;

namespace PrizeDraw.Api.Rehearsals;

/// <summary>The rehearsal that the path names with its campaign, if the caller sees that; else it is not there.</summary>
public sealed class TheRehearsal : PartOfCampaign<RehearsalView>
{
    private TheRehearsal((CampaignView?, RehearsalView?, Problem?) found)
        : base(found)
    {
    }

    public IRehearsalGrain Grain(IGrainFactory grains) =>
        grains.GetGrain<IRehearsalGrain>(GrainKeys.Rehearsal(Campaign.TenantId, Campaign.Id, Value.Id));

    public static async ValueTask<TheRehearsal> BindAsync(HttpContext context, ParameterInfo parameter) =>
        new(await FindAsync(context, parameter, "rehearsal.not_found", async campaign =>
            context.Request.RouteValues["rehearsal"] is string id && Ids.TryParse(Ids.Rehearsal, id, out _)
                ? await context.RequestServices.GetRequiredService<IRehearsalQueries>().FindAsync(campaign.TenantId, campaign.Id, id, context.RequestAborted)
                : null));
}
