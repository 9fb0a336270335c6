using System.Net;
using System.Threading.Tasks;
using PrizeDraw.Api.Tests.Host;
using PrizeDraw.Grains.Abstractions.Evidence;
using Shouldly;
using Xunit;

namespace PrizeDraw.Api.Tests.Evidence;

public sealed class Evidence_of_draws : IAsyncLifetime
{
    private const string Draw = "drw_0193a5f2c0de7a10b1c2d3e4f5a6b7c8";
    private readonly ApiHost _host = new();

    public Task InitializeAsync() => _host.InitializeAsync();

    public Task DisposeAsync() => _host.DisposeAsync();

    private string Site => $"/v1/sites/{_host.Campaign.Settings.Slug}/draws";

    [Theory]
    [InlineData("plan", "application/json")]
    [InlineData("commitment", "application/json")]
    [InlineData("certificate", "application/json")]
    [InlineData("entries.jsonl", "application/jsonl")]
    public async Task Is_public_without_any_credential_once_it_is_there(string name, string type)
    {
        var stranger = _host.Stranger();
        await (await stranger.GetAsync($"{Site}/{Draw}/{name}")).ShouldBeProblemAsync(HttpStatusCode.NotFound, "evidence.not_found");
        _host.Evidence.Publish(_host.Campaign.Id, name == "plan" ? PublicFileNames.Plan(Draw) : $"draw/{Draw}/{name}", "{\"of\":\"it\"}\n");
        var response = await stranger.GetAsync($"{Site}/{Draw}/{name}");
        (await response.Content.ReadAsStringAsync()).ShouldBe("{\"of\":\"it\"}\n");
        response.Content.Headers.ContentLength.ShouldBe(12);
        response.Headers.GetValues("Access-Control-Allow-Origin").ShouldBe(["*"]);
        response.Headers.ETag.ShouldNotBeNull();
        response.Content.Headers.ContentType!.MediaType.ShouldBe(type);
    }

    [Theory]
    [InlineData("/nonsense/certificate")]
    [InlineData("/pool_0193a5f2c0de7a10b1c2d3e4f5a6b7c8/certificate")]
    [InlineData("/drw_0193a5f2c0de7a10b1c2d3e4f5a6b7c9/entries.jsonl")]
    public async Task Is_nothing_but_that(string path) =>
        await (await _host.Stranger().GetAsync(Site + path)).ShouldBeProblemAsync(HttpStatusCode.NotFound, "evidence.not_found");

    [Fact]
    public async Task Of_no_site_is_not_there() => await (await _host.Stranger().GetAsync($"/v1/sites/no-such-site/draws/{Draw}/certificate"))
        .ShouldBeProblemAsync(HttpStatusCode.NotFound, "evidence.not_found");
}
