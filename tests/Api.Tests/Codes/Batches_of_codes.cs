using System;
using System.Collections.Immutable;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using PrizeDraw.Api.Tests.Host;
using PrizeDraw.Grains.Abstractions.Codes;
using Shouldly;
using Xunit;

namespace PrizeDraw.Api.Tests.Codes;

public sealed class Batches_of_codes(ApiHost host) : IClassFixture<ApiHost>
{
    private string Coupons => $"/v1/campaigns/{host.Campaign.Id}/coupon-batches";

    [Theory]
    [InlineData("coupon-batches", "coupon", """{"name":"A","count":10,"prefix":"AB"}""", "generated", 10)]
    [InlineData("code-batches", "entry", """{"name":"A","count":10,"prefix":"AB","pattern":null,"expiresAt":null}""", "generated", 10)]
    [InlineData("coupon-batches", "coupon", """{"name":"A","count":0,"prefix":"AB"}""", "imported", 0)]
    [InlineData("code-batches", "entry", """{"name":"A","prefix":"AB"}""", "imported", 0)]
    public async Task are_begun_in_the_background(string path, string kind, string body, string source, long count)
    {
        var client = await host.ManagerAsync();
        var response = await client.PostJsonAsync($"/v1/campaigns/{host.Campaign.Id}/{path}", JsonNode.Parse(body), Guid.CreateVersion7().ToString());
        var answer = await response.ShouldBeAsync(HttpStatusCode.Accepted);
        ((string?)answer["source"]).ShouldBe(source);
        var command = host.Platform.Codes.Created.Last();
        (command.Kind, command.Source, command.Count).ShouldBe((kind, source, count));
        var read = await (await client.GetAsync(response.Headers.Location)).ShouldBeAsync(HttpStatusCode.OK);
        ((string?)read["id"]).ShouldBe((string?)answer["id"]);
    }

    [Theory]
    [InlineData("draft")]
    [InlineData("provisioning")]
    [InlineData("failed")]
    [InlineData("rolled_back")]
    public async Task wait_for_the_campaigns_database(string state)
    {
        var campaign = host.AddCampaign(host.Acme, "waiting-" + state.Replace('_', '-'));
        host.Platform.Campaigns[campaign.Id] = campaign with { State = state };
        var body = new JsonObject { ["name"] = "A", ["count"] = 1, ["prefix"] = "AB" };
        await (await (await host.ManagerAsync()).PostJsonAsync($"/v1/campaigns/{campaign.Id}/coupon-batches", body))
            .ShouldBeProblemAsync(HttpStatusCode.Conflict, "codes.campaign_not_ready");
    }

    [Fact]
    public async Task of_one_kind_are_not_among_those_of_the_other()
    {
        var client = await host.ManagerAsync();
        var coupons = (await (await client.GetAsync(Coupons)).ShouldBeAsync(HttpStatusCode.OK))["items"]!.AsArray();
        coupons.ShouldNotBeEmpty();
        foreach (var coupon in coupons)
        {
            await (await client.GetAsync($"/v1/campaigns/{host.Campaign.Id}/code-batches/{coupon!["id"]}"))
                .ShouldBeProblemAsync(HttpStatusCode.NotFound, "codes.not_found");
        }
    }

    [Fact]
    public async Task take_a_file_line_by_line()
    {
        var file = "\uFEFFname;code;note\r\nx;AB-1;\"a;b\"\r\n\r\ny;\"AB-2\";\r\nz\r\n;=1+1;\r\n" + new string('A', 10_000) + "\nq;AB-3";
        await (await ImportAsync(file)).ShouldBeAsync(HttpStatusCode.OK);
        var command = host.Platform.Codes.Imports.Last();
        command.Last.ShouldBeTrue();
        command.Lines.Select(line => (line.Number, line.Text)).ShouldBe(
            [(2, "AB-1"), (4, "AB-2"), (5, null), (6, "=1+1"), (7, null), (8, "AB-3")]);
    }

