using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using PrizeDraw.Domain.Evidence;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Draws;
using PrizeDraw.Grains.Abstractions.Evidence;
using PrizeDraw.Grains.Abstractions.Pools;
using PrizeDraw.Pools.Tests.Setup;
using PrizeDraw.Storage;
using Shouldly;
using Xunit;

namespace PrizeDraw.Pools.Tests.Draws;

/// <summary>What decides weight and eligibility is committed to before the first entry, and the list is made by it and nothing else.</summary>
[Collection(DrawServerCollection.Name)]
public sealed class Fixing_the_rules(PoolServer server)
{
    private static readonly DrawExclusions Exclude = new(["Acme.example", "agency.example"], false, ["b t"]);

    [Fact]
    public async Task publishes_them_signed_with_level_claims_tickets_and_who_is_left_out()
    {
        await using var stage = await DrawStage.SetAsync(server);
        await using var host = await stage.StartHostAsync();
        var campaign = await EnteredAsync(host, Exclude);
        var certificate = (await host.CertificatesAsync(campaign, stage)).ShouldHaveSingleItem();
        certificate["rules"]!.AsObject().Select(r => r.Key).ShouldBe(["drawId", "from", "prizes", "reserves", "rule", "until"]);
        var plan = JsonNode.Parse(await PlanAsync(host, campaign))!.AsObject();
        plan["rules"]!.ToJsonString().ShouldBe(certificate["rules"]!.ToJsonString());
        var body = certificate["commitment"]!["body"]!;
        ((string)plan["rulesHash"]!, (string)plan["secretHash"]!).ShouldBe(((string)body["rulesHash"]!, (string)body["secretHash"]!));
        ((string)plan["format"]!, (string)plan["level"]!, (int)plan["claimDays"]!, (bool)plan["addedLater"]!).ShouldBe(("pdv1/plan", "committed", 14, false));
        await IsSignedAsync(host, plan);
        plan["tickets"]!.ToJsonString().ShouldBe($$"""{"{{campaign.Settings.Pools[0].Id}}":3}""");
        var domains = HMACSHA256.HashData(
            Convert.FromHexString((string)certificate["secret"]!), Encoding.ASCII.GetBytes("pdv1/staff-domains\0[\"acme.example\",\"agency.example\"]"));
        plan["exclude"]!.ToJsonString().ShouldBe(
            $$$"""{"postcodes":["BT"],"previousWinners":false,"staffDomains":{"count":2,"hash":"{{{Convert.ToHexStringLower(domains)}}}"}}""");
        (certificate.ToJsonString() + plan.ToJsonString()).ShouldNotContain("acme.example", Case.Insensitive);
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
        (await WaitingAsync(host, campaign)).ShouldContain("published plan (exclude)");
        await SetAsync(host, campaign, Exclude with { Postcodes = [] });
        (await host.CertificatesAsync(campaign, stage)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task publishes_the_same_again_after_a_publishing_that_was_cut_short()
    {
        await using var stage = await DrawStage.SetAsync(server);
        await using var host = await stage.StartHostAsync();
        var draw = DrawStage.Settings("committed") with { Exclude = Exclude };
        var campaign = await host.AddCampaignAsync(s => s with { Draw = draw });
        var command = SetDrawPlan.Of(PoolHost.Manager, draw, campaign.Settings);
        await PublishAsync(host, campaign, command);
        var first = await PlanAsync(host, campaign);
        stage.Clock.Leap(TimeSpan.FromMinutes(5));
        await PublishAsync(host, campaign, command);
        (await PlanAsync(host, campaign)).ShouldBe(first);

        // Nothing was published yet: other settings are another plan, under another secret.
        await PublishAsync(host, campaign, command with { Draw = draw with { Reserves = 9 } });
        var other = JsonNode.Parse(await PlanAsync(host, campaign))!;
        ((int)other["rules"]!["reserves"]!).ShouldBe(9);
        ((string)other["secretHash"]!).ShouldNotBe((string)JsonNode.Parse(first)!["secretHash"]!);
    }

    private static async Task PublishAsync(PoolHost host, TestCampaign campaign, SetDrawPlan command)
    {
        (await host.Draw(campaign).PlanAsync(command)).Refusal.ShouldBeNull();
        await host.Draw(campaign).PublishPlanAsync(command);
    }

    private static async Task<string> PlanAsync(PoolHost host, TestCampaign campaign)
    {
        var files = host.Get<IPublicFiles>();
        var file = (await files.FindAsync(campaign.TenantId, campaign.Id, PublicFileNames.Plan(campaign.Settings.Draw!.Id!), default)).ShouldNotBeNull();
        using var content = new MemoryStream();
        await files.CopyAsync(file, content, compressed: false, default);
        return Encoding.UTF8.GetString(content.ToArray());
    }

    private static async Task IsSignedAsync(PoolHost host, JsonObject plan)
    {
        var known = (await host.Get<ISigningKeys>().ListAsync(default)).Single(k => k.KeyId == (string)plan["keyId"]!);
        using var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(Convert.FromBase64String(known.PublicKey), out _);
        var signed = plan.DeepClone().AsObject();
        signed.Remove("keyId");
        signed.Remove("signature");
        using var document = JsonDocument.Parse(signed.ToJsonString());
        key.VerifyData(CanonicalJson.ToUtf8(document.RootElement), Convert.FromHexString((string)plan["signature"]!), HashAlgorithmName.SHA256).ShouldBeTrue();
    }

    private static async Task<TestCampaign> EnteredAsync(PoolHost host, DrawExclusions exclude, bool run = true)
    {
        var draw = DrawStage.Settings("committed") with { ClaimDays = 14, Exclude = exclude };
        var campaign = await host.AddCampaignAsync(s => s with { Draw = draw, Pools = [new PoolSettings { Name = "Entries", Tickets = 3 }] });
        await SetAsync(host, campaign, exclude);
        await PublishAsync(host, campaign, SetDrawPlan.Of(PoolHost.Manager, draw, campaign.Settings));
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

            patience.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(120), "It waits for nothing.");
            await host.Draw(campaign).RunAsync(new DrawCommand(PoolHost.Manager));
        }
    }
}
