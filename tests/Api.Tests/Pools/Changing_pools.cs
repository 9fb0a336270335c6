using System.Linq;
using System.Net;
using System.Net.Http;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using PrizeDraw.Api.Tests.Contract;
using PrizeDraw.Api.Tests.Host;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using Shouldly;
using Xunit;

namespace PrizeDraw.Api.Tests.Pools;

public sealed class Changing_pools(ApiHost host) : IClassFixture<ApiHost>
{
    [Fact]
    public async Task tells_from_which_entry_number_a_prize_is_changed()
    {
        var campaign = host.AddCampaign(host.Acme, "prize-changes");
        var manager = await host.ManagerAsync();
        var response = await manager.PatchJsonAsync(
            $"/v1/prizes/{campaign.Settings.Pools[0].Prizes[0].Id}", """{"stock":150,"hourlyCap":3,"lowStockAt":"10%","paused":true}""", "\"3\"");
        var prize = await response.ShouldBeAsync(HttpStatusCode.OK);
        response.Headers.ETag!.Tag.ShouldBe("\"4\"");
        ((long?)prize["effectiveFrom"]).ShouldBe(1043);
        ((long?)prize["stock"], (int?)prize["hourlyCap"], (string?)prize["lowStockAt"], (bool?)prize["paused"]).ShouldBe((150, 3, "10%", true));
        ((string?)prize["name"], (string?)prize["mode"], (long?)prize["allocated"], (long?)prize["remaining"]).ShouldBe(("Mug", "moments", 7, 143));
        host.Platform.Campaigns[campaign.Id].Settings.Pools.Length.ShouldBe(2);
        host.Platform.Campaigns[campaign.Id].Settings.Pools[0].Modes.ShouldBe(["moments"]);
    }

    [Fact]
    public async Task pauses_a_pool_and_leaves_its_prizes_as_they_are()
    {
        var campaign = host.AddCampaign(host.Acme, "pool-changes");
        var pool = await (await (await host.ManagerAsync()).PatchJsonAsync($"/v1/pools/{campaign.Settings.Pools[0].Id}", """{"paused":true}"""))
            .ShouldBeAsync(HttpStatusCode.OK);
        ((bool?)pool["paused"], (long?)pool["effectiveFrom"], (string?)pool["entryCode"]).ShouldBe((true, 1043, "none"));
        ((string?)pool["prizes"]![0]!["id"]).ShouldBe(campaign.Settings.Pools[0].Prizes[0].Id);
        host.Platform.Campaigns[campaign.Id].Settings.Pools[0].Prizes.ShouldBe(campaign.Settings.Pools[0].Prizes);
    }

    [Theory]
    [InlineData("""{"lowStockAt":50}""", "50")]
    [InlineData("""{"lowStockAt":"50"}""", "50")]
    [InlineData("""{"lowStockAt":"5%"}""", "\"5%\"")]
    [InlineData("""{"lowStockAt":null}""", "null")]
    public async Task takes_low_stock_in_units_and_in_percent(string patch, string read)
    {
        var campaign = host.AddCampaign(host.Acme, "low-stock");
        var prize = await (await (await host.ManagerAsync()).PatchJsonAsync($"/v1/prizes/{campaign.Settings.Pools[0].Prizes[0].Id}", patch))
            .ShouldBeAsync(HttpStatusCode.OK);
        (prize["lowStockAt"]?.ToJsonString() ?? "null").ShouldBe(read);
    }

    [Theory]
    [InlineData("""{"lowStockAt":0}""", "lowStockAt")]
    [InlineData("""{"lowStockAt":"101%"}""", "lowStockAt")]
    [InlineData("""{"lowStockAt":"few"}""", "lowStockAt")]
    [InlineData("""{"lowStockAt":1.5}""", "lowStockAt")]
    [InlineData("""{"odds":{"win":1}}""", "odds.outOf")]
    [InlineData("""{"odds":{"win":0,"outOf":2}}""", "odds.win")]
    [InlineData("""{"name":null}""", "name")]
    [InlineData("""{"everyNth":0}""", "everyNth")]
    [InlineData("""{"fulfilment":"pigeon"}""", "fulfilment")]
    public async Task names_what_is_wrong_with_a_prize(string patch, string field)
    {
        var problem = await (await (await host.ManagerAsync()).PatchJsonAsync($"/v1/prizes/{host.Campaign.Settings.Pools[0].Prizes[0].Id}", patch))
            .ShouldBeProblemAsync(HttpStatusCode.BadRequest, "request.invalid_field");
        problem["errors"]!.AsObject().ShouldContainKey(field);
    }

