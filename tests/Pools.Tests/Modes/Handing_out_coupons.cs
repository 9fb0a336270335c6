using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Pools;
using PrizeDraw.Pools.Tests.Setup;
using Shouldly;
using Xunit;

namespace PrizeDraw.Pools.Tests.Modes;

[Collection(PoolServerCollection.Name)]
public sealed class Handing_out_coupons(PoolServer server)
{
    private static CampaignSettings WithCoupons(CampaignSettings s, string batch, int pools = 1, long? stock = null) => s with
    {
        Pools =
        [
            .. Enumerable.Range(0, pools).Select(i => new PoolSettings
            {
                Name = $"Pool {i}",
                Modes = ["consolation"],
                Prizes = [new PrizeSettings { Name = "voucher", Kind = "gift", Fulfilment = "coupon", CouponBatchId = batch, Stock = stock }],
            }),
        ],
    };

    [Fact]
    public async Task gives_each_entry_a_code_of_its_own_until_there_are_none()
    {
        await using var host = await server.StartHostAsync(o => (o.BatchMax, o.CouponsAhead) = (16, 40));
        var batch = TestCodes.NewBatchId();
        var campaign = await host.AddCampaignAsync(s => WithCoupons(s, batch, pools: 2));
        await host.AddCodesAsync(campaign, batch, "coupon", "GNE", 250);
        var told = await SubmitAsync(host, campaign, 0, 150, "a");
        var other = await SubmitAsync(host, campaign, 1, 150, "b");
        var codes = told.Values.Concat(other.Values).Select(a => a.Outcome.Coupon).OfType<string>().ToArray();
        codes.ShouldBeUnique();
        codes.ShouldAllBe(c => c.Length == "GNE-00000001".Length && c.StartsWith("GNE-", StringComparison.Ordinal));
        told.Values.ShouldAllBe(a => a.Outcome.Coupon != null);
        await using var database = await host.OpenAsync(campaign);
        // What the first pool set aside and did not need is not the second's.
        var kept = await database.ScalarAsync<long>(
            "select sum(last_seq - first_seq + 1)::bigint - (select count(*) from code_taken t join code_reservation r on t.seq between r.first_seq and r.last_seq) from code_reservation");
        kept.ShouldBeInRange(0, 40);
        codes.Length.ShouldBe(250 - (int)kept);
        await PoolFacts.HoldAsync(host, campaign, 0, told);
        await PoolFacts.HoldAsync(host, campaign, 1, other);
    }

    [Fact]
    public async Task goes_on_with_what_was_set_aside_after_a_restart_and_tells_the_same_again()
    {
        var batch = TestCodes.NewBatchId();
        TestCampaign campaign;
        Dictionary<string, EntryAnswer> told;
        await using (var host = await server.StartHostAsync(o => (o.BatchMax, o.CouponsAhead) = (16, 100)))
        {
            campaign = await host.AddCampaignAsync(s => WithCoupons(s, batch));
            await host.AddCodesAsync(campaign, batch, "coupon", "HRE", 100);
            told = await SubmitAsync(host, campaign, 0, 30, "a");
        }

        await using var next = await server.StartHostAsync(o => (o.BatchMax, o.CouponsAhead) = (16, 100));
        PoolFacts.Bytes((await next.Pool(campaign).SubmitAsync(Sent.Entry("a-key-7", "a-7"))).Value!).ShouldBe(PoolFacts.Bytes(told["a-key-7"]));
        foreach (var (key, answer) in await SubmitAsync(next, campaign, 0, 70, "b"))
        {
            told.Add(key, answer);
        }

        told.Values.Select(a => a.Outcome.Coupon).ShouldAllBe(c => c != null);
        await PoolFacts.HoldAsync(next, campaign, 0, told);
        await using var database = await next.OpenAsync(campaign);
        (await database.ScalarAsync<long>("select reserved from code_batch")).ShouldBe(100);
        (await database.ScalarAsync<long>("select count(*) from code_taken")).ShouldBe(100);
    }

    [Fact]
    public async Task sets_aside_no_more_than_the_stock_and_nothing_of_what_has_expired()
    {
        await using var host = await server.StartHostAsync(o => o.CouponsAhead = 1000);
        var (batch, expired) = (TestCodes.NewBatchId(), TestCodes.NewBatchId());
        var campaign = await host.AddCampaignAsync(s => WithCoupons(s, batch, stock: 5));
        await host.AddCodesAsync(campaign, batch, "coupon", "STK", 50);
        var told = await SubmitAsync(host, campaign, 0, 20, "a");
        told.Values.Count(a => a.Outcome.Coupon is not null).ShouldBe(5);
        await PoolFacts.HoldAsync(host, campaign, 0, told);
        await using var database = await host.OpenAsync(campaign);
        (await database.ScalarAsync<long>("select reserved from code_batch")).ShouldBe(5);

        var late = await host.AddCampaignAsync(s => WithCoupons(s, expired), published: false);
        await host.AddCodesAsync(late, expired, "coupon", "XPR", 50, PoolHost.Opens);
        await host.SetPhaseAsync(late, 0, published: true, paused: false);
        (await SubmitAsync(host, late, 0, 5, "a")).Values.ShouldAllBe(a => a.Outcome.Kind == "none");
    }

    private static async Task<Dictionary<string, EntryAnswer>> SubmitAsync(PoolHost host, TestCampaign campaign, int pool, int count, string mark)
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, count).Select(i => Task.Run(async () =>
            (Key: $"{mark}-key-{i}", Answer: await host.Pool(campaign, pool).SubmitAsync(Sent.Entry($"{mark}-key-{i}", $"{mark}-{i}"))))));
        return answers.ToDictionary(a => a.Key, a => a.Answer.Value.ShouldNotBeNull(a.Answer.Refusal?.Detail));
    }
}
