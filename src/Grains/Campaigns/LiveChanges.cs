using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using PrizeDraw.Domain;
using PrizeDraw.Grains.Abstractions.Campaigns;

namespace PrizeDraw.Grains.Campaigns;

/// <summary>
/// What of a pool may change while it takes entries: stock, caps, alerts, pauses and more prizes. How prizes are allocated was published, and
/// winning moments were committed to, before the opening. Pure; the pool itself judges stock against what it has allocated.
/// </summary>
internal static class LiveChanges
{
    private const string Told = "This is fixed once the campaign is published.";

    /// <summary>Pools of which anything differs, moments left out.</summary>
    public static IEnumerable<PoolSettings> Changed(CampaignSettings before, CampaignSettings next) =>
        next.Pools.Where(pool => before.Pools.FirstOrDefault(p => p.Id == pool.Id) is not { } old || !Same(old with { Moments = [] }, pool with { Moments = [] }));

    /// <summary>Whether nothing differs but pools.</summary>
    public static bool SameButPools(CampaignSettings before, CampaignSettings next) => Same(before with { Pools = [] }, next with { Pools = [] });

    public static List<FieldError> Refused(CampaignSettings before, CampaignSettings next)
    {
        var errors = new SettingsErrors();
        if (!before.Pools.Select(p => p.Id).SequenceEqual(next.Pools.Select(p => p.Id)))
        {
            errors.Unless(false, "pools", "Pools can be neither added nor removed once the campaign is published.");
            return errors;
        }

        // Each change is in force from one number of one pool; two at once could be refused half way.
        errors.Unless(Changed(before, next).Count() <= 1, "pools", "Change one pool at a time while entries are taken.");
        for (var p = 0; p < next.Pools.Length; p++)
        {
            CheckPool(before.Pools[p], next.Pools[p], $"pools[{p}]", errors);
        }

        return errors;
    }

    private static void CheckPool(PoolSettings before, PoolSettings next, string at, SettingsErrors errors)
    {
        errors.Unless(before.Name == next.Name, $"{at}.name", Told);
        errors.Unless(before.Modes.SequenceEqual(next.Modes), $"{at}.modes", Told);
        errors.Unless(before.EntryCode == next.EntryCode, $"{at}.entryCode", Told);
        errors.Unless(before.FreeRoute == next.FreeRoute, $"{at}.freeRoute", Told);
        errors.Unless(before.Tickets == next.Tickets, $"{at}.tickets", Told);
        errors.Unless(Same(before.Moments, next.Moments), $"{at}.moments", "Winning moments are committed to before the opening: none can be added any more.");
        var gone = before.Prizes.Where(prize => next.Prizes.All(n => n.Id != prize.Id)).ToArray();
        foreach (var prize in gone)
        {
            errors.Unless(false, $"{at}.prizes", $"{prize.Name} cannot be taken away once the campaign is published. Pause it instead.");
        }

        errors.Unless(
            gone.Length > 0 || before.Prizes.Select(prize => prize.Id).SequenceEqual(next.Prizes.Take(before.Prizes.Length).Select(n => n.Id)),
            $"{at}.prizes", "Keep the order of the prizes, and add new ones at the end: their order decides among them.");
        for (var i = 0; i < next.Prizes.Length; i++)
        {
            CheckPrize(before, next.Prizes[i], $"{at}.prizes[{i}]", errors);
        }
    }

    private static void CheckPrize(PoolSettings pool, PrizeSettings next, string at, SettingsErrors errors)
    {
        var mode = PrizeModes.Of(next);
        if (pool.Prizes.FirstOrDefault(p => p.Id == next.Id) is not { } before)
        {
            errors.Unless(mode != PrizeModes.Moments, $"{at}.mode",
                "A prize won at winning moments cannot be added any more: they are committed to before the opening.");
            errors.Unless(mode == PrizeModes.Moments || pool.Modes.Contains(mode), $"{at}.mode", $"The pool does not allocate by {mode}, which is fixed by now.");
            errors.Unless(next.Fulfilment != "coupon" || next.CouponBatchId is not null, $"{at}.couponBatchId", "Name the batch whose codes are handed out.");
            return;
        }

        errors.Unless(before.Name == next.Name, $"{at}.name", Told);
        errors.Unless(before.Kind == next.Kind, $"{at}.kind", Told);
        errors.Unless(PrizeModes.Of(before) == mode, $"{at}.mode", Told);
        errors.Unless(before.Odds == next.Odds, $"{at}.odds", "Odds are never adapted once the campaign is published.");
        errors.Unless(before.EveryNth == next.EveryNth, $"{at}.everyNth", Told);
        errors.Unless(before.Fulfilment == next.Fulfilment, $"{at}.fulfilment", Told);
        errors.Unless(before.CouponBatchId == next.CouponBatchId, $"{at}.couponBatchId", Told);
    }

    private static bool Same<T>(T a, T b) => JsonSerializer.Serialize(a) == JsonSerializer.Serialize(b);
}