    [Fact]
    public async Task take_one_code_per_line_without_a_heading()
    {
        await (await ImportAsync("AB1\nAB2\n")).ShouldBeAsync(HttpStatusCode.OK);
        host.Platform.Codes.Imports.Last().Lines.Select(line => (line.Number, line.Text)).ShouldBe([(1, "AB1"), (2, "AB2")]);
    }

    [Fact]
    public async Task take_a_long_file_in_pieces_under_one_name()
    {
        var file = string.Concat(Enumerable.Range(1, 12_345).Select(i => $"AB{i:000000}\n"));
        var key = Guid.CreateVersion7().ToString();
        var before = host.Platform.Codes.Imports.Count;
        await (await ImportAsync(file, key: key)).ShouldBeAsync(HttpStatusCode.OK);
        var calls = host.Platform.Codes.Imports.Skip(before).ToArray();
        calls.Select(c => (c.After, c.Lines.Length, c.Last)).ShouldBe([(0, 5_000, false), (5_000, 5_000, false), (10_000, 2_345, true)]);
        calls.Select(c => c.ImportId).Distinct().Count().ShouldBe(1);

        await ImportAsync("AB1\n", key: key);
        host.Platform.Codes.Imports.Last().ImportId.ShouldBe(calls[0].ImportId, "the same key of the same caller is the same import");
        await ImportAsync("AB1\n", key: Guid.CreateVersion7().ToString());
        host.Platform.Codes.Imports.Last().ImportId.ShouldNotBe(calls[0].ImportId);
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("text/csv; charset=utf-16")]
    [InlineData("text/plain")]
    public async Task take_csv_alone(string type) =>
        await (await ImportAsync("AB1\n", type)).ShouldBeProblemAsync(HttpStatusCode.UnsupportedMediaType, "request.unsupported_media_type");

    [Fact]
    public async Task are_exported_as_csv_that_no_spreadsheet_executes()
    {
        var at = new DateTimeOffset(2026, 12, 5, 10, 0, 0, TimeSpan.Zero);
        host.Platform.Codes.Pages =
        [
            [new ExportedCode("CAFE-1", "available", null, null, null, null), new ExportedCode("=1+1", "assigned", at, "pool_1", 7, null)],
            [new ExportedCode("-A;\"B\"", "redeemed", at, "pool_1", 8, at.AddSeconds(1.5)), .. Many(5_000)],
        ];
        var response = await (await host.ManagerAsync()).GetAsync($"{Coupons}/{host.Platform.Codes.Batches.Values.First(b => b.Campaign == host.Campaign.Id && b.View.Kind == "coupon").View.Id}/codes.csv");
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("text/csv");
        var lines = (await response.Content.ReadAsStringAsync()).Split("\r\n");
        lines[..4].ShouldBe(
        [
            "code,state,assignedAt,pool,entryNumber,redeemedAt",
            "CAFE-1,available,,,,",
            "'=1+1,assigned,2026-12-05T10:00:00Z,pool_1,7,",
            "\"'-A;\"\"B\"\"\",redeemed,2026-12-05T10:00:00Z,pool_1,8,2026-12-05T10:00:01.5Z",
        ]);
        lines.Length.ShouldBe(5_005);
    }

    private static ImmutableArray<ExportedCode> Many(int count) =>
        [.. Enumerable.Range(0, count).Select(i => new ExportedCode($"CAFE-{i}", "available", null, null, null, null))];

    private async Task<HttpResponseMessage> ImportAsync(string file, string type = "text/csv", string? key = null)
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(file));
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        var batch = host.Platform.Codes.Batches.Values.First(b => b.Campaign == host.Campaign.Id && b.View.Kind == "coupon").View.Id;
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{Coupons}/{batch}/import") { Content = content };
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        return await (await host.ManagerAsync()).SendAsync(request);
    }
}
