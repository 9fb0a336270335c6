using System;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Domain.Codes;

namespace PrizeDraw.Storage.Campaign.Codes;

/// <summary>A coupon with what its redemption is judged by and told with.</summary>
public sealed record StoredCoupon(
    long Seq, string Code, string? Shown, string Pattern, string BatchName, string? Prize, CouponFacts Facts);

/// <summary>Redeems coupons, each in one transaction with its batch's counter.</summary>
public sealed class RedemptionStore(CampaignConnections connections)
{
    // Codes beyond what is counted belong to nobody yet.
    private const string Find =
        """
        select c.seq, c.code, c.shown, b.pattern, b.name, z.name, t.at, b.expires_at, t.redeemed_at, t.redeemed_by, t.redemption_key
        from code c
        join code_batch b on b.campaign_id = c.campaign_id and b.batch_id = c.batch_id and b.kind = 'coupon' and c.seq <= b.generated
        left join code_taken t on t.campaign_id = c.campaign_id and t.batch_id = c.batch_id and t.seq = c.seq
        left join entry e on e.campaign_id = t.campaign_id and e.pool_id = t.pool_id and e.number = t.number
        left join prize z on z.campaign_id = e.campaign_id and z.prize_id = e.prize_id
        where c.campaign_id = $1 and c.code = $2 and c.batch_id = $3
        """;

    // The row's own condition lets one of two redemptions through; the counter follows it.
    private const string Redeem =
        """
        with redeemed as (
          update code_taken set redeemed_at = $4, redeemed_by = $5, redemption_key = $6
          where campaign_id = $1 and batch_id = $2 and seq = $3 and redeemed_at is null returning seq)
        update code_batch set redeemed = redeemed + 1
        where campaign_id = $1 and batch_id = $2 and exists (select from redeemed)
        """;

    /// <summary>Null when the batch has no such coupon.</summary>
    public async Task<StoredCoupon?> FindAsync(CodeBatchAddress address, string canonical, CancellationToken ct)
    {
        await using var lease = await connections.OpenAsync(address.TenantId, address.CampaignId, ct);
        return lease is null ? null : await lease.Connection.FindAsync(
            Find, [address.Campaign, canonical, address.Batch],
            row => new StoredCoupon(
                row.GetInt64(0), row.GetString(1), row.TextOrNull(2), row.GetString(3), row.GetString(4), row.TextOrNull(5),
                new CouponFacts(row.TimeOrNull(6), row.TimeOrNull(7), row.TimeOrNull(8), row.TextOrNull(9), row.TextOrNull(10))), ct);
    }

    /// <summary>Redeems a coupon that is in an entrant's hands. False when somebody has redeemed it meanwhile.</summary>
    public async Task<bool> RedeemAsync(CodeBatchAddress address, long seq, DateTimeOffset at, string actor, string? key, CancellationToken ct)
    {
        await using var lease = await connections.RequireAsync(address.TenantId, address.CampaignId, ct);
        return await lease.Connection.RunAsync(Redeem, [address.Campaign, address.Batch, seq, at, actor, key], ct) == 1;
    }
}
