using System;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using PrizeDraw.Api.Tests.Contract;
using PrizeDraw.Api.Tests.Host;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Users;
using Shouldly;
using Xunit;

namespace PrizeDraw.Api.Tests.Campaigns;

public sealed class A_campaign(ApiHost host) : IClassFixture<ApiHost>
{
    [Fact]
    public async Task Is_provisioned_when_it_is_created()
    {
        var response = await (await host.ManagerAsync()).PostJsonAsync("/v1/campaigns", Example());
        var campaign = await response.ShouldBeAsync(HttpStatusCode.Accepted);
        ((string?)campaign["state"]).ShouldBe("provisioning");
        response.Headers.Location!.ToString().ShouldBe($"/v1/deployments/{(string?)campaign["deploymentId"]}");
        response.Headers.ETag!.Tag.ShouldBe("\"1\"");
    }

    [Fact]
    public async Task Is_a_draft_when_provisioning_is_not_asked_for()
    {
        var draft = new JsonObject { ["tenantId"] = host.Acme.Id, ["name"] = "Draft", ["provision"] = false };
        var response = await (await host.ManagerAsync()).PostJsonAsync("/v1/campaigns", draft);
        var campaign = await response.ShouldBeAsync(HttpStatusCode.Created);
        ((string?)campaign["state"]).ShouldBe("draft");
        ((string?)campaign["timeZone"]).ShouldBe("Europe/London");
        ((int?)campaign["limits"]!["entriesPerEntrant"]).ShouldBe(1);
        response.Headers.Location!.ToString().ShouldBe($"/v1/campaigns/{(string?)campaign["id"]}");
    }

    [Fact]
    public async Task Takes_draw_prizes_as_texts_and_as_objects_and_dates_with_any_offset()
    {
        var body = Example();
        body["opensAt"] = "2026-12-01T10:00:00.5+01:00";
        body["draw"] = JsonNode.Parse("""{"name":"Final","prizes":["Weekend",{"name":"Book","quantity":3,"fulfilment":"none"}]}""");
        var campaign = await (await (await host.ManagerAsync()).PostJsonAsync("/v1/campaigns", body)).ShouldBeAsync(HttpStatusCode.Accepted);
        ((string?)campaign["opensAt"]).ShouldBe("2026-12-01T09:00:00.5Z");
        campaign["draw"]!["prizes"]!.ToJsonString().ShouldBe(
            """[{"name":"Weekend","quantity":1,"fulfilment":"delivery"},{"name":"Book","quantity":3,"fulfilment":"none"}]""");
    }

    [Theory]
    [InlineData("2026-12-01T09:00:00")]
    [InlineData("2026-12-01")]
    [InlineData("tomorrow")]
    [InlineData("1999-12-31T23:59:59Z")]
    [InlineData("2026-12-01 09:00:00Z")]
    public async Task Needs_dates_with_an_offset(string date)
    {
        var body = Example();
        body["opensAt"] = date;
        var problem = await (await (await host.ManagerAsync()).PostJsonAsync("/v1/campaigns", body))
            .ShouldBeProblemAsync(HttpStatusCode.BadRequest, "request.invalid_field");
        problem["errors"]!.AsObject().ShouldContainKey("opensAt");
    }

    [Fact]
    public async Task Tells_the_path_of_what_is_wrong_deep_inside()
    {
        var body = Example();
        body["pools"]![0]!["prizes"]![1]!["stock"] = "many";
        body["pools"]![0]!["moments"]![1]!["generate"]!["count"] = 0;
        var problem = await (await (await host.ManagerAsync()).PostJsonAsync("/v1/campaigns", body))
            .ShouldBeProblemAsync(HttpStatusCode.BadRequest, "request.invalid_field");
        problem["errors"]!.AsObject().Select(error => error.Key).ShouldBe(["pools[0].moments[1].generate.count", "pools[0].prizes[1].stock"], ignoreOrder: true);
    }

    [Fact]
    public async Task Of_another_tenant_can_not_be_created()
    {
        var body = Example();
        body["tenantId"] = host.Other.Id;
        await (await (await host.ManagerAsync()).PostJsonAsync("/v1/campaigns", body)).ShouldBeProblemAsync(HttpStatusCode.NotFound, "tenant.not_found");
    }

