using System;
using System.Globalization;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using PrizeDraw.Api.Campaigns;
using PrizeDraw.Api.Identity;
using PrizeDraw.Api.OpenApi;
using PrizeDraw.Api.Requests;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Claims;

namespace PrizeDraw.Api.Claims;

/// <summary>All claims of a campaign as a file for whoever sends the prizes; streamed.</summary>
internal static class ClaimExport
{
    private const int FlushBytes = 64 * 1024;

    private static readonly string[] Columns =
    [
        "claimId", "drawId", "position", "prize", "state", "toldAt", "deadline", "claimedAt", "fulfilBy", "overdue", "name", "address", "phone",
        "guardian", "email", "publication", "carrier", "reference", "note", "dispatchedAt", "deliveredAt",
    ];

    public static void Map(RouteGroupBuilder v1) =>
        v1.MapGet("/campaigns/{id}/claims.csv", Export).WithTags("Claims")
            .Describe("exportClaims", "A campaign's claims as CSV, draw by draw.").For(Access.Manager)
            .WithMetadata(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(string), ["text/csv"]));

    private static IResult Export(TheCampaign campaign, Caller caller, IClaimQueries claims, TimeProvider clock) =>
        new CsvFile(campaign.Value, caller.SeesPersonalData, claims, clock.GetUtcNow());

    private sealed class CsvFile(CampaignView campaign, bool personal, IClaimQueries claims, DateTimeOffset now) : IResult
    {
        public async Task ExecuteAsync(HttpContext context)
        {
            var ct = context.RequestAborted;
            await using var all = claims.ReadAsync(campaign.TenantId, campaign.Id, personal, ct).GetAsyncEnumerator(ct);
            // The first page comes before the headers: a database that is away is then told as such, and not as an empty file.
            var more = await all.MoveNextAsync();
            context.Response.ContentType = "text/csv; charset=utf-8";
            context.Response.Headers.ContentDisposition = $"attachment; filename=\"{campaign.Settings.Slug ?? campaign.Id}-claims.csv\"";
            context.Response.Headers.CacheControl = "no-store";
            var csv = new StringBuilder();
            CsvLine.Append(csv, Columns);
            while (more)
            {
                Append(csv, ClaimAnswer.From(all.Current, campaign.Id, now));
                if (csv.Length >= FlushBytes)
                {
                    await WriteAsync(context, csv, ct);
                }

                more = await all.MoveNextAsync();
            }

            await WriteAsync(context, csv, ct);
        }

        private static void Append(StringBuilder csv, ClaimAnswer claim) => CsvLine.Append(
            csv, claim.Id, claim.DrawId, claim.Position.ToString(CultureInfo.InvariantCulture), claim.Prize, claim.State, Written(claim.ToldAt),
            Written(claim.Deadline), Written(claim.ClaimedAt), Written(claim.FulfilBy), claim.Overdue ? "yes" : "no", claim.Name, claim.Address, claim.Phone,
            claim.Guardian, claim.Email, claim.Publication, claim.Carrier, claim.Reference, claim.Note, Written(claim.DispatchedAt),
            Written(claim.DeliveredAt));

        private static string? Written(DateTimeOffset? at) =>
            at?.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

        private static async Task WriteAsync(HttpContext context, StringBuilder csv, CancellationToken ct)
        {
            await context.Response.WriteAsync(csv.ToString(), ct);
            csv.Clear();
        }
    }
}
