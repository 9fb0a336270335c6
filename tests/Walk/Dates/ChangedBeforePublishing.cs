using System;
using System.Linq;
using System.Net.Http;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using PrizeDraw.TestKit;
using PrizeDraw.TestKit.Platform;
using PrizeDraw.Walk.Support;
using Shouldly;
using Xunit;

namespace PrizeDraw.Walk.Dates;

/// <summary>A campaign whose pools and terms are replaced once it has its database: nothing of the first ones is left in the way.</summary>
public sealed class ChangedBeforePublishing(TestPostgres postgres, TempFolder folder) : IClassFixture<TestPostgres>, IClassFixture<TempFolder>
{
    [Fact]
    public async Task A_pool_that_made_way_for_another_offers_nothing_and_does_not_hold_up_the_draw()
    {
        TinyTemplate.Write(folder["template"]);
        await using var platform = await PlatformProcess.StartAsync(new PlatformProcessOptions
        {
            DataFolder = folder["data"], TemplateFolder = folder["template"], Database = postgres.SuperuserConnectionString,
        });
        using var admin = new PlatformClient(platform.Address);
        await admin.LoginAsync();
        var tenant = await admin.CreateTenantAsync("changed");
        var now = TimeProvider.System.GetUtcNow();
        var id = (string)(await admin.PostAsync("/v1/campaigns", SampleCampaign.Of(tenant, "changed", now.AddMinutes(-1), now.AddDays(1))))["id"]!;
        var ready = await admin.WaitForStateAsync(id, "ready");

        await ChangeAsync(admin, id, new JsonObject { ["terms"] = null });
        await ChangeAsync(admin, id, new JsonObject
        {
            ["terms"] = new JsonObject { ["text"] = "Other terms.", ["freeRoute"] = null },
            ["pools"] = new JsonArray(new JsonObject
            {
                ["name"] = "Second thoughts",
                ["modes"] = new JsonArray("consolation"),
                ["prizes"] = new JsonArray(new JsonObject { ["name"] = "Badge", ["kind"] = "gift", ["stock"] = null, ["fulfilment"] = "none" }),
                ["moments"] = new JsonArray(),
            }),
        });
        (await admin.PostAsync($"/v1/campaigns/{id}/publish")).Status.ShouldBeInRange(200, 202);
        var entered = await admin.EnterAsync("changed", (string)ready["siteKey"]!, "changed-key-1", SampleCampaign.Entry("one@example.com"));
        entered.Status.ShouldBe(201, entered.Body?.ToJsonString());
        var stats = (await admin.GetAsync($"/v1/campaigns/{id}/stats")).Body!;
        stats["prizes"]!.AsArray().Select(p => (string)p!["name"]!).ShouldBe(["Badge"]);
        (await admin.PostAsync($"/v1/campaigns/{id}/close", new JsonObject { ["reason"] = "The walk ends.", ["evidence"] = "none" })).Status.ShouldBe(202);

        var draw = (string)(await admin.GetAsync($"/v1/campaigns/{id}/draws")).Body!["items"]![0]!["id"]!;
        var drawn = await admin.PostAsync($"/v1/draws/{draw}/run");

        drawn.Status.ShouldBeInRange(200, 202, drawn.Body?.ToJsonString());
        var done = await admin.WaitForDrawAsync(draw);
        done["winners"]!.AsArray().ShouldHaveSingleItem();
        (await TermsHashAsync(id)).ShouldBe((string?)entered.Body!["receipt"]!["termsHash"], "the receipt quotes the terms that are kept");
    }

    private static async Task ChangeAsync(PlatformClient admin, string id, JsonObject change)
    {
        var changed = await admin.SendAsync(HttpMethod.Patch, $"/v1/campaigns/{id}", change);
        changed.Status.ShouldBe(200, changed.Body?.ToJsonString());
    }

    private async Task<string> TermsHashAsync(string campaignId)
    {
        await using var central = new Npgsql.NpgsqlConnection(
            new Npgsql.NpgsqlConnectionStringBuilder(postgres.SuperuserConnectionString) { Database = "platform", Pooling = false }.ConnectionString);
        await central.OpenAsync();
        await using var command = new Npgsql.NpgsqlCommand(
            "select encode(hash, 'hex') from terms_version where campaign_id = $1::uuid and version = 1", central);
        command.Parameters.Add(new Npgsql.NpgsqlParameter { Value = Guid.Parse(campaignId["cmp_".Length..]) });
        return (string)(await command.ExecuteScalarAsync())!;
    }
}
