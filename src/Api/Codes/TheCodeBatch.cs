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
using PrizeDraw.Grains.Abstractions.Codes;

namespace PrizeDraw.Api.Codes;

/// <summary>Which codes an endpoint is about: coupons, or codes on packs.</summary>
/// <param name="Name"><c>coupon</c> or <c>entry</c>.</param>
/// <param name="Path">The last part of the path of their batches.</param>
internal sealed record CodeKind(string Name, string Path)
{
    public static readonly CodeKind Coupons = new("coupon", "coupon-batches"), Entries = new("entry", "code-batches");

    public static CodeKind Of(HttpContext context) => context.GetEndpoint()!.Metadata.GetRequiredMetadata<CodeKind>();
}

/// <summary>The batch of codes that the path names with its campaign, if the caller sees that; else it is not there.</summary>
public sealed class TheCodeBatch : PartOfCampaign<CodeBatchView>
{
    private TheCodeBatch((CampaignView?, CodeBatchView?, Problem?) found)
        : base(found)
    {
    }

    public ICodeBatchGrain Grain(IGrainFactory grains) =>
        grains.GetGrain<ICodeBatchGrain>(GrainKeys.CodeBatch(Campaign.TenantId, Campaign.Id, Value.Id));

    public static async ValueTask<TheCodeBatch> BindAsync(HttpContext context, ParameterInfo parameter) =>
        new(await FindAsync(context, parameter, "codes.not_found", async campaign =>
            context.Request.RouteValues["batch"] is string id && Ids.TryParse(Ids.CodeBatch, id, out _)
                ? await context.RequestServices.GetRequiredService<ICodeQueries>()
                    .FindAsync(campaign.TenantId, campaign.Id, CodeKind.Of(context).Name, id, context.RequestAborted)
                : null));
}
