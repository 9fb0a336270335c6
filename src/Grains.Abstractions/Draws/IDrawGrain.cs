using System;
using System.Threading.Tasks;
using Orleans;
using Orleans.Concurrency;
using PrizeDraw.Grains.Abstractions.Campaigns;

namespace PrizeDraw.Grains.Abstractions.Draws;

/// <summary>
/// Owns one prize draw, from its committed rules to its published winners. Key: <see cref="GrainKeys.Draw"/>.
/// Refusals: <c>draw.not_found</c>, <c>draw.wrong_state</c>, <c>draw.campaign_not_closed</c>.
/// </summary>
[Alias("draw-grain")]
public interface IDrawGrain : IGrainWithStringKey
{
    /// <summary>Commits the rules and a fresh secret; until the first entry they may be planned anew.</summary>
    [Alias("plan")] Task<Result<bool>> PlanAsync(SetDrawPlan command);

    /// <summary>
    /// Freezes the list and begins to draw, or goes on; answers when the winners are stored (provisional) and certified, or after five
    /// seconds: a long list, or one that waits for its beacon round, goes on by itself. Done already answers the same.
    /// </summary>
    [AlwaysInterleave, Alias("run")] Task<Result<bool>> RunAsync(DrawCommand command);

    /// <summary>Publishes provisional winners on the site.</summary>
    [Alias("publish")] Task<Result<bool>> PublishAsync(DrawCommand command);

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
    [property: Id(3)] bool AddedLater = false);

[GenerateSerializer, Alias("draw-command")]
public sealed record DrawCommand([property: Id(0)] Actor Actor);
