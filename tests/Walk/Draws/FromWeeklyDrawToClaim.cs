using System;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Runtime.Versioning;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using PrizeDraw.TestKit;
using PrizeDraw.Walk.Support;
using Shouldly;
using Xunit;

namespace PrizeDraw.Walk.Draws;

/// <summary>
/// A weekly draw and the final one at level beacon, as entrants, winners, a manager and an outsider see them: over HTTP, by mail and by the
/// verifier. The clock leaps, nothing else is pretended: what is due then comes by itself.
/// </summary>
[UnsupportedOSPlatform("windows")]
public sealed class FromWeeklyDrawToClaim(TestPostgres postgres, TempFolder folder) : IClassFixture<TestPostgres>, IClassFixture<TempFolder>
{
    private const string Slug = "weekly-walk";
    private static readonly TimeSpan Week = TimeSpan.FromMinutes(40), ToFreeze = TimeSpan.FromMinutes(10);

    [VerifierFact]
    public async Task A_weekly_draw_is_frozen_committed_drawn_proven_published_and_claimed_while_the_pool_stays_open()
    {
        await using var scene = await DrawScene.SetAsync(postgres, folder, Slug, Campaign);
        var weekly = await scene.DrawAsync("Week 1");
        ((string?)weekly["level"], (string?)weekly["state"]).ShouldBe(("beacon", "planned"));
        var early = await Task.WhenAll(Enumerable.Range(0, 8).Select(n => scene.EnterAsync($"early{n}")));

        await scene.LeapToAsync(weekly["until"]!.GetValue<DateTimeOffset>() + TimeSpan.FromSeconds(1));
        var late = await scene.EnterAsync("late");
        await scene.LeapToAsync(weekly["at"]!.GetValue<DateTimeOffset>());
        var commitment = await IsCommittedInPublicAsync(scene, (string)weekly["id"]!, early, late);
        var after = await scene.EnterAsync("after");
        await HasReceiptAsync(scene, early[0], "Week 1", "listed", null);

        await scene.LeapAsync(DrawScene.ToRound);
        var drawn = await scene.DrawAsync("Week 1", d => d["certificateUrl"] is not null && (string?)d["progress"]?["stage"] == "done");
        ((string?)drawn["state"]).ShouldBe("drawn");
        var certificate = await scene.VerifiedAsync((string)drawn["id"]!);
        certificate["commitment"]!["hash"]!.ToString().ShouldBe(commitment["hash"]!.ToString());
        certificate["closedAt"].ShouldBeNull("the pool is open");
        await IsPublishedAsync(scene, drawn);
        await IsClaimedAsync(scene, drawn["winners"]![0]!);
        await TheReceiptIsCheckedOfflineAsync(scene, drawn, early);

        await TheFinalDrawFollowsAsync(scene, drawn, [.. early, late, after]);
    }

    /// <summary>Before the round exists an outsider has the commitment and the list, which covers the week and nothing after it.</summary>
    private static async Task<JsonNode> IsCommittedInPublicAsync(DrawScene scene, string draw, JsonNode[] early, JsonNode late)
    {
        var path = $"/v1/sites/{Slug}/draws/{draw}";
        await scene.DrawAsync("Week 1", d => d["commitmentUrl"] is not null && (string?)d["progress"]?["stage"] == "waiting-for-round");
        var commitment = JsonNode.Parse(await scene.Outsider.GetStringAsync(path + "/commitment"))!;
        var body = commitment["commitment"]!;
        body["lastNumbers"]!.AsObject().ShouldHaveSingleItem().Value!.GetValue<long>().ShouldBeInRange(early.Length, early.Length + 1);
        ((int)body["counts"]!["eligible"]!).ShouldBe(early.Length);
        commitment["timestampToken"].ShouldNotBeNull("it has a witness");
        var roundAt = (await scene.DrawAsync("Week 1"))["roundAt"]!.GetValue<DateTimeOffset>();
        (roundAt - body["committedAt"]!.GetValue<DateTimeOffset>()).ShouldBeGreaterThanOrEqualTo(TimeSpan.FromMinutes(10));
        scene.Clock.GetUtcNow().ShouldBeLessThan(roundAt);

        var list = (await scene.Outsider.GetStringAsync(path + "/entries.jsonl")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonNode.Parse(l)!).ToArray();
        list.Where(l => l["tickets"] is not null).Select(RefOf).ShouldBe(early.Select(e => RefOf(e["receipt"]!)), ignoreOrder: true);
        list.Where(l => l["excluded"] is not null).ShouldAllBe(l => RefOf(l) == RefOf(late["receipt"]!) && (string)l["excluded"]! == "outside-period");
        (await scene.Outsider.GetAsync(path + "/certificate")).StatusCode.ShouldBe(HttpStatusCode.NotFound, "nothing is drawn");
        return commitment;
    }

