using System;
using System.Linq;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Codes;
using PrizeDraw.Pools.Tests.Setup;
using Shouldly;
using Xunit;

namespace PrizeDraw.Pools.Tests.Codes;

[Collection(PoolServerCollection.Name)]
public sealed class Redeeming_coupons(PoolServer server)
{
    private static readonly Actor Till = new("key_1", "api_key"), OtherTill = new("key_2", "api_key");

    [Fact]
    public async Task happens_once_whoever_asks_and_how_often()
    {
        await using var host = await server.StartHostAsync();
        var (campaign, id) = await HandedOutAsync(host, "REDEEM", 20);
        var codes = await Task.WhenAll(Enumerable.Range(1, 20).Select(seq => host.CodeAsync(campaign, id, seq)));
        var answers = await Task.WhenAll(codes.SelectMany(code => Enumerable.Range(0, 5).Select(i =>
            host.Batch(campaign, id).RedeemAsync(new RedeemCoupon(i % 2 == 0 ? Till : OtherTill, code, $"key-{code}-{i}")))));
        answers.Count(a => a.Refusal is null).ShouldBe(20);
        answers.Where(a => a.Refusal is not null).ShouldAllBe(a => a.Refusal!.Code == "coupon.already_redeemed");
        (await host.FindAsync(campaign, id)).Redeemed.ShouldBe(20);
    }

    [Fact]
    public async Task is_answered_alike_when_the_same_caller_repeats_it()
    {
        await using var host = await server.StartHostAsync();
        var (campaign, id) = await HandedOutAsync(host, "AGAIN", 1);
        var code = await host.CodeAsync(campaign, id, 1);
        var batch = host.Batch(campaign, id);
        var first = (await batch.RedeemAsync(new RedeemCoupon(Till, code, "key-1"))).Value.ShouldNotBeNull();
        (await batch.RedeemAsync(new RedeemCoupon(Till, code, "key-1"))).Value.ShouldBe(first);
        (await batch.RedeemAsync(new RedeemCoupon(OtherTill, code, "key-1"))).Refusal.ShouldNotBeNull().Code.ShouldBe("coupon.already_redeemed");
        (await batch.RedeemAsync(new RedeemCoupon(Till, code, "key-2"))).Refusal.ShouldNotBeNull().Code.ShouldBe("coupon.already_redeemed");
        (await batch.RedeemAsync(new RedeemCoupon(Till, code, null))).Refusal.ShouldNotBeNull().Code.ShouldBe("coupon.already_redeemed");
        (await host.FindAsync(campaign, id)).Redeemed.ShouldBe(1);
        first.Code.ShouldBe(Domain.Codes.CodePattern.Format(code, "AGAIN-####-#####-#####"));
    }

    [Fact]
    public async Task is_refused_while_nobody_has_the_coupon_and_for_codes_that_are_none()
    {
        await using var host = await server.StartHostAsync();
        var (campaign, id) = await HandedOutAsync(host, "NQBQDY", 1);
        var batch = host.Batch(campaign, id);
        (await batch.RedeemAsync(new RedeemCoupon(Till, await host.CodeAsync(campaign, id, 2), null)))
            .Refusal.ShouldNotBeNull().Code.ShouldBe("coupon.not_assigned");
        (await batch.RedeemAsync(new RedeemCoupon(Till, "NQBQDY00000000000000", null))).Refusal.ShouldNotBeNull().Code.ShouldBe("coupon.not_found");
        (await host.FindAsync(campaign, id)).Redeemed.ShouldBe(0);
    }

    [Fact]
    public async Task is_not_for_entry_codes()
    {
        await using var host = await server.StartHostAsync();
        var campaign = await host.AddCampaignAsync(s => s);
        var id = (await host.NewBatch(campaign).CreateAsync(CodeFacts.Coupons("PACK", 10) with { Kind = "entry" })).Value.ShouldNotBeNull().Id;
        await using var database = await host.OpenAsync(campaign);
        await host.WaitForAsync(campaign, id, b => b.State == "ready", "entry");
        await host.AssignAsync(campaign, id, 1);
        (await host.Batch(campaign, id).RedeemAsync(new RedeemCoupon(Till, await host.CodeAsync(campaign, id, 1), null)))
            .Refusal.ShouldNotBeNull().Code.ShouldBe("coupon.not_found");
    }

    private static async Task<(TestCampaign Campaign, string Id)> HandedOutAsync(PoolHost host, string prefix, int count)
    {
        var campaign = await host.AddCampaignAsync(s => s);
        var id = (await host.NewBatch(campaign).CreateAsync(CodeFacts.Coupons(prefix, count + 10))).Value.ShouldNotBeNull().Id;
        await host.WaitForAsync(campaign, id, b => b.State == "ready");
        await host.AssignAsync(campaign, id, count);
        return (campaign, id);
    }
}
