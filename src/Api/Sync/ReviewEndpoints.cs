using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orleans;
using PrizeDraw.Api.Campaigns;
using PrizeDraw.Api.Identity;
using PrizeDraw.Api.OpenApi;
using PrizeDraw.Api.Problems;
using PrizeDraw.Api.Requests;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Sync;

namespace PrizeDraw.Api.Sync;

/// <summary>The platform's own review page: what a sync could not decide is decided here, wherever the repository is kept.</summary>
internal static class ReviewEndpoints
{
    private const string All = "/campaigns/{id}/template/review";

    private static readonly string[] Always =
        ["template.no_site", "template.no_review", "template.review_changed", "template.sync_under_way", "template.repository_unavailable", "campaign.wrong_state", "installation.unconfirmed"];

    public static void Map(RouteGroupBuilder v1)
    {
        v1.MapGet(All, ReadAsync).WithTags("Template")
            .Describe("getReview", "Read the open review of a campaign's site: its files with all sides of each conflict, and whether they are decided.")
            .For(Access.ReadOnly).Answers<OpenReviewView>(200).Fails("template.no_site", "template.no_review", "template.repository_unavailable");
        v1.MapPost(All + "/resolve", ResolveAsync).WithTags("Template")
            .Describe("resolveFile", "Decide one conflicted file of the open review: the site's, the template's, or a text.")
            .For(Access.Manager).Takes(1024 * 1024).Answers<ReviewTakenAnswer>(202).Fails("template.invalid").Fails(Always);
        v1.MapPost(All + "/merge", MergeAsync).WithTags("Template")
            .Describe("mergeReview", "Merge the open review once all in it is decided; the site is built from it, and has the version.")
            .For(Access.Manager).Answers<ReviewTakenAnswer>(202).Fails("template.review_undecided").Fails(Always);
        v1.MapPost(All + "/close", CloseAsync).WithTags("Template")
            .Describe("closeReview", "Close the open review without taking anything; the same version is not proposed again.")
            .For(Access.Manager).Answers<ReviewTakenAnswer>(202).Fails(Always);
    }

    private static async Task<IResult> ReadAsync(TheCampaign campaign, ITemplateReviews reviews, CancellationToken ct) =>
        (await reviews.ReadAsync(campaign.Value.TenantId, campaign.Value.Id, ct)).Then(review => Answer.Ok(review));

    private static async Task<IResult> ResolveAsync(TheCampaign campaign, Body<DecisionFields> body, Caller caller, IGrainFactory grains)
    {
        var given = body.Value;
        if (given.Choice == "text" != given.Text is not null)
        {
            return Problem.At(ErrorCodes.InvalidField, "text", "goes with choice text, and only with it.");
        }

        return Taken(campaign, given.Head, await SiteTemplateEndpoints.Grain(grains, campaign.Value)
            .ResolveAsync(new ResolveFile(caller.Actor, given.Head, given.Path, given.Choice, given.Text)));
    }

    private static async Task<IResult> MergeAsync(TheCampaign campaign, Body<ReviewHeadFields> body, Caller caller, IGrainFactory grains) =>
        Taken(campaign, body.Value.Head, await SiteTemplateEndpoints.Grain(grains, campaign.Value).EndReviewAsync(new EndReview(caller.Actor, body.Value.Head, Merge: true)));

    private static async Task<IResult> CloseAsync(TheCampaign campaign, Body<ReviewHeadFields> body, Caller caller, IGrainFactory grains) =>
        Taken(campaign, body.Value.Head, await SiteTemplateEndpoints.Grain(grains, campaign.Value).EndReviewAsync(new EndReview(caller.Actor, body.Value.Head, Merge: false)));

    private static IResult Taken(TheCampaign campaign, string head, Result<bool> done) =>
        done.Then(_ => Answer.Accepted($"/v1/campaigns/{campaign.Value.Id}/template/review", new ReviewTakenAnswer(head)));
}
