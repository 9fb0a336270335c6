using System;
using System.Collections.Immutable;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using PrizeDraw.Api.Tests.Fakes;
using PrizeDraw.Api.Tests.Host;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Pools;
using Shouldly;
using Xunit;

namespace PrizeDraw.Api.Tests.Sites;

public sealed class LimitedHost : ApiHost
{
    public override ApiOptions Options => new() { EntriesPerMinute = 3, SignInsPerMinute = 3 };
}

public sealed class Submitting_an_entry : IAsyncLifetime
{
    private const string Path = "/v1/sites/summer-paris/entries";

    private readonly LimitedHost _host = new();

    public Task InitializeAsync() => _host.InitializeAsync();

    public Task DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Reaches_the_first_pool_as_it_was_sent()
    {
        var body = """
            {"pool":null,"entrant":{"email":"ann@example.com","firstName":"Ann","lastName":"Smith \ud83d\ude00","phone":null,"dateOfBirth":"1990-05-01",
             "postcode":"LS1 4AP","county":"West Yorkshire","country":"GB"},"answers":{"favourite":"Paris","n":1.50,"b":true,"text":"\\u0000"},
             "termsVersion":2,"proof":null,"consents":[{"purpose":"marketing-email","version":1,"granted":false}],"captchaToken":null,"website":""}
            """;
        var answer = await (await SubmitAsync(body)).ShouldBeAsync(HttpStatusCode.Created);
        _host.Platform.PoolKeys.ShouldBe([GrainKeys.Pool(_host.Acme.Id, _host.Campaign.Id, _host.Campaign.Settings.Pools[0].Id!)]);
        var entry = _host.Platform.Entries.Single();
        entry.Entrant.ShouldBe(new EntrantData(
            "ann@example.com", "Ann", "Smith 😀", null, new DateOnly(1990, 5, 1), "LS1 4AP", "West Yorkshire", "GB"));
        entry.Answers.ShouldBe(ImmutableSortedDictionary<string, string>.Empty
            .Add("favourite", "Paris").Add("n", "1.50").Add("b", "true").Add("text", "\\u0000"), ignoreOrder: true);
        entry.ReceivedAt.ShouldBe(_host.Clock.GetUtcNow());
        entry.TermsVersion.ShouldBe(2);
        entry.Consents.ShouldBe([new GivenConsent("marketing-email", 1, false)]);
        entry.HoneypotFilled.ShouldBeFalse();
        answer.AsObject().Select(field => field.Key).ShouldBe(["entryId", "number", "enteredAt", "outcome", "draw", "receipt"]);
        answer["outcome"]!.ToJsonString().ShouldBe("""{"kind":"none","prize":null,"coupon":null,"claimUrl":null}""");
        ((string?)answer["enteredAt"]).ShouldBe("2026-12-05T10:00:00Z");
    }

    [Fact]
    public async Task Goes_to_the_pool_that_it_names()
    {
        var second = _host.Campaign.Settings.Pools[1];
        await (await SubmitAsync("""{"pool":"Second","entrant":{}}""")).ShouldBeAsync(HttpStatusCode.Created);
        await (await SubmitAsync($$$"""{"pool":"{{{second.Id}}}","entrant":{}}""")).ShouldBeAsync(HttpStatusCode.Created);
        _host.Platform.PoolKeys.ShouldAllBe(key => key.EndsWith(second.Id!));
        var problem = await (await SubmitAsync("""{"pool":"Third","entrant":{}}""")).ShouldBeProblemAsync((HttpStatusCode)422, "entry.invalid");
        problem["errors"]!.AsObject().ShouldContainKey("pool");
    }

    [Fact]
    public async Task Tells_the_pool_that_the_honeypot_was_filled_and_no_more()
    {
        await (await SubmitAsync("""{"entrant":{},"website":"https://spam.example"}""")).ShouldBeAsync(HttpStatusCode.Created);
        _host.Platform.Entries.Single().HoneypotFilled.ShouldBeTrue();
    }

    [Theory]
    [InlineData("campaign.not_open", 409)]
    [InlineData("campaign.has_closed", 409)]
    [InlineData("campaign.paused", 503)]
    [InlineData("entry.invalid", 422)]
    [InlineData("entry.terms_not_accepted", 422)]
    [InlineData("entry.under_age", 422)]
    [InlineData("entry.not_accepted", 422)]
    [InlineData("entry.limit_reached", 422)]
    [InlineData("idempotency.key_reused", 422)]
    [InlineData("storage.unavailable", 503)]
    public async Task Refused_by_the_pool_is_refused_with_its_code(string code, int status)
    {
        _host.Platform.PoolAnswers = _ => new Refusal(code, "Because.", RetryAfterSeconds: code == "storage.unavailable" ? 2 : null);
        var response = await SubmitAsync("""{"entrant":{}}""");
        await response.ShouldBeProblemAsync((HttpStatusCode)status, code);
        response.Headers.RetryAfter?.Delta.ShouldBe(code == "storage.unavailable" ? TimeSpan.FromSeconds(2) : null);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("short")]
    [InlineData("with a space in it")]
    public async Task Needs_a_well_formed_Idempotency_Key(string? key) =>
        await (await _host.Visitor().SendJsonAsync(HttpMethod.Post, Path, """{"entrant":{}}""", ("Idempotency-Key", key)))
            .ShouldBeProblemAsync(HttpStatusCode.BadRequest, "request.invalid_header");