    [Fact]
    public async Task Changes_by_the_given_fields_alone()
    {
        var campaign = host.AddCampaign(host.Acme, "changing");
        var manager = await host.ManagerAsync();
        var response = await manager.PatchJsonAsync(
            $"/v1/campaigns/{campaign.Id}", """{"forecastEntries":5,"brand":{"headline":"Win"},"limits":{"winsPerEntrant":null}}""", "\"3\"");
        var changed = await response.ShouldBeAsync(HttpStatusCode.OK);
        response.Headers.ETag!.Tag.ShouldBe("\"4\"");
        ((int?)changed["forecastEntries"]).ShouldBe(5);
        ((string?)changed["brand"]!["headline"]).ShouldBe("Win");
        ((string?)changed["brand"]!["primaryColour"]).ShouldBe("#0b5fff");
        changed["limits"]!["winsPerEntrant"].ShouldBeNull();
        ((int?)changed["limits"]!["entriesPerEntrant"]).ShouldBe(1);
        ((int?)changed["terms"]!["version"]).ShouldBe(2);
        ((string?)changed["pools"]![0]!["id"]).ShouldBe(campaign.Settings.Pools[0].Id);
        ((string?)changed["pools"]![0]!["prizes"]![0]!["id"]).ShouldBe(campaign.Settings.Pools[0].Prizes[0].Id);
    }

    [Fact]
    public async Task Changes_on_top_of_what_it_became_meanwhile_when_no_version_is_named()
    {
        var campaign = host.AddCampaign(host.Acme, "changing-by-itself");
        var manager = await host.ManagerAsync();
        host.Platform.ChangedMeanwhile[campaign.Id] = view => view with { State = "live", Settings = view.Settings with { Name = "Renamed" } };
        var changed = await (await manager.PatchJsonAsync($"/v1/campaigns/{campaign.Id}", """{"forecastEntries":5}""")).ShouldBeAsync(HttpStatusCode.OK);
        ((int?)changed["forecastEntries"], (string?)changed["name"]).ShouldBe((5, "Renamed"));

        host.Platform.ChangedMeanwhile[campaign.Id] = view => view;
        await (await manager.PatchJsonAsync($"/v1/campaigns/{campaign.Id}", """{"forecastEntries":6}""", "\"5\""))
            .ShouldBeProblemAsync(HttpStatusCode.PreconditionFailed, "campaign.version_conflict");
    }

    [Fact]
    public async Task Does_not_change_when_it_has_changed_since_it_was_read()
    {
        var campaign = host.AddCampaign(host.Acme, "conflicting");
        var manager = await host.ManagerAsync();
        foreach (var tag in new[] { "\"2\"", "\"abc\"", "W/\"3\"" })
        {
            await (await manager.PatchJsonAsync($"/v1/campaigns/{campaign.Id}", """{"forecastEntries":5}""", tag))
                .ShouldBeProblemAsync(HttpStatusCode.PreconditionFailed, "campaign.version_conflict");
        }

        await (await manager.PatchJsonAsync($"/v1/campaigns/{campaign.Id}", """{"forecastEntries":5}""", "3"))
            .ShouldBeProblemAsync(HttpStatusCode.BadRequest, "request.invalid_header");
        (await manager.GetAsync($"/v1/campaigns/{campaign.Id}")).Headers.ETag!.Tag.ShouldBe("\"3\"");
    }

    [Fact]
    public async Task Takes_no_ids_that_it_does_not_have()
    {
        var campaign = host.AddCampaign(host.Acme, "ids");
        var problem = await (await (await host.ManagerAsync()).PatchJsonAsync(
            $"/v1/campaigns/{campaign.Id}", $$"""{"pools":[{"id":"{{host.Foreign.Settings.Pools[0].Id}}","name":"Mine now"}]}"""))
            .ShouldBeProblemAsync(HttpStatusCode.BadRequest, "request.invalid_field");
        problem["errors"]!.AsObject().ShouldContainKey("pools[0].id");
    }

    [Fact]
    public async Task Is_created_once_per_Idempotency_Key()
    {
        var manager = await host.ManagerAsync();
        var first = await manager.PostJsonAsync("/v1/campaigns", Example(), "campaign-once");
        var commands = host.Platform.Commands;
        var second = await manager.PostJsonAsync("/v1/campaigns", Example(), "campaign-once");
        (await second.Content.ReadAsStringAsync()).ShouldBe(await first.Content.ReadAsStringAsync());
        second.StatusCode.ShouldBe(first.StatusCode);
        second.Headers.Location.ShouldBe(first.Headers.Location);
        second.Headers.ETag.ShouldBe(first.Headers.ETag);
        host.Platform.Commands.ShouldBe(commands);
    }

    [Fact]
    public async Task With_another_body_is_no_repetition()
    {
        var manager = await host.ManagerAsync();
        await (await manager.PostJsonAsync("/v1/campaigns", Example(), "campaign-reused")).ShouldBeAsync(HttpStatusCode.Accepted);
        var other = Example();
        other["name"] = "Another";
        await (await manager.PostJsonAsync("/v1/campaigns", other, "campaign-reused"))
            .ShouldBeProblemAsync((HttpStatusCode)422, "idempotency.key_reused");
    }

