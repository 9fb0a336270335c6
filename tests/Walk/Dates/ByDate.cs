using System;
using System.Linq;
using System.Runtime.Versioning;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using PrizeDraw.TestKit;
using PrizeDraw.TestKit.Platform;
using Shouldly;
using Xunit;
using LeapingClock = PrizeDraw.FaultHost.LeapingClock;

namespace PrizeDraw.Walk.Dates;

/// <summary>
/// A campaign that nobody touches: reminders open it, close it and draw its winners. The clock leaps to its dates, so that a busy machine is at none
/// of them too late.
/// </summary>
[UnsupportedOSPlatform("windows")]
public sealed class ByDate(TestPostgres postgres, TempFolder folder) : IClassFixture<TestPostgres>, IClassFixture<TempFolder>
{
    private static readonly TimeSpan UntilOpening = TimeSpan.FromHours(1), Open = TimeSpan.FromHours(2), AMoment = TimeSpan.FromMilliseconds(1);

    [Fact]
    public async Task A_campaign_opens_closes_and_draws_by_itself()
    {
        TinyTemplate.Write(folder["template"]);
        using var clock = new LeapingClock(folder["clock"]);
        await using var platform = await PlatformProcess.StartAsync(new PlatformProcessOptions
        {
            DataFolder = folder["data"], TemplateFolder = folder["template"], Database = postgres.SuperuserConnectionString, Clock = folder["clock"],
        });
        using var admin = new PlatformClient(platform.Address);
        await admin.LoginAsync();

        var tenant = await admin.CreateTenantAsync("by-date");
        var far = clock.GetUtcNow().AddDays(1);
        var campaign = SampleCampaign.Of(tenant, "by-date", far, far.AddDays(1), mugs: 2);
        // Moments have their own times, which a change of the dates leaves alone: these are due whenever the campaign opens.
        campaign["pools"]![0]!["moments"] = new JsonArray(new JsonObject { ["prize"] = "Mug", ["at"] = "2026-01-01T00:00:00Z" });
        var created = await admin.PostAsync("/v1/campaigns", campaign);
        var id = (string)created["id"]!;
        var ready = await admin.WaitForStateAsync(id, "ready");
        var opensAt = clock.GetUtcNow() + UntilOpening;
        var closesAt = opensAt + Open;
        await ChangeDatesAsync(admin, id, opensAt, closesAt);
        (await admin.PostAsync($"/v1/campaigns/{id}/publish")).Status.ShouldBeInRange(200, 202);

        var early = await admin.EnterAsync("by-date", (string)ready["siteKey"]!, "early-key-1", SampleCampaign.Entry("early@example.com"));
        (early.Status, early.Code).ShouldBe((409, "campaign.not_open"));
        await LeapAsync(opensAt + AMoment);
        await admin.WaitForStateAsync(id, "live");
        foreach (var person in (string[])["one", "two", "three", "four"])
        {
            var entered = await admin.EnterAsync("by-date", (string)ready["siteKey"]!, $"key-of-{person}", SampleCampaign.Entry($"{person}@example.com"));
            entered.Status.ShouldBe(201, entered.Body?.ToJsonString());
        }

        await LeapAsync(closesAt + AMoment);
        await admin.WaitForStateAsync(id, "closed", "drawn");
        var late = await admin.EnterAsync("by-date", (string)ready["siteKey"]!, "late-key-1", SampleCampaign.Entry("late@example.com"));
        (late.Status, late.Code).ShouldBe((409, "campaign.has_closed"));
        await admin.WaitForStateAsync(id, "drawn");
        await WinnersAreDrawnAsync(admin, id);

        async Task LeapAsync(DateTimeOffset at)
        {
            clock.Leap(at - clock.GetUtcNow());
            await platform.FollowsAsync(clock.Ahead);
            await admin.LoginAsync();
        }
    }

    private static async Task ChangeDatesAsync(PlatformClient admin, string id, DateTimeOffset opensAt, DateTimeOffset closesAt)
    {
        var changed = await admin.SendAsync(System.Net.Http.HttpMethod.Patch, $"/v1/campaigns/{id}", new JsonObject
        {
            ["opensAt"] = opensAt.UtcDateTime.ToString("O"),
            ["closesAt"] = closesAt.UtcDateTime.ToString("O"),
            ["draw"] = new JsonObject
            {
                ["name"] = "Final", ["prizes"] = new JsonArray("Weekend in Paris"), ["reserves"] = 2, ["rule"] = "one-per-person",
                ["at"] = closesAt.UtcDateTime.ToString("O"),
            },
        });
        changed.Status.ShouldBe(200, changed.Body?.ToJsonString());
    }

    private static async Task WinnersAreDrawnAsync(PlatformClient admin, string id)
    {
        var draw = (await admin.GetAsync($"/v1/campaigns/{id}/draws")).Body!["items"]![0]!;
        ((string?)draw["state"]).ShouldBe("drawn");
        draw["winners"]!.AsArray().Select(w => (int)w!["position"]!).ShouldBe([1, 2, 3]);
        draw["winners"]!.AsArray().Select(w => (string)w!["entryId"]!).Distinct().Count().ShouldBe(3);
        draw["winners"]!.AsArray().Select(w => (string)w!["state"]!).ShouldAllBe(state => state == "provisional");
    }
}
