using System;
using System.Globalization;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using PrizeDraw.Api.Claims;
using PrizeDraw.Api.Entries;
using PrizeDraw.Api.OpenApi;
using PrizeDraw.Api.Previews;
using PrizeDraw.Api.Problems;
using PrizeDraw.Api.Rehearsals;
using PrizeDraw.Api.Requests;
using PrizeDraw.Grains.Abstractions.Campaigns;

namespace PrizeDraw.Api.Sites;

internal static class SiteEndpoints
{
    public static void Map(RouteGroupBuilder v1, ApiOptions options)
    {
        var sites = v1.MapGroup("/sites/{slug}").WithTags("Sites");
        sites.MapGet("", ReadAsync).Describe("getSite", "What the site shows; before publication the holding state alone, unless a preview's token is given.")
            .Keyed().Answers<SitePublished>(200);
        sites.MapPost("/entries", (Delegate)EntrySubmission.SubmitAsync).Describe("submitEntry", "Enter the campaign.")
            .Keyed().Takes(options.EntryBodyMax).WithMetadata(EntrySubmission.Described, new Rehearsable()).Answers<EntryAnswerBody>(201)
            .Fails(EntrySubmission.Codes);
        sites.MapGet("/winners", WinnersAsync).Describe("listWinners", "The published winners.").Keyed().Answers<WinnersAnswer>(200);
        sites.MapGet("/terms/{version}", TermsAsync).Describe("getTerms", "A version of the terms, at an address that stays.")
            .Answers<SiteTerms>(200).Fails("terms.not_found");
        ReceiptEndpoint.Map(sites);
        SiteClaimEndpoints.Map(sites);
        SiteOrigin.MapPreflight(sites, "", HttpMethods.Get);
        SiteOrigin.MapPreflight(sites, "/entries", HttpMethods.Post);
        SiteOrigin.MapPreflight(sites, "/winners", HttpMethods.Get);
    }

    internal static RouteHandlerBuilder Keyed(this RouteHandlerBuilder endpoint) => endpoint.WithMetadata(new SiteKeyed())
        .Fails(ErrorCodes.SiteKeyRequired, ErrorCodes.SiteNotFound, ErrorCodes.OriginNotRegistered, ErrorCodes.PutAway);

    private static async Task<IResult> ReadAsync(
        TheSite site, ShownRehearsal rehearsal, ShownPreview preview, SiteCache cache, TimeProvider clock, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        if (rehearsal.Value is not null)
        {
            // As if it were open, whatever the date says: that is what is rehearsed.
            return Answer.Ok(SitePublished.From(site.Value, await cache.CouponExpiriesAsync(site.Value.Campaign, ct), now) with { State = "live" });
        }

        if (SiteState.IsPublished(site.Value.Campaign))
        {
            return Answer.Ok(SitePublished.From(site.Value, await cache.CouponExpiriesAsync(site.Value.Campaign, ct), now));
        }

        return preview.IsGood
            ? Answer.Ok(SitePublished.From(site.Value, await cache.CouponExpiriesAsync(site.Value.Campaign, ct), now) with { State = "holding" })
            : Answer.Ok(new SiteHolding(site.Value.Campaign.Settings.Slug!, "holding", now));
    }

    private static async Task<IResult> WinnersAsync(TheSite site, SiteCache cache, CancellationToken ct) =>
        SiteState.IsPublished(site.Value.Campaign)
            ? Answer.Ok(new WinnersAnswer([.. (await cache.WinnersAsync(site.Value.Campaign, ct)).Select(draw => WinnersOfDraw.From(draw, site.Value.Campaign.Settings.Slug!))]))
            : Answer.Ok(new WinnersAnswer([]));

    // Public without any credential, and readable from any page: terms are retainable (CAP Code 8.28).
    private static async Task<IResult> TermsAsync(
        string slug, string version, SiteCache cache, [FromServices] ITermsVersions versions, HttpContext context, CancellationToken ct)
    {
        context.Response.Headers.AccessControlAllowOrigin = "*";
        if (!int.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || !SiteOrigin.Slug().IsMatch(slug)
            || await cache.FindBySlugAsync(slug, ct) is not { } site || !SiteState.IsPublished(site.Campaign))
        {
            return new Problem("terms.not_found");
        }

        if (site.Campaign.Settings.Terms is { } current && current.Version == number)
        {
            return Answer.Ok(new SiteTerms(number, current.Text, current.FreeRoute, site.TermsHash));
        }

        return await versions.FindAsync(site.Campaign.TenantId, site.Campaign.Id, number, ct) is { } earlier
            ? Answer.Ok(new SiteTerms(number, earlier.Text, earlier.FreeRoute, earlier.Hash))
            : new Problem("terms.not_found");
    }
}
