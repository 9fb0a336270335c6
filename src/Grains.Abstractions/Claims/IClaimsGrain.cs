using System;
using System.Threading.Tasks;
using Orleans;

namespace PrizeDraw.Grains.Abstractions.Claims;

/// <summary>
/// Keeps the claims of one campaign's winners: tells them, reminds them, lets what is not claimed lapse so that a reserve moves up, takes the
/// claims that are made, and what is done about them. Key: <see cref="GrainKeys.Campaign"/>.
/// Refusals: <c>claim.not_found</c>, <c>claim.lapsed</c>, <c>claim.replaced</c>, <c>claim.already_claimed</c>, <c>claim.invalid</c>,
/// <c>claim.wrong_state</c>, <c>claim.version_conflict</c>.
/// </summary>
[Alias("claims-grain")]
public interface IClaimsGrain : IGrainWithStringKey
{
    /// <summary>Winners may have been drawn, replaced or certified. When this returns, a reminder stands that survives the host.</summary>
    [Alias("wake")] Task WakeAsync();

    /// <summary>A winner claims, or thinks otherwise about being named. The same again is answered alike.</summary>
    [Alias("make")] Task<Result<ClaimView>> MakeAsync(MakeClaim command);

    /// <summary>Whoever fulfils says how far it is.</summary>
    [Alias("move")] Task<Result<ClaimView>> MoveAsync(MoveClaim command);
}

/// <param name="TokenHash">SHA-256 of the token that was shown, lower-case hex.</param>
/// <param name="Guardian">Name of a parent or guardian; needed for minors.</param>
/// <param name="Publication"><c>agreed</c> or <c>objected</c>; null leaves it as it is.</param>
[GenerateSerializer, Alias("make-claim")]
public sealed record MakeClaim(
    [property: Id(0)] string TokenHash,
    [property: Id(1)] string? Name,
    [property: Id(2)] string? Address,
    [property: Id(3)] string? Phone,
    [property: Id(4)] string? Guardian,
    [property: Id(5)] string? Publication);

/// <param name="IfMatch">The version that this is based on; null is any.</param>
/// <param name="State">Where to; null stays where it is.</param>
/// <param name="Carrier">At most 100 characters; null leaves it as it is, empty takes it away. So do the others.</param>
[GenerateSerializer, Alias("move-claim")]
public sealed record MoveClaim(
    [property: Id(0)] Actor Actor,
    [property: Id(1)] string ClaimId,
    [property: Id(2)] long? IfMatch,
    [property: Id(3)] string? State,
    [property: Id(4)] string? Carrier,
    [property: Id(5)] string? Reference,
    [property: Id(6)] string? Note);

/// <summary>A claim as it stands.</summary>
[GenerateSerializer, Alias("claim-view")]
public sealed record ClaimView
{
    [Id(0)] public required string Id { get; init; }

    [Id(1)] public required string DrawId { get; init; }

    /// <summary>The winner's place in the draw's order, from 1.</summary>
    [Id(2)] public required int Position { get; init; }

    [Id(3)] public required string EntryId { get; init; }

    [Id(4)] public required string Prize { get; init; }

    /// <summary><c>told</c>, <c>claimed</c>, <c>lapsed</c>, <c>replaced</c>, <c>preparing</c>, <c>dispatched</c> or <c>delivered</c>.</summary>
    [Id(5)] public required string State { get; init; }

    /// <summary>Goes into the ETag; counts up with each change.</summary>
    [Id(6)] public required long Version { get; init; }

    [Id(7)] public required DateTimeOffset ToldAt { get; init; }

    [Id(8)] public required DateTimeOffset Deadline { get; init; }

    [Id(9)] public DateTimeOffset? ClaimedAt { get; init; }

    /// <summary><c>agreed</c> or <c>objected</c>; null before the claim.</summary>
    [Id(10)] public string? Publication { get; init; }

    /// <summary>Whether the mail that told the winner is <c>pending</c>, <c>sent</c> or <c>failed</c>.</summary>
    [Id(11)] public string? Mail { get; init; }

    [Id(12)] public string? Carrier { get; init; }

    [Id(13)] public string? Reference { get; init; }

    [Id(14)] public string? Note { get; init; }

    [Id(15)] public DateTimeOffset? DispatchedAt { get; init; }

    [Id(16)] public DateTimeOffset? DeliveredAt { get; init; }

    /// <summary>Personal data, for those who see it alone.</summary>
    [Id(17)] public ClaimPerson? Person { get; init; }

    /// <summary>Whether the winner is a minor, for whom a guardian agrees.</summary>
    [Id(18)] public bool IsMinor { get; init; }

    /// <summary>When the prize should be on its way at the latest, 30 days after the claim (CAP Code 8.15.1); null before the claim.</summary>
    public DateTimeOffset? FulfilBy() => ClaimedAt + TimeSpan.FromDays(30);

    /// <summary>Whether the prize should be on its way by now, and is not.</summary>
    public bool IsOverdueAt(DateTimeOffset now) => State is "claimed" or "preparing" && now > FulfilBy();

    /// <summary>What nobody claimed in time has lapsed, even where that has not been written yet.</summary>
    public string StateAt(DateTimeOffset now) => State == "told" && now >= Deadline ? "lapsed" : State;
}

/// <summary>Who the prize is sent to.</summary>
/// <param name="Email">The entrant's.</param>
[GenerateSerializer, Alias("claim-person")]
public sealed record ClaimPerson(
    [property: Id(0)] string? Email,
    [property: Id(1)] string? Name,
    [property: Id(2)] string? Address,
    [property: Id(3)] string? Phone,
    [property: Id(4)] string? Guardian);
