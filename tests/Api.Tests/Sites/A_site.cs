using System;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using PrizeDraw.Api.Tests.Fakes;
using PrizeDraw.Api.Tests.Host;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Codes;
using Shouldly;
using Xunit;

namespace PrizeDraw.Api.Tests.Sites;

/// <summary>Each test has its own host: they move the clock and take storage away.</summary>
public sealed class A_site : IAsyncLifetime
{
    private readonly ApiHost _host = new();

    public Task InitializeAsync() => _host.InitializeAsync();

    public Task DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Tells_exactly_what_its_pages_need()
    {
        var site = await (await _host.Visitor().GetAsync("/v1/sites/summer-paris")).ShouldBeAsync(HttpStatusCode.OK);
        var pools = _host.Campaign.Settings.Pools;
        var mug = $$"""{"id":"{{pools[0].Prizes[0].Id}}","name":"Mug","kind":"prize","stock":100,"mode":"moments","odds":null,"everyNth":null,"coupon":false,"couponExpiresAt":null}""";
        site.ToJsonString().ShouldBe(JsonNode.Parse($$"""
            {"slug":"summer-paris","name":"Summer in Paris","state":"live","now":"2026-12-05T10:00:00Z","opensAt":"2026-12-01T09:00:00Z",
             "closesAt":"2026-12-31T23:59:59Z","timeZone":"Europe/London","languages":["en-GB"],
             "promoter":{"name":"Acme Ltd","address":"1 High Street"},
             "brand":{"headline":null,"primaryColour":"#0b5fff","logoUrl":null},
             "terms":{"version":2,"text":"The terms.","freeRoute":null,"hash":"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"},
             "form":{"minimumAge":18,"fields":[{"name":"favourite","label":"Your favourite city","type":"text","required":false,"options":null}]},
             "limits":{"entriesPerEntrant":1,"entriesPerEntrantPerDay":null,"entryIntervalSeconds":null,"winsPerEntrant":1},
             "consents":[{"purpose":"marketing-email","version":1,"text":"Send me offers."}],
             "prizes":[{{mug}}],
             "pools":[{"id":"{{pools[0].Id}}","name":"Instant","paused":false,"entryCode":"none","freeRoute":"post","tickets":1,"prizes":[{{mug}}]},
                      {"id":"{{pools[1].Id}}","name":"Second","paused":false,"entryCode":"none","freeRoute":"post","tickets":1,"prizes":[]}],
             "draw":{"name":"Final","prizes":["Weekend","3 × Book"],"drawsAt":"2027-01-01T00:14:59Z","level":"committed","from":null,"until":null,
                     "planUrl":"/v1/sites/summer-paris/draws/{{_host.Campaign.Settings.Draw!.Id}}/plan"},
             "furtherDraws":[],"captcha":null}
            """)!.ToJsonString());
    }

    [Fact]
    public async Task Tells_how_to_enter_a_pool_that_asks_for_a_code_and_until_when_a_coupon_is_good()
    {
        var expires = new DateTimeOffset(2027, 3, 31, 22, 59, 59, TimeSpan.Zero);
        _host.Platform.Codes.Batches["cpn_1"] = (_host.Campaign.TenantId, _host.Campaign.Id,
            new CodeBatchView("cpn_1", "coupon", "generated", "Ten percent", "WIN", null, "ready", 5, 5, 0, 0, 0, expires, expires));
        Change(campaign => campaign with
        {
            Settings = campaign.Settings with
            {
                Pools =
                [
                    campaign.Settings.Pools[0] with
                    {
                        EntryCode = "required", FreeRoute = "online", Modes = ["probability"],
                        Prizes = [new PrizeSettings { Id = "prz_1", Name = "10% off", Stock = 5, Odds = new PrizeOdds(1, 9), Fulfilment = "coupon", CouponBatchId = "cpn_1" }],
                    },
                ],
            },
        });
        var pool = (await (await _host.Visitor().GetAsync("/v1/sites/summer-paris")).ShouldBeAsync(HttpStatusCode.OK))["pools"]![0]!;
        ((string?)pool["entryCode"], (string?)pool["freeRoute"]).ShouldBe(("required", "online"));
        pool["prizes"]![0]!.ToJsonString().ShouldBe(
            """{"id":"prz_1","name":"10% off","kind":"prize","stock":5,"mode":"probability","odds":{"win":1,"outOf":9},"everyNth":null,"coupon":true,"couponExpiresAt":"2027-03-31T22:59:59Z"}""");
    }

