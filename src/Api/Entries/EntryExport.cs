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

namespace PrizeDraw.Api.Entries;

/// <summary>All entries as a file, oldest first; streamed, so that ten million cost no more memory than ten.</summary>
internal static class EntryExport
{
    private const int FlushBytes = 64 * 1024;

    private static readonly string[] Columns =
        ["number", "pool", "entryId", "enteredAt", "outcome", "prize", "email", "firstName", "lastName", "county", "excluded", "bonusTickets"];

    public static void Map(RouteGroupBuilder v1) =>
        v1.MapGet("/campaigns/{id}/entries.csv", Export).WithTags("Entries")
            .Describe("exportEntries", "A campaign's entries as CSV, oldest first.").For(Access.Manager)
            .WithMetadata(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(string), ["text/csv"]));

    private static IResult Export(TheCampaign campaign, Caller caller, IEntryExport entries) =>
        new CsvFile(campaign.Value, caller.SeesPersonalData, entries);

    private sealed class CsvFile(CampaignView campaign, bool personal, IEntryExport entries) : IResult
    {
        public async Task ExecuteAsync(HttpContext context)
        {
            var ct = context.RequestAborted;
            await using var pages = entries.ReadAsync(campaign.TenantId, campaign.Id, personal, ct).GetAsyncEnumerator(ct);
            // The first page comes before the headers: a database that is away is then told as such, and not as an empty file.
            var more = await pages.MoveNextAsync();
            context.Response.ContentType = "text/csv; charset=utf-8";
            context.Response.Headers.ContentDisposition = $"attachment; filename=\"{campaign.Settings.Slug ?? campaign.Id}-entries.csv\"";
            context.Response.Headers.CacheControl = "no-store";
            var csv = new StringBuilder();
            CsvLine.Append(csv, Columns);
            while (more)
            {
                Append(csv, pages.Current);
                if (csv.Length >= FlushBytes)
                {
                    await WriteAsync(context, csv, ct);
                }

                more = await pages.MoveNextAsync();
            }

            await WriteAsync(context, csv, ct);
        }

        private static void Append(StringBuilder csv, EntryView entry) => CsvLine.Append(
            csv, entry.Number.ToString(CultureInfo.InvariantCulture), entry.PoolId, entry.Id,
            entry.EnteredAt.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture), entry.Outcome, entry.Prize,
            entry.Email, entry.FirstName, entry.LastName, entry.County, entry.Excluded,
            entry.BonusTickets.ToString(CultureInfo.InvariantCulture));

        private static async Task WriteAsync(HttpContext context, StringBuilder csv, CancellationToken ct)
        {
            await context.Response.WriteAsync(csv.ToString(), ct);
            csv.Clear();
        }
    }
}
