using System;
using System.Diagnostics;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Draws;
using PrizeDraw.Grains.Abstractions.Pools;
using PrizeDraw.Pools.Tests.Setup;
using PrizeDraw.Storage;
using Shouldly;
using Xunit;

namespace PrizeDraw.Pools.Tests.Draws;

/// <summary>What decides weight and eligibility is committed to before the first entry, and the list is made by it and nothing else.</summary>
[Collection(PoolServerCollection.Name)]
public sealed class Fixing_the_rules(PoolServer server)
{
    private static readonly DrawExclusions Exclude = new(["Acme.example", "agency.example"], false, ["b t"]);

    [Fact]
    public async Task names_level_claims_tickets_and_who_is_left_out()
    {
        await using var stage = await DrawStage.SetAsync(server);
        await using var host = await stage.StartHostAsync();
        var campaign = await EnteredAsync(host, Exclude);
        var certificate = (await host.CertificatesAsync(campaign, stage)).ShouldHaveSingleItem();
        var rules = certificate["rules"]!.AsObject();
        rules.Select(r => r.Key).ShouldBe(["claimDays", "drawId", "exclude", "from", "level", "prizes", "reserves", "rule", "tickets", "until"]);
        ((string)rules["level"]!).ShouldBe("committed");
        ((int)rules["claimDays"]!).ShouldBe(14);
        rules["tickets"]!.ToJsonString().ShouldBe($$"""{"{{campaign.Settings.Pools[0].Id}}":3}""");
        var domains = HMACSHA256.HashData(
            Convert.FromHexString((string)certificate["secret"]!), Encoding.ASCII.GetBytes("pdv1/staff-domains\0[\"acme.example\",\"agency.example\"]"));
        rules["exclude"]!.ToJsonString().ShouldBe(
            $$$"""{"postcodes":["BT"],"previousWinners":false,"staffDomains":{"count":2,"hash":"{{{Convert.ToHexStringLower(domains)}}}"}}""");
        certificate.ToJsonString().ShouldNotContain("acme.example", Case.Insensitive);
        certificate["counts"]!["excludedByReason"]!.ToJsonString().ShouldBe("""{"staff":1}""");
        ((int)certificate["counts"]!["tickets"]!).ShouldBe(12);
    }

    [Fact]
    public async Task leaves_out_nobody_else_though_the_settings_were_changed()
    {
        await using var stage = await DrawStage.SetAsync(server);
        await using var host = await stage.StartHostAsync();
        var campaign = await EnteredAsync(host, Exclude with { Postcodes = [] }, run: false);
        await SetAsync(host, campaign, Exclude);
        await host.ReachesAsync(campaign, "frozen");
        (await WaitingAsync(host, campaign)).ShouldContain("put them back");
        await SetAsync(host, campaign, Exclude with { Postcodes = [] });
        (await host.CertificatesAsync(campaign, stage)).ShouldHaveSingleItem();
    }

    private static async Task<TestCampaign> EnteredAsync(PoolHost host, DrawExclusions exclude, bool run = true)
    {
        var draw = DrawStage.Settings("committed") with { ClaimDays = 14, Exclude = exclude };
        var campaign = await host.AddCampaignAsync(s => s with { Draw = draw, Pools = [new PoolSettings { Name = "Entries", Tickets = 3 }] });
        await SetAsync(host, campaign, exclude);
        (await host.Draw(campaign).PlanAsync(SetDrawPlan.Of(PoolHost.Manager, draw, campaign.Settings))).Refusal.ShouldBeNull();
        foreach (var n in Enumerable.Range(0, 5))
        {
            var entry = Sent.Entry($"key-{n}", $"person{n}");
            entry = n > 0 ? entry : entry with { Entrant = entry.Entrant with { Email = "ann@ACME.example" } };
            (await host.Pool(campaign).SubmitAsync(entry)).Refusal.ShouldBeNull();
        }

        (await host.Pool(campaign).CloseAsync(new ClosePool(Actor.System, PoolHost.Closes))).Refusal.ShouldBeNull();
        if (run)
        {
            (await host.Draw(campaign).RunAsync(new DrawCommand(PoolHost.Manager))).Refusal.ShouldBeNull();
        }

        return campaign;
    }

    private static async Task SetAsync(PoolHost host, TestCampaign campaign, DrawExclusions exclude)
    {
        var settings = campaign.Settings with { Draw = campaign.Settings.Draw! with { Exclude = exclude } };
        await using var central = await host.OpenCentralAsync();
        await central.RunAsync("update campaign set settings = $2::jsonb where campaign_id = $1", Ids.Parse(Ids.Campaign, campaign.Id), JsonSerializer.Serialize(settings, StorageJson.Options));
    }

    private static async Task<string> WaitingAsync(PoolHost host, TestCampaign campaign)
    {
        var patience = Stopwatch.StartNew();
        while (true)
        {
            if ((await host.StandAsync(campaign)).WaitingFor is { } why)
            {
                return why;
            }

            patience.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(30), "It waits for nothing.");
            await host.Draw(campaign).RunAsync(new DrawCommand(PoolHost.Manager));
        }
    }
}
