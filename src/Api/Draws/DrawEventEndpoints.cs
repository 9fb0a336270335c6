using System;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Linq;
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
using PrizeDraw.Grains.Abstractions.Draws;

namespace PrizeDraw.Api.Draws;

/// <summary>What people decide about a draw after its commitment; each is an event of its certificate's chain.</summary>
internal static class DrawEventEndpoints
{
    public static void Map(RouteGroupBuilder v1)
    {
        v1.MapPost("/draws/{id}/winners/{position}/replace", ReplaceAsync).WithTags("Draws")
            .Describe(
                "replaceWinner", "Take the prize from who holds it at this position of the order; the next reserve inherits it, and the certificate is issued again.")
            .For(Access.Manager).Answers<DrawAnswer>(200)
            .Fails("draw.wrong_state", "draw.replacement_invalid", "winner.not_found", "winner.holds_no_prize", "installation.unconfirmed");
        v1.MapPost("/draws/{id}/void", VoidAsync).WithTags("Draws")
            .Describe("voidDraw", "Declare the draw void. One that is committed is still revealed at its round, and then void.")
            .For(Access.Manager).Answers<DrawAnswer>(200).Fails("draw.reason_missing", "installation.unconfirmed");
    }

    private static async Task<IResult> ReplaceAsync(
        TheDraw draw, string position, Body<WinnerReplacement> body, Creation creation, Caller caller, IGrainFactory grains, ICampaignDataQueries data,
        CancellationToken ct) =>
        await creation.OnceAsync(body, async _ =>
        {
            // What is no number names no position: the grain says so, as of any other that the order has not.
            var at = int.TryParse(position, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
            var command = new ReplaceWinner(caller.Actor, at, body.Value.Reason, body.Value.Clause, body.Value.Evidence);
            return await ToldAsync(await draw.Grain(grains).ReplaceAsync(command), draw, caller, data, ct);
        });

    private static async Task<IResult> VoidAsync(
        TheDraw draw, Body<VoidingReason> body, Caller caller, IGrainFactory grains, ICampaignDataQueries data, CancellationToken ct) =>
        await ToldAsync(await draw.Grain(grains).VoidAsync(new VoidDraw(caller.Actor, body.Value.Reason)), draw, caller, data, ct);

    private static async Task<IResult> ToldAsync(
        Result<bool> result, TheDraw draw, Caller caller, ICampaignDataQueries data, CancellationToken ct)
    {
        if (result.Refusal is { } refusal)
        {
            return Problem.From(refusal);
        }

        var draws = await DrawAnswer.AllAsync(draw.Campaign, caller, data, ct);
        return Answer.Ok(draws.FirstOrDefault(now => now.Id == draw.Value.Id) ?? draw.Value);
    }
}

/// <summary>Why a winner is replaced.</summary>
[Example("""{"reason":"ineligible-staff","clause":"3.2","evidence":"On the agency's list of staff of 1 December 2026."}""")]
public sealed record WinnerReplacement
{
    /// <summary>A code, which stands on the certificate. All but declined and unreachable disqualify: they need clause and evidence.</summary>
    [AllowedValues(
        "breach-of-terms", "declined", "duplicate-person", "ineligible-region", "ineligible-staff", "previous-winner", "under-age", "unreachable")]
    public required string Reason { get; init; }

    /// <summary>The clause of the terms that states the criterion; stands on the certificate, so no personal data.</summary>
    [StringLength(500, MinimumLength = 1)] public string? Clause { get; init; }

    /// <summary>What proves it; kept with the case, of which the certificate has a hash alone.</summary>
    [StringLength(4_000, MinimumLength = 1)] public string? Evidence { get; init; }
}

/// <summary>Why a draw is void.</summary>
[Example("""{"reason":"The entry form was not reachable for two days."}""")]
public sealed record VoidingReason
{
    /// <summary>Kept with the case, of which the certificate has a hash alone.</summary>
    [StringLength(1_000, MinimumLength = 1)] public required string Reason { get; init; }
}

/// <summary>An event of the certificate's chain.</summary>
/// <param name="Kind">winner-replaced, closing-changed, voided or withheld.</param>
/// <param name="Position">The winner's position that the prize was drawn for; null for the whole draw.</param>
/// <param name="ReasonCode">A stable code.</param>
/// <param name="Clause">The clause of the terms that a winner failed.</param>
/// <param name="EvidenceHash">Hash of what is kept with the case, lower-case hex.</param>
/// <param name="Actor">platform, or a user's id.</param>
/// <param name="At">When it was decided.</param>
public sealed record DrawHappening(
    string Kind, int? Position, string ReasonCode, string? Clause, string? EvidenceHash, string Actor, DateTimeOffset At)
{
    internal static DrawHappening From(DrawEventView view) =>
        new(view.Kind, view.Position, view.ReasonCode, view.Clause, view.EvidenceHash, view.Actor, view.At);
}
