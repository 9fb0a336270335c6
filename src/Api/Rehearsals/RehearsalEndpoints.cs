using System;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orleans;
using PrizeDraw.Api.Campaigns;
using PrizeDraw.Api.Identity;
using PrizeDraw.Api.OpenApi;
using PrizeDraw.Api.Problems;
using PrizeDraw.Api.Requests;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Rehearsals;

namespace PrizeDraw.Api.Rehearsals;

/// <summary>Rehearsals: seeing a campaign at work before it opens, apart from everything that counts.</summary>
internal static class RehearsalEndpoints
{
    private const string One = "/campaigns/{id}/rehearsals/{rehearsal}";

    /// <summary>How long an answer waits for what the rehearsal does by itself; what takes longer is told by its state.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static void Map(RouteGroupBuilder v1)
    {
        v1.MapPost("/campaigns/{id}/rehearsals", CreateAsync).WithTags("Rehearsals")
            .Describe("createRehearsal", "Make a rehearsal of the campaign as it is, and its token, which is told this once.").For(Access.Manager)
            .Answers<RehearsalMade>(201).Fails("campaign.wrong_state", "rehearsal.invalid", "rehearsal.not_found", "rehearsal.too_many");
        v1.MapGet("/campaigns/{id}/rehearsals", ListAsync).WithTags("Rehearsals")
            .Describe("listRehearsals", "List a campaign's rehearsals, newest first.").For(Access.ReadOnly).Answers<PageAnswer<RehearsalAnswer>>(200);
        v1.MapGet(One, ReadAsync).WithTags("Rehearsals")
            .Describe("getRehearsal", "Read a rehearsal: its state, its traffic, its numbers.").For(Access.ReadOnly).Answers<RehearsalAnswer>(200);
        v1.MapDelete(One, DeleteAsync).WithTags("Rehearsals")
            .Describe("deleteRehearsal", "End a rehearsal: nothing of it stays.").For(Access.Manager).Answers(204);
        v1.MapPost(One + "/runs", RunAsync).WithTags("Rehearsals")
            .Describe("runRehearsal", "Send generated entries into the rehearsal.").For(Access.Manager)
            .Answers<RehearsalAnswer>(202).Fails("campaign.wrong_state", "rehearsal.wrong_state", "rehearsal.invalid");
        v1.MapPost(One + "/stop", StopAsync).WithTags("Rehearsals")
            .Describe("stopRehearsal", "Stop the traffic; what was sent stays.").For(Access.Manager).Answers<RehearsalAnswer>(200);
    }

    private static async Task<IResult> CreateAsync(
        TheCampaign campaign, Body<RehearsalFields> body, Creation creation, Caller caller, IGrainFactory grains, IRehearsalQueries rehearsals,
        TimeProvider clock, CancellationToken ct) =>
        await creation.OnceAsync(body, async uuid =>
        {
            var (tenant, id) = (campaign.Value.TenantId, Ids.Format(Ids.Rehearsal, uuid));
            var (token, hash) = RehearsalTokens.New();
            var made = await grains.GetGrain<IRehearsalGrain>(GrainKeys.Rehearsal(tenant, campaign.Value.Id, id))
                .CreateAsync(new CreateRehearsal(caller.Actor, hash, body.Value.ExpiresAt));
            if (made.Refusal is { } refusal)
            {
                return Problem.From(refusal);
            }

            var view = await SettledAsync(rehearsals, campaign.Value, id, v => v is { State: "preparing" }, clock, ct);
            return view is null
                ? new Problem("rehearsal.not_found") // Ended by somebody else meanwhile.
                : Answer.Created(
                    $"/v1/campaigns/{campaign.Value.Id}/rehearsals/{id}", new RehearsalMade(id, token, view.State, view.CreatedAt, view.ExpiresAt));
        }, WithoutToken);

