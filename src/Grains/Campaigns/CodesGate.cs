using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Domain;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Codes;

namespace PrizeDraw.Grains.Campaigns;

/// <summary>Whether the codes that pools hand out or ask for are there: enough of them, complete, and good until the closing.</summary>
internal static class CodesGate
{
    private const string Coupon = "coupon", Entry = "entry", Ready = "ready";

    /// <summary>What is missing, by field; empty when nothing is.</summary>
    public static async Task<List<FieldError>> CheckAsync(
        ICodeQueries codes, string tenantId, string campaignId, CampaignSettings s, CancellationToken ct)
    {
        var errors = new SettingsErrors();
        foreach (var use in UsesOf(s).GroupBy(use => use.Prize.CouponBatchId!))
        {
            var batch = await codes.FindAsync(tenantId, campaignId, Coupon, use.Key, ct);
            CheckCoupons(s, use.First().Field, batch, use.Sum(x => x.Prize.Stock ?? 1), errors);
        }

        if (s.Pools.Any(pool => pool.EntryCode == "required"))
        {
            // Batches of a campaign are few; a hundred of the newest are as good as all.
            var batches = await codes.ListAsync(tenantId, campaignId, Entry, 100, null, ct);
            var isThere = batches.Items.Any(batch => batch.State == Ready && batch.Generated > 0 && !(batch.ExpiresAt < s.ClosesAt));
            for (var p = 0; p < s.Pools.Length; p++)
            {
                errors.Unless(s.Pools[p].EntryCode != "required" || isThere, $"pools[{p}].entryCode",
                    "The pool asks for a code, but no batch of entry codes is ready and good until the closing.");
            }
        }

        return errors;
    }

    public static bool HandsOutCodes(PoolSettings pool) => pool.Prizes.Any(prize => prize.Fulfilment == Coupon);

    /// <summary>What hands out codes, and where that stands.</summary>
    private static IEnumerable<(PrizeSettings Prize, string Field)> UsesOf(CampaignSettings s) =>
        from pool in s.Pools.Select((pool, p) => (pool, p))
        from prize in pool.pool.Prizes.Select((prize, i) => (prize, i))
        where prize.prize is { Fulfilment: Coupon, CouponBatchId: not null }
        select (prize.prize, $"pools[{pool.p}].prizes[{prize.i}].couponBatchId");

    private static void CheckCoupons(CampaignSettings s, string field, CodeBatchView? batch, long needed, SettingsErrors errors)
    {
        if (batch is null)
        {
            errors.Unless(false, field, "This campaign has no such batch of coupons.");
            return;
        }

        errors.Unless(batch.State == Ready, field, $"The batch {batch.Name} is {batch.State}: wait until it is ready.");
        errors.Unless(batch.ExpiresAt is null || batch.ExpiresAt >= s.ClosesAt, field, $"The codes of {batch.Name} expire before the closing.");
        errors.Unless(batch.State != Ready || batch.Generated >= needed, field,
            $"The batch {batch.Name} has {batch.Generated} codes, but the prizes that hand them out have a stock of {needed}.");
    }
}
