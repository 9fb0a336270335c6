using System;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using PrizeDraw.Api.Campaigns;
using PrizeDraw.Api.Identity;
using PrizeDraw.Api.OpenApi;
using PrizeDraw.Api.Requests;
using PrizeDraw.Grains.Abstractions.Claims;

namespace PrizeDraw.Api.Claims;

/// <summary>All claims of a campaign as a file for whoever sends the prizes; streamed.</summary>
internal static class ClaimExport
{
    private static readonly string[] Columns =
    [
        "claimId", "drawId", "position", "prize", "state", "toldAt", "deadline", "claimedAt", "fulfilBy", "overdue", "name", "address", "phone",
        "guardian", "email", "publication", "carrier", "reference", "note", "dispatchedAt", "deliveredAt",
    ];

    public static void Map(RouteGroupBuilder v1) =>
        v1.MapGet("/campaigns/{id}/claims.csv", Export).WithTags("Claims")
            .Describe("exportClaims", "A campaign's claims as CSV, draw by draw.").For(Access.Manager)
            .WithMetadata(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(string), ["text/csv"]));

    private static IResult Export(TheCampaign campaign, Caller caller, IClaimQueries claims, TimeProvider clock)
    {
        var now = clock.GetUtcNow();
        return new CsvFile<ClaimView>(
            $"{campaign.Value.Settings.Slug ?? campaign.Value.Id}-claims.csv", Columns,
            ct => claims.ReadAsync(campaign.Value.TenantId, campaign.Value.Id, caller.SeesPersonalData, ct),
            (csv, claim) => Append(csv, ClaimAnswer.From(claim, campaign.Value.Id, now)));
    }

    private static void Append(StringBuilder csv, ClaimAnswer claim) => CsvLine.Append(
        csv, claim.Id, claim.DrawId, claim.Position.ToString(CultureInfo.InvariantCulture), claim.Prize, claim.State, Written(claim.ToldAt),
        Written(claim.Deadline), Written(claim.ClaimedAt), Written(claim.FulfilBy), claim.Overdue ? "yes" : "no", claim.Name, claim.Address, claim.Phone,
        claim.Guardian, claim.Email, claim.Publication, claim.Carrier, claim.Reference, claim.Note, Written(claim.DispatchedAt),
        Written(claim.DeliveredAt));

    private static string? Written(DateTimeOffset? at) =>
        at?.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
