using System.IO;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using PrizeDraw.Api.Tests.Fakes;
using PrizeDraw.Api.Tests.Host;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.TestKit;
using Shouldly;
using Xunit;

namespace PrizeDraw.Api.Tests.Evidence;

public sealed class The_certificate_page : IAsyncLifetime
{
    private const string Draw = "drw_a56082af152e142112ac7733e25083fe";

    private readonly ApiHost _host = new();

    public Task InitializeAsync() => _host.InitializeAsync();

    public Task DisposeAsync() => _host.DisposeAsync();

    private string Path => $"/v1/sites/{_host.Campaign.Settings.Slug}/draws/{Draw}/certificate.html";

    [Fact]
    public async Task Says_all_that_the_certificate_says_without_scripts()
    {
        var certificate = Certificate();
        certificate["promoter"]!["name"] = "Kettle <script>alert(1)</script>";
        var page = await PageAsync(certificate);
        foreach (var text in (string[])["Final draw", "1 High Street, Leeds LS1 1AA", "beacon, witnessed", "A trip to the sea; 2 × Tea for two", "Staff of the promoter (staff)",
            "23 August 2023, 15:15:33 UTC", "Kettle <script>", "entries.jsonl", "verify certificate.json entries.jsonl"])
        {
            page.ShouldContain(WebUtility.HtmlEncode(text));
        }

        foreach (var field in (string[])["root", "excludedRoot", "secret", "seed", "eventsHead", "signature"])
        {
            page.ShouldContain((string)certificate[field]!, customMessage: field);
        }

        foreach (var place in certificate["order"]!.AsArray())
        {
            page.ShouldContain((string)place!["entryRef"]!);
        }

        page.ShouldContain((string)certificate["commitment"]!["hash"]!);
        page.ShouldNotContain("<script");
    }

    [Fact]
    public async Task May_load_nothing_and_is_not_made_twice_for_who_has_it()
    {
        await PageAsync(Certificate());
        var first = await _host.Stranger().GetAsync(Path);
        var policy = first.Headers.GetValues("Content-Security-Policy").Single();
        policy.ShouldStartWith("default-src 'none'; style-src 'sha256-");
        policy.ShouldNotContain("unsafe");
        using var again = new HttpRequestMessage(HttpMethod.Get, Path);
        again.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        (await _host.Stranger().SendAsync(again)).StatusCode.ShouldBe(HttpStatusCode.NotModified);
    }

    [Fact]
    public async Task Tells_who_holds_what_after_replacements()
    {
        var certificate = Certificate();
        certificate["events"] = new JsonArray(Replaced(2), Replaced(2));
        var page = await PageAsync(certificate);
        Column(page, "Reason")[0].ShouldBe("Not claimed in time (claim-lapsed)");
        var now = Column(page, "Now");
        now.ShouldBe(["Holds A trip to the sea", "Replaced; holds no prize", "Holds Tea for two", "Replaced; holds no prize", "Holds Tea for two, from position 2"]);
    }

    [Fact]
    public async Task Says_first_of_all_that_a_draw_is_void_and_that_nobody_holds_a_prize()
    {
        var certificate = Certificate();
        certificate["events"] = new JsonArray(new JsonObject
        {
            ["actor"] = "usr_1", ["at"] = "2023-08-24T10:00:00Z", ["clause"] = null, ["evidenceHash"] = null, ["kind"] = "voided", ["position"] = null,
            ["reasonCode"] = "list-incomplete",
        });
        var page = await PageAsync(certificate);
        page.IndexOf("declared void", System.StringComparison.Ordinal).ShouldBeLessThan(page.IndexOf("<h2>", System.StringComparison.Ordinal));
        Column(page, "Now").ShouldAllBe(now => now.EndsWith("olds no prize", System.StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("committed", "NOT EVIDENCE")]
    [InlineData("beacon-unwitnessed", "The time of that is the platform’s claim")]
    [InlineData("observed", "a named independent person")]
    public async Task Says_in_plain_words_what_a_level_proves(string level, string words)
    {
        var certificate = Certificate();
        certificate["level"] = level;
        (await PageAsync(certificate)).ShouldContain(WebUtility.HtmlEncode(words));
    }

    [Fact]
    public async Task Is_the_commitment_before_the_draw_and_nothing_before_that()
    {
        await (await _host.Stranger().GetAsync(Path)).ShouldBeProblemAsync(HttpStatusCode.NotFound, "evidence.not_found");
        await (await _host.Stranger().GetAsync(Path.Replace(Draw, "nonsense"))).ShouldBeProblemAsync(HttpStatusCode.NotFound, "evidence.not_found");
        var certificate = Certificate();
        var proof = certificate["commitment"]!;
        _host.Evidence.Publish(_host.Campaign.Id, $"draw/{Draw}/commitment", new JsonObject
        {
            ["commitment"] = proof["body"]!.DeepClone(), ["hash"] = proof["hash"]!.DeepClone(), ["keyId"] = proof["keyId"]!.DeepClone(), ["predecessor"] = null,
            ["rules"] = certificate["rules"]!.DeepClone(), ["schema"] = "pdv1-commitment/1", ["signature"] = proof["signature"]!.DeepClone(), ["timestampToken"] = null,
        }.ToJsonString());
        var page = await _host.Stranger().GetStringAsync(Path);
        page.ShouldContain("waits for round 123 of the public beacon at 23 August 2023, 15:15:33 UTC");
        page.ShouldContain((string)proof["hash"]!);
        page.ShouldContain("None: the time is the platform");
        (await PageAsync(certificate)).ShouldContain("Certificate of a prize draw");
    }

    [Fact]
    public async Task Is_linked_from_the_published_winners_where_there_is_one()
    {
        _host.Platform.Winners[_host.Campaign.Id] = [new PublishedDraw(Draw, "Final", "beacon", Sample.Closes, [])];
        _host.Evidence.Publish(_host.Campaign.Id, $"draw/{Draw}/certificate", Certificate().ToJsonString());
        var draws = (await (await _host.Visitor().GetAsync($"/v1/sites/{_host.Campaign.Settings.Slug}/winners")).JsonAsync())["draws"]!;
        ((string)draws[0]!["certificatePageUrl"]!).ShouldBe(Path);
        (await _host.Stranger().GetAsync((string)draws[0]!["certificateUrl"]!)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    private static JsonObject Certificate() => JsonNode.Parse(
        File.ReadAllText(System.IO.Path.Combine(RepositoryRoot.Path, "verifier", "test", "fixtures", "certificate.json")))!.AsObject();

    private static JsonObject Replaced(int position) => new()
    {
        ["actor"] = "platform", ["at"] = "2023-08-24T10:00:00Z", ["clause"] = "7.2", ["evidenceHash"] = new string('c', 64), ["kind"] = "winner-replaced",
        ["position"] = position, ["reasonCode"] = "claim-lapsed",
    };

    private static string[] Column(string page, string head) =>
        [.. Regex.Matches(page, $"""data-head="{head}">([^<]*)<""").Select(match => WebUtility.HtmlDecode(match.Groups[1].Value))];

    private async Task<string> PageAsync(JsonObject certificate)
    {
        _host.Evidence.Publish(_host.Campaign.Id, $"draw/{Draw}/certificate", certificate.ToJsonString());
        var response = await _host.Stranger().GetAsync(Path);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("text/html");
        return await response.Content.ReadAsStringAsync();
    }
}
