using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using PrizeDraw.Api.Evidence.Certificates;
using PrizeDraw.Api.OpenApi;
using PrizeDraw.Api.Problems;
using PrizeDraw.Api.Requests;
using PrizeDraw.Api.Throttling;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Evidence;

namespace PrizeDraw.Api.Sites;

/// <summary>
/// Tells whoever shows a receipt what became of its entry. A receipt is checked before anything is told, and nothing is looked up by it that is not
/// public; it works for those who were erased, since lists hold references alone.
/// </summary>
internal static class ReceiptEndpoint
{
    public const string Invalid = "receipt.invalid", NotFound = "receipt.not_found";

    public static void Map(RouteGroupBuilder sites)
    {
        sites.MapGet("/receipts", ReadAsync)
            .Describe("getReceipt", "What became of an entry in each draw, for whoever has its receipt; proven from the campaign's journal.")
            .Keyed().WithMetadata(new TokenHeader(ReceiptToken.Header, "The receipt as the entry's answer gave it: its JSON in base64url."))
            .Answers<ReceiptAnswer>(200).Fails(Invalid, NotFound, ErrorCodes.InvalidHeader, ErrorCodes.RateLimited)
            .AddEndpointFilter(static (context, next) => context.HttpContext.RequestServices.GetRequiredService<AddressLimits>().Receipts
                .Refuse(context.HttpContext.Connection.RemoteIpAddress) is { } seconds
                    ? ValueTask.FromResult<object?>(new Problem(ErrorCodes.RateLimited, retryAfter: seconds))
                    : next(context));
        SiteOrigin.MapPreflight(sites, "/receipts", HttpMethods.Get);
    }

    private static async Task<IResult> ReadAsync(
        TheSite site, ReceiptToken token, [FromServices] IReceiptQueries receipts, [FromServices] DrawProofs proofs, CancellationToken ct)
    {
        var (campaign, receipt) = (site.Value.Campaign, token.Value);
        if (!SiteState.IsPublished(campaign) || await receipts.CheckAsync(campaign.TenantId, campaign.Id, receipt, ct) is not { } found)
        {
            return new Problem(NotFound);
        }

        if (!found.Holds)
        {
            return new Problem(Invalid);
        }

        var draws = new List<ReceiptDraw>();
        foreach (var listed in found.Draws)
        {
            draws.Add(await ToldAsync(campaign, listed, receipt.EntryRef, proofs, ct));
        }

        draws.AddRange(Planned(campaign, found));
        return Answer.Ok(new ReceiptAnswer(
            receipt.EntryRef, receipt.PersonRef, receipt.Pool, receipt.Number, found.EnteredAt!.Value, JsonNode.Parse(found.Record!)!.AsObject(), draws));
    }

    private static async Task<ReceiptDraw> ToldAsync(
        CampaignView campaign, ListedReceipt listed, string entryRef, DrawProofs proofs, CancellationToken ct)
    {
        var slug = campaign.Settings.Slug!;
        if (listed.Place == ListedPlace.Waiting || await proofs.CertificateAsync(campaign, listed.DrawId, ct) is not { } file)
        {
            return ReceiptDraw.Before(listed, slug);
        }

        using var certificate = await proofs.ReadAsync(file, ct);
        return ReceiptDraw.After(listed, slug, DrawPlaces.Of(certificate.RootElement).FirstOrDefault(place => place.EntryRef == entryRef));
    }

    // Draws that are set and not yet in the campaign's database.
    private static IEnumerable<ReceiptDraw> Planned(CampaignView campaign, ReceiptView found) =>
        from draw in campaign.Settings.AllDraws()
        where draw.Id is not null && found.Draws.All(known => known.DrawId != draw.Id)
        select ReceiptDraw.Before(
            new ListedReceipt(draw.Id!, draw.Name, draw.Level, "planned", ListedPlace.Waiting, null, null, null), campaign.Settings.Slug!);
}
