using System;
using System.Collections.Immutable;
using System.Linq;
using System.Threading.Tasks;
using Orleans;
using Orleans.Concurrency;
using PrizeDraw.Grains.Abstractions.Campaigns;

namespace PrizeDraw.Grains.Abstractions.Draws;

/// <summary>
/// Owns one prize draw, from its committed rules to its published winners. Key: <see cref="GrainKeys.Draw"/>.
/// Refusals: <c>draw.not_found</c>, <c>draw.wrong_state</c>, <c>draw.campaign_not_closed</c>, <c>installation.unconfirmed</c>.
/// </summary>
[Alias("draw-grain")]
public interface IDrawGrain : IGrainWithStringKey
{
    /// <summary>Commits the rules and a fresh secret; until the first entry they may be planned anew. The same again changes nothing.</summary>
    [Alias("plan")] Task<Result<bool>> PlanAsync(SetDrawPlan command);

    /// <summary>
    /// Publishes what was just planned, signed, before the campaign is published with it. Fails where it can't be stored. May be repeated, to the
    /// same document; the campaign fixes it.
    /// </summary>
    [Alias("publish-plan")] Task PublishPlanAsync(SetDrawPlan command);

    /// <summary>
    /// Freezes the list and begins to draw, or goes on; answers when the winners are stored (provisional) and certified, or after five
    /// seconds: a long list, or one that waits for its beacon round, goes on by itself. Done already answers the same.
    /// </summary>
    [AlwaysInterleave, Alias("run")] Task<Result<bool>> RunAsync(DrawCommand command);

    /// <summary>Publishes provisional winners on the site.</summary>
    [Alias("publish")] Task<Result<bool>> PublishAsync(DrawCommand command);

    /// <summary>
    /// Takes the prize from the winner or reserve at this position of the order, for good; the next reserve inherits it. The certificate is
    /// issued again. Replaced already: nothing happens. Refusals beside those above: <c>winner.not_found</c>,
    /// <c>winner.holds_no_prize</c>, <c>draw.replacement_invalid</c>.
    /// </summary>
    [AlwaysInterleave, Alias("replace")] Task<Result<bool>> ReplaceAsync(ReplaceWinner command);

    /// <summary>
    /// Declares the draw void: nobody wins by it. Before it is committed it ends at once; committed, it is still revealed and certified, with the
    /// event, and then void; drawn, its certificate is issued again. Void already: nothing happens.
    /// </summary>
    [AlwaysInterleave, Alias("void")] Task<Result<bool>> VoidAsync(VoidDraw command);

    /// <summary>
    /// Asks an independent person for the randomness; the link of one who was asked before is good no more.
    /// Refusals beside those above: <c>draw.not_observed</c>.
    /// </summary>
    [AlwaysInterleave, Alias("ask-observer")] Task<Result<bool>> AskObserverAsync(AskObserver command);

    /// <summary>
    /// Takes the randomness from the observer, once, after the commitment is public; then the draw goes on by itself. The same again changes
    /// nothing. Refusals: <c>observation.not_found</c>, <c>observation.too_early</c>, <c>observation.supplied</c>, <c>observation.invalid</c>.
    /// </summary>
    [AlwaysInterleave, Alias("supply-randomness")] Task<Result<bool>> SupplyRandomnessAsync(SupplyRandomness command);

    /// <summary>
    /// Sets the reminder that runs the draw at its time. Gets through while the draw runs: the campaign, which asks for it, may be
    /// what the running draw is waiting for.
    /// </summary>
    [AlwaysInterleave, Alias("schedule")] Task ScheduleAsync(DateTimeOffset at);
}

/// <param name="AddedLater">Entries that the draw covers may have been taken: it is marked so, and needs level beacon or observed.</param>
[GenerateSerializer, Alias("set-draw-plan")]
public sealed record SetDrawPlan(
    [property: Id(0)] Actor Actor, [property: Id(1)] DrawSettings Draw, [property: Id(2)] DateTimeOffset ClosesAt,
    [property: Id(3)] bool AddedLater = false)
{
    /// <summary>Tickets of the campaign's pools, which the draw's plan names.</summary>
    [Id(4)] public ImmutableArray<PoolTickets> Tickets { get; init; } = [];

    /// <summary>The plan for a draw of a campaign with a closing date, whose pools have ids.</summary>
    public static SetDrawPlan Of(Actor actor, DrawSettings draw, CampaignSettings settings, bool addedLater = false) =>
        new(actor, draw, settings.ClosesAt!.Value, addedLater) { Tickets = TicketsOf(settings) };

    /// <summary>Of every pool of these settings.</summary>
    public static ImmutableArray<PoolTickets> TicketsOf(CampaignSettings settings) => [.. settings.Pools.Select(p => new PoolTickets(p.Id!, p.Tickets))];
}

/// <summary>How many tickets every entry of a pool has.</summary>
[GenerateSerializer, Alias("pool-tickets")]
public sealed record PoolTickets([property: Id(0)] string PoolId, [property: Id(1)] int Tickets);

[GenerateSerializer, Alias("draw-command")]
public sealed record DrawCommand([property: Id(0)] Actor Actor);

/// <param name="Position">The position of the order that holds the prize.</param>
/// <param name="ReasonCode">One of <c>ReplacementReasons</c>.</param>
/// <param name="Clause">The clause of the terms that states the criterion; public, so without personal data. For a disqualification.</param>
/// <param name="Evidence">What proves it; stays with the case. For a disqualification.</param>
[GenerateSerializer, Alias("replace-winner")]
public sealed record ReplaceWinner(
    [property: Id(0)] Actor Actor, [property: Id(1)] int Position, [property: Id(2)] string ReasonCode,
    [property: Id(3)] string? Clause, [property: Id(4)] string? Evidence);

/// <param name="Reason">Text of people; kept with the case.</param>
[GenerateSerializer, Alias("void-draw")]
public sealed record VoidDraw([property: Id(0)] Actor Actor, [property: Id(1)] string Reason);
