using System;
using System.Net;
using System.Net.Http;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using PrizeDraw.Api.Tests.Fakes;
using PrizeDraw.Api.Tests.Host;
using Shouldly;
using Xunit;

namespace PrizeDraw.Api.Tests.Previews;

/// <summary>Each test has its own host: they move the clock.</summary>
public sealed class A_preview : IAsyncLifetime
{
    private const string Site = "/v1/sites/summer-paris";

    private readonly ApiHost _host = new();

    public async Task InitializeAsync()
    {
        await _host.InitializeAsync();
        _host.Platform.Campaigns[_host.Campaign.Id] = _host.Campaign with { State = "ready", PublishedAt = null, SiteUrl = "https://summer-paris.example/" };
    }

    public Task DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Shows_an_unpublished_campaign_to_whoever_has_the_link_until_it_ends()
    {
        var (token, expiresAt) = await MakeAsync("""{"hours":2}""");
        expiresAt.ShouldBe(_host.Clock.GetUtcNow().AddHours(2));
        var shown = await (await ShowAsync(token)).ShouldBeAsync(HttpStatusCode.OK);
        ((string?)shown["state"], (string?)shown["name"]).ShouldBe(("holding", "Summer in Paris"));
        ((string?)(await (await _host.Visitor().GetAsync(Site)).ShouldBeAsync(HttpStatusCode.OK))["name"]).ShouldBeNull("without the token it holds");

        _host.Clock.Move(TimeSpan.FromHours(2));
        await (await ShowAsync(token)).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "preview.token_invalid");
    }

    [Fact]
    public async Task Lasts_three_days_unless_said_otherwise_and_a_month_at_most()
    {
        (await MakeAsync("{}")).ExpiresAt.ShouldBe(_host.Clock.GetUtcNow().AddHours(72));
        foreach (var body in new[] { """{"hours":0}""", """{"hours":721}""", """{"days":1}""" })
        {
            (await (await _host.ManagerAsync()).SendJsonAsync(HttpMethod.Post, Path, body)).StatusCode.ShouldBe(HttpStatusCode.BadRequest, body);
        }
    }

    [Fact]
    public async Task Is_of_one_campaign_alone_and_can_be_neither_changed_nor_swapped_for_another_token()
    {
        var (token, _) = await MakeAsync("{}");
        foreach (var other in new[] { token[..^2] + (token.EndsWith("AA", StringComparison.Ordinal) ? "BB" : "AA"), "x", new string('A', 2_000), "two words" })
        {
            await (await ShowAsync(other)).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "preview.token_invalid");
        }

        var session = (await _host.ManagerAsync()).DefaultRequestHeaders.Authorization!.Parameter!;
        await (await ShowAsync(session)).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "preview.token_invalid");
        using var asSession = _host.Stranger();
        asSession.DefaultRequestHeaders.Authorization = new("Bearer", token);
        (await asSession.GetAsync("/v1/campaigns")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized, "a preview is no session");

        var elsewhere = _host.Platform.Campaigns[_host.Campaign.Id] with { Id = "cmp_0190a0a0a0a07000800000000000000f" };
        _host.Platform.Campaigns[_host.Campaign.Id] = elsewhere;
        _host.Clock.Move(TimeSpan.FromSeconds(2));
        await (await ShowAsync(token)).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "preview.token_invalid");
    }

    [Fact]
    public async Task Needs_a_site_and_a_manager()
    {
        (await (await _host.ReaderAsync()).SendJsonAsync(HttpMethod.Post, Path, "{}")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        _host.Platform.Campaigns[_host.Campaign.Id] = _host.Campaign with { State = "draft", PublishedAt = null, SiteUrl = null };
        await (await (await _host.ManagerAsync()).SendJsonAsync(HttpMethod.Post, Path, "{}")).ShouldBeProblemAsync(HttpStatusCode.Conflict, "campaign.wrong_state");
    }

    [Theory]
    [InlineData("archived")]
    [InlineData("decommissioned")]
    public async Task Is_refused_of_a_site_that_is_down(string state)
    {
        _host.Platform.Campaigns[_host.Campaign.Id] = _host.Campaign with { State = state };
        await (await (await _host.ManagerAsync()).SendJsonAsync(HttpMethod.Post, Path, "{}")).ShouldBeProblemAsync(HttpStatusCode.Conflict, "campaign.put_away");
    }

    [Fact]
    public async Task Shows_what_everybody_sees_once_the_campaign_is_published()
    {
        var (token, _) = await MakeAsync("{}");
        _host.Platform.Campaigns[_host.Campaign.Id] = _host.Campaign;
        _host.Clock.Move(TimeSpan.FromSeconds(2));
        ((string?)(await (await ShowAsync(token)).ShouldBeAsync(HttpStatusCode.OK))["state"]).ShouldBe("live");
    }

    [Fact]
    public async Task Ends_with_all_others_of_its_campaign_when_somebody_says_so_and_new_ones_show_it_again()
    {
        var (first, _) = await MakeAsync("{}");
        var (second, _) = await MakeAsync("{}");
        (await (await _host.ReaderAsync()).SendJsonAsync(HttpMethod.Delete, Path, null)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await ShowAsync(first)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await (await _host.ManagerAsync()).SendJsonAsync(HttpMethod.Delete, Path, null)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        _host.Clock.Move(TimeSpan.FromSeconds(2));
        foreach (var token in new[] { first, second })
        {
            await (await ShowAsync(token)).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "preview.token_invalid");
        }

        var (third, _) = await MakeAsync("{}");
        (await ShowAsync(third)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    private string Path => $"/v1/campaigns/{_host.Campaign.Id}/previews";

    private async Task<(string Token, DateTimeOffset ExpiresAt)> MakeAsync(string body)
    {
        JsonNode made = await (await (await _host.ManagerAsync()).SendJsonAsync(HttpMethod.Post, Path, body)).ShouldBeAsync(HttpStatusCode.OK);
        var url = new Uri((string)made["url"]!);
        url.GetLeftPart(UriPartial.Path).ShouldBe("https://summer-paris.example/");
        url.Fragment.ShouldStartWith("#preview=");
        return (url.Fragment["#preview=".Length..], (DateTimeOffset)made["expiresAt"]!);
    }

    private Task<HttpResponseMessage> ShowAsync(string token) => _host.Visitor().SendJsonAsync(HttpMethod.Get, Site, null, ("X-Preview-Token", token));
}
