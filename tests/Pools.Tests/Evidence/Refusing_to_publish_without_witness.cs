using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Pools.Tests.Draws;
using PrizeDraw.Pools.Tests.Setup;
using PrizeDraw.TestKit.Draws;
using Shouldly;
using Xunit;

namespace PrizeDraw.Pools.Tests.Evidence;

/// <summary>A campaign whose commitment would be worth nothing just now is not published, and told what to do.</summary>
[Collection(PoolServerCollection.Name)]
public sealed class Refusing_to_publish_without_witness(PoolServer server)
{
    [Theory]
    [InlineData("authority", "time-stamp authority")]
    [InlineData("clock", "The clocks differ")]
    [InlineData("relays", "relays say: No relay gave a usable answer")]
    [InlineData("one relay", "relays say: Only one relay answered")]
    [InlineData("lying relay", "relays say: RELAYS DISAGREE")]
    public async Task changes_nothing_and_can_be_repeated(string failing, string said)
    {
        await using var stage = await DrawStage.SetAsync(server);
        await using var host = await stage.StartHostAsync();
        var campaign = await RoundStage.ReadyAsync(host, stage.Clock.GetUtcNow(), TimeSpan.FromMinutes(20));
        // The first attempt is refused after the grain has taken the campaign: what it was before stands then.
        Fail(stage, failing);
        await RefusedAsync(host, campaign, said);
        var before = await StoredAsync(host, campaign);
        await RefusedAsync(host, campaign, said);
        (await StoredAsync(host, campaign)).ShouldBe(before, ignoreOrder: true);
        await using (var database = await host.OpenAsync(campaign))
        {
            (await database.ScalarAsync<long>("select count(*) from instant_commitment")).ShouldBe(0);
            (await database.ScalarAsync<long>("select count(*) from pool where published")).ShouldBe(0);
        }

        Fail(stage, "nothing");
        (await host.PublishAsync(campaign)).State.ShouldBe("scheduled");
    }

    private static void Fail(DrawStage stage, string failing)
    {
        stage.Authority.Flaw = failing == "authority" ? AuthorityFlaw.Failing : AuthorityFlaw.None;
        stage.Authority.ClockError = failing == "clock" ? TimeSpan.FromMinutes(-5) : TimeSpan.Zero;
        stage.Relays[0].Mood = failing == "relays" ? RelayMood.Failing : RelayMood.Honest;
        stage.Relays[1].Mood = failing switch
        {
            "relays" or "one relay" => RelayMood.Failing,
            "lying relay" => RelayMood.Lying,
            _ => RelayMood.Honest,
        };
    }

    private static async Task RefusedAsync(PoolHost host, TestCampaign campaign, string said)
    {
        var refusal = (await host.Grain(campaign).PublishAsync(new CampaignCommand(PoolHost.Manager))).Refusal.ShouldNotBeNull();
        refusal.Code.ShouldBe("campaign.commitment_unavailable");
        refusal.Detail.ShouldContain(said);
        refusal.Detail.ShouldContain("Publish it again in a few minutes");
    }

    private static async Task<List<string>> StoredAsync(PoolHost host, TestCampaign campaign)
    {
        await using var own = await host.OpenAsync(campaign);
        await using var central = await host.OpenCentralAsync();
        return
        [
            .. await own.DumpAsync(),
            .. await central.ListAsync("select to_jsonb(c)::text from campaign c where campaign_id = $1", r => r.GetString(0), Ids.Parse(Ids.Campaign, campaign.Id)),
            .. await central.ListAsync("select grainid || remindername from orleansreminderstable where grainid like '%' || $1", r => r.GetString(0), campaign.Id),
            .. await central.ListAsync("select name from public_file where campaign_id = $1", r => r.GetString(0), Ids.Parse(Ids.Campaign, campaign.Id)),
        ];
    }
}