    /// <summary>Winners are provisional until somebody publishes them.</summary>
    private static async Task IsPublishedAsync(DrawScene scene, JsonNode drawn)
    {
        drawn["winners"]!.AsArray().Select(w => (string)w!["state"]!).ShouldAllBe(state => state == "provisional");
        (await scene.PublicWinnersAsync()).ShouldBeEmpty();
        var published = await scene.Admin.PostAsync($"/v1/draws/{(string)drawn["id"]!}/publish");
        published.Status.ShouldBe(200, published.Body?.ToJsonString());
        await DrawScene.UntilAsync(async () => (await scene.PublicWinnersAsync()).Length == 1, () => "The winner is not public.");
        (await scene.PublicWinnersAsync())[0].ToJsonString().ShouldNotContain("@");
    }

    /// <summary>The winner has one mail, claims by its link, and the manager sees it.</summary>
    private static async Task IsClaimedAsync(DrawScene scene, JsonNode winner)
    {
        var token = await scene.TokenOfAsync((string)winner["email"]!);
        var told = await scene.ClaimAsync(HttpMethod.Get, token);
        ((string?)told.Body!["state"], (string?)told.Body["prize"], (bool)told.Body["claimed"]!).ShouldBe(("told", "Hamper", false));
        (await scene.ClaimAsync(HttpMethod.Get, token[1..] + "x")).Code.ShouldBe("claim.not_found");
        var claim = new JsonObject { ["name"] = "Ann Smith", ["address"] = "1 High Street, Leeds", ["phone"] = "0113 496 0000", ["publication"] = "agreed" };
        var made = await scene.ClaimAsync(HttpMethod.Post, token, claim);
        (made.Status, (string?)made.Body!["state"]).ShouldBe((200, "claimed"), made.Body.ToJsonString());
        (await scene.ClaimAsync(HttpMethod.Post, token, claim.DeepClone().AsObject())).Body!.ToJsonString().ShouldBe(made.Body.ToJsonString());
        var seen = (await scene.ClaimsAsync()).ShouldHaveSingleItem();
        ((string?)seen["state"], (string?)seen["entryId"], (string?)seen["address"]).ShouldBe(("claimed", (string?)winner["entryId"], "1 High Street, Leeds"));
    }

    /// <summary>Receipts tell who won and who did not, online and by the verifier alone.</summary>
    private async Task TheReceiptIsCheckedOfflineAsync(DrawScene scene, JsonNode drawn, JsonNode[] early)
    {
        var won = early.Single(e => (string)e["entryId"]! == (string)drawn["winners"]![0]!["entryId"]!);
        var placed = drawn["winners"]!.AsArray().Select(w => (string)w!["entryId"]!).ToArray();
        var lost = early.First(e => !placed.Contains((string)e["entryId"]!));
        var record = await HasReceiptAsync(scene, won, "Week 1", "drawn", "winner");
        await HasReceiptAsync(scene, lost, "Week 1", "not-drawn", null);
        await File.WriteAllTextAsync(folder["receipt.json"], won["receipt"]!.ToJsonString());
        await File.WriteAllTextAsync(folder["record.json"], record.ToJsonString());
        await scene.VerifiedAsync((string)drawn["id"]!, "--receipt", folder["receipt.json"], "--record", folder["record.json"]);
    }

