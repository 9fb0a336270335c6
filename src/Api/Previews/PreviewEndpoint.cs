using System;
using System.ComponentModel.DataAnnotations;
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
using PrizeDraw.Grains.Abstractions.Campaigns;

namespace PrizeDraw.Api.Previews;

/// <summary>How long a preview lasts.</summary>
[Example("""{"hours":72}""")]
public sealed record PreviewFields
{
    /// <summary>1 to 720; default 72.</summary>
    [Range(1, 720)] public int? Hours { get; init; }
}

/// <summary>A link that shows the site as it will be.</summary>
/// <param name="Url">The site's address with the token behind #, which no server gets to see. Whoever has it sees the campaign.</param>
/// <param name="ExpiresAt">When it ends, unless all links of the campaign are ended before.</param>
[Example("""{"url":"https://summer-paris.example/#preview=CfDJ8…","expiresAt":"2026-11-24T09:00:00Z"}""")]
public sealed record PreviewAnswer(string Url, DateTimeOffset ExpiresAt);

internal static class PreviewEndpoint
{
    private const int HoursByDefault = 72;

    public static void Map(RouteGroupBuilder v1)
    {
        v1.MapPost("/campaigns/{id}/previews", MakeAsync).WithTags("Campaigns")
            .Describe("makePreview", "Make a link that shows the campaign's site before it is published; entries are not taken through it.")
            .For(Access.Manager).Answers<PreviewAnswer>(200).Fails("campaign.wrong_state");
        v1.MapDelete("/campaigns/{id}/previews", EndAsync).WithTags("Campaigns")
            .Describe("endPreviews", "End every preview link that was made of the campaign, within seconds; new ones can be made.").For(Access.Manager).Answers(204)
            .NeverPutAway();
    }

    private static async Task<IResult> MakeAsync(TheCampaign campaign, Body<PreviewFields> body, PreviewTokens tokens, Caller caller, IGrainFactory grains)
    {
        if (campaign.Value.State is "archived" or "decommissioned")
        {
            return new Problem(ErrorCodes.PutAway, "The campaign's site is down: there is nothing to preview.");
        }

        if (campaign.Value.SiteUrl is not { } site)
        {
            return new Problem("campaign.wrong_state", "The campaign has no site to preview yet: provision it first.");
        }

        var hours = body.Value.Hours ?? HoursByDefault;
        return (await campaign.Grain(grains).MakePreviewAsync(new MakePreview(caller.Actor, hours))).Then(epoch =>
        {
            var (token, expiresAt) = tokens.Issue(campaign.Value.Id, epoch, TimeSpan.FromHours(hours));
            return Answer.Ok(new PreviewAnswer($"{site}#preview={token}", expiresAt));
        });
    }

    private static async Task<IResult> EndAsync(TheCampaign campaign, Caller caller, IGrainFactory grains) =>
        (await campaign.Grain(grains).EndPreviewsAsync(new CampaignCommand(caller.Actor))).Then(_ => TypedResults.NoContent());
}
