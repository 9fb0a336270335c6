using System;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orleans;
using PrizeDraw.Api.Identity;
using PrizeDraw.Api.OpenApi;
using PrizeDraw.Api.Provisioning;
using PrizeDraw.Api.Requests;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Provisioning;

namespace PrizeDraw.Api.Campaigns;

/// <summary>The steps of a campaign's life that people take: provision, publish, pause, resume, close.</summary>
internal static class CampaignLife
{
    public static void Map(RouteGroupBuilder v1)
    {
        var campaign = v1.MapGroup("/campaigns/{id}").WithTags("Campaigns");
        campaign.MapPost("/provision", ProvisionAsync).Describe("provisionCampaign", "Provision a draft, or try again after a failure.")
            .For(Access.Manager).Answers<CampaignAnswer>(202, etag: true).Fails("campaign.invalid", "campaign.slug_taken")
            .Fails(Always);
        campaign.MapPost("/check", CheckAsync)
            .Describe("checkCampaign", "Ask the providers of a campaign's parts what is in the way of making them; changes nothing.")
            .For(Access.Manager).Answers<ProviderChecksAnswer>(200);
        campaign.MapPost("/publish", PublishAsync).Describe("publishCampaign", "Run the publish gate; then the campaign is live from opensAt.")
            .For(Access.Manager).Answers<CampaignAnswer>(200, etag: true).Fails("campaign.not_publishable", "campaign.commitment_unavailable").Fails(Always);
        campaign.MapPost("/pause", PauseAsync).Describe("pauseCampaign", "Stop taking entries for the time being.")
            .For(Access.Manager).Answers<CampaignAnswer>(200, etag: true).Fails(Always);
        campaign.MapPost("/resume", ResumeAsync).Describe("resumeCampaign", "Take entries again after a pause.")
            .For(Access.Manager).Answers<CampaignAnswer>(200, etag: true).Fails(Always);
        campaign.MapPost("/close", CloseAsync).Describe("closeCampaign", "Close before the closing date, with reason and evidence.")
            .For(Access.SuperAdmin).Answers<CampaignAnswer>(202, etag: true).Fails("campaign.invalid").Fails(Always);
        campaign.MapPost("/content", DeployContentAsync)
            .Describe("deployContent", "Build the site again from the campaign as it is now; the old site stays up until that has gone well.")
            .For(Access.Manager).Answers<CampaignAnswer>(202, etag: true).Fails("installation.unconfirmed").Fails(Always);
        campaign.MapPost("/archive", ArchiveAsync)
            .Describe("archiveCampaign", "Take the site of a completed campaign down and let its database rest; all data is kept.")
            .For(Access.Manager).Answers<CampaignAnswer>(202, etag: true).Fails("campaign.not_settled", "installation.unconfirmed").Fails(Always);
        campaign.MapPost("/unarchive", UnarchiveAsync).Describe("unarchiveCampaign", "Bring an archived campaign back: it is completed again.")
            .For(Access.Manager).Answers<CampaignAnswer>(202, etag: true).Fails("installation.unconfirmed").Fails(Always);
        campaign.MapPost("/rotate", RotateAsync)
            .Describe("rotateSecret", "Replace one of the campaign's keys or passwords; the old one holds until the new one does.")
            .For(Access.Manager).Answers<CampaignAnswer>(202, etag: true)
            .Fails("rotation.unsupported", "rotation.too_soon", "installation.unconfirmed").Fails(Always);
        campaign.MapPost("/decommission", DecommissionAsync)
            .Describe("decommissionCampaign", "Remove site, repository, database and secrets for good; certificates and other public proof stay.")
            .For(Access.SuperAdmin).Answers<CampaignAnswer>(202, etag: true)
            .Fails("campaign.name_not_confirmed", "campaign.not_settled", "installation.unconfirmed").Fails(Always);
    }

    private static readonly string[] Always = ["campaign.wrong_state", "campaign.version_conflict", "deployment.under_way"];

