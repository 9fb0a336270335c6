using System;
using System.Net.Http;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.TestKit;
using PrizeDraw.TestKit.Platform;
using Shouldly;
using Xunit;

namespace PrizeDraw.Walk.Rehearsals;

/// <summary>A campaign that has not been published is rehearsed over HTTP: by hand with a token, then a month of traffic, with a SIGKILL in it.</summary>
public sealed class Rehearsing_before_opening(TestPostgres postgres, TempFolder folder) : IClassFixture<TestPostgres>, IClassFixture<TempFolder>
{
    private const int Traffic = 6_000;

    [Fact]
    public async Task A_month_is_seen_before_it_begins_and_leaves_nothing()
    {
        TinyTemplate.Write(folder["template"]);
        var options = new PlatformProcessOptions { DataFolder = folder["data"], TemplateFolder = folder["template"], Database = postgres.SuperuserConnectionString };
        var platform = await PlatformProcess.StartAsync(options);
        try
        {
            using var admin = new PlatformClient(platform.Address);
            await admin.LoginAsync();
            var opens = TimeProvider.System.GetUtcNow().AddDays(3);
            var tenant = await admin.CreateTenantAsync("rehearsed");
            var id = (string)(await admin.PostAsync("/v1/campaigns", SampleCampaign.Of(tenant, "rehearsed", opens, opens.AddDays(30))))["id"]!;
            var campaign = await admin.WaitForStateAsync(id, "ready", "rolled_back", "failed");
            var key = (string)campaign["siteKey"]!;

            var made = await admin.PostAsync($"/v1/campaigns/{id}/rehearsals");
            made.Status.ShouldBe(201, made.Body?.ToJsonString());
            var path = $"/v1/campaigns/{id}/rehearsals/{(string)made["id"]!}";
            // Answered as it is when it takes long.
            var ready = await Polling.UntilAsync(() => admin.GetAsync(path), seen => (string?)seen.Body?["state"] != "preparing", TimeSpan.FromMinutes(10));
            ((string?)ready["state"]).ShouldBe("ready", ready.Body?.ToJsonString());
            await ByHandAsync(admin, key, (string)made["token"]!);

            (await admin.PostAsync($"{path}/runs", new JsonObject { ["entries"] = Traffic, ["perSecond"] = 1500 })).Status.ShouldBe(202);
            await UntilAsync(admin, path, run => (long)run["sent"]! > 500);
            await platform.KillAsync();
            await platform.DisposeAsync();
            platform = await PlatformProcess.StartAsync(options, platform.Port);
            await EndsWholeAsync(admin, path);

            await NothingIsCountedAsync(admin, id);
            (await admin.SendAsync(HttpMethod.Delete, path, null)).Status.ShouldBe(204);
            (await admin.GetAsync(path)).Code.ShouldBe("rehearsal.not_found");
            (await EnterAsync(admin, key, (string)made["token"]!, "late")).Code.ShouldBe("rehearsal.token_invalid");
        }
        finally
        {
            await platform.DisposeAsync();
        }
    }

    private static async Task ByHandAsync(PlatformClient admin, string key, string token)
    {
        var site = await admin.SendAsync(HttpMethod.Get, "/v1/sites/rehearsed", null, ("X-Site-Key", key));
        ((string?)site["state"]).ShouldBe("holding");
        site = await admin.SendAsync(HttpMethod.Get, "/v1/sites/rehearsed", null, ("X-Site-Key", key), ("X-Rehearsal-Token", token));
        ((string?)site["state"]).ShouldBe("live");
        var entered = await EnterAsync(admin, key, token, "first");
        (entered.Status, (string?)entered["outcome"]["kind"], (long)entered["number"]).ShouldBe((201, "prize", 1L), "the first one sees what winning is like");
        (await EnterAsync(admin, key, null, "first")).Code.ShouldBe("campaign.not_open");
        (await EnterAsync(admin, key, "rht_wrong", "first")).Code.ShouldBe("rehearsal.token_invalid");
    }

    private static async Task EndsWholeAsync(PlatformClient admin, string path)
    {
        var rehearsal = await UntilAsync(admin, path, run => (string?)run["state"] != "running");
        var (run, stats) = (rehearsal["run"]!, rehearsal["stats"]!);
        ((string?)run["state"], (long)run["sent"]!).ShouldBe(("done", Traffic), run.ToJsonString());
        ((long)stats["entries"]!).ShouldBe((long)run["accepted"]!, "each entry once, whatever was killed");
        stats["byDay"]!.AsArray().Count.ShouldBeInRange(28, 33);
        ((long)stats["outcomes"]!["prize"]!).ShouldBe(20, "all mugs");
    }

    private static async Task NothingIsCountedAsync(PlatformClient admin, string id)
    {
        var stats = (await admin.GetAsync($"/v1/campaigns/{id}/stats")).Body!;
        ((long)stats["entries"]!, (long)stats["entrants"]!, stats["byDay"]!.AsArray().Count, stats["refusals"]!.AsObject().ContainsKey("rehearsal.token_invalid"))
            .ShouldBe((0, 0, 0, false));
        (await admin.GetAsync($"/v1/campaigns/{id}/entries"))["items"].AsArray().ShouldBeEmpty();
    }

    private static async Task<JsonNode> UntilAsync(PlatformClient admin, string path, Func<JsonNode, bool> holds)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(15));
        using var poll = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (true)
        {
            await poll.WaitForNextTickAsync(limit.Token);
            try
            {
                var answer = await admin.GetAsync(path);
                if (answer.Status == 200 && answer["run"] is { } run && holds(run))
                {
                    return answer.Body!;
                }
            }
            catch (HttpRequestException)
            {
                // Killed, and not back yet.
            }
        }
    }

    private static Task<ApiAnswer> EnterAsync(PlatformClient admin, string key, string? token, string name) => admin.SendAsync(
        HttpMethod.Post, "/v1/sites/rehearsed/entries", SampleCampaign.Entry($"{name}@example.com"),
        [("X-Site-Key", key), ("Idempotency-Key", $"by-hand-{name}"), .. token is null ? Array.Empty<(string, string)>() : [("X-Rehearsal-Token", token)]]);
}
