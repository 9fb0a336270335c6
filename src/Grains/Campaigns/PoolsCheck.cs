using System.Linq;
using System.Text.RegularExpressions;
using PrizeDraw.Domain.Draws;
using PrizeDraw.Grains.Abstractions.Campaigns;

namespace PrizeDraw.Grains.Campaigns;

/// <summary>Judges a campaign's pools and prizes: ranges, and what goes with what. Pure.</summary>
internal static partial class PoolsCheck
{
    private const long StockMax = 100_000_000;
    private const int EveryNthMax = 1_000_000_000;

    public static void Check(CampaignSettings s, SettingsErrors errors)
    {
        errors.Unless(s.Pools.Length <= 20, "pools", "At most 20 pools.");
        for (var p = 0; p < s.Pools.Length; p++)
        {
            var (pool, at) = (s.Pools[p], $"pools[{p}]");
            errors.Unless(SettingsErrors.IsText(pool.Name, 1, 100), $"{at}.name", "1 to 100 characters.");
            errors.Unless(s.Pools.Take(p).All(x => x.Name != pool.Name), $"{at}.name", "Each name once.");
            errors.Unless(pool.Id is null || s.Pools.Take(p).All(x => x.Id != pool.Id), $"{at}.id", "Each id once.");
            errors.Unless(pool.Modes.All(PrizeModes.IsKnown), $"{at}.modes", "Of guaranteed, moments, probability and consolation.");
            errors.Unless(pool.Modes.Distinct().Count() == pool.Modes.Length, $"{at}.modes", "Each mode once.");
            errors.Unless(pool.EntryCode is "none" or "required", $"{at}.entryCode", "none or required.");
            errors.Unless(pool.FreeRoute is "post" or "online", $"{at}.freeRoute", "post or online.");
            errors.Unless(pool.Tickets is >= 1 and <= 1_000, $"{at}.tickets", "1 to 1,000 tickets.");
            errors.Unless(pool.Prizes.Length <= 200, $"{at}.prizes", "At most 200 prizes.");
            for (var i = 0; i < pool.Prizes.Length; i++)
            {
                CheckPrize(pool, i, $"{at}.prizes[{i}]", errors);
            }

            CheckOdds(pool, at, errors);
            MomentsCheck.Check(s, pool, at, errors);
        }
    }

    private static void CheckPrize(PoolSettings pool, int index, string at, SettingsErrors errors)
    {
        var prize = pool.Prizes[index];
        errors.Unless(SettingsErrors.IsText(prize.Name, 1, 200), $"{at}.name", "1 to 200 characters.");
        errors.Unless(pool.Prizes.Take(index).All(p => p.Name != prize.Name), $"{at}.name", "Each name once.");
        errors.Unless(prize.Id is null || pool.Prizes.Take(index).All(p => p.Id != prize.Id), $"{at}.id", "Each id once.");
        errors.Unless(prize.Kind is "prize" or "gift", $"{at}.kind", "prize or gift.");
        errors.Unless(prize.Stock is null or (>= 0 and <= StockMax), $"{at}.stock", "0 to 100,000,000 units.");
        errors.Unless(prize.Stock is not null || prize.Kind == "gift", $"{at}.stock", "A prize has a stock; only a gift may be without limit.");
        errors.AtLeastOne($"{at}.dailyCap", prize.DailyCap);
        errors.AtLeastOne($"{at}.hourlyCap", prize.HourlyCap);
        errors.AtLeastOne($"{at}.perEntrantMax", prize.PerEntrantMax);
        errors.Unless(prize.LowStockAt is null || IsLowStock(prize.LowStockAt), $"{at}.lowStockAt",
            "Give units (1 to 100,000,000) or percent of the stock (1% to 100%).");
        errors.Unless(prize.LowStockAt is null || prize.Stock is not null, $"{at}.lowStockAt", "What has no stock never runs low.");
        errors.Unless(prize.Fulfilment is "coupon" or "delivery" or "none", $"{at}.fulfilment", "coupon, delivery or none.");
        errors.Unless(prize.CouponBatchId is null || prize.Fulfilment == "coupon", $"{at}.couponBatchId",
            "Only a prize with fulfilment coupon hands out codes.");
        CheckMode(prize, at, errors);
    }

    private static void CheckMode(PrizeSettings prize, string at, SettingsErrors errors)
    {
        var mode = PrizeModes.Of(prize);
        errors.Unless(PrizeModes.IsKnown(mode), $"{at}.mode", "guaranteed, moments, probability or consolation.");
        errors.Unless(prize.Kind == "gift" || mode != PrizeModes.Consolation, $"{at}.mode",
            "What everybody gets is a gift, not a prize (CAP Code 8.19): set kind to gift.");
        errors.Unless(prize.Odds is null || mode == PrizeModes.Probability, $"{at}.odds", "Odds go with probability alone.");
        errors.Unless(prize.Odds is not null || mode != PrizeModes.Probability, $"{at}.odds", "Give the odds: win out of outOf.");
        errors.Unless(prize.Odds is null or { Win: >= 1, OutOf: <= OddsTable.OutOfMax } && (prize.Odds is null || prize.Odds.Win <= prize.Odds.OutOf),
            $"{at}.odds", "Give odds of 1 or more in at most 1,000,000,000.");
        errors.Unless(prize.EveryNth is null || mode == PrizeModes.Guaranteed, $"{at}.everyNth", "Every n-th goes with guaranteed alone.");
        errors.Unless(prize.EveryNth is null or (>= 1 and <= EveryNthMax), $"{at}.everyNth", "1 to 1,000,000,000.");
    }

    /// <summary>One play decides among all prizes with odds: their chances must fit into one table.</summary>
    private static void CheckOdds(PoolSettings pool, string at, SettingsErrors errors)
    {
        Odds[] odds = [.. pool.Prizes.Where(p => PrizeModes.Of(p) == PrizeModes.Probability && p.Odds is not null).Select(p => new Odds(p.Odds!.Win, p.Odds.OutOf))];
        if (odds.All(o => o is { Win: >= 1, OutOf: <= OddsTable.OutOfMax } && o.Win <= o.OutOf) && OddsTable.TryCreate(odds).Error is { } error)
        {
            errors.Unless(false, $"{at}.prizes", error);
        }
    }

    private static bool IsLowStock(string text) =>
        LowStockPattern().Match(text) is { Success: true } match && int.TryParse(match.Groups[1].ValueSpan, out var number)
        && number >= 1 && number <= (match.Groups[2].Length > 0 ? 100 : StockMax);

    [GeneratedRegex(@"^([0-9]{1,9})(%?)\z")]
    private static partial Regex LowStockPattern();
}
