using System.Linq;
using System.Net;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using PrizeDraw.Api.Tests.Host;
using PrizeDraw.Grains.Abstractions;
using Shouldly;
using Xunit;

namespace PrizeDraw.Api.Tests.Campaigns;

/// <summary>What decides an entry's weight in draws and who takes part, over the API.</summary>
public sealed class Weights_and_exclusions(ApiHost host) : IClassFixture<ApiHost>
{
    private const string Exclude = """{"staffDomains":["acme.example"],"previousWinners":true,"postcodes":["BT"]}""";

    private JsonObject Draft(string pool, string? exclude) => JsonNode.Parse($$$"""
        {"tenantId":"{{{host.Acme.Id}}}","name":"Weighed","provision":false,"pools":[{{{pool}}}],
         "draw":{"name":"Final","prizes":["Bike"]{{{(exclude is null ? "" : ",\"exclude\":" + exclude)}}} } }
        """)!.AsObject();

    [Fact]
    public async Task are_taken_and_read_back()
    {
        var manager = await host.ManagerAsync();
        var body = Draft("""{"name":"Shop","tickets":5},{"name":"Web"}""", Exclude);
        var made = await (await manager.PostJsonAsync("/v1/campaigns", body)).ShouldBeAsync(HttpStatusCode.Created);
        made["pools"]!.AsArray().Select(pool => (int?)pool!["tickets"]).ShouldBe([5, 1]);
        made["draw"]!["exclude"]!.ToJsonString().ShouldBe(Exclude);
        var settings = host.Platform.Campaigns[(string)made["id"]!].Settings;
        settings.Pools.Select(pool => pool.Tickets).ShouldBe([5, 1]);
        (settings.Draw!.Exclude!.StaffDomains[0], settings.Draw.Exclude.PreviousWinners, settings.Draw.Exclude.Postcodes[0]).ShouldBe(("acme.example", true, "BT"));

        var read = await (await manager.GetAsync($"/v1/campaigns/{(string?)made["id"]}")).ShouldBeAsync(HttpStatusCode.OK);
        read["draw"]!["exclude"]!.ToJsonString().ShouldBe(Exclude);
        read["pools"]!.AsArray().Select(pool => (int?)pool!["tickets"]).ShouldBe([5, 1]);
    }

    [Fact]
    public async Task change_by_a_patch_and_fall_back_to_nobody_and_one()
    {
        var manager = await host.ManagerAsync();
        var made = await (await manager.PostJsonAsync("/v1/campaigns", Draft("""{"name":"Shop","tickets":5}""", null))).ShouldBeAsync(HttpStatusCode.Created);
        made["draw"]!["exclude"].ShouldBeNull();
        var path = $"/v1/campaigns/{(string?)made["id"]}";
        var left = await (await manager.PatchJsonAsync(path, """{"draw":{"name":"Final","prizes":["Bike"],"exclude":{"postcodes":["BT","IM"]}}}""")).ShouldBeAsync(HttpStatusCode.OK);
        left["draw"]!["exclude"]!.ToJsonString().ShouldBe("""{"staffDomains":[],"previousWinners":false,"postcodes":["BT","IM"]}""");
        ((int?)left["pools"]![0]!["tickets"]).ShouldBe(5, "what a patch leaves out stays");

        var none = await (await manager.PatchJsonAsync(path, """{"draw":{"name":"Final","prizes":["Bike"],"exclude":null},"pools":[{"name":"Shop"}]}""")).ShouldBeAsync(HttpStatusCode.OK);
        none["draw"]!["exclude"].ShouldBeNull();
        ((int?)none["pools"]![0]!["tickets"]).ShouldBe(1);
    }

    [Fact]
    public async Task of_one_pool_change_alone_and_are_read_in_its_list()
    {
        var campaign = host.AddCampaign(host.Acme, "weighed-pool");
        var path = $"/v1/pools/{campaign.Settings.Pools[0].Id}";
        var manager = await host.ManagerAsync();
        ((int?)(await (await manager.PatchJsonAsync(path, """{"tickets":1000}""")).ShouldBeAsync(HttpStatusCode.OK))["tickets"]).ShouldBe(1_000);
        host.Platform.Campaigns[campaign.Id].Settings.Pools[0].Tickets.ShouldBe(1_000);
        var list = await (await manager.GetAsync($"/v1/campaigns/{campaign.Id}/pools")).ShouldBeAsync(HttpStatusCode.OK);
        list["items"]!.AsArray().Select(pool => (int?)pool!["tickets"]).ShouldBe([1_000, 1]);
        ((int?)(await (await manager.PatchJsonAsync(path, """{"tickets":null}""")).ShouldBeAsync(HttpStatusCode.OK))["tickets"]).ShouldBe(1, "null puts the default back");
    }

    [Theory]
    [InlineData("""{"name":"Shop","tickets":0}""", null, "pools[0].tickets")]
    [InlineData("""{"name":"Shop","tickets":1001}""", null, "pools[0].tickets")]
    [InlineData("""{"name":"Shop","tickets":1.5}""", null, "pools[0].tickets")]
    [InlineData("""{"name":"Shop","tickets":"many"}""", null, "pools[0].tickets")]
    [InlineData("""{"name":"Shop"}""", """{"staffDomains":["ab"]}""", "draw.exclude.staffDomains[0]")]
    [InlineData("""{"name":"Shop"}""", """{"staffDomains":"acme.example"}""", "draw.exclude.staffDomains")]
    [InlineData("""{"name":"Shop"}""", """{"postcodes":["AB12345678X"]}""", "draw.exclude.postcodes[0]")]
    [InlineData("""{"name":"Shop"}""", """{"postcodes":[7]}""", "draw.exclude.postcodes[0]")]
    [InlineData("""{"name":"Shop"}""", """{"previousWinners":"yes"}""", "draw.exclude.previousWinners")]
    [InlineData("""{"name":"Shop"}""", """{"everybody":true}""", "draw.exclude.everybody", "request.unknown_field")]
    public async Task are_refused_by_the_field_that_is_wrong(string pool, string? exclude, string field, string code = "request.invalid_field")
    {
        var before = host.Platform.Campaigns.Count;
        var problem = await (await (await host.ManagerAsync()).PostJsonAsync("/v1/campaigns", Draft(pool, exclude)))
            .ShouldBeProblemAsync(HttpStatusCode.BadRequest, code);
        problem["errors"]!.AsObject().Select(error => error.Key).ShouldBe([field]);
        host.Platform.Campaigns.Count.ShouldBe(before);
    }

    [Fact]
    public async Task are_refused_on_the_live_pool_by_its_own_field()
    {
        var campaign = host.AddCampaign(host.Acme, "weighed-live");
        var errors = System.Collections.Immutable.ImmutableSortedDictionary<string, System.Collections.Immutable.ImmutableArray<string>>.Empty
            .Add("pools[0].tickets", ["This is fixed once the campaign is published."]);
        host.Platform.PoolEdits = edit => edit.Pool.Tickets != 1 ? new Refusal("pool.not_changeable", "No.", errors) : null;
        try
        {
            var problem = await (await (await host.ManagerAsync()).PatchJsonAsync($"/v1/pools/{campaign.Settings.Pools[0].Id}", """{"tickets":2}"""))
                .ShouldBeProblemAsync((HttpStatusCode)422, "pool.not_changeable");
            problem["errors"]!.AsObject().Select(error => error.Key).ShouldBe(["tickets"]);
            host.Platform.Campaigns[campaign.Id].Settings.Pools[0].Tickets.ShouldBe(1);
        }
        finally
        {
            host.Platform.PoolEdits = null;
        }
    }
}
