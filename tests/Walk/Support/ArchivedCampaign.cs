using System;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using PrizeDraw.TestKit;
using PrizeDraw.TestKit.Platform;
using Shouldly;

namespace PrizeDraw.Walk.Support;

/// <summary>A campaign of this machine that took an entry, came to its end without a draw, and was archived.</summary>
internal sealed record ArchivedCampaign(string Id, string Slug)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    public static async Task<ArchivedCampaign> MadeAsync(PlatformClient admin, string slug)
    {
        var now = TimeProvider.System.GetUtcNow();
        var campaign = await ReadyCampaign.PublishedAsync(admin, slug, tenant => StickersAlone(SampleCampaign.Of(tenant, slug, now.AddMinutes(-1), now.AddDays(7))));
        (await admin.EnterAsync(slug, campaign.SiteKey, "before-it-rests", SampleCampaign.Entry("rests@example.com"))).Status.ShouldBe(201);
        (await admin.PostAsync($"/v1/campaigns/{campaign.Id}/close", new JsonObject { ["reason"] = "To be archived.", ["evidence"] = "none" })).Status.ShouldBe(202);
        await admin.WaitForStateAsync(campaign.Id, "completed");

        // Its instant wins are recounted first.
        var begun = await Polling.UntilAsync(
            () => admin.PostAsync($"/v1/campaigns/{campaign.Id}/archive"), answer => answer.Code is not ("campaign.not_settled" or "deployment.under_way"), Patience,
            answer => Task.FromResult(answer?.Body?.ToJsonString() ?? ""));
        begun.Status.ShouldBe(202, begun.Body?.ToJsonString());
        await admin.WaitForStateAsync(campaign.Id, "archived");
        return new ArchivedCampaign(campaign.Id, slug);
    }

    /// <summary>Brings it back, and counts its entries.</summary>
    public async Task<long> WakesWithAsync(PlatformClient admin)
    {
        var begun = await Polling.UntilAsync(
            () => admin.PostAsync($"/v1/campaigns/{Id}/unarchive"), answer => answer.Code is not "deployment.under_way", Patience,
            answer => Task.FromResult(answer?.Body?.ToJsonString() ?? ""));
        begun.Status.ShouldBe(202, begun.Body?.ToJsonString());
        await admin.WaitForStateAsync(Id, "completed");
        return (long)(await admin.GetAsync($"/v1/campaigns/{Id}/stats")).Body!["entries"]!;
    }

    private static JsonObject StickersAlone(JsonObject campaign)
    {
        campaign.Remove("draw");
        var pool = campaign["pools"]!.AsArray().Single()!.AsObject();
        pool.Remove("moments");
        pool["modes"] = new JsonArray("consolation");
        pool["prizes"]!.AsArray().RemoveAt(0);
        return campaign;
    }
}
