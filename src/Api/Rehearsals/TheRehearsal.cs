using System;
using System.Reflection;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using PrizeDraw.Api.Campaigns;
using PrizeDraw.Api.Problems;
using PrizeDraw.Api.Requests;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Rehearsals;

namespace PrizeDraw.Api.Rehearsals;

/// <summary>The rehearsal that the path names with its campaign, if the caller sees that; else it is not there.</summary>
public sealed class TheRehearsal : IBound
{
    private readonly CampaignView? _campaign;
    private readonly RehearsalView? _value;

    private TheRehearsal(CampaignView? campaign, RehearsalView? value, Problem? problem) => (_campaign, _value, Problem) = (campaign, value, problem);

    public CampaignView Campaign => _campaign ?? throw new InvalidOperationException("The rehearsal is not there.");

    public RehearsalView Value => _value ?? throw new InvalidOperationException("The rehearsal is not there.");

    public Problem? Problem { get; }

    public IRehearsalGrain Grain(IGrainFactory grains) =>
        grains.GetGrain<IRehearsalGrain>(GrainKeys.Rehearsal(Campaign.TenantId, Campaign.Id, Value.Id));

    public static async ValueTask<TheRehearsal> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        var campaign = await TheCampaign.BindAsync(context, parameter);
        if (campaign.Problem is { } problem)
        {
            return new TheRehearsal(null, null, problem);
        }

        var id = context.Request.RouteValues["rehearsal"] as string;
        var found = Ids.TryParse(Ids.Rehearsal, id, out _)
            ? await context.RequestServices.GetRequiredService<IRehearsalQueries>()
                .FindAsync(campaign.Value.TenantId, campaign.Value.Id, id, context.RequestAborted)
            : null;
        return new TheRehearsal(campaign.Value, found, found is null ? new Problem("rehearsal.not_found") : null);
    }
}
