using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.Http;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using PrizeDraw.TestKit;
using PrizeDraw.TestKit.Platform;
using PrizeDraw.Walk.Support;
using Shouldly;
using Xunit;

namespace PrizeDraw.Walk.BadInput;

/// <summary>Bad input on the whole platform: each the documented problem, never a 5xx, and nothing written.</summary>
public sealed class WhatIsRefusedChangesNothing(TestPostgres postgres, TempFolder folder) : IClassFixture<TestPostgres>, IClassFixture<TempFolder>
{
    [Fact]
    public async Task Bad_bodies_wrong_keys_and_other_clients_ids_are_problems_and_write_nothing()
    {
        TinyTemplate.Write(folder["template"]);
        await using var platform = await PlatformProcess.StartAsync(new PlatformProcessOptions
        {
            DataFolder = folder["data"], TemplateFolder = folder["template"], Database = postgres.SuperuserConnectionString,
        });
        using var admin = new PlatformClient(platform.Address);
        await admin.LoginAsync();
        var now = TimeProvider.System.GetUtcNow();
        var campaign = await ReadyCampaign.PublishedAsync(
            admin, "bad-input", tenant => SampleCampaign.Of(tenant, "bad-input", now.AddMinutes(-1), now.AddDays(1)));
        var before = await RowsAsync();

        await BadEntriesAsync(platform.Address, campaign);
        await BadCampaignsAsync(platform.Address, admin, campaign);
        await StrangersAsync(platform.Address, admin, campaign);

        (await RowsAsync()).ShouldBe(before);
    }

    private static async Task BadEntriesAsync(Uri address, ReadyCampaign campaign)
    {
        var good = SampleCampaign.Entry("good@example.com").ToJsonString();
        (string What, string Body, int Status)[] bodies =
        [
            ("no JSON", "{\"entrant\":", 400),
            ("an array", "[1,2,3]", 400),
            ("nothing", "", 400),
            ("an unknown field", good.Replace("\"website\"", "\"websites\"", StringComparison.Ordinal), 400),
            ("a wrong type", good.Replace("\"good@example.com\"", "17", StringComparison.Ordinal), 400),
            ("a wrong date", good.Replace("1990-05-01", "1990-02-31", StringComparison.Ordinal), 400),
            ("a deep body", new string('[', 500) + new string(']', 500), 400),
            ("a NUL", good.Replace("Ann", "A\\u0000nn", StringComparison.Ordinal), 400),
            ("a lone surrogate", good.Replace("Ann", "A\\ud800nn", StringComparison.Ordinal), 400),
            ("too much", good.Replace("Paris", new string('x', 40_000), StringComparison.Ordinal), 413),
            ("no e-mail address", good.Replace("good@example.com", "nobody", StringComparison.Ordinal), 422),
            ("terms not accepted", good.Replace("\"termsVersion\":1", "\"termsVersion\":7", StringComparison.Ordinal), 422),
            ("too young", good.Replace("1990-05-01", "2020-05-01", StringComparison.Ordinal), 422),
            ("an unknown question", good.Replace("\"favourite\"", "\"other\"", StringComparison.Ordinal), 422),
            ("a filled honeypot", good.Replace("\"website\":\"\"", "\"website\":\"spam\"", StringComparison.Ordinal), 422),
        ];
        foreach (var (what, body, status) in bodies)
        {
            await IsProblemAsync(address, what, status, HttpMethod.Post, $"/v1/sites/{campaign.Slug}/entries", body,
                ("X-Site-Key", campaign.SiteKey), ("Idempotency-Key", "bad-entry-" + what.Length));
        }

        var path = $"/v1/sites/{campaign.Slug}/entries";
        await IsProblemAsync(address, "no key", 400, HttpMethod.Post, path, good, ("X-Site-Key", campaign.SiteKey));
        await IsProblemAsync(address, "a short key", 400, HttpMethod.Post, path, good, ("X-Site-Key", campaign.SiteKey), ("Idempotency-Key", "a"));
        await IsProblemAsync(address, "a wrong site key", 401, HttpMethod.Post, path, good, ("X-Site-Key", "sk_0"), ("Idempotency-Key", "key-00000"));
        await IsProblemAsync(address, "another slug", 404, HttpMethod.Post, "/v1/sites/other/entries", good,
            ("X-Site-Key", campaign.SiteKey), ("Idempotency-Key", "key-00000"));
        await IsProblemAsync(address, "a strange origin", 403, HttpMethod.Post, path, good,
            ("X-Site-Key", campaign.SiteKey), ("Idempotency-Key", "key-00000"), ("Origin", "https://evil.example"));
    }