    [Fact]
    public async Task Tells_nothing_before_publication()
    {
        Change(campaign => campaign with { State = "ready", PublishedAt = null });
        var text = await (await _host.Visitor().GetAsync("/v1/sites/summer-paris")).Content.ReadAsStringAsync();
        text.ShouldBe("""{"slug":"summer-paris","state":"holding","now":"2026-12-05T10:00:00Z"}""");
        await (await _host.Stranger().GetAsync("/v1/sites/summer-paris/terms/2")).ShouldBeProblemAsync(HttpStatusCode.NotFound, "terms.not_found");
    }

    [Theory]
    [InlineData("scheduled", "2026-12-01T08:59:59Z", "scheduled")]
    [InlineData("scheduled", "2026-12-01T09:00:00Z", "live")]
    [InlineData("live", "2026-12-31T23:59:58Z", "live")]
    [InlineData("live", "2026-12-31T23:59:59Z", "closed")]
    [InlineData("paused", "2026-12-05T10:00:00Z", "paused")]
    [InlineData("paused", "2027-01-01T00:00:00Z", "closed")]
    [InlineData("drawn", "2027-01-01T00:00:00Z", "drawn")]
    public async Task Is_in_the_state_of_the_clock(string stored, string now, string state)
    {
        Change(campaign => campaign with { State = stored });
        _host.Clock.Move(DateTimeOffset.Parse(now, System.Globalization.CultureInfo.InvariantCulture) - _host.Clock.GetUtcNow());
        var site = await (await _host.Visitor().GetAsync("/v1/sites/summer-paris")).JsonAsync();
        ((string?)site["state"]).ShouldBe(state);
    }

