using System.Buffers.Text;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using PrizeDraw.Api.Tests.Fakes;
using PrizeDraw.Api.Tests.Host;
using PrizeDraw.Grains.Abstractions.Evidence;
using PrizeDraw.TestKit;
using Shouldly;
using Xunit;

namespace PrizeDraw.Api.Tests.Sites;

public sealed class Showing_a_receipt : IAsyncLifetime
{
    private const string Draw = "drw_a56082af152e142112ac7733e25083fe", Path = "/v1/sites/summer-paris/receipts";

    private readonly ApiHost _host = new();

    public Task InitializeAsync() => _host.InitializeAsync();

    public Task DisposeAsync() => _host.DisposeAsync();

    [Theory]
    [InlineData(0, "drawn", 1, "winner", "A trip to the sea")]
    [InlineData(4, "drawn", 5, "reserve", null)]
    [InlineData(-1, "not-drawn", null, null, null)]
    public async Task Tells_what_became_of_the_entry(int place, string state, int? position, string? role, string? holds)
    {
        var certificate = Certificate();
        var entryRef = place < 0 ? new string('a', 64) : (string)certificate["order"]![place]!["entryRef"]!;
        Know(entryRef, new ListedReceipt(Draw, "Final draw", "beacon", "completed", ListedPlace.Listed, null, 7, 3));
        ((string)(await DrawAsync(entryRef))["state"]!).ShouldBe("listed");

        _host.Evidence.Publish(_host.Campaign.Id, $"draw/{Draw}/certificate", certificate.ToJsonString());
        var draw = await DrawAsync(entryRef);
        ((string)draw["state"]!).ShouldBe(state);
        ((int?)draw["position"], (string?)draw["role"], (string?)draw["holds"], (bool)draw["confirmed"]!).ShouldBe((position, role, holds, true));
        foreach (var (link, name) in (Dictionary<string, string>)new() { ["certificateUrl"] = "certificate", ["certificatePageUrl"] = "certificate.html", ["commitmentUrl"] = "commitment", ["entriesUrl"] = "entries.jsonl" })
        {
            ((string)draw[link]!).ShouldBe($"/v1/sites/summer-paris/draws/{Draw}/{name}");
        }
    }

    [Theory]
    [InlineData(ListedPlace.Waiting, null, "waiting")]
    [InlineData(ListedPlace.Excluded, "duplicate", "excluded")]
    [InlineData(ListedPlace.NotCovered, null, "not-covered")]
    [InlineData(ListedPlace.Missing, null, "missing")]
    public async Task Tells_why_an_entry_does_not_take_part(ListedPlace place, string? reason, string state)
    {
        var entryRef = new string('b', 64);
        Know(entryRef, new ListedReceipt(Draw, "Final draw", "beacon", "drawn", place, reason, null, null));
        _host.Evidence.Publish(_host.Campaign.Id, $"draw/{Draw}/certificate", Certificate().ToJsonString());
        var draw = await DrawAsync(entryRef);
        ((string)draw["state"]!, (string?)draw["reason"]).ShouldBe((state, reason));
    }

    [Fact]
    public async Task Names_draws_that_are_still_to_come()
    {
        var entryRef = new string('c', 64);
        _host.Evidence.Receipts[(_host.Campaign.Id, entryRef)] = new ReceiptView(true, """{"batch":1}""", Sample.Closes, []);
        var draw = await DrawAsync(entryRef);
        ((string)draw["name"]!, (string)draw["drawState"]!, (string)draw["state"]!, (string?)draw["commitmentUrl"]).ShouldBe(("Final", "planned", "waiting", null));
    }

    [Fact]
    public async Task Is_refused_where_it_is_forged_or_of_another_campaign()
    {
        var forged = new string('d', 64);
        _host.Evidence.Receipts[(_host.Campaign.Id, forged)] = new ReceiptView(false, null, null, []);
        await (await ShowAsync(TokenOf(forged))).ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "receipt.invalid");
        await (await ShowAsync(TokenOf(new string('e', 64)))).ShouldBeProblemAsync(HttpStatusCode.NotFound, "receipt.not_found");
        await (await _host.Visitor().GetAsync(Path)).ShouldBeProblemAsync(HttpStatusCode.BadRequest, "request.invalid_header");
        var longer = Receipt(forged);
        longer["more"] = 1;
        var upper = Receipt(forged.ToUpperInvariant());
        var numbered = Receipt(forged);
        numbered["number"] = 0;
        foreach (var token in (string[])["nonsense!", "bm9uc2Vuc2U", Encoded("[]"), Encoded("null"), Encoded(longer.ToJsonString()), Encoded(upper.ToJsonString()), Encoded(numbered.ToJsonString())])
        {
            await (await ShowAsync(token)).ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "receipt.invalid");
        }
    }

    [Fact]
    public async Task Is_slowed_down_by_address()
    {
        var statuses = new List<HttpStatusCode>();
        for (var n = 0; n < 31; n++)
        {
            statuses.Add((await ShowAsync(TokenOf(new string('e', 64)))).StatusCode);
        }

        statuses[..30].ShouldAllBe(status => status == HttpStatusCode.NotFound);
        statuses[^1].ShouldBe(HttpStatusCode.TooManyRequests);
    }

    private static JsonObject Receipt(string entryRef) => new()
    {
        ["entryRef"] = entryRef, ["personRef"] = new string('1', 64), ["pool"] = "pool_0193a5f2c0de7a10b1c2d3e4f5a6b7ca", ["number"] = 7,
        ["outcomeHash"] = new string('2', 64), ["termsHash"] = new string('3', 64), ["path"] = new JsonArray(new string('4', 64)),
        ["batchHead"] = new string('5', 64), ["signature"] = new string('6', 128),
    };

    private static JsonObject Certificate() => JsonNode.Parse(
        File.ReadAllText(System.IO.Path.Combine(RepositoryRoot.Path, "verifier", "test", "fixtures", "certificate.json")))!.AsObject();

    private static string TokenOf(string entryRef) => Encoded(Receipt(entryRef).ToJsonString());

    private static string Encoded(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    private void Know(string entryRef, ListedReceipt listed) =>
        _host.Evidence.Receipts[(_host.Campaign.Id, entryRef)] = new ReceiptView(true, """{"batch":1}""", Sample.Closes, [listed]);

    private async Task<JsonNode> DrawAsync(string entryRef) =>
        (await (await ShowAsync(TokenOf(entryRef))).ShouldBeAsync(HttpStatusCode.OK))["draws"]!.AsArray().First()!;

    private Task<HttpResponseMessage> ShowAsync(string token) => _host.Visitor().SendJsonAsync(HttpMethod.Get, Path, null, ("X-Receipt-Token", token));
}
