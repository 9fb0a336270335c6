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
using PrizeDraw.Grains.Abstractions.Campaigns;

namespace PrizeDraw.Api.Entries;

/// <summary>All entries as a file, oldest first; streamed, so that ten million cost no more memory than ten.</summary>
internal static class EntryExport
{
    private static readonly string[] Columns =
        ["number", "pool", "entryId", "enteredAt", "outcome", "prize", "email", "firstName", "lastName", "county", "excluded", "bonusTickets"];

    public static void Map(RouteGroupBuilder v1) =>
        v1.MapGet("/campaigns/{id}/entries.csv", Export).WithTags("Entries")
            .Describe("exportEntries", "A campaign's entries as CSV, oldest first.").For(Access.Manager)
            .WithMetadata(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(string), ["text/csv"]));

    private static IResult Export(TheCampaign campaign, Caller caller, IEntryExport entries) =>
        new CsvFile<EntryView>(
            $"{campaign.Value.Settings.Slug ?? campaign.Value.Id}-entries.csv", Columns,
            ct => entries.ReadAsync(campaign.Value.TenantId, campaign.Value.Id, caller.SeesPersonalData, ct), Append);

    private static void Append(StringBuilder csv, EntryView entry) => CsvLine.Append(
        csv, entry.Number.ToString(CultureInfo.InvariantCulture), entry.PoolId, entry.Id,
        entry.EnteredAt.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture), entry.Outcome, entry.Prize,
        entry.Email, entry.FirstName, entry.LastName, entry.County, entry.Excluded,
        entry.BonusTickets.ToString(CultureInfo.InvariantCulture));
}
