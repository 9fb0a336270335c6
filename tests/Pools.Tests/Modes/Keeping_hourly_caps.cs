using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Pools;
using PrizeDraw.Pools.Tests.Setup;
using Shouldly;
using Xunit;

namespace PrizeDraw.Pools.Tests.Modes;

[Collection(PoolServerCollection.Name)]
public sealed class Keeping_hourly_caps(PoolServer server)
{
    private const int PerHour = 3, PerDay = 5;

    // On 25 October 2026 British clocks show the hour from one to two twice.
    private static readonly DateTimeOffset Summer = new(2026, 10, 25, 0, 10, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Winter = Summer.AddHours(1);

    [Fact]
    public async Task over_restarts_within_the_hour_and_through_the_hour_that_comes_twice()
    {
        var told = new Dictionary<string, EntryAnswer>();
        TestCampaign campaign;
        await using (var host = await server.StartHostAsync())
        {
            campaign = await host.AddCampaignAsync(s => s with
            {
                ClosesAt = Winter.AddDays(10),
                Pools =
                [
                    new PoolSettings
                    {
                        Name = "Mugs",
                        Modes = ["consolation"],
                        Prizes = [new PrizeSettings { Name = "mug", Kind = "gift", HourlyCap = PerHour, DailyCap = PerDay }],
                    },
                ],
            });
            (await GiftsAsync(host, campaign, told, Summer, 2)).ShouldBe(2);
        }

        await using (var host = await server.StartHostAsync())
        {
            (await GiftsAsync(host, campaign, told, Summer.AddMinutes(5), 4)).ShouldBe(1, "two of the three went before the restart");
        }

        await using var last = await server.StartHostAsync();
        (await GiftsAsync(last, campaign, told, Summer.AddMinutes(40), 4)).ShouldBe(0);
        (await GiftsAsync(last, campaign, told, Winter, 4)).ShouldBe(2, "another hour of the same day, whose cap leaves two");
        (await GiftsAsync(last, campaign, told, Winter.AddHours(1), 4)).ShouldBe(0, "the day is full");
        (await GiftsAsync(last, campaign, told, Winter.AddHours(24), 4)).ShouldBe(PerHour, "the next day");
        await PoolFacts.HoldAsync(last, campaign, 0, told);
    }

    private static async Task<int> GiftsAsync(PoolHost host, TestCampaign campaign, Dictionary<string, EntryAnswer> told, DateTimeOffset at, int entries)
    {
        var before = told.Count;
        var gifts = 0;
        for (var i = 0; i < entries; i++)
        {
            var key = $"cap-key-{before + i}";
            told[key] = (await host.Pool(campaign).SubmitAsync(Sent.Entry(key, $"person-{before + i}", at))).Value.ShouldNotBeNull();
            gifts += told[key].Outcome.Kind == "gift" ? 1 : 0;
        }

        return gifts;
    }
}
