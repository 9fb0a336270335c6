using System;
using System.Reflection;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using PrizeDraw.Api.Problems;
using PrizeDraw.Api.Requests;
using PrizeDraw.Grains.Abstractions.Campaigns;

namespace PrizeDraw.Api.Campaigns;

/// <summary>Something that the path names with its campaign, if the caller sees that; else it is not there.</summary>
/// <param name="found">The campaign and what was looked up in it, or the problem to answer with.</param>
public abstract class PartOfCampaign<TView>((CampaignView? Campaign, TView? Value, Problem? Problem) found) : IBound
    where TView : class
{
    public CampaignView Campaign => found.Campaign ?? throw NotThere();

    public TView Value => found.Value ?? throw NotThere();

    public Problem? Problem => found.Problem;

    /// <summary>Looks the campaign up, and in it what the path names; <paramref name="missing"/> is the error code where that is null.</summary>
    private protected static async Task<(CampaignView?, TView?, Problem?)> FindAsync(
        HttpContext context, ParameterInfo parameter, string missing, Func<CampaignView, Task<TView?>> find)
    {
        var campaign = await TheCampaign.BindAsync(context, parameter);
        if (campaign.Problem is { } problem)
        {
            return (null, null, problem);
        }

        var value = await find(campaign.Value);
        return (campaign.Value, value, value is null ? new Problem(missing) : null);
    }

    private InvalidOperationException NotThere() => new($"{GetType().Name} is not there.");
}
