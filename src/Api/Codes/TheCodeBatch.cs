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

/// <summary>The batch of codes that the path names with its campaign, if the caller sees it; else it is not there.</summary>
public sealed class TheCodeBatch : IBound
{
    private readonly CampaignView? _campaign;
    private readonly CodeBatchView? _value;

    private TheCodeBatch(CampaignView? campaign, CodeBatchView? value, Problem? problem) => (_campaign, _value, Problem) = (campaign, value, problem);

    public CampaignView Campaign => _campaign ?? throw new InvalidOperationException("The batch is not there.");

    public CodeBatchView Value => _value ?? throw new InvalidOperationException("The batch is not there.");

    public Problem? Problem { get; }

    public ICodeBatchGrain Grain(IGrainFactory grains) =>
        grains.GetGrain<ICodeBatchGrain>(GrainKeys.CodeBatch(Campaign.TenantId, Campaign.Id, Value.Id));

    public static async ValueTask<TheCodeBatch> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        var campaign = await TheCampaign.BindAsync(context, parameter);
        if (campaign.Problem is { } problem)
        {
            return new TheCodeBatch(null, null, problem);
        }

        var id = context.Request.RouteValues["batch"] as string;
        var found = Ids.TryParse(Ids.CodeBatch, id, out var _)
            ? await context.RequestServices.GetRequiredService<ICodeQueries>()
                .FindAsync(campaign.Value.TenantId, campaign.Value.Id, CodeKind.Of(context).Name, id, context.RequestAborted)
            : null;
        return new TheCodeBatch(campaign.Value, found, found is null ? new Problem("codes.not_found") : null);
    }
}
