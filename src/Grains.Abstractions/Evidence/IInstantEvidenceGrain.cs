using System;
using System.Collections.Immutable;
using System.Threading.Tasks;
using Orleans;
using Orleans.Concurrency;
using PrizeDraw.Grains.Abstractions.Campaigns;

namespace PrizeDraw.Grains.Abstractions.Evidence;

/// <summary>
/// Publishes what a closed campaign's instant wins can be recomputed from, and recounts them. Key: <see cref="GrainKeys.Campaign"/>.
/// </summary>
[Alias("instant-evidence-grain")]
public interface IInstantEvidenceGrain : IGrainWithStringKey
{
    /// <summary>
    /// Begins, or goes on, once every pool has closed; returns when no crash can make it be forgotten. Gets through while the work is under
    /// way. Done already: nothing happens.
    /// </summary>
    [AlwaysInterleave, Alias("start")] Task StartAsync();

    /// <summary>
    /// Waits for the round that the campaign's pools have committed to, or goes on waiting, and opens them with it; returns when no crash can make
    /// it be forgotten. Nothing to wait for: nothing happens.
    /// </summary>
    [AlwaysInterleave, Alias("await-round")] Task AwaitRoundAsync();

    /// <summary>
    /// Winning moments of a pool that are still to come, for a <c>super_admin</c> with a reason alone; the look is audited and printed on the
    /// close-out statement. Refusals: <c>auth.forbidden</c>, <c>pool.not_found</c>.
    /// </summary>
    [Alias("unseal")] Task<Result<UnsealedMoments>> UnsealAsync(UnsealMoments command);
}

[GenerateSerializer, Alias("unseal-moments")]
public sealed record UnsealMoments([property: Id(0)] Actor Actor, [property: Id(1)] string PoolId, [property: Id(2)] string Reason);

/// <param name="Total">How many are still to come.</param>
/// <param name="Moments">The first of them in order of time, at most 10,000.</param>
[GenerateSerializer, Alias("unsealed-moments")]
public sealed record UnsealedMoments([property: Id(0)] long Total, [property: Id(1)] ImmutableArray<UnsealedMoment> Moments);

[GenerateSerializer, Alias("unsealed-moment")]
public sealed record UnsealedMoment([property: Id(0)] string Id, [property: Id(1)] string PrizeId, [property: Id(2)] DateTimeOffset At);
