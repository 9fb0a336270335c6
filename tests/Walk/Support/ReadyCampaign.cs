using System;
using System.Net.Http;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using PrizeDraw.TestKit.Platform;
using Shouldly;

namespace PrizeDraw.Walk.Support;

/// <summary>A campaign as a manager sets it up over HTTP: created, provisioned, published.</summary>
internal sealed record ReadyCampaign(string TenantId, string Id, string Slug, string SiteKey, Uri SiteUrl)
{
    public static async Task<ReadyCampaign> PublishedAsync(PlatformClient admin, string slug, Func<string, JsonObject> campaign, Func<string, Task>? beforePublishing = null)
    {
        var tenant = await admin.CreateTenantAsync(slug);
        var created = await admin.PostAsync("/v1/campaigns", campaign(tenant));
        created.Status.ShouldBe(202, created.Body?.ToJsonString());
        created.Headers.Location.ShouldNotBeNull();
        var id = (string)created["id"]!;
        var ready = await admin.WaitForStateAsync(id, "ready", "rolled_back", "failed");
        ((string?)ready["state"]).ShouldBe("ready", await LogAsync(admin, ready));
        await (beforePublishing?.Invoke(id) ?? Task.CompletedTask);
        var published = await admin.PostAsync($"/v1/campaigns/{id}/publish");
        published.Status.ShouldBeInRange(200, 202, published.Body?.ToJsonString());
        return new ReadyCampaign(tenant, id, slug, (string)ready["siteKey"]!, new Uri((string)ready["siteUrl"]!));
    }

    private static async Task<string> LogAsync(PlatformClient admin, JsonNode campaign) =>
        (await admin.GetAsync($"/v1/deployments/{(string?)campaign["deploymentId"]}")).Body?.ToJsonString() ?? "no deployment";
}