    [Fact]
    public async Task Is_refused_before_there_is_a_pool()
    {
        _host.Platform.Campaigns[_host.Campaign.Id] = _host.Campaign with { State = "provisioning", PublishedAt = null };
        await (await SubmitAsync("""{"entrant":{}}""")).ShouldBeProblemAsync(HttpStatusCode.Conflict, "campaign.not_open");
    }

    [Fact]
    public async Task Is_limited_per_address_and_minute()
    {
        for (var i = 0; i < 3; i++)
        {
            await (await SubmitAsync("""{"entrant":{}}""")).ShouldBeAsync(HttpStatusCode.Created);
        }

        _host.Clock.Move(TimeSpan.FromSeconds(20));
        var refused = await SubmitAsync("""{"entrant":{}}""", ("Origin", "https://win.example.com"));
        await refused.ShouldBeProblemAsync(HttpStatusCode.TooManyRequests, "request.rate_limited");
        refused.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(40));
        // The page must be able to read Retry-After.
        refused.Headers.GetValues("Access-Control-Allow-Origin").ShouldBe(["https://win.example.com"]);
        _host.Clock.Move(TimeSpan.FromSeconds(40));
        await (await SubmitAsync("""{"entrant":{}}""")).ShouldBeAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Counts_the_address_that_a_trusted_proxy_tells_with_IPv6_by_64()
    {
        for (var i = 1; i <= 3; i++)
        {
            await (await SubmitAsync("""{"entrant":{}}""", ("X-Forwarded-For", $"2001:db8:1:2::{i}"))).ShouldBeAsync(HttpStatusCode.Created);
        }

        await (await SubmitAsync("""{"entrant":{}}""", ("X-Forwarded-For", "2001:db8:1:2:ffff::1")))
            .ShouldBeProblemAsync(HttpStatusCode.TooManyRequests, "request.rate_limited");
        await (await SubmitAsync("""{"entrant":{}}""", ("X-Forwarded-For", "2001:db8:1:3::1"))).ShouldBeAsync(HttpStatusCode.Created);
        // What stands before an untrusted hop is that hop's invention.
        for (var i = 1; i <= 3; i++)
        {
            await (await SubmitAsync("""{"entrant":{}}""", ("X-Forwarded-For", $"198.51.100.{i}, 203.0.113.9"))).ShouldBeAsync(HttpStatusCode.Created);
        }

        await (await SubmitAsync("""{"entrant":{}}""", ("X-Forwarded-For", "198.51.100.4, 203.0.113.9")))
            .ShouldBeProblemAsync(HttpStatusCode.TooManyRequests, "request.rate_limited");
    }

    [Fact]
    public async Task Is_counted()
    {
        await SubmitAsync("""{"entrant":{}}""");
        _host.Platform.PoolAnswers = _ => new Refusal("entry.under_age", "Too young.");
        await SubmitAsync("""{"entrant":{}}""");
        var metrics = await (await _host.Stranger().GetAsync("/metrics")).Content.ReadAsStringAsync();
        metrics.ShouldContain("# TYPE prizedraw_entries_accepted_total counter");
        metrics.ShouldContain("prizedraw_entries_refused_total{code=\"entry.under_age\"}");
    }

    [Fact]
    public async Task Of_sign_ins_there_are_as_few_per_address()
    {
        var login = new JsonObject { ["email"] = "nobody@example.com", ["password"] = "wrong" };
        for (var i = 0; i < 3; i++)
        {
            await (await _host.Stranger().PostJsonAsync("/v1/auth/login", login)).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "auth.failed");
        }

        await (await _host.Stranger().PostJsonAsync("/v1/auth/login", login)).ShouldBeProblemAsync(HttpStatusCode.TooManyRequests, "request.rate_limited");
    }

    [Fact]
    public async Task Answers_503_with_Retry_After_when_the_pool_is_away()
    {
        await _host.Visitor().GetAsync("/v1/sites/summer-paris");
        _host.Platform.PoolAnswers = _ => throw new TimeoutException("No answer within 30 s.");
        var response = await SubmitAsync("""{"entrant":{}}""", ("Origin", "https://win.example.com"));
        await response.ShouldBeProblemAsync(HttpStatusCode.ServiceUnavailable, "storage.unavailable");
        response.Headers.RetryAfter.ShouldNotBeNull();
        response.Headers.GetValues("Access-Control-Allow-Origin").ShouldBe(["https://win.example.com"]);
    }

    private Task<HttpResponseMessage> SubmitAsync(string body, params (string Name, string? Value)[] headers) => _host.Visitor().SendJsonAsync(
        HttpMethod.Post, Path, body, [("Idempotency-Key", Guid.CreateVersion7().ToString()), .. headers]);
}