    private static async Task<IResult> ProvisionAsync(TheCampaign campaign, IfMatch ifMatch, Caller caller, IGrainFactory grains) =>
        Started(await campaign.Grain(grains).ProvisionAsync(new CampaignCommand(caller.Actor, ifMatch.Version)));

    private static async Task<IResult> DeployContentAsync(TheCampaign campaign, IfMatch ifMatch, Caller caller, IGrainFactory grains) =>
        Started(await campaign.Grain(grains).DeployContentAsync(new CampaignCommand(caller.Actor, ifMatch.Version)));

    private static async Task<IResult> ArchiveAsync(TheCampaign campaign, IfMatch ifMatch, Caller caller, IGrainFactory grains) =>
        Started(await campaign.Grain(grains).ArchiveAsync(new CampaignCommand(caller.Actor, ifMatch.Version)));

    private static async Task<IResult> UnarchiveAsync(TheCampaign campaign, IfMatch ifMatch, Caller caller, IGrainFactory grains) =>
        Started(await campaign.Grain(grains).UnarchiveAsync(new CampaignCommand(caller.Actor, ifMatch.Version)));

    private static async Task<IResult> RotateAsync(
        TheCampaign campaign, Body<Rotation> body, IfMatch ifMatch, Caller caller, IGrainFactory grains) =>
        Started(await campaign.Grain(grains).RotateAsync(new RotateSecret(caller.Actor, body.Value.What, ifMatch.Version)));

    private static async Task<IResult> DecommissionAsync(
        TheCampaign campaign, Body<Decommissioning> body, IfMatch ifMatch, Caller caller, IGrainFactory grains) =>
        Started(await campaign.Grain(grains).DecommissionAsync(new DecommissionCampaign(caller.Actor, body.Value.ConfirmName, ifMatch.Version)));

    /// <summary>The answer that leads to the deployment which has begun.</summary>
    internal static IResult Started(Result<CampaignView> result) => result.Then(view =>
        Answer.Accepted($"/v1/deployments/{view.DeploymentId}", CampaignAnswer.From(view), view.Version));

    private static async Task<IResult> CheckAsync(TheCampaign campaign, IProviderChecks checks, CancellationToken ct) =>
        Answer.Ok(ProviderChecksAnswer.From(await checks.OfCampaignAsync(campaign.Value, ct)));

    private static async Task<IResult> PublishAsync(TheCampaign campaign, IfMatch ifMatch, Caller caller, IGrainFactory grains) =>
        (await campaign.Grain(grains).PublishAsync(new CampaignCommand(caller.Actor, ifMatch.Version))).Then(CampaignEndpoints.Told);

    private static async Task<IResult> PauseAsync(
        TheCampaign campaign, Body<PauseReason> body, IfMatch ifMatch, Caller caller, IGrainFactory grains) =>
        (await campaign.Grain(grains).PauseAsync(new CampaignCommand(caller.Actor, ifMatch.Version, body.Value.Reason)))
            .Then(CampaignEndpoints.Told);

    private static async Task<IResult> ResumeAsync(TheCampaign campaign, IfMatch ifMatch, Caller caller, IGrainFactory grains) =>
        (await campaign.Grain(grains).ResumeAsync(new CampaignCommand(caller.Actor, ifMatch.Version))).Then(CampaignEndpoints.Told);

    private static async Task<IResult> CloseAsync(
        TheCampaign campaign, Body<Closing> body, IfMatch ifMatch, Caller caller, IGrainFactory grains)
    {
        // Whether reason and evidence are needed depends on the closing date, which the campaign judges.
        var command = new CloseCampaign(caller.Actor, body.Value.Reason ?? "", body.Value.Evidence ?? "", ifMatch.Version);
        return (await campaign.Grain(grains).CloseAsync(command)).Then(view =>
            Answer.Accepted($"/v1/campaigns/{view.Id}", CampaignAnswer.From(view), view.Version));
    }
}