    private static async Task<IResult> ListAsync(TheCampaign campaign, Paging paging, IRehearsalQueries rehearsals, CancellationToken ct) =>
        Answer.Ok(paging.Answer(
            await rehearsals.ListAsync(campaign.Value.TenantId, campaign.Value.Id, paging.Limit, paging.Cursor, ct), RehearsalAnswer.From));

    private static async Task<IResult> ReadAsync(TheRehearsal rehearsal, ICampaignStatistics statistics, CancellationToken ct)
    {
        var stats = rehearsal.Value.State == "ready"
            ? await StatsAnswer.ReadAsync(statistics, rehearsal.Campaign, rehearsal.Value.Id, StatsSpan.Latest, ct)
            : null;
        return Answer.Ok(RehearsalAnswer.From(rehearsal.Value, stats));
    }

    private static async Task<IResult> DeleteAsync(
        TheRehearsal rehearsal, Caller caller, IGrainFactory grains, IRehearsalQueries rehearsals, TimeProvider clock, CancellationToken ct)
    {
        var deleted = await rehearsal.Grain(grains).DeleteAsync(new RehearsalCommand(caller.Actor));
        if (deleted.Refusal is { } refusal)
        {
            return Problem.From(refusal);
        }

        await SettledAsync(rehearsals, rehearsal.Campaign, rehearsal.Value.Id, v => v is not null, clock, ct);
        return TypedResults.NoContent();
    }

    private static async Task<IResult> RunAsync(
        TheRehearsal rehearsal, Body<RehearsalRunFields> body, Caller caller, IGrainFactory grains, IRehearsalQueries rehearsals, CancellationToken ct)
    {
        var asked = body.Value;
        var begun = await rehearsal.Grain(grains).RunAsync(new RunRehearsal(
            caller.Actor, asked.Entries, asked.PerSecond, asked.From, asked.To, asked.Entrants, asked.Fresh ?? true));
        return begun.Refusal is { } refusal
            ? Problem.From(refusal)
            : Answer.Accepted(
                $"/v1/campaigns/{rehearsal.Campaign.Id}/rehearsals/{rehearsal.Value.Id}", await NowAsync(rehearsal, rehearsals, ct));
    }

    private static async Task<IResult> StopAsync(
        TheRehearsal rehearsal, Caller caller, IGrainFactory grains, IRehearsalQueries rehearsals, CancellationToken ct)
    {
        var stopped = await rehearsal.Grain(grains).StopAsync(new RehearsalCommand(caller.Actor));
        return stopped.Refusal is { } refusal ? Problem.From(refusal) : Answer.Ok(await NowAsync(rehearsal, rehearsals, ct));
    }

    private static async Task<RehearsalAnswer> NowAsync(TheRehearsal rehearsal, IRehearsalQueries rehearsals, CancellationToken ct) =>
        RehearsalAnswer.From(
            await rehearsals.FindAsync(rehearsal.Campaign.TenantId, rehearsal.Campaign.Id, rehearsal.Value.Id, ct) ?? rehearsal.Value);

    /// <summary>The token is told to who made it, and to nobody who repeats the request.</summary>
    private static Answer WithoutToken(Answer answer)
    {
        var told = JsonSerializer.Deserialize<RehearsalMade>(answer.Stored.Body, WireJson.Options)!;
        return new Answer(answer.Stored with { Body = JsonSerializer.Serialize(told with { Token = null }, WireJson.Options) });
    }

    private static async Task<RehearsalView?> SettledAsync(
        IRehearsalQueries rehearsals, CampaignView campaign, string id, Func<RehearsalView?, bool> goesOn, TimeProvider clock, CancellationToken ct)
    {
        var until = clock.GetUtcNow() + Patience;
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(50), clock);
        RehearsalView? view;
        while (goesOn(view = await rehearsals.FindAsync(campaign.TenantId, campaign.Id, id, ct)) && clock.GetUtcNow() < until)
        {
            await ticks.WaitForNextTickAsync(ct);
        }

        return view;
    }
}
