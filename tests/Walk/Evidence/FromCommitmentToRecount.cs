using System;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Runtime.Versioning;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using PrizeDraw.Silo;
using PrizeDraw.TestKit;
using PrizeDraw.TestKit.Platform;
using PrizeDraw.Walk.Support;
using Shouldly;
using Xunit;

namespace PrizeDraw.Walk.Evidence;

/// <summary>What an outsider without any credential gets, from before the opening until after the closing, and can check offline.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class FromCommitmentToRecount(TestPostgres postgres, TempFolder folder) : IClassFixture<TestPostgres>, IClassFixture<TempFolder>
{
    private const string Slug = "evidence-walk";

    [Fact]
    public async Task Every_outcome_follows_from_what_was_committed_before_the_opening()
    {
        TinyTemplate.Write(folder["template"]);
        await using var platform = await PlatformProcess.StartAsync(new PlatformProcessOptions
        {
            DataFolder = folder["data"], TemplateFolder = folder["template"], Database = postgres.SuperuserConnectionString,
        });
        using var admin = new PlatformClient(platform.Address);
        await admin.LoginAsync();
        var now = TimeProvider.System.GetUtcNow();
        var campaign = await ReadyCampaign.PublishedAsync(admin, Slug, tenant => Campaign(tenant, now));
        using var outsider = PatientHandler.Client(platform.Address);
        var pool = (string)(await admin.GetAsync($"/v1/campaigns/{campaign.Id}/pools")).Body!["items"]![0]!["id"]!;
        var committed = JsonNode.Parse(await outsider.GetStringAsync($"/v1/sites/{Slug}/pools/{pool}/commitment"))!;
        ((int)committed["commitment"]!["moments"]!["count"]!).ShouldBe(12);
        (await outsider.GetAsync($"/v1/sites/{Slug}/instant.jsonl")).StatusCode.ShouldBe(HttpStatusCode.NotFound, "not while it is open");

        foreach (var person in Enumerable.Range(0, 60))
        {
            var entered = await admin.EnterAsync(Slug, campaign.SiteKey, $"key-of-person-{person}", SampleCampaign.Entry($"person{person}@example.com"));
            entered.Status.ShouldBe(201, entered.Body?.ToJsonString());
        }

        var closed = await admin.PostAsync($"/v1/campaigns/{campaign.Id}/close", new JsonObject { ["reason"] = "The test is over.", ["evidence"] = "Its clock." });
        closed.Status.ShouldBe(202, closed.Body?.ToJsonString());
        // What came by post is still taken until the draw's list is frozen: then the pools are closed for good, and all is revealed.
        var draw = (string)(await admin.GetAsync($"/v1/campaigns/{campaign.Id}/draws")).Body!["items"]![0]!["id"]!;
        var run = await admin.PostAsync($"/v1/draws/{draw}/run");
        run.Status.ShouldBeInRange(200, 202, run.Body?.ToJsonString());
        var check = JsonNode.Parse(await EventuallyAsync(outsider, $"/v1/sites/{Slug}/instant-check.json"))!;
        ((bool)check["holds"]!).ShouldBeTrue(check.ToJsonString());
        ((int)check["entries"]!).ShouldBe(60);
        await IsCheckedOfflineAsync(outsider);

        var statement = (await admin.GetAsync($"/v1/campaigns/{campaign.Id}/close-out")).Body!;
        ((bool)statement["final"]!, (bool)statement["holds"]!).ShouldBe((true, true), statement.ToJsonString());
        statement["prizes"]!.AsArray().ShouldAllBe(p => (long)p!["offered"]! == (long)p["awarded"]! + (long)p["unwon"]!);
    }

    /// <summary>By the executable's own command, from files alone; and one flipped digit is found.</summary>
    private async Task IsCheckedOfflineAsync(HttpClient outsider)
    {
        var (file, keys) = (Path.Combine(folder["data"], "instant.jsonl"), Path.Combine(folder["data"], "keys.json"));
        var text = await outsider.GetStringAsync($"/v1/sites/{Slug}/instant.jsonl");
        await File.WriteAllTextAsync(file, text);
        await File.WriteAllTextAsync(keys, await outsider.GetStringAsync("/v1/keys"));
        (await CheckAsync(file, keys)).ShouldBe(0);
        var at = text.IndexOf("\"salt\":\"", StringComparison.Ordinal) + 8;
        await File.WriteAllTextAsync(file, text[..at] + (text[at] == '0' ? '1' : '0') + text[(at + 1)..]);
        (await CheckAsync(file, keys)).ShouldBe(1);
        (await CheckAsync(file + ".none", keys)).ShouldBe(1);
    }

    private static Task<int> CheckAsync(string file, string keys) =>
        CommandLine.RunAsync(["check-instant", file, "--keys", keys], (_, _) => throw new InvalidOperationException("The platform was started."));

    private static async Task<string> EventuallyAsync(HttpClient outsider, string path) => (await Polling.UntilAsync(
        async () =>
        {
            using var response = await outsider.GetAsync(path);
            return response.IsSuccessStatusCode ? await response.Content.ReadAsStringAsync() : null;
        },
        content => content is not null, TimeSpan.FromMinutes(10)))!;

    private static JsonObject Campaign(string tenant, DateTimeOffset now)
    {
        var campaign = SampleCampaign.Of(tenant, Slug, now.AddMinutes(-1), now.AddDays(1), mugs: 12, dailyCap: 7);
        var pool = campaign["pools"]![0]!;
        pool["modes"] = new JsonArray("guaranteed", "moments", "probability", "consolation");
        pool["prizes"]!.AsArray().Add(new JsonObject { ["name"] = "Pen", ["kind"] = "gift", ["mode"] = "guaranteed", ["stock"] = null, ["everyNth"] = 6 });
        pool["prizes"]!.AsArray().Add(new JsonObject
        {
            ["name"] = "Trip", ["kind"] = "prize", ["mode"] = "probability", ["stock"] = 3, ["odds"] = new JsonObject { ["win"] = 1, ["outOf"] = 9 },
        });
        return campaign;
    }
}