    [Fact]
    public async Task Is_looked_up_once_a_second()
    {
        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => _host.Visitor().GetAsync("/v1/sites/summer-paris")));
        _host.Platform.LookUps.ShouldBe(1);
        _host.Clock.Move(TimeSpan.FromSeconds(1));
        await _host.Visitor().GetAsync("/v1/sites/summer-paris");
        _host.Platform.LookUps.ShouldBe(2);
    }

    [Fact]
    public async Task Goes_on_for_ten_minutes_while_storage_is_away()
    {
        var visitor = _host.Visitor();
        await (await visitor.GetAsync("/v1/sites/summer-paris")).ShouldBeAsync(HttpStatusCode.OK);
        _host.Platform.Away = () => new TimeoutException("away");
        _host.Clock.Move(TimeSpan.FromMinutes(9));
        await (await visitor.GetAsync("/v1/sites/summer-paris")).ShouldBeAsync(HttpStatusCode.OK);
        _host.Clock.Move(TimeSpan.FromMinutes(2));
        var response = await visitor.GetAsync("/v1/sites/summer-paris");
        await response.ShouldBeProblemAsync(HttpStatusCode.ServiceUnavailable, "storage.unavailable");
        response.Headers.RetryAfter.ShouldNotBeNull();
        _host.Platform.Away = null;
        await (await visitor.GetAsync("/v1/sites/summer-paris")).ShouldBeAsync(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Is_not_opened_by_a_key_that_is_unknown_or_malformed()
    {
        foreach (var key in new[] { "unknown-key", "", new string('k', 300), "two words" })
        {
            var client = _host.Stranger();
            client.DefaultRequestHeaders.TryAddWithoutValidation("X-Site-Key", key);
            await (await client.GetAsync("/v1/sites/summer-paris")).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "site.key_required");
        }
    }

    [Theory]
    [InlineData("https://win.example.com")]
    [InlineData("https://blog.example.com")]
    public async Task May_be_read_by_pages_of_registered_origins(string origin)
    {
        var response = await _host.Visitor().SendJsonAsync(HttpMethod.Get, "/v1/sites/summer-paris", null, ("Origin", origin));
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Headers.GetValues("Access-Control-Allow-Origin").ShouldBe([origin]);
        response.Headers.GetValues("Access-Control-Expose-Headers").ShouldBe(["ETag, Location, Retry-After"]);
        response.Headers.Vary.ShouldContain("Origin");
    }

    [Theory]
    [InlineData("https://evil.example.com")]
    [InlineData("null")]
    [InlineData("https://win.example.com.evil.example")]
    public async Task May_not_be_used_by_pages_of_other_origins(string origin)
    {
        var response = await _host.Visitor().SendJsonAsync(HttpMethod.Get, "/v1/sites/summer-paris", null, ("Origin", origin));
        await response.ShouldBeProblemAsync(HttpStatusCode.Forbidden, "origin.not_registered");
        response.Headers.Contains("Access-Control-Allow-Origin").ShouldBeFalse();
    }

    [Theory]
    [InlineData("/v1/sites/summer-paris", "GET")]
    [InlineData("/v1/sites/summer-paris/entries", "POST")]
    [InlineData("/v1/sites/summer-paris/winners", "GET")]
    public async Task Answers_preflights_without_the_key(string path, string method)
    {
        var response = await PreflightAsync(path, method, "https://blog.example.com");
        response.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        response.Headers.GetValues("Access-Control-Allow-Origin").ShouldBe(["https://blog.example.com"]);
        response.Headers.GetValues("Access-Control-Allow-Methods").ShouldBe([method]);
        response.Headers.GetValues("Access-Control-Allow-Headers").Single().ShouldContain("Idempotency-Key");
        response.Headers.GetValues("Access-Control-Max-Age").Single().ShouldBe("7200");
        (await PreflightAsync(path, method, "https://evil.example.com")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await PreflightAsync(path.Replace("summer-paris", "no-such-site"), method, "https://blog.example.com")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Shows_published_winners()
    {
        _host.Platform.Winners[_host.Campaign.Id] =
            [new PublishedDraw("drw_1", "Final", "committed", Sample.Closes, [new PublishedWinner(1, "A. Smith", "Kent", "Weekend")])];
        var text = await (await _host.Visitor().GetAsync("/v1/sites/summer-paris/winners")).Content.ReadAsStringAsync();
        text.ShouldBe(
            """{"draws":[{"id":"drw_1","name":"Final","level":"committed","publishedAt":"2026-12-31T23:59:59Z","certificateUrl":null,"certificatePageUrl":null,"winners":[{"position":1,"name":"A. Smith","county":"Kent","prize":"Weekend"}]}]}""");
    }

    [Theory]
    [InlineData("1", "The first terms.")]
    [InlineData("2", "The terms.")]
    public async Task Keeps_every_version_of_its_terms(string version, string text)
    {
        var terms = await (await _host.Stranger().GetAsync($"/v1/sites/summer-paris/terms/{version}")).ShouldBeAsync(HttpStatusCode.OK);
        ((string?)terms["text"]).ShouldBe(text);
        await (await _host.Stranger().GetAsync("/v1/sites/summer-paris/terms/99")).ShouldBeProblemAsync(HttpStatusCode.NotFound, "terms.not_found");
    }

    private void Change(Func<CampaignView, CampaignView> change) =>
        _host.Platform.Campaigns[_host.Campaign.Id] = change(_host.Campaign);

    private Task<HttpResponseMessage> PreflightAsync(string path, string method, string origin) => _host.Stranger().SendJsonAsync(
        HttpMethod.Options, path, null,
        ("Origin", origin), ("Access-Control-Request-Method", method), ("Access-Control-Request-Headers", "content-type,idempotency-key,x-site-key"));
}
