using System.Linq;
using PrizeDraw.Grains.Abstractions.Campaigns;
using Shouldly;
using Xunit;

namespace PrizeDraw.Pools.Tests.Settings;

/// <summary>CAP Code 8.10: what the forecast makes likely, before the public is told anything.</summary>
public sealed class Expecting_awards
{
    private static readonly PoolSettings All = new()
    {
        Name = "All",
        Modes = ["guaranteed", "moments", "probability", "consolation"],
        Prizes =
        [
            new() { Name = "rest", Kind = "gift" },
            new() { Name = "luck", Odds = new(1, 10), Stock = 50 },
            new() { Name = "moment", Stock = 20 },
            new() { Name = "tenth", Mode = "guaranteed", EveryNth = 10, Stock = 1_000 },
        ],
    };

    [Fact]
    public void follows_the_precedence_of_the_pool()
    {
        // Of 1,000 entries: 100 by every tenth, 20 at moments, 10% of the 880 left but no more than 50, and everybody else the gift.
        PoolForecast.Of(All, 1_000).Prizes.Select(p => p.ExpectedAwards).ShouldBe([830, 50, 20, 100]);
        PoolForecast.Of(All, 1_000).Prizes.Select(p => p.Chance).ShouldBe([0.83, 0.05, 0.02, 0.1]);
    }

    [Fact]
    public void gives_no_more_than_there_are_entries() =>
        PoolForecast.Of(All, 15).Prizes.Sum(p => p.ExpectedAwards).ShouldBe(15);

    [Fact]
    public void tells_chances_that_need_no_forecast()
    {
        var forecast = PoolForecast.Of(All, null);
        forecast.Prizes.Select(p => p.Chance).ShouldBe([null, 0.1, null, 0.1]);
        forecast.Prizes.ShouldAllBe(p => p.ExpectedAwards == null);
        forecast.Warnings.ShouldHaveSingleItem().ShouldContain("how many entries you expect");
    }

    [Fact]
    public void warns_of_prizes_that_far_exceed_likely_wins() =>
        PoolForecast.Of(All, 1_000).Warnings.ShouldBe(
            ["tenth: only about 100 of 1,000 units are likely to be awarded. Entrants must not be led to expect more (CAP Code 8.10)."]);
}
