using System;
using System.Linq;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.TestKit;
using PrizeDraw.TestKit.Platform;
using PrizeDraw.Walk.Support;
using Shouldly;
using Xunit;

namespace PrizeDraw.Walk.Codes;

/// <summary>An on-pack promotion over HTTP alone: codes from a file go on packs, each enters once, wins a coupon, and a till redeems it.</summary>
public sealed class From_pack_to_till(TestPostgres postgres, TempFolder folder) : IClassFixture<TestPostgres>, IClassFixture<TempFolder>, IAsyncLifetime
{
    private PlatformProcess platform = null!;
    private PlatformClient admin = null!;
    private string token = "";
    private int entries;

    public async Task InitializeAsync()
    {
        TinyTemplate.Write(folder["template"]);
        platform = await PlatformProcess.StartAsync(new PlatformProcessOptions
        {
            DataFolder = folder["data"], TemplateFolder = folder["template"], Database = postgres.SuperuserConnectionString,
        });
        admin = new PlatformClient(platform.Address);
        await admin.LoginAsync();
        using var plain = new PlatformClient(platform.Address);
        var login = new JsonObject { ["email"] = PlatformProcess.AdminEmail, ["password"] = PlatformProcess.AdminPassword };
        token = (string)(await plain.PostAsync("/v1/auth/login", login))["accessToken"]!;
    }

    public async Task DisposeAsync()
    {
        admin?.Dispose();
        await platform.DisposeAsync();
    }

    [Fact]
    public async Task Each_code_enters_once_and_each_coupon_is_redeemed_once()
    {
        var now = TimeProvider.System.GetUtcNow();
        var campaign = await ReadyCampaign.PublishedAsync(admin, "packs", tenant => OnPack(tenant, now), PrepareAsync);
        var packs = (await BatchesAsync(campaign.Id, "code-batches"))["id"]!;

        var first = await EnterAsync(campaign, "ann@example.com", "pack-0001");
        first.Status.ShouldBe(201, first.Body?.ToJsonString());
        var coupon = (string)first["outcome"]!["coupon"]!;
        coupon.ShouldStartWith("TILL-");
        foreach (var used in new[] { "pack-0001", "PACK 0001", "PACK-9999" })
        {
            (await EnterAsync(campaign, "bob@example.com", used)).Code.ShouldBe("entry.code_invalid");
        }

        var another = (string)(await EnterAsync(campaign, "bob@example.com", "PACK0002"))["outcome"]!["coupon"]!;
        another.ShouldNotBe(coupon);

        await RedeemAsync(campaign.TenantId, coupon, another);
        var coupons = await BatchesAsync(campaign.Id, "coupon-batches");
        ((long)coupons["assigned"]!, (long)coupons["redeemed"]!, (long)coupons["generated"]!).ShouldBe((2, 1, 500));
        var used2 = await BatchesAsync(campaign.Id, "code-batches");
        ((long)used2["assigned"]!, (long)used2["generated"]!).ShouldBe((2, 1000));

        var rows = (await ExportAsync($"/v1/campaigns/{campaign.Id}/coupon-batches/{coupons["id"]}/codes.csv")).Split("\r\n");
        rows.Length.ShouldBe(502);
        rows.Single(r => r.StartsWith(coupon, StringComparison.Ordinal)).Split(',')[1].ShouldBe("redeemed");
        rows.Single(r => r.StartsWith(another, StringComparison.Ordinal)).Split(',')[1].ShouldBe("assigned");
        (await ExportAsync($"/v1/campaigns/{campaign.Id}/code-batches/{packs}/codes.csv")).Split("\r\n")[1].ShouldStartWith("pack-0001,assigned,");
    }

    private async Task PrepareAsync(string campaignId)
    {
        var coupons = await admin.PostAsync($"/v1/campaigns/{campaignId}/coupon-batches", new JsonObject
        {
            ["name"] = "Free coffee", ["count"] = 500, ["prefix"] = "TILL",
        });
        coupons.Status.ShouldBe(202, coupons.Body?.ToJsonString());
        var packs = await admin.PostAsync($"/v1/campaigns/{campaignId}/code-batches", new JsonObject { ["name"] = "Packs", ["prefix"] = "PACK" });
        packs.Status.ShouldBe(202, packs.Body?.ToJsonString());
        await ImportAsync($"/v1/campaigns/{campaignId}/code-batches/{packs["id"]}/import");
        await WaitAsync($"/v1/campaigns/{campaignId}/coupon-batches/{coupons["id"]}");

        var pool = (await admin.GetAsync($"/v1/campaigns/{campaignId}/pools"))["items"]![0]!;
        var prize = (await admin.GetAsync($"/v1/pools/{pool["id"]}/prizes"))["items"]![0]!;
        var changed = await admin.SendAsync(
            HttpMethod.Patch, $"/v1/prizes/{prize["id"]}", new JsonObject { ["couponBatchId"] = (string)coupons["id"]! });
        changed.Status.ShouldBe(200, changed.Body?.ToJsonString());
    }

