using System.Linq;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Evidence;
using PrizeDraw.Grains.Abstractions.Pools;
using PrizeDraw.Pools.Tests.Setup;
using Shouldly;
using Xunit;

namespace PrizeDraw.Pools.Tests.Evidence;

[Collection(PoolServerCollection.Name)]
public sealed class Closing_out_early(PoolServer server)
{
    [Fact]
    public async Task counts_no_moment_after_the_closing_as_made_available()
    {
        await using var host = await server.StartHostAsync();
        var campaign = await Instant_campaign.PublishAsync(host);
        (await CarAsync(host, campaign)).Moments.ShouldBe(12);
        (await host.Pool(campaign).CloseAsync(new ClosePool(PoolHost.Manager, PoolHost.Noon))).Refusal.ShouldBeNull();
        // Of the two that were listed one stands at the closing itself, and two of the generated ones are ten days later.
        var car = await CarAsync(host, campaign);
        (car.Offered, car.Moments).ShouldBe((12, 9));
    }

    [Fact]
    public async Task counts_them_all_where_the_closing_was_on_its_date()
    {
        await using var host = await server.StartHostAsync();
        var campaign = await Instant_campaign.PublishAsync(host);
        await Instant_campaign.CloseAsync(host, campaign);
        (await CarAsync(host, campaign)).Moments.ShouldBe(12);
    }

    private static async Task<CloseOutPrize> CarAsync(PoolHost host, TestCampaign campaign) =>
        (await host.Get<ICloseOutQueries>().ReadAsync(campaign.TenantId, campaign.Id, default)).ShouldNotBeNull().Prizes.Single(p => p.Name == "car");
}