    [Theory]
    [InlineData("short")]
    [InlineData("with a space")]
    public async Task Needs_a_well_formed_Idempotency_Key_if_any(string key) =>
        await (await (await host.ManagerAsync()).PostJsonAsync("/v1/campaigns", Example(), key))
            .ShouldBeProblemAsync(HttpStatusCode.BadRequest, "request.invalid_header");

    [Fact]
    public async Task Can_not_be_created_by_who_is_confined_to_certain_campaigns()
    {
        host.AddAccount("confined@example.com", Roles.CampaignManager, host.Acme.Id);
        var (id, account) = host.Platform.Accounts.Single(account => account.Value.Email == "confined@example.com");
        host.Platform.Accounts[id] = new PlatformUser
        {
            Id = id, Email = account.Email, NormalizedEmail = account.NormalizedEmail, PasswordHash = account.PasswordHash, Role = account.Role,
            TenantIds = account.TenantIds, CampaignIds = [host.Campaign.Id],
        };
        var confined = await host.SignedInAsync("confined@example.com");
        await (await confined.PostJsonAsync("/v1/campaigns", Example())).ShouldBeProblemAsync(HttpStatusCode.Forbidden, "auth.forbidden");
        var list = await (await confined.GetAsync("/v1/campaigns")).ShouldBeAsync(HttpStatusCode.OK);
        list["items"]!.AsArray().Select(item => (string)item!["id"]!).ShouldBe([host.Campaign.Id]);
    }

    [Fact]
    public async Task Stands_in_the_list_page_by_page()
    {
        for (var i = 0; i < 3; i++)
        {
            host.AddCampaign(host.Acme, $"listed-{i}");
        }

        var manager = await host.ManagerAsync();
        var seen = 0;
        string? cursor = null;
        do
        {
            var page = await (await manager.GetAsync("/v1/campaigns?limit=2" + (cursor is null ? "" : "&cursor=" + Uri.EscapeDataString(cursor))))
                .ShouldBeAsync(HttpStatusCode.OK);
            seen += page["items"]!.AsArray().Count;
            cursor = (string?)page["nextCursor"];
            if (cursor is not null)
            {
                await (await manager.GetAsync("/v1/tenants?cursor=" + Uri.EscapeDataString(cursor)))
                    .ShouldBeProblemAsync(HttpStatusCode.BadRequest, "request.invalid_parameter");
            }
        }
        while (cursor is not null);

        seen.ShouldBe(host.Platform.Campaigns.Values.Count(campaign => campaign.TenantId == host.Acme.Id));
    }

    [Fact]
    public async Task Tells_what_has_been_allocated_of_its_prizes()
    {
        var prizes = await (await (await host.ReaderAsync()).GetAsync($"/v1/pools/{host.Campaign.Settings.Pools[0].Id}/prizes")).JsonAsync();
        ((long?)prizes["items"]![0]!["allocated"]).ShouldBe(7);
        ((long?)prizes["items"]![0]!["remaining"]).ShouldBe(93);
        var stats = await (await (await host.ReaderAsync()).GetAsync($"/v1/campaigns/{host.Campaign.Id}/stats")).JsonAsync();
        ((long?)stats["prizes"]![0]!["remaining"]).ShouldBe(93);
        ((long?)stats["refusals"]!["entry.limit_reached"]).ShouldBe(4);
    }

    [Fact]
    public async Task Is_drawn_with_names_for_managers_alone()
    {
        var campaign = host.AddCampaign(host.Acme, "drawn");
        var path = $"/v1/draws/{campaign.Settings.Draw!.Id}";
        var planned = await (await (await host.ReaderAsync()).GetAsync(path)).ShouldBeAsync(HttpStatusCode.OK);
        ((string?)planned["state"]).ShouldBe("planned");
        planned["prizes"]!.AsArray().Count.ShouldBe(4);
        await (await (await host.ManagerAsync()).PostAsync(path + "/publish", null)).ShouldBeProblemAsync(HttpStatusCode.Conflict, "draw.wrong_state");
        var drawn = await (await (await host.ManagerAsync()).PostAsync(path + "/run", null)).ShouldBeAsync(HttpStatusCode.OK);
        ((string?)drawn["winners"]![0]!["name"]).ShouldBe("Ann Smith");
        var read = await (await (await host.ReaderAsync()).GetAsync(path)).ShouldBeAsync(HttpStatusCode.OK);
        read.ToJsonString().ShouldNotContain("Ann");
    }

    private JsonObject Example()
    {
        var body = host.Document.ExampleFor(host.Document.Operations.Single(operation => operation.Id == "createCampaign"));
        body["tenantId"] = host.Acme.Id;
        return body;
    }
}
