using System;

namespace PrizeDraw.Domain.Codes;

/// <summary>What is stored of a coupon that somebody wants to redeem.</summary>
/// <param name="AssignedAt">When an entry got it; null while nobody has.</param>
/// <param name="RedeemedBy">Who redeemed it, under which Idempotency-Key; null while nobody has.</param>
public sealed record CouponFacts(
    DateTimeOffset? AssignedAt, DateTimeOffset? ExpiresAt, DateTimeOffset? RedeemedAt, string? RedeemedBy, string? RedemptionKey);

/// <summary>
/// Judges a redemption, in this order: the same request again is answered as before, then not in anybody's hands, redeemed before,
/// expired.
/// </summary>
public static class CouponRedemption
{
    /// <summary>Null when it may be redeemed now, or was by this very request (<see cref="IsReplay"/>).</summary>
    public static DomainError? Judge(CouponFacts coupon, string actor, string? key, DateTimeOffset now) => coupon switch
    {
        _ when IsReplay(coupon, actor, key) => null,
        { AssignedAt: null } => new CouponIsNotAssigned(),
        { RedeemedAt: not null } => new CouponIsRedeemed(),
        _ when now >= coupon.ExpiresAt => new CouponHasExpired(),
        _ => null,
    };

    public static bool IsReplay(CouponFacts coupon, string actor, string? key) =>
        coupon.RedeemedAt is not null && key is not null && coupon.RedemptionKey == key && coupon.RedeemedBy == actor;
}
