using System;
using System.Linq;
using System.Net.Http;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using PrizeDraw.Domain.Draws;
using PrizeDraw.Domain.Evidence;
using PrizeDraw.TestKit.Platform;
using Shouldly;

namespace PrizeDraw.Provisioning.Tests.Secrets;

/// <summary>A campaign on this machine, from its rehearsal to a claimed prize.</summary>
internal sealed class LocalActs(SecretScene scene, Needles needles, CampaignActs acts)
{
    public const string Slug = "on-this-machine";
    private string observer = "";

    /// <summary>Two prizes, so that one winner's mail can be refused; winning moments that are still to come.</summary>
    public async Task<JsonNode> PublishedAsync(string tenant)
    {
        var now = TimeProvider.System.GetUtcNow();
        var body = SampleCampaign.Of(tenant, Slug, now.AddMinutes(-1), now.AddDays(7));
        var generated = body["pools"]![0]!["moments"]![0]!["generate"]!;
        (generated["from"], generated["to"]) = (now.AddDays(1).ToString("O"), now.AddDays(6).ToString("O"));
        body["draw"] = new JsonObject
        {
            ["name"] = "Final", ["prizes"] = new JsonArray("Weekend in Paris", "Hamper"), ["reserves"] = 1, ["rule"] = "one-per-person", ["level"] = "observed", ["claimDays"] = 14,
        };
        var campaign = await acts.ReadyAsync(body);
        await LookBeforehandAsync(campaign);
        await scene.SendAsync(HttpMethod.Post, $"/v1/campaigns/{(string)campaign["id"]!}/publish", new JsonObject(), 200);
        return campaign;
    }

    /// <summary>The observer's link takes the place of one that was sent before.</summary>
    public async Task AskObserverAsync(JsonNode campaign)
    {
        var draw = (string)(await DrawAsync(campaign))["id"]!;
        for (var time = 0; time < 2; time++)
        {
            var link = await scene.ToldOnceAsync($"/v1/draws/{draw}/observers", new JsonObject { ["name"] = "Dr Jane Marsh" }, "url");
            observer = link.Split('#')[1];
            needles.Add("the observer's link", observer.Split('.')[1]);
        }

        await scene.SendAsync(HttpMethod.Get, "/v1/observations", expect: 200, headers: ("X-Observer-Token", observer));
        await scene.SendAsync(HttpMethod.Get, "/v1/observations", expect: 404, headers: ("X-Observer-Token", observer[..^5] + (observer[^5] == 'x' ? "y" : "x") + observer[^4..]));
    }

    /// <summary>The draw is run, one winner is told in vain, the other claims.</summary>
    public async Task DrawnAsync(JsonNode campaign)
    {
        var id = (string)campaign["id"]!;
        await scene.SendAsync(HttpMethod.Post, $"/v1/campaigns/{id}/close", new JsonObject { ["reason"] = "It ends.", ["evidence"] = "none" }, 202);
        var draw = (string)(await DrawAsync(campaign))["id"]!;
        (await scene.SendAsync(HttpMethod.Post, $"/v1/draws/{draw}/run", new JsonObject())).Status.ShouldBeInRange(200, 202);
        await scene.UntilAsync("the commitment is public", async () => (await DrawAsync(campaign))["commitmentUrl"] is not null);
        await SupplyAsync();
        await scene.UntilAsync("the observed draw is drawn", async () =>
            await DrawAsync(campaign) is var drawn && drawn["certificateUrl"] is not null && (string?)drawn["progress"]?["stage"] == "done");
        (await scene.SendAsync(HttpMethod.Post, $"/v1/draws/{draw}/publish", new JsonObject())).Status.ShouldBeInRange(200, 202);
        await scene.UntilAsync("both winners are told", () => Task.FromResult(scene.Mail.Links.Count >= 2));
        scene.Mail.Links.Count(l => !l.IsTaken).ShouldBe(1);
        await ClaimAsync(campaign, scene.Mail.Links.First(l => l.IsTaken).Token);
        await scene.SendAsync(HttpMethod.Get, $"/v1/draws/{draw}", expect: 200);
    }

    private async Task LookBeforehandAsync(JsonNode campaign)
    {
        var (id, key) = ((string)campaign["id"]!, (string)campaign["siteKey"]!);
        var rehearsal = await scene.ToldOnceAsync($"/v1/campaigns/{id}/rehearsals", new JsonObject(), "token");
        needles.Add("the rehearsal's token", rehearsal);
        await SiteAsync(HttpMethod.Post, "/entries", SampleCampaign.Entry("rehearsing@example.com"), 201, key, ("X-Rehearsal-Token", rehearsal), ("Idempotency-Key", "rehearsing-key-0001"));
        var preview = (await scene.ToldAsync(scene.Admin, $"/v1/campaigns/{id}/previews", new JsonObject(), "url"))[0].Split("#preview=")[1];
        needles.Add("the preview's link", preview);
        await SiteAsync(HttpMethod.Get, "", null, 200, key, ("X-Preview-Token", preview));
        (await scene.SendAsync(HttpMethod.Get, $"/v1/sites/{Slug}", null, null, ("X-Site-Key", key), ("X-Preview-Token", preview[1..]))).Status.ShouldBeInRange(400, 499);
    }

    private async Task SupplyAsync()
    {
        var told = await scene.SendAsync(HttpMethod.Get, "/v1/observations", expect: 200, headers: ("X-Observer-Token", observer));
        var commitment = new Bytes32(Convert.FromHexString((string)told["commitment"]["hash"]!));
        var randomness = RandomNumberGenerator.GetBytes(32);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var signature = key.SignData(ObserverSignature.Message(commitment, new Bytes32(randomness)), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        await scene.SendAsync(HttpMethod.Post, "/v1/observations", new JsonObject
        {
            ["randomness"] = Convert.ToHexStringLower(randomness), ["publicKey"] = Convert.ToBase64String(key.ExportSubjectPublicKeyInfo()),
            ["signature"] = Convert.ToHexStringLower(signature), ["statement"] = "Thrown with dice.",
        }, 204, ("X-Observer-Token", observer));
    }

    private async Task ClaimAsync(JsonNode campaign, string token)
    {
        var key = (string)(await scene.SendAsync(HttpMethod.Get, $"/v1/campaigns/{(string)campaign["id"]!}"))["siteKey"]!;
        var claim = new JsonObject { ["name"] = "Ann Smith", ["address"] = "1 High Street, Leeds", ["phone"] = "0113 496 0000", ["publication"] = "agreed" };
        await SiteAsync(HttpMethod.Get, "/claims", null, 200, key, ("X-Claim-Token", token));
        await SiteAsync(HttpMethod.Post, "/claims", claim, 200, key, ("X-Claim-Token", token));
        await SiteAsync(HttpMethod.Get, "/claims", null, 404, key, ("X-Claim-Token", token[1..] + "x"));
    }

    private Task SiteAsync(HttpMethod method, string path, JsonNode? body, int expect, string key, params (string Name, string Value)[] headers) =>
        scene.SendAsync(method, $"/v1/sites/{Slug}{path}", body, expect, [("X-Site-Key", key), .. headers]);

    private async Task<JsonNode> DrawAsync(JsonNode campaign) =>
        (await scene.SendAsync(HttpMethod.Get, $"/v1/campaigns/{(string)campaign["id"]!}/draws"))["items"].AsArray().ShouldHaveSingleItem()!;
}
