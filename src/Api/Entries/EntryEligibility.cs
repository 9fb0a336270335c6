using System;
using System.ComponentModel.DataAnnotations;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orleans;
using PrizeDraw.Api.Identity;
using PrizeDraw.Api.OpenApi;
using PrizeDraw.Api.Problems;
using PrizeDraw.Api.Requests;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;

namespace PrizeDraw.Api.Entries;

/// <summary>Why an entry takes no part in prize draws.</summary>
[Example("""{"reason":"under-age","clause":"2. Open to residents of the UK aged 18 or over.","evidence":"Copy of the passport, case 1042","tellEntrant":true}""")]
public sealed record EntryExclusionFields
{
    /// <summary>A code of a-z, 0-9 and hyphen, such as duplicate, staff, under-age, fraud or region; it is published with the list.</summary>
    [StringLength(64, MinimumLength = 1)] public required string Reason { get; init; }

    /// <summary>The clause of the terms that states the criterion; needed but for duplicate, test-entry and withdrawn (CAP Code 8.27).</summary>
    [StringLength(500)] public string? Clause { get; init; }

    /// <summary>What proves it; needed where the clause is. Kept with the entry, never published.</summary>
    [StringLength(5_000)] public string? Evidence { get; init; }

    /// <summary>Whether the entrant is told by mail; default false.</summary>
    public bool? TellEntrant { get; init; }

    /// <summary>The entry's campaign: found quicker when it is named.</summary>
    [StringLength(40)] public string? CampaignId { get; init; }
}

/// <summary>Why an entry takes part again.</summary>
[Example("""{"reason":"The passport shows that she is 19."}""")]
public sealed record EntryRestorationFields
{
    /// <summary>Kept with the entry.</summary>
    [StringLength(500, MinimumLength = 1)] public required string Reason { get; init; }

    /// <summary>The entry's campaign: found quicker when it is named.</summary>
    [StringLength(40)] public string? CampaignId { get; init; }
}

/// <summary>Tickets on top of those that every entry of the pool has.</summary>
[Example("""{"tickets":4,"reason":"Bonus entries for a receipt of more than £50, clause 7."}""")]
public sealed record EntryTicketsFields
{
    /// <summary>In all; 0 takes a grant back.</summary>
    [Range(0, 1_000)] public required int Tickets { get; init; }

    /// <summary>Kept with the entry.</summary>
    [StringLength(500, MinimumLength = 1)] public required string Reason { get; init; }

    /// <summary>The entry's campaign: found quicker when it is named.</summary>
    [StringLength(40)] public string? CampaignId { get; init; }
}

/// <summary>How an entry stands in prize draws.</summary>
/// <param name="Id">The entry's id.</param>
/// <param name="Excluded">Why it takes no part; null while it does.</param>
/// <param name="BonusTickets">Tickets on top of those that every entry of the pool has.</param>
[Example("""{"id":"ent_0193a5f2c0de7a10b1c2d3e4f5a6b7c8","excluded":"under-age","bonusTickets":0}""")]
public sealed record EntryStandingAnswer(string Id, string? Excluded, int BonusTickets);

/// <summary>Which entries take part in prize draws, and with how many tickets, until the list is frozen.</summary>
internal static class EntryEligibility
{
    private const string NotFound = "entry.not_found", Frozen = "entry.draw_frozen";

    public static void Map(RouteGroupBuilder v1)
    {
        v1.MapPost("/entries/{id}/exclude", ExcludeAsync).WithTags("Entries")
            .Describe("excludeEntry", "Leave an entry out of prize draws, for a reason that the terms state, until the list is frozen.").For(Access.Manager)
            .Answers<EntryStandingAnswer>(200).Fails(NotFound, Frozen, ErrorCodes.EntryInvalid);
        v1.MapPost("/entries/{id}/restore", RestoreAsync).WithTags("Entries")
            .Describe("restoreEntry", "Let an entry that was left out take part again, until the list is frozen.").For(Access.Manager)
            .Answers<EntryStandingAnswer>(200).Fails(NotFound, Frozen, ErrorCodes.EntryInvalid);
        v1.MapPost("/entries/{id}/tickets", GrantAsync).WithTags("Entries")
            .Describe("grantTickets", "Give an entry bonus tickets in prize draws, until the list is frozen.").For(Access.Manager)
            .Answers<EntryStandingAnswer>(200).Fails(NotFound, Frozen, ErrorCodes.EntryInvalid);
    }

    private static Task<IResult> ExcludeAsync(
        string id, Body<EntryExclusionFields> body, Caller caller, IEntryCampaigns entries, IGrainFactory grains, CancellationToken ct) =>
        ChangeAsync(id, body.Value.CampaignId, caller, entries, grains, (entry, given) => entry.ExcludeAsync(new ExcludeEntry(
            caller.Actor, id, given.Reason, given.Clause, given.Evidence, given.TellEntrant ?? false)), body.Value, ct);

    private static Task<IResult> RestoreAsync(
        string id, Body<EntryRestorationFields> body, Caller caller, IEntryCampaigns entries, IGrainFactory grains, CancellationToken ct) =>
        ChangeAsync(id, body.Value.CampaignId, caller, entries, grains, (entry, given) => entry.RestoreAsync(new RestoreEntry(
            caller.Actor, id, given.Reason)), body.Value, ct);

    private static Task<IResult> GrantAsync(
        string id, Body<EntryTicketsFields> body, Caller caller, IEntryCampaigns entries, IGrainFactory grains, CancellationToken ct) =>
        ChangeAsync(id, body.Value.CampaignId, caller, entries, grains, (entry, given) => entry.GrantTicketsAsync(new GrantTickets(
            caller.Actor, id, given.Tickets, given.Reason)), body.Value, ct);

    private static async Task<IResult> ChangeAsync<T>(
        string id, string? campaignId, Caller caller, IEntryCampaigns entries, IGrainFactory grains,
        Func<IEntryEligibilityGrain, T, Task<Result<EntryStanding>>> change, T given, CancellationToken ct)
    {
        if (await entries.FindAsync(caller.Scope, id, campaignId, ct) is not { } campaign)
        {
            return new Problem(NotFound);
        }

        var changed = await change(grains.GetGrain<IEntryEligibilityGrain>(GrainKeys.Campaign(campaign.TenantId, campaign.Id)), given);
        return changed.Then(standing => Answer.Ok(new EntryStandingAnswer(standing.EntryId, standing.Excluded, standing.BonusTickets)));
    }
}
