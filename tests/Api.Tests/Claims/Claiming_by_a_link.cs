using System;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Threading.Tasks;
using PrizeDraw.Api.Tests.Fakes;
using PrizeDraw.Api.Tests.Host;
using PrizeDraw.Grains.Abstractions;
using Shouldly;
using Xunit;

namespace PrizeDraw.Api.Tests.Claims;

public sealed class Claiming_by_a_link : IAsyncLifetime
{
    private const string Path = "/v1/sites/summer-paris/claims";
    private const string Body = """{"name":" Ann Smith ","address":"1 High Street","phone":"0113","guardian":null,"publication":"objected"}""";

    private readonly ApiHost _host = new();

    public Task InitializeAsync() => _host.InitializeAsync();

    public Task DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Tells_what_was_won_and_takes_the_claim()
    {
        var told = await (await SendAsync(HttpMethod.Get, null)).ShouldBeAsync(HttpStatusCode.OK);
        ((string)told["state"]!, (string)told["draw"]!, (string)told["prize"]!, (bool)told["claimed"]!, (string?)told["publication"])
            .ShouldBe(("told", "Final", "Weekend in Paris", false, null));
        told["deadline"].ShouldNotBeNull();
        told.ToJsonString().ShouldNotContain("ann@example.com");

        var claimed = await (await SendAsync(HttpMethod.Post, Body)).ShouldBeAsync(HttpStatusCode.OK);
        ((string)claimed["state"]!, (bool)claimed["claimed"]!, (string)claimed["publication"]!).ShouldBe(("claimed", true, "objected"));
        var command = _host.Claims.Made.ShouldHaveSingleItem();
        (command.TokenHash, command.Name, command.Guardian, command.Publication).ShouldBe((FakeClaims.HashOf(FakeClaims.Token), "Ann Smith", null, "objected"));
        command.ToString().ShouldNotContain(FakeClaims.Token);
    }

    [Fact]
    public async Task Takes_publication_alone()
    {
        await (await SendAsync(HttpMethod.Post, """{"publication":"agreed"}""")).ShouldBeAsync(HttpStatusCode.OK);
        _host.Claims.Made.ShouldHaveSingleItem().Name.ShouldBeNull();
        await (await SendAsync(HttpMethod.Post, """{"publication":"perhaps"}""")).ShouldBeProblemAsync(HttpStatusCode.BadRequest, "request.invalid_field");
    }

    [Fact]
    public async Task Says_that_the_time_has_ended()
    {
        _host.Claims.Set(_host.Campaign, view => view with { Deadline = _host.Clock.GetUtcNow() });
        ((string)(await (await SendAsync(HttpMethod.Get, null)).ShouldBeAsync(HttpStatusCode.OK))["state"]!).ShouldBe("lapsed");
        _host.Claims.Judges = _ => new Refusal("claim.lapsed", "The time to claim this prize has ended.");
        await (await SendAsync(HttpMethod.Post, Body)).ShouldBeProblemAsync(HttpStatusCode.Conflict, "claim.lapsed");
    }

    [Theory]
    [InlineData(null, HttpStatusCode.BadRequest, "request.invalid_header")]
    [InlineData("short", HttpStatusCode.NotFound, "claim.not_found")]
    [InlineData("ABCDEFG0123456789abcdefghijklmnopqrstuvwxyz", HttpStatusCode.NotFound, "claim.not_found")]
    public async Task Needs_the_token(string? token, HttpStatusCode status, string code)
    {
        await (await SendAsync(HttpMethod.Get, null, token)).ShouldBeProblemAsync(status, code);
        await (await SendAsync(HttpMethod.Post, Body, token)).ShouldBeProblemAsync(status, code);
    }

    [Fact]
    public async Task Makes_an_address_wait_that_tries_too_many_links_and_nobody_who_makes_no_mistakes()
    {
        for (var i = 0; i < 25; i++)
        {
            await (await SendAsync(HttpMethod.Get, null)).ShouldBeAsync(HttpStatusCode.OK);
        }

        for (var i = 0; i < 20; i++)
        {
            await (await SendAsync(HttpMethod.Get, null, new string((char)('a' + i), 43))).ShouldBeProblemAsync(HttpStatusCode.NotFound, "claim.not_found");
        }

        var refused = await SendAsync(HttpMethod.Post, Body);
        await refused.ShouldBeProblemAsync(HttpStatusCode.TooManyRequests, "request.rate_limited");
        refused.Headers.RetryAfter.ShouldNotBeNull();
        _host.Claims.Made.ShouldBeEmpty();
    }

    [Fact]
    public async Task Answers_the_preflight_of_the_sites_page()
    {
        using var request = new HttpRequestMessage(HttpMethod.Options, Path);
        request.Headers.Add("Origin", _host.Campaign.Settings.AllowedOrigins.FirstOrDefault() ?? _host.Campaign.SiteUrl!.TrimEnd('/'));
        using var client = new HttpClient { BaseAddress = _host.Address };
        var answer = await client.SendAsync(request);
        answer.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        answer.Headers.GetValues("Access-Control-Allow-Methods").ShouldHaveSingleItem().ShouldBe("GET, POST");
        answer.Headers.GetValues("Access-Control-Allow-Headers").ShouldHaveSingleItem().ShouldContain("X-Claim-Token");
    }

    private Task<HttpResponseMessage> SendAsync(HttpMethod method, string? body, string? token = FakeClaims.Token) =>
        _host.Visitor().SendJsonAsync(method, Path, body, ("X-Claim-Token", token));
}
