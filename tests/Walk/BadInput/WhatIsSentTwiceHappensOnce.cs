using System;
using System.Linq;
using System.Net.Http;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using PrizeDraw.TestKit;
using PrizeDraw.TestKit.Platform;
using PrizeDraw.Walk.Support;
using Shouldly;
using Xunit;

namespace PrizeDraw.Walk.BadInput;

/// <summary>Requests of managers under one Idempotency-Key, all at once, and what closing early asks for, on the whole platform.</summary>
public sealed class WhatIsSentTwiceHappensOnce(TestPostgres postgres, TempFolder folder) : IClassFixture<TestPostgres>, IClassFixture<TempFolder>
{
    private const int Times = 8;

    [Fact]
    public async Task One_key_sent_many_times_at_once_creates_once_and_closing_early_needs_reason_and_evidence()
    {
        TinyTemplate.Write(folder["template"]);
        await using var platform = await PlatformProcess.StartAsync(new PlatformProcessOptions
        {
            DataFolder = folder["data"], TemplateFolder = folder["template"], Database = postgres.SuperuserConnectionString,
        });
        using var admin = new PlatformClient(platform.Address);
        await admin.LoginAsync();
        var now = TimeProvider.System.GetUtcNow();
        var tenant = await admin.CreateTenantAsync("twice");
        var draft = SampleCampaign.Of(tenant, "twice", now.AddMinutes(-1), now.AddDays(1));
        draft["provision"] = false;

        var campaign = await OnceAsync(admin, "/v1/campaigns", draft);
        var path = $"/v1/campaigns/{(string)campaign["id"]!}";
        var pool = await OnceAsync(admin, $"{path}/pools", JsonNode.Parse("""{"name":"Twice","modes":["moments"]}""")!);
        var prizes = $"/v1/pools/{(string)pool["id"]!}/prizes";
        await OnceAsync(admin, prizes, JsonNode.Parse("""{"name":"Cup","stock":5}""")!);
        await OnceAsync(admin, $"/v1/pools/{(string)pool["id"]!}/moments", JsonNode.Parse("""{"moments":[{"generate":{"prize":"Cup","count":5}}]}""")!);

        var audit = (await admin.GetAsync($"/v1/audit?campaignId={(string)campaign["id"]!}"))["items"]!.AsArray();
        foreach (var action in (string[])["campaign.created", "pool.added", "prize.added", "moments.added"])
        {
            audit.Count(entry => (string?)entry!["action"] == action).ShouldBe(1, action);
        }

        await ClosesWithEvidenceAloneAsync(admin, now);
    }

    private static async Task<JsonNode> OnceAsync(PlatformClient admin, string path, JsonNode body)
    {
        var key = $"once:{path}";
        var answers = await Task.WhenAll(Enumerable.Range(0, Times).Select(_ =>
            admin.SendAsync(HttpMethod.Post, path, body, ("Idempotency-Key", key))));
        answers.ShouldAllBe(answer => answer.Status == 201, string.Join("\n", answers.Select(answer => answer.Body)));
        answers.Select(answer => answer.Body!.ToJsonString()).Distinct().ShouldHaveSingleItem(path);
        return answers[0].Body!;
    }

    private static async Task ClosesWithEvidenceAloneAsync(PlatformClient admin, DateTimeOffset now)
    {
        var live = await ReadyCampaign.PublishedAsync(
            admin, "closing", tenant => SampleCampaign.Of(tenant, "closing", now.AddMinutes(-1), now.AddDays(1)));
        foreach (var (body, field) in ((string, string)[])[("{}", "reason"), ("{}", "evidence"), ("""{"reason":"x"}""", "evidence"), ("""{"evidence":"x"}""", "reason")])
        {
            var refused = await admin.PostAsync($"/v1/campaigns/{live.Id}/close", JsonNode.Parse(body));
            (refused.Status, refused.Code).ShouldBe((422, "campaign.invalid"), body);
            refused["errors"].AsObject().Select(error => error.Key).ShouldContain(field, body);
        }

        var closed = await admin.PostAsync($"/v1/campaigns/{live.Id}/close", JsonNode.Parse("""{"reason":"x","evidence":"y"}"""));
        closed.Status.ShouldBe(202, closed.Body?.ToJsonString());
    }
}
