using System;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orleans;
using PrizeDraw.Api.OpenApi;
using PrizeDraw.Api.Requests;
using PrizeDraw.Api.Sites;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Claims;

namespace PrizeDraw.Api.Claims;

/// <summary>Where a winner claims, by the token of the link that they were sent.</summary>
internal static class SiteClaimEndpoints
{
    private const string NotFound = "claim.not_found";

    public static void Map(RouteGroupBuilder sites)
    {
        sites.MapGet("/claims", ReadAsync).Describe("getClaim", "What was won, until when to claim it, and how far it is; for whoever has the link.")
            .ByToken().Answers<SiteClaimAnswer>(200);
        sites.MapPost("/claims", MakeAsync)
            .Describe("makeClaim", "Claim a prize, once: sent again it is answered alike. Afterwards publication may still be changed.")
            .ByToken().Answers<SiteClaimAnswer>(200).Fails("claim.lapsed", "claim.replaced", "claim.already_claimed", "claim.invalid");
        SiteOrigin.MapPreflight(sites, "/claims", "GET, POST");
    }

    private static RouteHandlerBuilder ByToken(this RouteHandlerBuilder endpoint) => endpoint.Keyed()
        .WithMetadata(new TokenHeader(ClaimToken.Header, "What stands after # in the link that the winner was sent."));

    private static async Task<IResult> ReadAsync(TheSite site, ClaimToken token, IClaimQueries claims, TimeProvider clock, CancellationToken ct)
    {
        var campaign = site.Value.Campaign;
        return SiteState.IsPublished(campaign) && await claims.FindByTokenAsync(campaign, token.Hash, ct) is { } claim
            ? Answer.Ok(SiteClaimAnswer.From(claim, campaign, clock.GetUtcNow()))
            : token.Wrong();
    }

    private static async Task<IResult> MakeAsync(TheSite site, ClaimToken token, Body<ClaimFields> body, IGrainFactory grains, TimeProvider clock)
    {
        var (campaign, asked) = (site.Value.Campaign, body.Value);
        if (!SiteState.IsPublished(campaign))
        {
            return token.Wrong();
        }

        var made = await grains.GetGrain<IClaimsGrain>(GrainKeys.Campaign(campaign.TenantId, campaign.Id)).MakeAsync(new MakeClaim(
            token.Hash, Given(asked.Name), Given(asked.Address), Given(asked.Phone), Given(asked.Guardian), asked.Publication));
        return made.Refusal is { Code: NotFound } ? token.Wrong() : made.Then(claim => Answer.Ok(SiteClaimAnswer.From(claim, campaign, clock.GetUtcNow())));
    }

    private static string? Given(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
