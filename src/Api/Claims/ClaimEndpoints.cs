using System;
using System.Linq;
using System.Reflection;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using PrizeDraw.Api.Audit;
using PrizeDraw.Api.Campaigns;
using PrizeDraw.Api.Identity;
using PrizeDraw.Api.OpenApi;
using PrizeDraw.Api.Problems;
using PrizeDraw.Api.Requests;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Claims;

namespace PrizeDraw.Api.Claims;

/// <summary>Where claims are looked after. None of these shows a token or a link.</summary>
internal static class ClaimEndpoints
{
    // No text of a request has it: what a patch leaves out stays as it is, and is told apart from what it takes away.
    private const string Kept = "\u0001";

    public static void Map(RouteGroupBuilder v1)
    {
        v1.MapGet("/campaigns/{id}/claims", ListAsync).WithTags("Claims")
            .Describe("listClaims", "List the claims of a campaign's winners, newest first; who they are is for those who see personal data.")
            .For(Access.ReadOnly).Answers<PageAnswer<ClaimAnswer>>(200);
        v1.MapPatch("/claims/{id}", MoveAsync).WithTags("Claims")
            .Describe("changeClaim", "Say how far a claimed prize is, by a merge patch: forward, or back by one step where a slip is put right.")
            .For(Access.Manager).Answers<ClaimAnswer>(200, etag: true).Fails("claim.wrong_state", "claim.version_conflict");
        ClaimExport.Map(v1);
    }

    private static async Task<IResult> ListAsync(
        TheCampaign campaign, Paging paging, ClaimFilter filter, Caller caller, IClaimQueries claims, TimeProvider clock, CancellationToken ct)
    {
        var view = campaign.Value;
        var page = await claims.ListAsync(view.TenantId, view.Id, filter.State, caller.SeesPersonalData, paging.Limit, paging.Cursor, ct);
        var now = clock.GetUtcNow();
        return Answer.Ok(paging.Answer(page, claim => ClaimAnswer.From(claim, view.Id, now)));
    }

    private static async Task<IResult> MoveAsync(
        TheClaim claim, MergePatch<ClaimChange> patch, IfMatch ifMatch, Caller caller, IGrainFactory grains, TimeProvider clock)
    {
        var asked = patch.ApplyTo(new ClaimChange { State = Kept, Carrier = Kept, Reference = Kept, Note = Kept });
        var moved = await grains.GetGrain<IClaimsGrain>(GrainKeys.Campaign(claim.Campaign.TenantId, claim.Campaign.Id)).MoveAsync(new MoveClaim(
            caller.Actor, claim.Value.Id, ifMatch.Version, asked.State is Kept ? null : asked.State, Given(asked.Carrier), Given(asked.Reference),
            Given(asked.Note)));
        return moved.Then(now => Answer.Ok(ClaimAnswer.From(now, claim.Campaign.Id, clock.GetUtcNow()), now.Version));
    }

    private static string? Given(string? text) => text is Kept ? null : text ?? "";
}

/// <summary>Which claims are asked for.</summary>
public sealed record ClaimFilter(string? State, Problem? Problem) : IBound
{
    internal static readonly string[] States = ["told", "claimed", "lapsed", "replaced", "preparing", "dispatched", "delivered"];

    public static ValueTask<ClaimFilter> BindAsync(HttpContext context, ParameterInfo _)
    {
        var query = new QueryReader(context.Request.Query);
        var state = query.Text("state", 20);
        return ValueTask.FromResult(
            query.Problem is { } problem ? new ClaimFilter(null, problem)
            : state is not null && !States.Contains(state)
                ? new ClaimFilter(null, Problem.At(ErrorCodes.InvalidParameter, "state", $"must be one of: {string.Join(", ", States)}."))
                : new ClaimFilter(state, null));
    }
}

/// <summary>The claim that the path names with its campaign, if the caller sees it; else it is not there.</summary>
public sealed class TheClaim : IBound
{
    private readonly (CampaignView Campaign, ClaimView Claim)? _found;

    private TheClaim((CampaignView Campaign, ClaimView Claim)? found) => _found = found;

    public CampaignView Campaign => Found.Campaign;

    public ClaimView Value => Found.Claim;

    public Problem? Problem => _found is null ? new Problem("claim.not_found") : null;

    private (CampaignView Campaign, ClaimView Claim) Found => _found ?? throw new InvalidOperationException("The claim is not there.");

    public static async ValueTask<TheClaim> BindAsync(HttpContext context, ParameterInfo _)
    {
        var caller = Caller.Of(context);
        return new TheClaim(context.Request.RouteValues["id"] is string id
            ? await context.RequestServices.GetRequiredService<IClaimQueries>().FindAsync(caller.Scope, id, personal: false, context.RequestAborted)
            : null);
    }
}