    [Fact]
    public async Task applies_the_patch_anew_when_the_campaign_has_changed_meanwhile()
    {
        var campaign = host.AddCampaign(host.Acme, "meanwhile");
        var prize = campaign.Settings.Pools[0].Prizes[0].Id;
        host.Platform.ChangedMeanwhile[campaign.Id] = view => view with
        {
            Settings = view.Settings with
            {
                Pools = [view.Settings.Pools[0] with { Prizes = [view.Settings.Pools[0].Prizes[0] with { DailyCap = 9 }] }, view.Settings.Pools[1]],
            },
        };
        var manager = await host.ManagerAsync();
        var changed = await (await manager.PatchJsonAsync($"/v1/prizes/{prize}", """{"stock":99}""")).ShouldBeAsync(HttpStatusCode.OK);
        ((int?)changed["dailyCap"], (long?)changed["stock"]).ShouldBe((9, 99));

        await (await manager.PatchJsonAsync($"/v1/prizes/{prize}", """{"stock":98}""", "\"3\""))
            .ShouldBeProblemAsync(HttpStatusCode.PreconditionFailed, "campaign.version_conflict");
    }

    [Theory]
    [InlineData("pool.not_changeable", 422)]
    [InlineData("prize.stock_below_allocated", 422)]
    [InlineData("pool.has_closed", 409)]
    public async Task tells_the_pools_refusal_word_for_word(string code, int status)
    {
        var campaign = host.AddCampaign(host.Acme, "refused");
        host.Platform.PoolEdits = edit => edit.Pool.Id == campaign.Settings.Pools[0].Id ? new Refusal(code, "No.") : null;
        try
        {
            var problem = await (await (await host.ManagerAsync()).PatchJsonAsync($"/v1/prizes/{campaign.Settings.Pools[0].Prizes[0].Id}", """{"stock":1}"""))
                .ShouldBeProblemAsync((HttpStatusCode)status, code);
            ((string?)problem["detail"]).ShouldBe("No.");
        }
        finally
        {
            host.Platform.PoolEdits = null;
        }
    }

    [Fact]
    public async Task names_the_fields_as_they_were_sent()
    {
        var campaign = host.AddCampaign(host.Acme, "named");
        var errors = System.Collections.Immutable.ImmutableSortedDictionary<string, System.Collections.Immutable.ImmutableArray<string>>.Empty
            .Add("pools[0].prizes[0].odds", ["Fixed."]).Add("pools[0].modes", ["Fixed."]).Add("pools[1].name", ["Fixed."]);
        host.Platform.PoolEdits = edit => edit.Pool.Id == campaign.Settings.Pools[0].Id ? new Refusal("pool.not_changeable", "No.", errors) : null;
        try
        {
            var manager = await host.ManagerAsync();
            var prize = await (await manager.PatchJsonAsync($"/v1/prizes/{campaign.Settings.Pools[0].Prizes[0].Id}", "{}")).ShouldBeProblemAsync((HttpStatusCode)422, "pool.not_changeable");
            prize["errors"]!.AsObject().Select(error => error.Key).ShouldBe(["modes", "odds", "pools[1].name"]);
            var pool = await (await manager.PatchJsonAsync($"/v1/pools/{campaign.Settings.Pools[0].Id}", "{}")).ShouldBeProblemAsync((HttpStatusCode)422, "pool.not_changeable");
            pool["errors"]!.AsObject().Select(error => error.Key).ShouldBe(["modes", "pools[1].name", "prizes[0].odds"]);
        }
        finally
        {
            host.Platform.PoolEdits = null;
        }
    }

    [Fact]
    public async Task takes_no_prize_of_another_campaign_into_a_pool()
    {
        var campaign = host.AddCampaign(host.Acme, "stealing");
        var body = $$"""{"prizes":[{"id":"{{host.Campaign.Settings.Pools[0].Prizes[0].Id}}","name":"Mug","stock":1}]}""";
        var problem = await (await (await host.ManagerAsync()).PatchJsonAsync($"/v1/pools/{campaign.Settings.Pools[0].Id}", body))
            .ShouldBeProblemAsync(HttpStatusCode.BadRequest, "request.invalid_field");
        problem["errors"]!.AsObject().Select(error => error.Key).ShouldBe(["prizes[0].id"]);
    }