    /// <summary>After the closing the final draw covers everybody but the week's winner, and names no round twice.</summary>
    private static async Task TheFinalDrawFollowsAsync(DrawScene scene, JsonNode weekly, JsonNode[] all)
    {
        var closed = await scene.Admin.PostAsync($"/v1/campaigns/{scene.Campaign.Id}/close", new JsonObject { ["reason"] = "The walk ends.", ["evidence"] = "none" });
        closed.Status.ShouldBe(202, closed.Body?.ToJsonString());
        var run = await scene.Admin.PostAsync($"/v1/draws/{(string)(await scene.DrawAsync("Final"))["id"]!}/run");
        run.Status.ShouldBe(202, run.Body?.ToJsonString());
        await scene.DrawAsync("Final", d => (string?)d["progress"]?["stage"] == "waiting-for-round");
        await scene.LeapAsync(DrawScene.ToRound);
        var final = await scene.DrawAsync("Final", d => d["certificateUrl"] is not null && (string?)d["progress"]?["stage"] == "done");
        var certificate = await scene.VerifiedAsync((string)final["id"]!);
        ((int)certificate["counts"]!["eligible"]!, (int)certificate["counts"]!["excluded"]!).ShouldBe((all.Length - 1, 1));
        certificate["counts"]!["excludedByReason"]!.ToJsonString().ShouldBe("""{"previous-winner":1}""");
        certificate["order"]!.AsArray().Select(p => (string)p!["entryRef"]!)
            .ShouldNotContain(RefOf(all.Single(e => (string)e["entryId"]! == (string)weekly["winners"]![0]!["entryId"]!)["receipt"]!));
        (await scene.Admin.PostAsync($"/v1/draws/{(string)final["id"]!}/publish")).Status.ShouldBe(200);
        await DrawScene.UntilAsync(async () => (await scene.PublicWinnersAsync()).Length == 2, () => "The winners are not public.");
        await scene.Admin.WaitForStateAsync(scene.Campaign.Id, "completed");
    }

    /// <summary>What the receipt page shows of the draw; the batch's journal record.</summary>
    private static async Task<JsonNode> HasReceiptAsync(DrawScene scene, JsonNode entered, string draw, string state, string? role)
    {
        var token = Convert.ToBase64String(Encoding.UTF8.GetBytes(entered["receipt"]!.ToJsonString())).TrimEnd('=').Replace('+', '-').Replace('/', '_');
        var told = await scene.Admin.SendAsync(HttpMethod.Get, $"/v1/sites/{Slug}/receipts", null, ("X-Site-Key", scene.Campaign.SiteKey), ("X-Receipt-Token", token));
        told.Status.ShouldBe(200, told.Body?.ToJsonString());
        var place = told.Body!["draws"]!.AsArray().Single(d => (string)d!["name"]! == draw)!;
        ((string?)place["state"], (string?)place["role"]).ShouldBe((state, role), place.ToJsonString());
        return told.Body["record"]!;
    }

    private static string RefOf(JsonNode node) => (string)node["entryRef"]!;

    private static JsonObject Campaign(string tenant, DateTimeOffset now) => DrawScene.CampaignOf(
        tenant, Slug, now,
        new JsonObject
        {
            ["name"] = "Final", ["prizes"] = new JsonArray("Weekend in Paris"), ["reserves"] = 2, ["rule"] = "one-per-person", ["claimDays"] = 14,
            ["exclude"] = new JsonObject { ["previousWinners"] = true },
        },
        new JsonObject
        {
            ["name"] = "Week 1", ["prizes"] = new JsonArray("Hamper"), ["reserves"] = 1, ["rule"] = "one-per-person", ["claimDays"] = 14,
            ["until"] = (now + Week).ToString("O"), ["at"] = (now + Week + ToFreeze).ToString("O"),
        });
}
