using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;

namespace PrizeDraw.Grains.Abstractions.Campaigns;

/// <summary>What a prize is expected to do.</summary>
/// <param name="PrizeId">The prize's id.</param>
/// <param name="ExpectedAwards">Units that the forecast's entries would get; null without a forecast.</param>
/// <param name="Chance">The share of entries that get it, 0 to 1; null where it depends on a forecast and there is none.</param>
public sealed record PrizeForecast(string? PrizeId, double? ExpectedAwards, double? Chance);

/// <summary>
/// Expected awards against the forecast of entries (CAP Code 8.10), as if all of them entered this pool, by the pool's precedence. An estimate
/// for people: caps by time and limits per entrant are left out, and every winning moment is taken to be claimed.
/// </summary>
public sealed record PoolForecast(ImmutableArray<PrizeForecast> Prizes, ImmutableArray<string> Warnings)
{
    /// <summary>What goes to more entries than this share is what most entrants get: a gift (CAP Code 8.19).</summary>
    private const double MostEntrants = 0.5;

    public static PoolForecast Of(PoolSettings pool, long? entries)
    {
        var awards = entries > 0 ? Awards(pool, entries.Value) : [];
        ImmutableArray<PrizeForecast> prizes =
        [
            .. pool.Prizes.Select((prize, i) => awards.Length > 0
                ? new PrizeForecast(prize.Id, Math.Round(awards[i], 2), Math.Round(awards[i] / entries!.Value, 9))
                : new PrizeForecast(prize.Id, null, ChanceOf(prize))),
        ];
        return new PoolForecast(prizes, Warn(pool, prizes));
    }

    /// <summary>Prizes by name of which most entrants would get one, though they are not called gifts.</summary>
    public static IEnumerable<int> NotReallyPrizes(PoolSettings pool, long? entries)
    {
        var forecast = Of(pool, entries);
        return Enumerable.Range(0, pool.Prizes.Length).Where(i =>
            pool.Prizes[i].Kind == "prize" && forecast.Prizes[i] is { ExpectedAwards: not null, Chance: > MostEntrants });
    }

    /// <summary>Units awarded by prize, in the order of precedence.</summary>
    private static double[] Awards(PoolSettings pool, long entries)
    {
        var awards = new double[pool.Prizes.Length];
        double left = entries;
        foreach (var mode in new[] { PrizeModes.Guaranteed, PrizeModes.Moments, PrizeModes.Probability, PrizeModes.Consolation })
        {
            var open = left;
            for (var i = 0; i < awards.Length; i++)
            {
                var prize = pool.Prizes[i];
                if (PrizeModes.Of(prize) == mode)
                {
                    var wanted = mode == PrizeModes.Probability ? open * (ChanceOf(prize) ?? 0) : prize.EveryNth is { } n ? (double)(entries / n) : left;
                    awards[i] = Math.Min(Math.Min(wanted, prize.Stock ?? double.MaxValue), left);
                    left -= awards[i];
                }
            }
        }

        return awards;
    }

    /// <summary>The chance by the rules alone.</summary>
    private static double? ChanceOf(PrizeSettings prize) => PrizeModes.Of(prize) switch
    {
        PrizeModes.Probability when prize.Odds is { OutOf: > 0 } odds => (double)odds.Win / odds.OutOf,
        PrizeModes.Guaranteed when prize.EveryNth is > 0 and var n => 1.0 / n,
        _ => null,
    };

    private static ImmutableArray<string> Warn(PoolSettings pool, ImmutableArray<PrizeForecast> prizes)
    {
        var warnings = ImmutableArray.CreateBuilder<string>();
        if (pool.Prizes.Length > 0 && prizes.All(p => p.ExpectedAwards is null))
        {
            warnings.Add("Say how many entries you expect: expected awards are measured against it (CAP Code 8.10).");
        }

        for (var i = 0; i < prizes.Length; i++)
        {
            var (prize, forecast) = (pool.Prizes[i], prizes[i]);
            if (forecast.ExpectedAwards < prize.Stock / 2.0)
            {
                warnings.Add(string.Create(CultureInfo.InvariantCulture,
                    $"{prize.Name}: only about {Math.Round(forecast.ExpectedAwards.Value):N0} of {prize.Stock:N0} units are likely to be awarded. Entrants must not be led to expect more (CAP Code 8.10)."));
            }

            if (prize.Fulfilment == "coupon" && prize.Stock is null)
            {
                warnings.Add($"{prize.Name} has no stock of its own: it ends when the batch has no codes left.");
            }
        }

        return warnings.ToImmutable();
    }
}
