using System;
using System.Collections.Generic;
using System.Linq;
using PrizeDraw.Grains.Abstractions.Campaigns;

namespace PrizeDraw.Grains.Campaigns;

/// <summary>The publish gate's part about pools: everything that is offered can be won, as what it is called, and by who did not buy. Pure.</summary>
internal static class PoolsGate
{
    public static void Check(CampaignSettings s, SettingsErrors errors)
    {
        for (var p = 0; p < s.Pools.Length; p++)
        {
            var (pool, at) = (s.Pools[p], $"pools[{p}]");
            CheckModes(pool, at, errors);
            CheckMoments(s, pool, at, errors);
            foreach (var i in PoolForecast.NotReallyPrizes(pool, s.ForecastEntries))
            {
                errors.Unless(false, $"{at}.prizes[{i}].kind",
                    $"By your forecast most entrants get {pool.Prizes[i].Name}: that is a gift, not a prize (CAP Code 8.19).");
            }

            errors.Unless(pool.EntryCode != "required" || !string.IsNullOrWhiteSpace(s.Terms?.FreeRoute), "terms.freeRoute",
                "Who needs a code from a pack must be told how to enter without buying one (Gambling Act 2005; CAP Code 8.17).");
        }
    }

    private static void CheckModes(PoolSettings pool, string at, SettingsErrors errors)
    {
        foreach (var mode in pool.Modes)
        {
            errors.Unless(pool.Prizes.Any(x => PrizeModes.Of(x) == mode), $"{at}.modes", $"The pool allocates by {mode} but has no prize for it.");
        }

        for (var i = 0; i < pool.Prizes.Length; i++)
        {
            var prize = pool.Prizes[i];
            var mode = PrizeModes.Of(prize);
            errors.Unless(pool.Modes.Contains(mode), $"{at}.prizes[{i}].mode", $"The pool does not allocate by {mode}.");
            errors.Unless(prize.Fulfilment != "coupon" || prize.CouponBatchId is not null, $"{at}.prizes[{i}].couponBatchId",
                "Name the batch whose codes are handed out.");
        }
    }

    /// <summary>
    /// More moments than units would announce what nobody can win. Fewer are taken: the rest of the stock is told as unwon at the close-out,
    /// and stock can be raised while live, when moments are fixed.
    /// </summary>
    private static void CheckMoments(CampaignSettings s, PoolSettings pool, string at, SettingsErrors errors)
    {
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var moment in pool.Moments)
        {
            var name = moment.Generate?.Prize ?? moment.Prize ?? "";
            counts[name] = counts.GetValueOrDefault(name) + (moment.Generate?.Count ?? 1);
        }

        foreach (var prize in pool.Prizes.Where(p => PrizeModes.Of(p) == PrizeModes.Moments))
        {
            var count = counts.GetValueOrDefault(prize.Name) + (prize.Id is { } id && id != prize.Name ? counts.GetValueOrDefault(id) : 0);
            errors.Unless(count > 0, $"{at}.moments", $"{prize.Name} has no winning moment, so that nobody could win it.");
            errors.Unless(prize.Stock is null || count <= prize.Stock, $"{at}.moments",
                $"{prize.Name} has {count} winning moments but {prize.Stock} units: nobody could win at the last of them.");
        }

        errors.Unless(!pool.Moments.Any(m => m.At >= s.ClosesAt || m.Generate?.To > s.ClosesAt), $"{at}.moments",
            "A winning moment may fall after the closing, when nobody could win it.");
    }
}
