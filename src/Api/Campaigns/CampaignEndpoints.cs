using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orleans;
using PrizeDraw.Api.Identity;
using PrizeDraw.Api.OpenApi;
using PrizeDraw.Api.Problems;
using PrizeDraw.Api.Requests;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Tenants;

namespace PrizeDraw.Api.Campaigns;

internal static class CampaignEndpoints
{
    private const int PatchAttemptsMax = 5;

    public static void Map(RouteGroupBuilder v1, ApiOptions options)
    {
        var campaigns = v1.MapGroup("/campaigns").WithTags("Campaigns");
        campaigns.MapPost("", CreateAsync)
            .Describe("createCampaign", "Create a campaign and provision it (202), or keep a draft with provision false (201).")
            .For(Access.Manager).Takes(options.CampaignBodyMax)
            .Answers<CampaignAnswer>(201, etag: true).Answers<CampaignAnswer>(202, etag: true)
            .Fails("tenant.not_found", "campaign.invalid", "campaign.slug_taken");
        campaigns.MapGet("", ListAsync).Describe("listCampaigns", "List the campaigns that the caller sees, newest first.")
            .For(Access.ReadOnly).Answers<PageAnswer<CampaignAnswer>>(200).Fails(ErrorCodes.InvalidParameter);
        campaigns.MapGet("/{id}", (TheCampaign campaign) => Told(campaign.Value)).Describe("getCampaign", "Read a campaign.")
            .For(Access.ReadOnly).Answers<CampaignAnswer>(200, etag: true).NeverPutAway();
        campaigns.MapPatch("/{id}", ChangeAsync)
            .Describe("changeCampaign", "Change a campaign by a merge patch. Pools, prizes and draw can change until it is published.")
            .For(Access.Manager).Takes(options.CampaignBodyMax).Answers<CampaignAnswer>(200, etag: true)
            .Fails("campaign.invalid", "campaign.slug_taken", "campaign.version_conflict", "campaign.wrong_state", "deployment.under_way");
        campaigns.MapDelete("/{id}", DeleteAsync).Describe("deleteCampaign", "Delete a draft.").For(Access.Manager).Answers(204)
            .Fails("campaign.version_conflict", "campaign.wrong_state", "deployment.under_way");
    }

    private static async Task<IResult> CreateAsync(
        Body<CampaignCreation> body, Creation creation, Caller caller, ITenantQueries tenants, IGrainFactory grains, CancellationToken ct)
    {
        var campaign = body.Value;
        if (!Ids.TryParse(Ids.Tenant, campaign.TenantId, out _)
            || await tenants.FindAsync(caller.Scope, campaign.TenantId, ct) is null)
        {
            return new Problem("tenant.not_found");
        }

        // Who is confined to certain campaigns would not see the new one.
        if (!caller.IsSuperAdmin && caller.User.CampaignIds.Length > 0)
        {
            return new Problem(ErrorCodes.Forbidden);
        }

        return await creation.OnceAsync(body, async uuid =>
        {
            var key = GrainKeys.Campaign(campaign.TenantId, Ids.Format(Ids.Campaign, uuid));
            var command = new CreateCampaign(caller.Actor, campaign.ToSettings(campaign.Name), campaign.Provision);
            return (await grains.GetGrain<ICampaignGrain>(key).CreateAsync(command)).Then(Created);
        });
    }

    private static async Task<IResult> ListAsync(
        Paging paging, string? tenantId, Caller caller, ICampaignQueries campaigns, CancellationToken ct)
    {
        if (tenantId is not null && !Ids.TryParse(Ids.Tenant, tenantId, out _))
        {
            return Problem.At(ErrorCodes.InvalidParameter, "tenantId", "must be the id of a tenant.");
        }

        var page = await campaigns.ListAsync(caller.Scope, tenantId, paging.Limit, paging.Cursor, ct);
        return Answer.Ok(paging.Answer(page, CampaignAnswer.From));
    }

    private static async Task<IResult> ChangeAsync(
        TheCampaign campaign, MergePatch<CampaignChange> patch, IfMatch ifMatch, Caller caller, ICampaignQueries campaigns, IGrainFactory grains,
        CancellationToken ct)
    {
        var current = campaign.Value;
        for (var attempt = 1; ; attempt++)
        {
            var changed = patch.ApplyTo(current.Settings.ToChange());
            var settings = changed.ToSettings(changed.Name!).KeepingVersionsOf(current.Settings);
            if (GivenIds.Check(settings, current.Settings) is { } problem)
            {
                return problem;
            }

            // The patch was applied to this version: another change meanwhile must not be lost, even when the client doesn't ask.
            var result = await campaign.Grain(grains).UpdateAsync(new UpdateCampaign(caller.Actor, settings, ifMatch.Version ?? current.Version));
            // Who names no version wants the patch on what stands, and isn't to be refused because the campaign has opened meanwhile.
            if (result.Refusal?.Code != "campaign.version_conflict" || ifMatch.Version is not null || attempt == PatchAttemptsMax
                || await campaigns.FindAsync(caller.Scope, current.Id, ct) is not { } newer)
            {
                return result.Then(Told);
            }

            current = newer;
        }
    }

    private static async Task<IResult> DeleteAsync(TheCampaign campaign, IfMatch ifMatch, Caller caller, IGrainFactory grains) =>
        (await campaign.Grain(grains).DeleteAsync(new CampaignCommand(caller.Actor, ifMatch.Version))).Then(_ => TypedResults.NoContent());

    private static IResult Created(CampaignView campaign) => campaign.DeploymentId is { } deployment
        ? Answer.Accepted($"/v1/deployments/{deployment}", CampaignAnswer.From(campaign), campaign.Version)
        : Answer.Created($"/v1/campaigns/{campaign.Id}", CampaignAnswer.From(campaign), campaign.Version);

    internal static Answer Told(CampaignView campaign) => Answer.Ok(CampaignAnswer.From(campaign), campaign.Version);
}
