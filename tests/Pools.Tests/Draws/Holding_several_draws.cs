using System;
using System.Linq;
using System.Reflection;
using System.Text.Json;
using System.Threading.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Draws;
using PrizeDraw.Grains.Abstractions.Evidence;
using PrizeDraw.Grains.Abstractions.Pools;
using PrizeDraw.Pools.Tests.Settings;
using PrizeDraw.Pools.Tests.Setup;
using PrizeDraw.Providers.Hosting;
using PrizeDraw.Providers.Repositories;
using PrizeDraw.Providers.Sync;
using PrizeDraw.TestKit;
using Shouldly;
using Xunit;

namespace PrizeDraw.Pools.Tests.Draws;

/// <summary>The campaign's grain with its draws', on real databases.</summary>
[Collection(DrawServerCollection.Name)]
public sealed class Holding_several_draws(PoolServer server)
{
    private static DrawSettings Weekly(string level) => DrawStage.Settings(level) with { Name = "Week 1", Until = PoolHost.Noon.AddDays(1) };

    private async Task<PoolHost> StartAsync()
    {
        var before = server.Replace;
        server.Replace = services =>
        {
            before(services);
            services.AddSingleton(DispatchProxy.Create<ITemplateSource, NotAsked>()).AddSingleton(DispatchProxy.Create<IRepositoryHost, NotAsked>())
                .AddSingleton(DispatchProxy.Create<ISiteHosting, NotAsked>()).AddSingleton(DispatchProxy.Create<ISyncHost, NotAsked>())
                .AddSingleton(DispatchProxy.Create<ITemplateHistory, NotAsked>());
        };
        try
        {
            return await server.StartHostAsync();
        }
        finally
        {
            server.Replace = before;
        }
    }

    /// <summary>A campaign with its final draw, as it stands after publishing.</summary>
    private static async Task<(TestCampaign Campaign, ICampaignGrain Grain)> InStateAsync(PoolHost host, string state)
    {
        var draw = DrawStage.Settings("beacon");
        var campaign = await host.AddCampaignAsync(s => s with { Draw = draw });
        await using var central = await host.OpenCentralAsync();
        var settings = campaign.Settings with { Slug = "s-" + campaign.Id[^20..] };
        await central.RunAsync(
            "update campaign set state = $6, settings = $2::jsonb, slug = $3, opens_at = $4::timestamptz, closes_at = $5::timestamptz, published_at = $4 where campaign_id = $1",
            Ids.Parse(Ids.Campaign, campaign.Id), JsonSerializer.Serialize(settings, JsonSerializerOptions.Web), settings.Slug, PoolHost.Opens, PoolHost.Closes, state);
        await host.Draw(campaign).PlanAsync(SetDrawPlan.Of(PoolHost.Manager, draw, campaign.Settings));
        return (campaign with { Settings = settings }, host.Get<IGrainFactory>().GetGrain<ICampaignGrain>(GrainKeys.Campaign(campaign.TenantId, campaign.Id)));
    }

    [Fact]
    public async Task marks_one_that_is_added_to_what_was_entered_and_takes_no_less_than_a_beacon()
    {
        await using var stage = await DrawStage.SetAsync(server);
        await using var host = await StartAsync();
        var (campaign, grain) = await InStateAsync(host, "live");
        (await host.Pool(campaign).SubmitAsync(Sent.Entry("key-0001", "ann"))).Value!.Draw.DrawsAt.ShouldBe(PoolHost.Closes.AddMinutes(15));

        var refused = (await grain.PlanDrawAsync(new PlanDraw(PoolHost.Manager, Weekly("beacon-unwitnessed")))).Refusal.ShouldNotBeNull();
        (refused.Code, refused.Errors!["furtherDraws[0].level"].Length > 0).ShouldBe(("campaign.invalid", true));
        await using var database = await host.OpenAsync(campaign);
        (await database.ScalarAsync<long>("select count(*) from draw")).ShouldBe(1);

        var weekly = Weekly("");
        var planned = (await grain.PlanDrawAsync(new PlanDraw(PoolHost.Manager, weekly))).Value.ShouldNotBeNull();
        (planned.Id, planned.Level).ShouldBe((weekly.Id, "beacon"));
        (await grain.PlanDrawAsync(new PlanDraw(PoolHost.Manager, weekly))).Value!.Id.ShouldBe(weekly.Id, "sent twice it is one draw");
        (await database.ListAsync("select name || ' ' || added_later from draw order by name", r => r.GetString(0))).ShouldBe(["Final false", "Week 1 true"]);
        await using var central = await host.OpenCentralAsync();
        (await central.ScalarAsync<string>("select state from public_file where name = $1", PublicFileNames.Plan(weekly.Id!))).ShouldBe("ready", "its plan never changes again");
        (await host.Pool(campaign).SubmitAsync(Sent.Entry("key-0002", "bob"))).Value!.Draw.DrawsAt.ShouldBe(weekly.Until!.Value.AddMinutes(15), "the earlier one");
    }

    [Theory]
    [InlineData("closed", "drawn", "planned", "closed")]
    [InlineData("closed", "drawn", "completed", "drawn")]
    [InlineData("closed", "withheld", "void", "drawn")]
    [InlineData("drawn", "completed", "drawn", "drawn")]
    [InlineData("drawn", "completed", "void", "completed")]
    [InlineData("live", "completed", "completed", "live")]
    public async Task is_what_all_of_them_are(string campaignState, string final, string weekly, string becomes)
    {
        await using var stage = await DrawStage.SetAsync(server);
        await using var host = await StartAsync();
        var (campaign, grain) = await InStateAsync(host, "live");
        var added = (await grain.PlanDrawAsync(new PlanDraw(PoolHost.Manager, Weekly("beacon")))).Value!;
        await using (var database = await host.OpenAsync(campaign))
        {
            await database.RunAsync("update draw set state = case when name = 'Final' then $1 else $2 end", final, weekly);
        }

        await using var central = await host.OpenCentralAsync();
        await central.RunAsync("update campaign set state = $2 where campaign_id = $1", Ids.Parse(Ids.Campaign, campaign.Id), campaignState);
        await using var other = await StartAsync();
        await other.Get<IGrainFactory>().GetGrain<ICampaignGrain>(GrainKeys.Campaign(campaign.TenantId, campaign.Id))
            .DrawAdvancedAsync(new DrawAdvanced(added.Id!, "drawn", Actor.System));
        (await central.ScalarAsync<string>("select state from campaign where campaign_id = $1", Ids.Parse(Ids.Campaign, campaign.Id))).ShouldBe(becomes);
    }

    [Fact]
    public async Task opens_a_completed_campaign_again_for_the_successor_of_a_void_draw()
    {
        await using var stage = await DrawStage.SetAsync(server);
        await using var host = await StartAsync();
        var (campaign, grain) = await InStateAsync(host, "completed");
        await using (var database = await host.OpenAsync(campaign))
        {
            await database.RunAsync("update draw set state = 'void', commitment_hash = secret_hash");
        }

        (await grain.PlanDrawAsync(new PlanDraw(PoolHost.Manager, Weekly("beacon")))).Refusal!.Code.ShouldBe("campaign.invalid");
        (await grain.PlanDrawAsync(new PlanDraw(PoolHost.Manager, Weekly("beacon") with { Succeeds = campaign.Settings.Draw!.Id }))).Refusal.ShouldBeNull();
        await using var central = await host.OpenCentralAsync();
        (await central.ScalarAsync<string>("select state from campaign where campaign_id = $1", Ids.Parse(Ids.Campaign, campaign.Id))).ShouldBe("closed");
    }
}
