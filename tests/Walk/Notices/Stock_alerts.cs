using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using PrizeDraw.TestKit;
using PrizeDraw.TestKit.Platform;
using PrizeDraw.Walk.Support;
using Shouldly;
using Xunit;

namespace PrizeDraw.Walk.Notices;

/// <summary>From the entry that crosses a threshold to the people and systems that are told of it.</summary>
public sealed class Stock_alerts(TestPostgres postgres, TempFolder folder) : IClassFixture<TestPostgres>, IClassFixture<TempFolder>
{
    private const string Slug = "alerts";

    [Fact]
    public async Task Reach_the_live_page_the_mail_folder_and_a_webhook_once_for_each_crossing()
    {
        TinyTemplate.Write(folder["template"]);
        await using var receiver = await Receiver.AnsweringAsync(200);
        await using var platform = await PlatformProcess.StartAsync(new PlatformProcessOptions
        {
            DataFolder = folder["data"], TemplateFolder = folder["template"], Database = postgres.SuperuserConnectionString, LoopbackWebhooks = true,
        });
        using var admin = new PlatformClient(platform.Address);
        await admin.LoginAsync();
        var campaign = await ReadyCampaign.PublishedAsync(admin, Slug, WithScarceGift);
        var webhook = await admin.PostAsync($"/v1/tenants/{campaign.TenantId}/webhooks", new JsonObject { ["url"] = receiver.Address.ToString() });
        webhook.Status.ShouldBe(201, webhook.Body?.ToJsonString());
        await using var live = await HubClient.ConnectAsync(platform.Address, admin.AccessToken);
        (await live.CallAsync("Subscribe", campaign.Id)).ShouldBeNull();

        for (var i = 1; i <= 7; i++)
        {
            var entered = await admin.EnterAsync(Slug, campaign.SiteKey, $"key-number-{i}", SampleCampaign.Entry($"ann{i}@example.com"));
            entered.Status.ShouldBe(201, entered.Body?.ToJsonString());
        }

        var notices = await DeliveredAsync(admin, campaign.Id, platform);
        ToldKind(await live.ToldAsync("stock")).ShouldBe("stock.low");
        ToldKind(await live.ToldAsync("stock")).ShouldBe("stock.out");
        notices.Select(n => (string?)n["kind"]).ShouldBe(["stock.out", "stock.low"]);
        var low = notices[1]["stock"]!;
        ((string?)low["name"], (long?)low["remaining"], (long?)low["threshold"], (long?)low["number"]).ShouldBe(("Sticker", 2, 2, 3));
        low["runsOutAt"].ShouldNotBeNull();

        var mails = Directory.GetFiles(Path.Combine(folder["data"], "mail"), "*.eml").Select(File.ReadAllText).ToArray();
        mails.Length.ShouldBe(2);
        mails.ShouldAllBe(mail => mail.Contains($"To: {PlatformProcess.AdminEmail}\r\n", StringComparison.Ordinal));
        mails.ShouldContain(mail => mail.Contains("Subject: Low stock: Sticker, 2 of 5 left (Summer in Paris)", StringComparison.Ordinal));
        mails.ShouldContain(mail => mail.Contains("Subject: Out of stock: Sticker (Summer in Paris)", StringComparison.Ordinal));

        // One that was answered too late is posted again, under its number: a receiver on a busy machine passes it over.
        var posted = receiver.Requests.DistinctBy(r => r.Header("X-PrizeDraw-Delivery")).ToArray();
        posted.Length.ShouldBe(2);
        posted.Select(r => JsonDocument.Parse(r.Body).RootElement.GetProperty("kind").GetString()).Order().ShouldBe(["stock.low", "stock.out"]);
    }

    /// <summary>Five stickers for whoever wins nothing else, low from two on.</summary>
    private static JsonObject WithScarceGift(string tenant)
    {
        var now = TimeProvider.System.GetUtcNow();
        var campaign = SampleCampaign.Of(tenant, Slug, now.AddHours(-1), now.AddHours(1));
        campaign["pools"] = new JsonArray(new JsonObject
        {
            ["name"] = "Instant",
            ["modes"] = new JsonArray("consolation"),
            ["prizes"] = new JsonArray(new JsonObject
            {
                ["name"] = "Sticker", ["kind"] = "gift", ["stock"] = 5, ["lowStockAt"] = 2, ["fulfilment"] = "none",
            }),
        });
        return campaign;
    }

    private static string? ToldKind(JsonObject told) => (string?)told["notice"]!["kind"];

    /// <summary>The notices, once each has reached everybody.</summary>
    private static async Task<JsonNode[]> DeliveredAsync(PlatformClient admin, string campaignId, PlatformProcess platform)
    {
        var began = Stopwatch.GetTimestamp();
        while (true)
        {
            var notices = (await admin.GetAsync($"/v1/campaigns/{campaignId}/notices"))["items"].AsArray().Select(n => n!).ToArray();
            if (notices.Length == 2 && notices.All(n => n["deliveries"]!.AsArray() is { Count: 2 } all && all.All(d => (string?)d!["state"] == "delivered")))
            {
                return notices;
            }

            Stopwatch.GetElapsedTime(began).ShouldBeLessThan(TimeSpan.FromMinutes(10), new JsonArray([.. notices.Select(n => n.DeepClone())]).ToJsonString() + platform.Output);
            await Task.Delay(50);
        }
    }
}
