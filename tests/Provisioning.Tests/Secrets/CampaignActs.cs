using System;
using System.Linq;
using System.Net.Http;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using PrizeDraw.Doubles;
using PrizeDraw.Doubles.Faults;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.TestKit.Platform;
using Shouldly;

namespace PrizeDraw.Provisioning.Tests.Secrets;

/// <summary>What managers and entrants do with a campaign, here or in the cloud, while a page of the admin's looks on.</summary>
internal sealed class CampaignActs(SecretScene scene)
{
    public static JsonObject InTheCloud(string tenant, string slug)
    {
        var now = TimeProvider.System.GetUtcNow();
        var body = SampleCampaign.Of(tenant, slug, now.AddMinutes(-1), now.AddDays(7), mugs: 3);
        body["providers"] = new JsonObject { ["database"] = "supabase", ["repository"] = "github", ["site"] = "vercel" };
        return body;
    }

    public async Task<JsonNode> ReadyAsync(JsonObject campaign)
    {
        var ready = await scene.Admin.WaitForStateAsync(await CreatedAsync(campaign), "ready", "rolled_back", "failed");
        ((string?)ready["state"]).ShouldBe("ready", scene.Errors);
        return ready;
    }

    public async Task<JsonNode> PublishedAsync(JsonObject campaign)
    {
        var ready = await ReadyAsync(campaign);
        await scene.SendAsync(HttpMethod.Post, $"/v1/campaigns/{(string)ready["id"]!}/publish", new JsonObject(), 200);
        return ready;
    }

    /// <summary>In the cloud, without a prize draw: closed, and put away once its instant wins are recounted.</summary>
    public async Task ArchivedAsync(string tenant, string slug)
    {
        var body = InTheCloud(tenant, slug);
        body.Remove("draw");
        var campaign = await PublishedAsync(body);
        await EnterAsync(campaign, 3);
        var path = $"/v1/campaigns/{(string)campaign["id"]!}";
        await scene.SendAsync(HttpMethod.Post, $"{path}/close", new JsonObject { ["reason"] = "It ends.", ["evidence"] = "none" }, 202);
        await scene.UntilAsync($"{slug} may be put away", async () => (await scene.SendAsync(HttpMethod.Post, $"{path}/archive", new JsonObject())).Status == 202);
        await scene.UntilAsync($"{slug} is put away", async () => (string?)(await scene.SendAsync(HttpMethod.Get, path))["state"] == "archived");
        await AskDeploymentsAsync((string)campaign["id"]!);
    }

    /// <summary>Providers have been seen to repeat what they refuse, and they know who asks.</summary>
    public async Task RefusedAsync(string tenant, string slug, ProviderDouble provider, string operation)
    {
        provider.Faults.Meanwhile = (request, asked) => Task.FromResult(asked != operation ? null : Fault.Before(422, new JsonObject
        {
            ["message"] = $"'{request.Token}' will not do: {request.Body?.ToJsonString()}", ["error"] = new JsonObject { ["message"] = $"not {request.Token}" },
        }));
        var id = await CreatedAsync(InTheCloud(tenant, slug));
        ((string?)(await scene.Admin.WaitForStateAsync(id, "ready", "rolled_back", "failed"))["state"]).ShouldNotBe("ready");
        provider.Faults.Clear();
        await AskDeploymentsAsync(id);
    }

    public async Task EnterAsync(JsonNode campaign, int people)
    {
        for (var person = 0; person < people; person++)
        {
            await EntersAsync(campaign, (string)campaign["siteKey"]!, $"person{person}");
        }
    }

