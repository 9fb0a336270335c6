using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Codes;
using PrizeDraw.Pools.Tests.Setup;
using Shouldly;
using Xunit;

namespace PrizeDraw.Pools.Tests.Codes;

[Collection(PoolServerCollection.Name)]
public sealed class Exporting_codes(PoolServer server)
{
    [Theory]
    [InlineData("coupon", null, "available", "assigned", "redeemed")]
    [InlineData("coupon", "now", "expired", "expired", "redeemed")]
    [InlineData("entry", null, "available", "assigned", "redeemed")]
    [InlineData("entry", "now", "expired", "assigned", "redeemed")]
    public async Task tells_how_each_code_stands(string kind, string? expired, string free, string assigned, string redeemed)
    {
        await using var host = await server.StartHostAsync();
        var campaign = await host.AddCampaignAsync(s => s);
        var id = (await host.NewBatch(campaign).CreateAsync(CodeFacts.Coupons("EXP", 45_000) with { Kind = kind })).Value.ShouldNotBeNull().Id;
        await host.WaitForAsync(campaign, id, b => b.State == "ready", kind);
        await host.AssignAsync(campaign, id, 2);
        await using var database = await host.OpenAsync(campaign);
        await database.RunAsync(
            "update code_taken set redeemed_at = $2, redeemed_by = 'x' where batch_id = $1 and seq = 2", Ids.Parse(Ids.CodeBatch, id), PoolHost.Noon);
        if (expired is not null)
        {
            await database.RunAsync("update code_batch set expires_at = $2 where batch_id = $1", Ids.Parse(Ids.CodeBatch, id), PoolHost.Noon);
        }

        var codes = new List<ExportedCode>();
        await foreach (var page in host.Get<ICodeQueries>().ExportAsync(campaign.TenantId, campaign.Id, id, default))
        {
            page.Length.ShouldBeLessThanOrEqualTo(20_000);
            codes.AddRange(page);
        }

        codes.Count.ShouldBe(45_000);
        codes.Select(c => c.Code).Distinct().Count().ShouldBe(45_000);
        codes.ShouldAllBe(c => c.Code.StartsWith("EXP-", StringComparison.Ordinal));
        (codes[0].State, codes[1].State).ShouldBe((assigned, redeemed));
        (codes[0].Pool, codes[0].EntryNumber, codes[1].RedeemedAt).ShouldBe((campaign.PoolId(), 1L, (DateTimeOffset?)PoolHost.Noon));
        codes.Skip(2).ShouldAllBe(c => c.State == free && c.AssignedAt == null && c.Pool == null && c.EntryNumber == null);
    }
}
