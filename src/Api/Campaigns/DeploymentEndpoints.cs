using System;
using System.Collections.Generic;
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

namespace PrizeDraw.Api.Campaigns;

/// <summary>One run of a saga over a campaign's parts.</summary>
/// <param name="Id">The deployment's id.</param>
/// <param name="CampaignId">The campaign that it provisions.</param>
/// <param name="Kind">provision, content, sync, rollback, archive, unarchive, rotate_site_key, rotate_database_password, rotate_owner_password or decommission.</param>
/// <param name="State">running, paused, succeeded, rolling_back, rolled_back, quarantined or cancelled.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="EndedAt">When it ended.</param>
/// <param name="Steps">The steps in their order.</param>
/// <param name="Log">What happened, oldest first.</param>
/// <param name="Estimate">While it runs, how long it will still take; null until one of the same kind and providers has succeeded.</param>
public sealed record DeploymentAnswer(
    string Id, string CampaignId, string Kind, string State, DateTimeOffset StartedAt, DateTimeOffset? EndedAt,
    IReadOnlyList<DeploymentStepView> Steps, IReadOnlyList<DeploymentLogLine> Log, DeploymentEstimate? Estimate)
{
    internal static DeploymentAnswer From(DeploymentView view) =>
        new(view.Id, view.CampaignId, view.Kind, view.State, view.StartedAt, view.EndedAt, view.Steps, view.Log, view.Estimate);
}

internal static class DeploymentEndpoints
{
    public static void Map(RouteGroupBuilder v1)
    {
        v1.MapGet("/campaigns/{id}/deployments", ListAsync).WithTags("Deployments")
            .Describe("listDeployments", "List a campaign's deployments, newest first.").For(Access.ReadOnly)
            .Answers<PageAnswer<DeploymentAnswer>>(200).NeverPutAway();
        v1.MapGet("/deployments/{id}", (TheDeployment deployment) => Answer.Ok(DeploymentAnswer.From(deployment.Value))).WithTags("Deployments")
            .Describe("getDeployment", "Read a deployment with its steps and log; while it runs, read it again.").For(Access.ReadOnly)
            .Answers<DeploymentAnswer>(200);
        v1.MapPost("/deployments/{id}/cancel", CancelAsync).WithTags("Deployments")
            .Describe("cancelDeployment", "Stop a running deployment after its current step and undo what it did.").For(Access.Manager)
            .Answers<DeploymentAnswer>(202).Fails("deployment.not_running", "deployment.not_cancellable", "campaign.wrong_state");
        v1.MapPost("/deployments/{id}/retry", RetryAsync).WithTags("Deployments")
            .Describe("retryDeployment", "Let a deployment that waits go on at the step where it stands; begin one that failed anew.").For(Access.Manager)
            .Answers<CampaignAnswer>(202, etag: true)
            .Fails("deployment.not_retryable", "deployment.under_way", "campaign.invalid", "campaign.slug_taken", "campaign.not_settled", "campaign.wrong_state",
                "installation.unconfirmed");
    }

    private static async Task<IResult> ListAsync(
        TheCampaign campaign, Paging paging, Caller caller, ICampaignQueries campaigns, CancellationToken ct)
    {
        var page = await campaigns.DeploymentsAsync(caller.Scope, campaign.Value.Id, paging.Limit, paging.Cursor, ct);
        return Answer.Ok(paging.Answer(page, DeploymentAnswer.From));
    }

    private static async Task<IResult> CancelAsync(
        TheDeployment deployment, Caller caller, ICampaignQueries campaigns, IGrainFactory grains, CancellationToken ct)
    {
        if (await campaigns.FindAsync(caller.Scope, deployment.Value.CampaignId, ct) is not { } campaign)
        {
            return new Problem("deployment.not_found");
        }

        var grain = grains.GetGrain<ICampaignGrain>(GrainKeys.Campaign(campaign.TenantId, campaign.Id));
        var result = await grain.CancelDeploymentAsync(new CancelDeployment(caller.Actor, deployment.Value.Id));
        return result.Then(_ => Answer.Accepted($"/v1/deployments/{deployment.Value.Id}", DeploymentAnswer.From(deployment.Value)));
    }

    private static async Task<IResult> RetryAsync(
        TheDeployment deployment, Caller caller, ICampaignQueries campaigns, IGrainFactory grains, CancellationToken ct)
    {
        if (await campaigns.FindAsync(caller.Scope, deployment.Value.CampaignId, ct) is not { } campaign)
        {
            return new Problem("deployment.not_found");
        }

        // Who may start a deployment may try it again.
        if (deployment.Value.Kind == "decommission" && !caller.IsSuperAdmin)
        {
            return new Problem(ErrorCodes.Forbidden);
        }

        var grain = grains.GetGrain<ICampaignGrain>(GrainKeys.Campaign(campaign.TenantId, campaign.Id));
        return CampaignLife.Started(await grain.RetryDeploymentAsync(new RetryDeployment(caller.Actor, deployment.Value.Id)));
    }
}
