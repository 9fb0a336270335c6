using System;
using System.Security.Cryptography;
using System.Text;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Pools.Tests.Setup;
using Shouldly;
using Xunit;

namespace PrizeDraw.Pools.Tests.Settings;

/// <summary>Terms that were taken away before publishing and given anew are version 1 again, with another text.</summary>
[Collection(PoolServerCollection.Name)]
public sealed class Giving_terms_anew(PoolServer server)
{
    [Fact]
    public async Task receipts_quote_the_text_that_was_accepted()
    {
        await using var host = await server.StartHostAsync();
        var first = await host.AddCampaignAsync(s => s with { Terms = new Terms("The first text.") }, published: false);
        var campaign = first with { Settings = first.Settings with { Terms = new Terms("The text in force.") } };
        await host.SetPhaseAsync(campaign, 0, published: true, paused: false);

        var answer = (await host.Pool(campaign).SubmitAsync(Sent.Entry("terms-key", "alice"))).Value.ShouldNotBeNull();

        answer.Receipt.TermsHash.ShouldBe(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("The text in force."))));
    }
}