    /// <summary>Two lines are refused; the same file again is answered alike.</summary>
    private async Task ImportAsync(string path)
    {
        var lines = string.Concat(Enumerable.Range(1, 1_000).Select(i => $"pack-{i:0000};{i}\r\n"));
        var file = Encoding.UTF8.GetBytes("code;number\r\n" + lines + "pack-0001;again\r\nother-0001;x\r\n");
        var report = JsonNode.Parse(await SendFileAsync(path, file))!;
        ((long)report["accepted"]!, (long)report["rejected"]!).ShouldBe((1_000, 2), report.ToJsonString());
        report["rejects"]!.AsArray().Select(r => (string)r!["reason"]!).ShouldBe(["duplicate", "prefix"]);
        (await SendFileAsync(path, file)).ShouldBe(report.ToJsonString(), "the same file under the same key is answered alike");
    }

    private async Task<string> SendFileAsync(string path, byte[] file)
    {
        using var http = Person();
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(file) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("text/csv");
        request.Headers.Add("Idempotency-Key", "packs-of-may");
        using var answer = await http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        ((int)answer.StatusCode).ShouldBe(200, text);
        return text;
    }

    private async Task RedeemAsync(string tenantId, string coupon, string another)
    {
        var key = await admin.PostAsync($"/v1/tenants/{tenantId}/api-keys", new JsonObject { ["name"] = "Tills", ["scopes"] = new JsonArray("coupons:redeem") });
        key.Status.ShouldBe(201, key.Body?.ToJsonString());
        using var till = PatientHandler.Client(platform.Address);
        till.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (string)key["secret"]!);
        var typed = coupon.ToLowerInvariant().Replace('-', ' ');
        var (status, redeemed) = await TillAsync(till, typed, "till-1-0001");
        status.ShouldBe(200, redeemed.ToJsonString());
        ((string?)redeemed["prize"], (string?)redeemed["code"]).ShouldBe(("Coffee", coupon));
        (await TillAsync(till, typed, "till-1-0001")).Answer.ToJsonString().ShouldBe(redeemed.ToJsonString());
        ((string?)(await TillAsync(till, coupon, "till-1-0002")).Answer["code"]).ShouldBe("coupon.already_redeemed");
        var mistyped = another[..^1] + (another[^1] == '0' ? '1' : '0');
        ((string?)(await TillAsync(till, mistyped, null)).Answer["code"]).ShouldBe("coupon.not_found");
    }

    private static async Task<(int Status, JsonNode Answer)> TillAsync(HttpClient till, string code, string? key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/coupons/redeem")
        {
            Content = new StringContent(new JsonObject { ["code"] = code }.ToJsonString(), Encoding.UTF8, "application/json"),
        };
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        using var answer = await till.SendAsync(request);
        return ((int)answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync())!);
    }

    private Task<ApiAnswer> EnterAsync(ReadyCampaign campaign, string email, string code)
    {
        var entry = SampleCampaign.Entry(email);
        entry["proof"] = new JsonObject { ["code"] = code };
        return admin.EnterAsync(campaign.Slug, campaign.SiteKey, $"entry-{Interlocked.Increment(ref entries):00000000}", entry);
    }

    private async Task<JsonNode> BatchesAsync(string campaignId, string kind) => (await admin.GetAsync($"/v1/campaigns/{campaignId}/{kind}"))["items"]![0]!;

    private async Task<string> ExportAsync(string path)
    {
        using var http = Person();
        return await http.GetStringAsync(path);
    }

    private async Task WaitAsync(string path)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(10));
        using var poll = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while ((string?)(await admin.GetAsync(path))["state"] != "ready")
        {
            await poll.WaitForNextTickAsync(limit.Token);
        }
    }

    private HttpClient Person()
    {
        var person = PatientHandler.Client(platform.Address);
        person.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return person;
    }

    private static JsonObject OnPack(string tenantId, DateTimeOffset now)
    {
        var campaign = SampleCampaign.Of(tenantId, "packs", now.AddMinutes(-1), now.AddDays(1));
        campaign["pools"] = new JsonArray(new JsonObject
        {
            ["name"] = "Packs",
            ["entryCode"] = "required",
            ["modes"] = new JsonArray("probability"),
            ["prizes"] = new JsonArray(new JsonObject
            {
                ["name"] = "Coffee", ["kind"] = "prize", ["stock"] = 100, ["fulfilment"] = "coupon",
                ["odds"] = new JsonObject { ["win"] = 1, ["outOf"] = 1 },
            }),
        });
        return campaign;
    }
}