    private static async Task BadCampaignsAsync(Uri address, PlatformClient admin, ReadyCampaign campaign)
    {
        var now = TimeProvider.System.GetUtcNow();
        JsonObject With(Action<JsonObject> change)
        {
            var body = SampleCampaign.Of(campaign.TenantId, "another", now, now.AddDays(1));
            change(body);
            return body;
        }

        (string What, JsonObject Body, string Field)[] bodies =
        [
            ("no closing date", With(b => b.Remove("closesAt")), "closesAt"),
            ("a closing before the opening", With(b => b["closesAt"] = "2020-01-01T00:00:00Z"), "closesAt"),
            ("a wrong slug", With(b => b["slug"] = "../etc"), "slug"),
            ("a wrong zone", With(b => b["timeZone"] = "Mars/Olympus"), "timeZone"),
            ("a negative stock", With(b => b["pools"]![0]!["prizes"]![0]!["stock"] = -1), "pools[0].prizes[0].stock"),
            ("a prize for everybody", With(b => b["pools"]![0]!["prizes"]![0]!["mode"] = "consolation"), "pools[0].prizes[0].mode"),
            ("moments of an unknown prize", With(b => b["pools"]![0]!["moments"]![0]!["generate"]!["prize"] = "Car"), "pools[0].moments[0].prize"),
            ("an empty draw", With(b => b["draw"]!["prizes"] = new JsonArray()), "draw.prizes"),
        ];
        foreach (var (what, body, field) in bodies)
        {
            var answer = await admin.PostAsync("/v1/campaigns", body);
            answer.Status.ShouldBeInRange(400, 422, $"{what}: {answer.Body}");
            answer.Body!["errors"]!.AsObject().Select(e => e.Key).ShouldContain(field, $"{what}: {answer.Body}");
        }

        var taken = await admin.PostAsync("/v1/campaigns", With(b => b["slug"] = campaign.Slug));
        (taken.Status, taken.Code).ShouldBe((409, "campaign.slug_taken"));
        var stranger = await admin.PostAsync("/v1/campaigns", With(b => b["tenantId"] = "ten_" + new string('0', 32)));
        stranger.Status.ShouldBeInRange(404, 422, "an unknown client");
        await IsProblemAsync(address, "nobody", 401, HttpMethod.Get, "/v1/campaigns", null);
    }

    private static async Task StrangersAsync(Uri address, PlatformClient admin, ReadyCampaign campaign)
    {
        var tenant = await admin.CreateTenantAsync("stranger");
        (await admin.PostAsync("/v1/users", new JsonObject
        {
            ["email"] = "manager@example.com", ["role"] = "campaign_manager", ["tenantIds"] = new JsonArray(tenant), ["password"] = "a-long-password-1",
        })).Status.ShouldBe(201);
        using var manager = new PlatformClient(address);
        await manager.LoginAsync("manager@example.com", "a-long-password-1");
        (await manager.GetAsync("/v1/campaigns")).Body!["items"]!.AsArray().ShouldBeEmpty();
        foreach (var path in (string[])["", "/deployments", "/pools", "/draws", "/entries", "/stats"])
        {
            (await manager.GetAsync($"/v1/campaigns/{campaign.Id}{path}")).Status.ShouldBe(404, path);
        }

        foreach (var path in (string[])["/publish", "/pause", "/provision", "/resume"])
        {
            (await manager.PostAsync($"/v1/campaigns/{campaign.Id}{path}", path == "/pause" ? new JsonObject { ["reason"] = "x" } : null)).Status.ShouldBe(404, path);
        }

        (await manager.SendAsync(HttpMethod.Patch, $"/v1/campaigns/{campaign.Id}", new JsonObject { ["name"] = "Mine" })).Status.ShouldBe(404);
        (await manager.GetAsync($"/v1/tenants/{campaign.TenantId}")).Status.ShouldBe(404);
        (await manager.PostAsync("/v1/tenants", new JsonObject { ["name"] = "x", ["slug"] = "xyz" })).Status.ShouldBe(403);
    }

    private static async Task IsProblemAsync(
        Uri address, string what, int status, HttpMethod method, string path, string? body, params (string Name, string Value)[] headers)
    {
        using var http = PatientHandler.Client(address);
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var answer = await http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        ((int)answer.StatusCode).ShouldBe(status, $"{what}: {text}");
        answer.Content.Headers.ContentType?.MediaType.ShouldBe("application/problem+json", what);
        var problem = JsonNode.Parse(text)!;
        ((string?)problem["code"]).ShouldNotBeNullOrEmpty(what);
        ((string?)problem["traceId"]).ShouldNotBeNullOrEmpty(what);
    }

    /// <summary>How many rows each table holds that bad input could reach, here and in the campaign's database.</summary>
    private async Task<string[]> RowsAsync()
    {
        var central = CampaignTables.In(postgres.SuperuserConnectionString, "platform");
        var campaign = CampaignTables.In(postgres.SuperuserConnectionString, (await CampaignTables.DatabasesAsync(postgres.SuperuserConnectionString)).Single());
        List<string> counts = [];
        foreach (var table in (string[])["campaign", "campaign_part", "deployment", "terms_version"])
        {
            counts.Add($"{table} {(await CampaignTables.ColumnAsync<long>(central, $"select count(*) from {table}"))[0]}");
        }

        foreach (var table in (string[])["entry", "entrant", "consent", "journal", "moment", "prize_day", "winner"])
        {
            counts.Add($"{table} {(await CampaignTables.ColumnAsync<long>(campaign, $"select count(*) from {table}"))[0]}");
        }

        return [.. counts];
    }
}
