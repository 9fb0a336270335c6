using System;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Net.WebSockets;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using PrizeDraw.Api.Tests.Host;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Notices;
using PrizeDraw.TestKit.Platform;
using Shouldly;
using Xunit;

namespace PrizeDraw.Api.Tests.Live;

public sealed class The_live_feed(ApiHost host) : IClassFixture<ApiHost>
{
    [Theory]
    [InlineData(null)]
    [InlineData("CfDJ8AAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task is_closed_to_strangers(string? token) =>
        (await Should.ThrowAsync<WebSocketException>(() => HubClient.ConnectAsync(host.Address, token))).Message.ShouldContain("401");

    [Fact]
    public async Task takes_the_token_in_a_header_too()
    {
        await using var client = await HubClient.ConnectAsync(host.Address, null, "Bearer " + await TokenAsync(await host.ReaderAsync()));
        (await client.CallAsync("Subscribe", host.Campaign.Id)).ShouldBeNull();
    }

    [Fact]
    public async Task is_not_reached_by_other_ways_than_sockets()
    {
        var reader = await host.ReaderAsync();
        using var plain = new HttpClient { BaseAddress = host.Address };
        plain.DefaultRequestHeaders.Authorization = reader.DefaultRequestHeaders.Authorization;
        (await plain.PostAsync("/v1/live/negotiate?negotiateVersion=1", null)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await plain.PostAsync("/v1/live?id=1", null)).IsSuccessStatusCode.ShouldBeFalse();
        plain.DefaultRequestHeaders.Authorization = null;
        (await plain.PostAsync("/v1/live/negotiate?negotiateVersion=1", null)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task tells_how_a_campaign_stands_and_then_what_changes()
    {
        var campaign = host.AddCampaign(host.Acme, "live-one");
        await using var client = await ConnectAsync();
        (await client.CallAsync("Subscribe", campaign.Id)).ShouldBeNull();
        var deployment = await client.ToldAsync("deployment");
        ((string?)deployment["campaignId"], (string?)deployment["deployment"]!["id"]).ShouldBe((campaign.Id, campaign.DeploymentId));
        ((long?)(await client.ToldAsync("counters"))["entries"]).ShouldBe(3);

        host.Platform.Stats[campaign.Id] = (await StatsAsync(campaign.Id)) with { Entries = 4 };
        var counters = await client.ToldAsync("counters", told => (long?)told["entries"] == 4);
        counters.Select(p => p.Key).ShouldBe(["campaignId", "entries", "entrants", "outcomes", "refusals", "prizes"]);

        var running = host.Platform.Deployments[campaign.DeploymentId!];
        host.Platform.Deployments[campaign.DeploymentId!] = running with { Steps = [.. running.Steps.Select(s => s with { State = "undone" })] };
        await client.ToldAsync("deployment", told => told["deployment"]!["steps"]!.AsArray().All(s => (string?)s!["state"] == "undone"));
    }

    /// <summary>While a campaign is archived, brought back or removed, and after it, its counters are out of reach; how that goes is told all the same.</summary>
    [Fact]
    public async Task tells_how_a_campaign_is_put_away()
    {
        var campaign = host.AddCampaign(host.Acme, "live-away");
        await using var client = await ConnectAsync();
        await client.CallAsync("Subscribe", campaign.Id);
        await client.ToldAsync("counters");

        host.Platform.PutAway[campaign.Id] = true;
        await using var late = await ConnectAsync();
        (await late.CallAsync("Subscribe", campaign.Id)).ShouldBeNull();
        await late.ToldAsync("deployment");
        var running = host.Platform.Deployments[campaign.DeploymentId!];
        host.Platform.Deployments[campaign.DeploymentId!] = running with { Kind = "archive", State = "paused" };
        await client.ToldAsync("deployment", told => (string?)told["deployment"]!["state"] == "paused");
        host.Platform.Deployments[campaign.DeploymentId!] = running with { Kind = "archive", State = "succeeded" };
        await late.ToldAsync("deployment", told => (string?)told["deployment"]!["state"] == "succeeded");
    }

    /// <summary>Each message has a page read the whole log again: what is left of the time changes each second, and is no news by itself.</summary>
    [Fact]
    public async Task tells_a_deployment_again_only_when_something_has_happened()
    {
        var campaign = host.AddCampaign(host.Acme, "live-estimate");
        await using var client = await ConnectAsync();
        await using var other = await ConnectAsync();
        await client.CallAsync("Subscribe", campaign.Id);
        await other.CallAsync("Subscribe", campaign.Id);
        await client.ToldAsync("deployment");
        var running = host.Platform.Deployments[campaign.DeploymentId!];
        host.Platform.Deployments[campaign.DeploymentId!] = running with { Estimate = new DeploymentEstimate(41, 20) };
        host.Platform.Stats[campaign.Id] = (await StatsAsync(campaign.Id)) with { Entries = 5 };
        await other.ToldAsync("counters", told => (long?)told["entries"] == 5);
        host.Platform.Deployments[campaign.DeploymentId!] = running with { Estimate = new DeploymentEstimate(40, 20), State = "paused" };
        var next = await client.ToldAsync("deployment");
        ((string?)next["deployment"]!["state"], (int?)next["deployment"]!["estimate"]!["remainingSeconds"]).ShouldBe(("paused", 40));
    }

    [Fact]
    public async Task tells_alerts_once_that_come_while_somebody_looks_and_none_from_before()
    {
        var campaign = host.AddCampaign(host.Acme, "live-two");
        Cross(campaign.Id, "Old mug");
        await using var client = await ConnectAsync();
        await using var other = await ConnectAsync();
        await client.CallAsync("Subscribe", campaign.Id);
        await other.CallAsync("Subscribe", campaign.Id);
        Cross(campaign.Id, "Mug");
        ((string?)(await client.ToldAsync("stock"))["notice"]!["stock"]!["name"]).ShouldBe("Mug");
        ((string?)(await other.ToldAsync("stock"))["notice"]!["stock"]!["name"]).ShouldBe("Mug");
        Cross(campaign.Id, "Shirt");
        ((string?)(await client.ToldAsync("stock"))["notice"]!["stock"]!["name"]).ShouldBe("Shirt");

        var listed = await (await (await host.ReaderAsync()).GetAsync($"/v1/campaigns/{campaign.Id}/notices?limit=2")).ShouldBeAsync(HttpStatusCode.OK);
        listed["items"]!.AsArray().Select(n => (string?)n!["stock"]!["name"]).ShouldBe(["Shirt", "Mug"]);
        listed["nextCursor"].ShouldNotBeNull();
    }

    [Fact]
    public async Task shows_no_campaign_of_another_tenant()
    {
        await using var client = await ConnectAsync();
        foreach (var id in new[] { host.Foreign.Id, "cmp_1", "", Ids.New(Ids.Campaign, host.Clock.GetUtcNow()) })
        {
            (await client.CallAsync("Subscribe", id))!.ShouldContain("campaign.not_found");
        }
    }

    [Fact]
    public async Task tells_nothing_more_of_what_was_unsubscribed()
    {
        var (one, other) = (host.AddCampaign(host.Acme, "live-three"), host.AddCampaign(host.Acme, "live-four"));
        await using var client = await ConnectAsync();
        await client.CallAsync("Subscribe", one.Id);
        await client.CallAsync("Subscribe", other.Id);
        (await client.CallAsync("Unsubscribe", one.Id)).ShouldBeNull();
        (await client.CallAsync("Unsubscribe", one.Id)).ShouldBeNull();
        Cross(one.Id, "Mug");
        Cross(other.Id, "Shirt");
        ((string?)(await client.ToldAsync("stock"))["campaignId"]).ShouldBe(other.Id);
    }

    [Fact]
    public async Task bounds_what_a_connection_may_look_at()
    {
        await using var client = await ConnectAsync();
        for (var i = 0; i < 20; i++)
        {
            (await client.CallAsync("Subscribe", host.AddCampaign(host.Acme, $"many-{i}").Id)).ShouldBeNull();
        }

        var oneMore = host.AddCampaign(host.Acme, "many-more").Id;
        (await client.CallAsync("Subscribe", oneMore))!.ShouldContain("live.too_many");
        await client.CallAsync("Unsubscribe", host.Platform.Campaigns.Values.Single(c => c.Settings.Slug == "many-0").Id);
        (await client.CallAsync("Subscribe", oneMore)).ShouldBeNull();
    }

    [Fact]
    public async Task goes_on_after_storage_was_away()
    {
        var away = new ApiHost();
        await away.InitializeAsync();
        try
        {
            await using var client = await HubClient.ConnectAsync(away.Address, await TokenAsync(await away.ManagerAsync()));
            await client.CallAsync("Subscribe", away.Campaign.Id);
            away.Platform.Away = () => new TimeoutException("The database does not answer; password=hidden.");
            (await client.CallAsync("Subscribe", away.Campaign.Id))!.ShouldNotContain("hidden");
            away.Platform.Away = null;
            away.Platform.Stats[away.Campaign.Id] = new CampaignStats(
                77, 2, new OutcomeCounts(1, 2, 0), System.Collections.Immutable.ImmutableSortedDictionary<string, long>.Empty, []);
            await client.ToldAsync("counters", told => (long?)told["entries"] == 77);
        }
        finally
        {
            await away.DisposeAsync();
        }
    }

    [Fact]
    public async Task ends_with_the_session()
    {
        host.AddAccount("leaving@example.com", Roles.CampaignManager, host.Acme.Id);
        var leaving = await host.SignedInAsync("leaving@example.com");
        await using var client = await HubClient.ConnectAsync(host.Address, await TokenAsync(leaving));
        await client.CallAsync("Subscribe", host.Campaign.Id);
        await (await leaving.PostJsonAsync("/v1/auth/logout", null)).ShouldBeAsync(HttpStatusCode.NoContent);
        await client.EndedAsync();
    }

    private async Task<HubClient> ConnectAsync() => await HubClient.ConnectAsync(host.Address, await TokenAsync(await host.ManagerAsync()));

    private static Task<string> TokenAsync(HttpClient client) => Task.FromResult(client.DefaultRequestHeaders.Authorization!.Parameter!);

    private void Cross(string campaignId, string prize)
    {
        host.Clock.Move(TimeSpan.FromMilliseconds(1));
        host.Platform.Notices.Enqueue(new NoticeView(
            Ids.New(Ids.Notice, host.Clock.GetUtcNow()), campaignId, "stock.low", host.Clock.GetUtcNow(),
            new StockNotice("pool_1", "prz_1", prize, 100, 9, 10, 1042, null), []));
    }

    private static Task<CampaignStats> StatsAsync(string campaignId)
    {
        _ = campaignId;
        return Task.FromResult(new CampaignStats(
            3, 2, new OutcomeCounts(1, 2, 0), System.Collections.Immutable.ImmutableSortedDictionary<string, long>.Empty, []));
    }
}
