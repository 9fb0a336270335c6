using System;
using System.Linq;
using System.Net;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using PrizeDraw.Api.Tests.Contract;
using PrizeDraw.Api.Tests.Host;
using PrizeDraw.Grains.Abstractions;
using Shouldly;
using Xunit;

namespace PrizeDraw.Api.Tests.Entries;

public sealed class Keying_in_an_entry(ApiHost host) : IClassFixture<ApiHost>
{
    private string Path => $"/v1/campaigns/{host.Campaign.Id}/entries";

    private JsonObject Example() => host.Document.ExampleFor(host.Document.Operations.Single(operation => operation.Id == "createEntry"));

    [Fact]
    public async Task enters_by_the_free_route_at_the_time_it_was_received()
    {
        var answer = await (await (await host.ManagerAsync()).PostJsonAsync(Path, Example(), "letter-0001")).ShouldBeAsync(HttpStatusCode.Created);
        ((string?)answer["entryId"]).ShouldStartWith("ent_");
        var command = host.Platform.Entries.Last();
        (command.FreeRoute, command.Channel, command.Code, command.TermsVersion).ShouldBe((true, "post", null, 2));
        command.ReceivedAt.ShouldBe(new DateTimeOffset(2026, 12, 2, 10, 0, 0, TimeSpan.Zero));
        command.KeyedBy!.Role.ShouldBe(Roles.CampaignManager);
        host.Platform.PoolKeys.Last().ShouldEndWith(host.Campaign.Settings.Pools[0].Id!);
    }

    [Fact]
    public async Task gives_the_pool_a_key_of_the_manager_alone()
    {
        await (await (await host.ManagerAsync()).PostJsonAsync(Path, Example(), "letter-0002")).ShouldBeAsync(HttpStatusCode.Created);
        await (await (await host.ManagerAsync()).PostJsonAsync(Path, Example(), "letter-0002")).ShouldBeAsync(HttpStatusCode.Created);
        await (await (await host.AdminAsync()).PostJsonAsync(Path, Example(), "letter-0002")).ShouldBeAsync(HttpStatusCode.Created);
        await (await (await host.ManagerAsync()).PostJsonAsync(Path, Example())).ShouldBeAsync(HttpStatusCode.Created);
        var keys = host.Platform.Entries.TakeLast(4).Select(entry => entry.IdempotencyKey).ToArray();
        keys[0].ShouldBe(keys[1]);
        keys.Distinct().Count().ShouldBe(3);
        keys.ShouldAllBe(key => key.StartsWith("keyed-", StringComparison.Ordinal) && key.Length <= 200 && !key.Contains("letter"));
    }

    [Theory]
    [InlineData("2026-12-01T08:59:59Z")]
    [InlineData("2026-12-31T23:59:59Z")]
    [InlineData("2030-01-01T00:00:00Z")]
    public async Task wants_a_time_within_the_campaign_that_has_passed(string receivedAt)
    {
        var body = Example();
        body["receivedAt"] = receivedAt;
        var problem = await (await (await host.ManagerAsync()).PostJsonAsync(Path, body)).ShouldBeProblemAsync((HttpStatusCode)422, "entry.invalid");
        problem["errors"]!.AsObject().ShouldContainKey("receivedAt");
    }

    [Fact]
    public async Task names_its_pool()
    {
        var body = Example();
        body["pool"] = "Second";
        await (await (await host.ManagerAsync()).PostJsonAsync(Path, body)).ShouldBeAsync(HttpStatusCode.Created);
        host.Platform.PoolKeys.Last().ShouldEndWith(host.Campaign.Settings.Pools[1].Id!);
        body["pool"] = "Third";
        await (await (await host.ManagerAsync()).PostJsonAsync(Path, body)).ShouldBeProblemAsync((HttpStatusCode)422, "entry.invalid");
    }

    [Fact]
    public async Task is_not_for_the_web()
    {
        var body = Example();
        body["channel"] = "web";
        await (await (await host.ManagerAsync()).PostJsonAsync(Path, body)).ShouldBeProblemAsync(HttpStatusCode.BadRequest, "request.invalid_field");
    }
}
