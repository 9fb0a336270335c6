using System;
using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using PrizeDraw.Api.Campaigns;
using PrizeDraw.Api.Identity;
using PrizeDraw.Api.OpenApi;
using PrizeDraw.Api.Problems;
using PrizeDraw.Api.Requests;

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
/// <param name="ExpiresAt">When it ends; a link is not taken back before.</param>
[Example("""{"url":"https://summer-paris.example/#preview=CfDJ8…","expiresAt":"2026-11-24T09:00:00Z"}""")]
public sealed record PreviewAnswer(string Url, DateTimeOffset ExpiresAt);

internal static class PreviewEndpoint
{
    private const int HoursByDefault = 72;

    public static void Map(RouteGroupBuilder v1) => v1.MapPost("/campaigns/{id}/previews", Make).WithTags("Campaigns")
        .Describe("makePreview", "Make a link that shows the campaign's site before it is published; entries are not taken through it.")
        .For(Access.Manager).Answers<PreviewAnswer>(200).Fails("campaign.wrong_state");

    private static IResult Make(TheCampaign campaign, Body<PreviewFields> body, PreviewTokens tokens)
    {
        if (campaign.Value.SiteUrl is not { } site)
        {
            return new Problem("campaign.wrong_state", "The campaign has no site to preview yet: provision it first.");
        }

        var (token, expiresAt) = tokens.Issue(campaign.Value.Id, TimeSpan.FromHours(body.Value.Hours ?? HoursByDefault));
        return Answer.Ok(new PreviewAnswer($"{site}#preview={token}", expiresAt));
    }
}