    /// <summary>Each of these is replaced while somebody enters with the site key of before.</summary>
    public async Task ReplaceAsync(JsonNode campaign, params string[] all)
    {
        var (id, person) = ((string)campaign["id"]!, 0);
        foreach (var what in all)
        {
            var begun = await scene.SendAsync(HttpMethod.Post, $"/v1/campaigns/{id}/rotate", new JsonObject { ["what"] = what }, 202);
            await scene.UntilAsync($"{what} is replaced", async () =>
            {
                await EntersAsync(campaign, (string)campaign["siteKey"]!, $"someone{person++}");
                var state = (string?)(await scene.SendAsync(HttpMethod.Get, $"/v1/deployments/{(string)begun["deploymentId"]!}"))["state"];
                (state ?? "running").ShouldBeOneOf("running", "succeeded");
                return state == "succeeded";
            });
        }

        var next = (string)(await scene.SendAsync(HttpMethod.Get, $"/v1/campaigns/{id}"))["siteKey"]!;
        next.Equals((string)campaign["siteKey"]!, StringComparison.Ordinal).ShouldBe(!all.Contains(Rotated.SiteKey));
        await EntersAsync(campaign, next, "with-the-next");
        await EntersAsync(campaign, (string)campaign["siteKey"]!, "with-the-one-before");
    }

    public async Task AskEverythingAsync(string tenant, JsonNode campaign)
    {
        var (id, slug) = ((string)campaign["id"]!, (string)campaign["slug"]!);
        string[] asked =
        [
            "/v1/tenants", $"/v1/tenants/{tenant}", $"/v1/tenants/{tenant}/providers", $"/v1/tenants/{tenant}/webhooks", $"/v1/tenants/{tenant}/api-keys",
            "/v1/providers", "/v1/users", "/v1/campaigns", $"/v1/campaigns/{id}", $"/v1/campaigns/{id}/stats", $"/v1/campaigns/{id}/pools",
            $"/v1/campaigns/{id}/draws", $"/v1/campaigns/{id}/notices", $"/v1/campaigns/{id}/entries", $"/v1/campaigns/{id}/claims",
            $"/v1/campaigns/{id}/rehearsals", "/v1/audit?limit=200", "/v1/reconciliation", "/v1/auth/me",
            "/v1/installation", "/v1/keys", $"/v1/sites/{slug}", "/health/ready", "/metrics", "/openapi/v1.json",
        ];
        foreach (var path in asked)
        {
            (await scene.SendAsync(HttpMethod.Get, path)).Status.ShouldBeLessThan(500, path);
        }

        foreach (var pool in (await scene.SendAsync(HttpMethod.Get, $"/v1/campaigns/{id}/pools", expect: 200))["items"].AsArray())
        {
            await scene.SendAsync(HttpMethod.Get, $"/v1/pools/{(string)pool!["id"]!}/moments", expect: 200);
        }

        foreach (var provider in (string[])["supabase", "github", "vercel", "local"])
        {
            await scene.SendAsync(HttpMethod.Post, $"/v1/providers/{provider}/check", new JsonObject(), 200);
        }

        await AskDeploymentsAsync(id);
    }

    public async Task AskDeploymentsAsync(string campaign)
    {
        var deployments = await scene.SendAsync(HttpMethod.Get, $"/v1/campaigns/{campaign}/deployments", expect: 200);
        foreach (var deployment in deployments["items"].AsArray())
        {
            await scene.SendAsync(HttpMethod.Get, $"/v1/deployments/{(string)deployment!["id"]!}", expect: 200);
        }
    }

    private async Task<string> CreatedAsync(JsonObject campaign)
    {
        var id = (string)(await scene.SendAsync(HttpMethod.Post, "/v1/campaigns", campaign, 202))["id"]!;
        await scene.Live.SubscribeAsync(id);
        return id;
    }

    private async Task EntersAsync(JsonNode campaign, string key, string person)
    {
        var slug = (string)campaign["slug"]!;
        var answer = await scene.Admin.EnterAsync(slug, key, $"key-of-{slug}-{person}", SampleCampaign.Entry($"{person}@example.com"));
        answer.Status.ShouldBe(201, answer.Body?.ToJsonString());
        scene.Answers.Enqueue(("an entry", answer.Body!.ToJsonString()));
    }
}
