using System.Net;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using PrizeDraw.Api.Tests.Contract;
using PrizeDraw.Api.Tests.Host;
using PrizeDraw.Grains.Abstractions.Campaigns;
using Shouldly;
using Xunit;

namespace PrizeDraw.Api.Tests.Campaigns;

public sealed class Replacing_a_secret(ApiHost host) : IClassFixture<ApiHost>
{
    [Theory]
    [InlineData(Rotated.SiteKey)]
    [InlineData(Rotated.DatabasePassword)]
    [InlineData(Rotated.OwnerPassword)]
    public async Task Leads_to_its_deployment_and_tells_no_secret(string what)
    {
        var response = await (await host.ManagerAsync()).PostJsonAsync(PathOf(host.Campaign), new JsonObject { ["what"] = what });
        var campaign = await response.ShouldBeAsync(HttpStatusCode.Accepted);
        response.Headers.Location!.ToString().ShouldBe($"/v1/deployments/{(string?)campaign["deploymentId"]}");
    }

    [Theory]
    [InlineData("draw_secret")]
    [InlineData("SITE_KEY")]
    [InlineData("")]
    public async Task Names_a_secret_that_can_be_replaced(string what)
    {
        var problem = await (await (await host.ManagerAsync()).PostJsonAsync(PathOf(host.Campaign), new JsonObject { ["what"] = what }))
            .ShouldBeProblemAsync(HttpStatusCode.BadRequest, "request.invalid_field");
        problem["errors"]!["what"].ShouldNotBeNull();
    }

    [Fact]
    public async Task Of_another_tenants_campaign_finds_none() =>
        await (await (await host.ManagerAsync()).PostJsonAsync(PathOf(host.Foreign), new JsonObject { ["what"] = Rotated.SiteKey }))
            .ShouldBeProblemAsync(HttpStatusCode.NotFound, "campaign.not_found");

    private static string PathOf(CampaignView campaign) => $"/v1/campaigns/{campaign.Id}/rotate";
}
