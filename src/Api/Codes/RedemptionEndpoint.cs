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
using PrizeDraw.Api.Throttling;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.ApiKeys;
using PrizeDraw.Grains.Abstractions.Codes;

namespace PrizeDraw.Api.Codes;

/// <summary>A coupon to redeem.</summary>
[Example("""{"code":"CAFE-7K2M-9QXTR-4WPZC"}""")]
public sealed record CouponRedemptionFields
{
    /// <summary>As it is shown or typed: either case, with or without separators.</summary>
    [StringLength(128, MinimumLength = 1)] public required string Code { get; init; }
}

/// <summary>A coupon that has been redeemed.</summary>
/// <param name="Code">As it is shown.</param>
/// <param name="RedeemedAt">When it was redeemed.</param>
/// <param name="CampaignId">The campaign that handed it out.</param>
/// <param name="BatchId">Its batch.</param>
/// <param name="BatchName">The batch's name: what the coupon is good for.</param>
/// <param name="Prize">What the entrant got it with.</param>
[Example("""
    {"code":"CAFE-7K2M-9QXTR-4WPZC","redeemedAt":"2026-12-05T10:00:03Z","campaignId":"cmp_0193a5f2c0de7a10b1c2d3e4f5a6b7c8",
     "batchId":"cpn_0193a5f2c0de7a10b1c2d3e4f5a6b7c8","batchName":"Free coffee","prize":"Coffee"}
    """)]
public sealed record RedemptionAnswer(string Code, DateTimeOffset RedeemedAt, string CampaignId, string BatchId, string BatchName, string? Prize);

/// <summary>
/// Redeems coupons, for managers and tills. A code leads to its batch by its prefix, among the caller's tenants; whoever sends too many
/// wrong ones waits.
/// </summary>
internal static class RedemptionEndpoint
{
    private const string NotFound = "coupon.not_found", NotAssigned = "coupon.not_assigned";

    public static void Map(RouteGroupBuilder v1) =>
        v1.MapPost("/coupons/redeem", RedeemAsync).WithTags("Codes")
            .Describe("redeemCoupon", "Redeem a coupon, once. For campaign managers, and API keys with the scope coupons:redeem.")
            .ForKeys(Access.Manager, ApiKeyScopes.RedeemCoupons).Answers<RedemptionAnswer>(200)
            .Fails(NotFound, NotAssigned, "coupon.expired", "coupon.already_redeemed", ErrorCodes.RateLimited);

    private static async Task<IResult> RedeemAsync(
        HttpContext context, Body<CouponRedemptionFields> body, Creation creation, Caller caller, GuessLimits limits, ICodeRoutes routes,
        IGrainFactory grains, CancellationToken ct)
    {
        var (address, user) = (FailureLimit.KeyOf(context.Connection.RemoteIpAddress), FailureLimit.KeyOf(caller.User.Id));
        if ((limits.CouponsByAddress.Refuse(address) ?? limits.CouponsByCaller.Refuse(user)) is { } seconds)
        {
            return new Problem(ErrorCodes.RateLimited, "Too many wrong codes; try again later.", retryAfter: seconds);
        }

        var answer = await creation.OnceAsync(body, _ => SearchAsync(body.Value.Code, creation.Key, caller, routes, grains, ct));
        if (answer is Problem { Code: NotFound or NotAssigned })
        {
            limits.CouponsByAddress.Failed(address);
            limits.CouponsByCaller.Failed(user);
        }

        return answer;
    }

    private static async Task<IResult> SearchAsync(
        string typed, string? key, Caller caller, ICodeRoutes routes, IGrainFactory grains, CancellationToken ct)
    {
        // One batch in each tenant at the most. Somebody with several tenants may have a code of one that another's prefix fits too.
        foreach (var route in await routes.FindAsync(caller.Scope, typed, ct))
        {
            var batch = grains.GetGrain<ICodeBatchGrain>(GrainKeys.CodeBatch(route.TenantId, route.CampaignId, route.BatchId));
            var result = await batch.RedeemAsync(new RedeemCoupon(caller.Actor, route.Code, key));
            if (result.Refusal is not { Code: NotFound })
            {
                return result.Then(redeemed => Answer.Ok(new RedemptionAnswer(
                    redeemed.Code, redeemed.RedeemedAt, route.CampaignId, redeemed.BatchId, redeemed.BatchName, redeemed.Prize)));
            }
        }

        return new Problem(NotFound);
    }
}
