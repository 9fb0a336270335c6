using System;
using System.Reflection;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using PrizeDraw.Api.Campaigns;
using PrizeDraw.Api.Identity;
using PrizeDraw.Api.Problems;
using PrizeDraw.Api.Requests;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Sync;

namespace PrizeDraw.Api.Sync;

/// <summary>The sync that the path names with its campaign, if the caller sees that; else it is not there.</summary>
public sealed class TheSync : PartOfCampaign<SyncView>
{
    private TheSync((CampaignView?, SyncView?, Problem?) found)
        : base(found)
    {
    }

    public static async ValueTask<TheSync> BindAsync(HttpContext context, ParameterInfo parameter) =>
        new(await FindAsync(context, parameter, "template.sync_not_found", async campaign =>
            context.Request.RouteValues["sync"] is string id && Ids.TryParse(Ids.Sync, id, out _)
                ? await context.RequestServices.GetRequiredService<ITemplateQueries>().FindSyncAsync(Caller.Of(context).Scope, campaign.Id, id, context.RequestAborted)
                : null));
}

/// <summary>The release that the path names; releases are the platform's, for super_admins alone.</summary>
public sealed class TheRelease : IBound
{
    private readonly ReleaseView? _value;

    private TheRelease(ReleaseView? value) => _value = value;

    public ReleaseView Value => _value ?? throw new InvalidOperationException("The release is not there.");

    public Problem? Problem => _value is null ? new Problem("release.not_found") : null;

    public IReleaseGrain Grain(IGrainFactory grains) => grains.GetGrain<IReleaseGrain>(GrainKeys.Release(Value.Id));

    public static async ValueTask<TheRelease> BindAsync(HttpContext context, ParameterInfo _)
    {
        var id = context.Request.RouteValues["id"] as string;
        return new TheRelease(Ids.TryParse(Ids.Release, id, out var _)
            ? await context.RequestServices.GetRequiredService<ITemplateQueries>().FindReleaseAsync(id, context.RequestAborted)
            : null);
    }
}