    [Fact]
    public async Task reads_allocated_remaining_and_what_the_forecast_makes_likely()
    {
        var campaign = host.AddCampaign(host.Acme, "forecast");
        var pool = campaign.Settings.Pools[0] with
        {
            Modes = ["probability"],
            Prizes = [campaign.Settings.Pools[0].Prizes[0] with { Mode = null, Odds = new PrizeOdds(1, 500), LowStockAt = "5" }],
        };
        host.Platform.Campaigns[campaign.Id] = campaign with { Settings = campaign.Settings with { ForecastEntries = 10_000, Pools = [pool] } };
        var list = await (await (await host.ReaderAsync()).GetAsync($"/v1/campaigns/{campaign.Id}/pools")).ShouldBeAsync(HttpStatusCode.OK);
        var prize = list["items"]![0]!["prizes"]![0]!;
        ((string?)prize["mode"], (long?)prize["allocated"], (long?)prize["remaining"], (bool?)prize["paused"]).ShouldBe(("probability", 7, 93, false));
        ((double?)prize["expectedAwards"], (double?)prize["chance"], (int?)prize["lowStockAt"]).ShouldBe((20, 0.002, 5));
        ((string?)list["items"]![0]!["warnings"]![0]).ShouldBe(
            "Mug: only about 20 of 100 units are likely to be awarded. Entrants must not be led to expect more (CAP Code 8.10).");
    }

    [Fact]
    public async Task a_campaign_takes_every_field_and_reads_it_back()
    {
        var body = JsonNode.Parse($$"""
            {"tenantId":"{{host.Acme.Id}}","name":"All of it","provision":false,"limits":{"entriesPerEntrant":3,"emailIdentity":"plus-tags"},
             "pools":[{"name":"Packs","modes":["guaranteed","probability"],"entryCode":"required","freeRoute":"online","paused":true,"prizes":[
               {"name":"Tenth","mode":"guaranteed","everyNth":10,"stock":5,"hourlyCap":2,"lowStockAt":3,"fulfilment":"coupon","couponBatchId":"cpn_1"},
               {"name":"Lucky","odds":{"win":1,"outOf":1000},"stock":7,"paused":true}],
              "moments":[{"generate":{"prize":"Lucky","count":5,"hours":"09:00-17:30","perDay":2} } ] } ] }
            """);
        var campaign = await (await (await host.ManagerAsync()).PostJsonAsync("/v1/campaigns", body)).ShouldBeAsync(HttpStatusCode.Created);
        ((string?)campaign["limits"]!["emailIdentity"]).ShouldBe("plus-tags");
        var pool = campaign["pools"]![0]!;
        ((string?)pool["entryCode"], (string?)pool["freeRoute"], (bool?)pool["paused"]).ShouldBe(("required", "online", true));
        pool["prizes"]![0]!.ToJsonString().ShouldBe(
            """{"id":null,"name":"Tenth","kind":"prize","mode":"guaranteed","stock":5,"dailyCap":null,"hourlyCap":2,"perEntrantMax":null,"odds":null,"everyNth":10,"lowStockAt":3,"fulfilment":"coupon","couponBatchId":"cpn_1","paused":false}""");
        pool["prizes"]![1]!["odds"]!.ToJsonString().ShouldBe("""{"win":1,"outOf":1000}""");
        var generated = host.Platform.Campaigns[(string)campaign["id"]!].Settings.Pools[0].Moments[0].Generate!;
        (generated.Hours, generated.PerDay).ShouldBe(("09:00-17:30", 2));
    }

    [Fact]
    public async Task a_new_prize_of_a_live_pool_is_won_from_a_definite_number_on()
    {
        var response = await (await host.ManagerAsync()).PostJsonAsync(
            $"/v1/pools/{host.Campaign.Settings.Pools[0].Id}/prizes", JsonNode.Parse("""{"name":"Cup","mode":"guaranteed","everyNth":3,"stock":5}"""));
        ((long?)(await response.ShouldBeAsync(HttpStatusCode.Created))["effectiveFrom"]).ShouldBe(1043);
    }
}
