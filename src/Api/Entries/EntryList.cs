using System;
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

/// <summary>An accepted entry, with who made it.</summary>
/// <param name="Id">The entry's id.</param>
/// <param name="PoolId">The pool that took it.</param>
/// <param name="Number">Its number in the pool, from 1 without gaps.</param>
/// <param name="EnteredAt">When it was received.</param>
/// <param name="Outcome">prize, gift or none.</param>
/// <param name="Prize">What was won at once.</param>
/// <param name="Email">The entrant's e-mail address.</param>
/// <param name="FirstName">The entrant's first name.</param>
/// <param name="LastName">The entrant's last name.</param>
/// <param name="County">The entrant's county.</param>
/// <param name="Excluded">Why it takes no part in prize draws; null while it does.</param>
/// <param name="BonusTickets">Tickets on top of those that every entry of the pool has.</param>
public sealed record ListedEntry(
    string Id, string PoolId, long Number, DateTimeOffset EnteredAt, string Outcome, string? Prize,
    string? Email, string? FirstName, string? LastName, string? County, string? Excluded, int BonusTickets)
{
    internal static ListedEntry From(EntryView view) => new(
        view.Id, view.PoolId, view.Number, view.EnteredAt, view.Outcome, view.Prize, view.Email, view.FirstName, view.LastName, view.County,
        view.Excluded, view.BonusTickets);
}

internal static class EntryList
{
    public static void Map(RouteGroupBuilder v1) =>
        v1.MapGet("/campaigns/{id}/entries", ListAsync).WithTags("Entries")
            .Describe("listEntries", "List a campaign's entries with who made them, newest first.").For(Access.Manager)
            .Answers<PageAnswer<ListedEntry>>(200);

    private static async Task<IResult> ListAsync(
        TheCampaign campaign, Paging paging, Caller caller, ICampaignDataQueries data, CancellationToken ct)
    {
        var view = campaign.Value;
        var page = await data.EntriesAsync(view.TenantId, view.Id, caller.SeesPersonalData, paging.Limit, paging.Cursor, ct);
        return Answer.Ok(paging.Answer(page, ListedEntry.From));
    }
}
