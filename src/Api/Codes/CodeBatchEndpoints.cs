using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Orleans;
using PrizeDraw.Api.Campaigns;
using PrizeDraw.Api.Identity;
using PrizeDraw.Api.OpenApi;
using PrizeDraw.Api.Problems;
using PrizeDraw.Api.Requests;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Codes;

namespace PrizeDraw.Api.Codes;

/// <summary>Batches of coupons and of entry codes: the same operations at two addresses.</summary>
internal static class CodeBatchEndpoints
{
    public static void Map(RouteGroupBuilder v1, ApiOptions options)
    {
        Map(v1, options, CodeKind.Coupons, "Coupon", "coupons");
        Map(v1, options, CodeKind.Entries, "Code", "entry codes");
    }

    private static void Map(RouteGroupBuilder v1, ApiOptions options, CodeKind kind, string noun, string codes)
    {
        var batches = v1.MapGroup("/campaigns/{id}/" + kind.Path).WithTags("Codes").WithMetadata(kind);
        batches.MapPost("", CreateAsync)
            .Describe($"create{noun}Batch", $"Add a batch of {codes}. They are generated in the background, or imported from a file.").For(Access.Manager)
            .Answers<CodeBatchAnswer>(202).Fails("codes.invalid", "codes.prefix_taken", "codes.campaign_not_ready");
        batches.MapGet("", ListAsync).Describe($"list{noun}Batches", $"List a campaign's batches of {codes}.").For(Access.ReadOnly)
            .Answers<PageAnswer<CodeBatchAnswer>>(200);
        batches.MapGet("/{batch}", (TheCodeBatch found) => Answer.Ok(CodeBatchAnswer.From(found.Value)))
            .Describe($"get{noun}Batch", $"How a batch of {codes} stands.").For(Access.ReadOnly).Answers<CodeBatchAnswer>(200);
        batches.MapPost("/{batch}/resume", ResumeAsync).Describe($"resume{noun}Batch", "Go on with a batch whose generation has failed.")
            .For(Access.Manager).Answers<CodeBatchAnswer>(202).Fails("codes.wrong_state");
        batches.MapPost("/{batch}/import", CodeImport.ImportAsync)
            .Describe($"import{noun}s", $"Take {codes} from a CSV file. One that was cut short is sent again with the same Idempotency-Key, and goes on.")
            .For(Access.Manager).TakesCsv(CodeImport.Example, CodeImport.Meaning, 0)
            .WithMetadata(new AcceptsMetadata(["text/csv"], typeof(string)), new FileLimit(options.CodeFileMax)).Answers<CodeImportAnswer>(200)
            .Fails("codes.wrong_state", "codes.import_interrupted", "codes.too_many", ErrorCodes.TooLarge, ErrorCodes.UnsupportedMediaType,
                ErrorCodes.KeyReused, ErrorCodes.InvalidField);
        batches.MapGet("/{batch}/codes.csv", (TheCodeBatch found, ICodeQueries queries) => new CodeExport(found, queries))
            .Describe($"export{noun}s", $"Every one of a batch's {codes} with its state, as CSV.").For(Access.Manager)
            .WithMetadata(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(string), ["text/csv"]));
    }

    private static async Task<IResult> CreateAsync(
        HttpContext context, TheCampaign campaign, Body<CodeBatchFields> body, Creation creation, Caller caller, IGrainFactory grains)
    {
        if (campaign.Value.State is "draft" or "provisioning" or "failed" or "rolled_back" or "archived" or "decommissioned")
        {
            return new Problem("codes.campaign_not_ready");
        }

        var (kind, fields) = (CodeKind.Of(context), body.Value);
        return await creation.OnceAsync(body, async uuid =>
        {
            var (ten, cmp, id) = (campaign.Value.TenantId, campaign.Value.Id, Ids.Format(Ids.CodeBatch, uuid));
            var count = fields.Count ?? 0;
            var command = new CreateCodeBatch(
                caller.Actor, kind.Name, count == 0 ? "imported" : "generated", fields.Name, count, fields.Prefix, fields.Pattern, fields.ExpiresAt);
            return (await grains.GetGrain<ICodeBatchGrain>(GrainKeys.CodeBatch(ten, cmp, id)).CreateAsync(command)).Then(batch => Begun(cmp, kind, batch));
        });
    }

    private static async Task<IResult> ListAsync(
        HttpContext context, TheCampaign campaign, Paging paging, ICodeQueries queries, CancellationToken ct)
    {
        var page = await queries.ListAsync(
            campaign.Value.TenantId, campaign.Value.Id, CodeKind.Of(context).Name, paging.Limit, paging.Cursor, ct);
        return Answer.Ok(paging.Answer(page, CodeBatchAnswer.From));
    }

    private static async Task<IResult> ResumeAsync(HttpContext context, TheCodeBatch found, Caller caller, IGrainFactory grains) =>
        (await found.Grain(grains).ResumeAsync(new ResumeCodeBatch(caller.Actor))).Then(resumed => Begun(found.Campaign.Id, CodeKind.Of(context), resumed));

    private static Answer Begun(string campaignId, CodeKind kind, CodeBatchView batch) =>
        Answer.Accepted($"/v1/campaigns/{campaignId}/{kind.Path}/{batch.Id}", CodeBatchAnswer.From(batch));
}
