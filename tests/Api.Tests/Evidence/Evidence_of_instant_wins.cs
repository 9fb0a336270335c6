using System;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using PrizeDraw.Api.Tests.Host;
using PrizeDraw.Grains.Abstractions.Evidence;
using Shouldly;
using Xunit;

namespace PrizeDraw.Api.Tests.Evidence;

public sealed class Evidence_of_instant_wins : IAsyncLifetime
{
    private const string Check =
        """{"at":"2026-12-05T12:00:00Z","differences":0,"entries":40,"first":[],"holds":true,"lines":99,"prizes":[{"awarded":3,"pool":"pool_1","prize":"prz_1"}],"unbound":0}""";

    private readonly ApiHost _host = new();

    public Task InitializeAsync() => _host.InitializeAsync();

    public Task DisposeAsync() => _host.DisposeAsync();

    private string Site => $"/v1/sites/{_host.Campaign.Settings.Slug}";

    [Fact]
    public async Task Is_public_without_any_credential_once_it_is_there()
    {
        var stranger = _host.Stranger();
        foreach (var path in (string[])["/instant.jsonl", "/instant-check.json", $"/pools/{_host.Campaign.Settings.Pools[0].Id}/commitment", "/pools/nonsense/commitment"])
        {
            await (await stranger.GetAsync(Site + path)).ShouldBeProblemAsync(HttpStatusCode.NotFound, "evidence.not_found");
        }

        await (await stranger.GetAsync("/v1/sites/no-such-site/instant.jsonl")).ShouldBeProblemAsync(HttpStatusCode.NotFound, "evidence.not_found");
        _host.Evidence.Publish(_host.Campaign.Id, PublicFileNames.Instant, "{\"type\":\"header\"}\n");
        _host.Evidence.Publish(_host.Campaign.Id, PublicFileNames.InstantCheck, Check);
        var response = await stranger.GetAsync(Site + "/instant.jsonl");
        (await response.Content.ReadAsStringAsync()).ShouldBe("{\"type\":\"header\"}\n");
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/jsonl");
        response.Headers.GetValues("Access-Control-Allow-Origin").ShouldBe(["*"]);
        response.Headers.ETag.ShouldNotBeNull();
        (await (await stranger.GetAsync(Site + "/instant-check.json")).JsonAsync())["holds"]!.GetValue<bool>().ShouldBeTrue();
        (await (await stranger.GetAsync("/v1/keys")).JsonAsync())["items"]!.AsArray().Count.ShouldBe(1);
    }

    [Fact]
    public async Task Comes_compressed_to_who_takes_that()
    {
        _host.Evidence.Publish(_host.Campaign.Id, PublicFileNames.Instant, "{\"type\":\"header\"}\n");
        using var request = new HttpRequestMessage(HttpMethod.Get, Site + "/instant.jsonl");
        request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("gzip"));
        var response = await _host.Stranger().SendAsync(request);
        response.Content.Headers.ContentEncoding.ShouldBe(["gzip"]);
        await using var unpacked = new System.IO.Compression.GZipStream(await response.Content.ReadAsStreamAsync(), System.IO.Compression.CompressionMode.Decompress);
        using var reader = new System.IO.StreamReader(unpacked);
        (await reader.ReadToEndAsync()).ShouldBe("{\"type\":\"header\"}\n");
    }

    [Fact]
    public async Task Opens_future_moments_to_a_super_admin_with_a_reason_and_to_nobody_else()
    {
        var path = $"/v1/pools/{_host.Campaign.Settings.Pools[0].Id}/moments/unseal";
        var reason = new JsonObject { ["reason"] = "The regulator asks about complaint 42." };
        foreach (var client in (HttpClient[])[await _host.ManagerAsync(), await _host.ReaderAsync()])
        {
            await (await client.PostJsonAsync(path, reason.DeepClone())).ShouldBeProblemAsync(HttpStatusCode.Forbidden, "auth.forbidden");
        }

        await (await _host.Stranger().PostJsonAsync(path, reason.DeepClone())).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "auth.required");
        var admin = await _host.AdminAsync();
        await (await admin.PostJsonAsync(path, new JsonObject())).ShouldBeProblemAsync(HttpStatusCode.BadRequest, "request.invalid_field");
        await (await admin.PostJsonAsync(path, new JsonObject { ["reason"] = "Curious" })).ShouldBeProblemAsync(HttpStatusCode.BadRequest, "request.invalid_field");
        _host.Platform.Unsealings.ShouldBeEmpty();
        var opened = await (await admin.PostJsonAsync(path, reason.DeepClone())).JsonAsync();
        opened["total"]!.GetValue<int>().ShouldBe(1);
        _host.Platform.Unsealings.ShouldHaveSingleItem().Reason.ShouldBe("The regulator asks about complaint 42.");
    }

    [Fact]
    public async Task Is_summed_up_in_a_close_out_statement()
    {
        var at = new DateTimeOffset(2026, 12, 31, 12, 0, 0, TimeSpan.Zero);
        _host.Evidence.Publish(_host.Campaign.Id, PublicFileNames.Instant, "{}\n");
        _host.Evidence.Publish(_host.Campaign.Id, PublicFileNames.InstantCheck, Check);
        _host.Evidence.CloseOut = new CloseOutView(
            [new CloseOutPool("pool_1", "Instant", at, 40, 8, 3, "9f", at.AddDays(-30))],
            [
                new CloseOutPrize("prz_1", "pool_1", "Mug <b>", "prize", "moments", 10, 3, 8, 3),
                new CloseOutPrize("prz_2", "pool_1", "Trip", "prize", "probability", 5, 1, 0, 0),
                new CloseOutPrize("prz_3", "pool_1", "Sticker", "gift", "consolation", null, 36, 0, 0),
            ],
            [new StockChange("pool_1", "prz_1", "Mug <b>", 21, at, 8, 10)], [new UnsealEvent("pool_1", at, "usr_1", "Complaint 42", 5)]);
        var manager = await _host.ManagerAsync();
        var statement = await (await manager.GetAsync($"/v1/campaigns/{_host.Campaign.Id}/close-out")).JsonAsync();
        (statement["final"]!.GetValue<bool>(), statement["holds"]!.GetValue<bool>()).ShouldBe((true, false), "two mugs could never be won");
        foreach (var prize in statement["prizes"]!.AsArray())
        {
            prize!["offered"]!.GetValue<long>().ShouldBe(
                new[] { "awarded", "unwon", "rolled", "notMadeAvailable" }.Sum(part => prize[part]!.GetValue<long>()));
        }

        statement["prizes"]![0]!["notMadeAvailable"]!.GetValue<long>().ShouldBe(2);
        var words = statement["statement"]!.AsArray().Select(w => w!.GetValue<string>()).ToArray();
        words.ShouldContain("5 of Trip were offered: 1 were awarded, 4 were made available and not won, 0 were rolled into the draw.");
        words.ShouldContain(w => w.Contains("usr_1 opened 5 winning moments", StringComparison.Ordinal));
        words.ShouldContain("Not all prizes were awarded or made available.");

        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/campaigns/{_host.Campaign.Id}/close-out");
        request.Headers.Accept.ParseAdd("text/html");
        var page = await (await manager.SendAsync(request)).Content.ReadAsStringAsync();
        page.ShouldContain("Mug &lt;b&gt;");
        page.ShouldNotContain("<b>");
        await (await (await _host.ReaderAsync()).GetAsync($"/v1/campaigns/{_host.Campaign.Id}/close-out")).ShouldBeProblemAsync(HttpStatusCode.Forbidden, "auth.forbidden");
    }
}
