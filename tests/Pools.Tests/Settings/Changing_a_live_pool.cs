using System;
using System.Linq;
using System.Reflection;
using System.Text.Json;
using System.Threading.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Pools;
using PrizeDraw.Pools.Tests.Setup;
using PrizeDraw.Providers.Hosting;
using PrizeDraw.Providers.Repositories;
using PrizeDraw.Providers.Sync;
using PrizeDraw.Storage.Campaign;
using PrizeDraw.Storage.Secrets;
using PrizeDraw.TestKit;
using Shouldly;
using Xunit;

namespace PrizeDraw.Pools.Tests.Settings;

/// <summary>The campaign's grain and its pool's, on real databases: what one was told, the other stores.</summary>
[Collection(PoolServerCollection.Name)]
public sealed class Changing_a_live_pool(PoolServer server)
{
    private static CampaignSettings Lucky(CampaignSettings s) => s with
    {
        Pools = [new PoolSettings { Name = "Instant", Modes = ["probability", "consolation"], Prizes = [new PrizeSettings { Name = "mug", Stock = 3, Odds = new(1, 1) }] }],
    };

    /// <summary>A host whose campaigns are not provisioned: nothing may ask for repositories or sites.</summary>
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

    /// <summary>A campaign that was published, as its central row has it too.</summary>
    private static async Task<(TestCampaign Campaign, ICampaignGrain Grain)> LiveAsync(PoolHost host)
    {
        var campaign = await host.AddCampaignAsync(Lucky);
        await using var central = await host.OpenCentralAsync();
        var settings = campaign.Settings with { Slug = "s-" + campaign.Id[^20..] };
        await central.RunAsync(
            "update campaign set state = 'live', settings = $2::jsonb, slug = $3, opens_at = $4::timestamptz, closes_at = $5::timestamptz, published_at = $4 where campaign_id = $1",
            Ids.Parse(Ids.Campaign, campaign.Id), JsonSerializer.Serialize(settings, JsonSerializerOptions.Web), settings.Slug, PoolHost.Opens, PoolHost.Closes);
        return (campaign with { Settings = settings }, host.Get<IGrainFactory>().GetGrain<ICampaignGrain>(GrainKeys.Campaign(campaign.TenantId, campaign.Id)));
    }

    private static PoolSettings With(TestCampaign campaign, Func<PrizeSettings, PrizeSettings> change) =>
        campaign.Settings.Pools[0] with { Prizes = [change(campaign.Settings.Pools[0].Prizes[0])] };

    [Fact]
    public async Task counts_from_the_next_entry_and_is_stored_and_audited()
    {
        await using var host = await StartAsync();
        var (campaign, grain) = await LiveAsync(host);
        (await host.Pool(campaign).SubmitAsync(Sent.Entry("key-0001", "ann"))).Value!.Outcome.Prize!.Name.ShouldBe("mug");

        var edited = (await grain.EditPoolAsync(new EditPool(PoolHost.Manager, With(campaign, p => p with { Paused = true }), null))).Value.ShouldNotBeNull();
        edited.EffectiveFrom.ShouldBe(2);
        (await host.Pool(campaign).SubmitAsync(Sent.Entry("key-0002", "bob"))).Value!.Outcome.Kind.ShouldBe("none");

        edited.Campaign.Settings.Pools[0].Prizes[0].Paused.ShouldBeTrue();
        await using var central = await host.OpenCentralAsync();
        (await central.ListAsync("select action, after->>'effectiveFrom' from audit_event where campaign_id = $1 and action = 'pool.edited'",
            r => (r.GetString(0), r.GetString(1)), Ids.Parse(Ids.Campaign, campaign.Id))).ShouldBe([("pool.edited", "2")]);
    }

    [Fact]
    public async Task is_refused_below_what_was_given_and_leaves_everything_as_it_was()
    {
        await using var host = await StartAsync();
        var (campaign, grain) = await LiveAsync(host);
        await host.Pool(campaign).SubmitAsync(Sent.Entry("key-0001", "ann"));

        (await grain.EditPoolAsync(new EditPool(PoolHost.Manager, With(campaign, p => p with { Stock = 0 }), null))).Refusal!.Code.ShouldBe("prize.stock_below_allocated");
        (await grain.EditPoolAsync(new EditPool(PoolHost.Manager, With(campaign, p => p with { Odds = new(1, 2) }), null))).Refusal!.Code.ShouldBe("pool.not_changeable");

        (await host.Pool(campaign).SubmitAsync(Sent.Entry("key-0002", "bob"))).Value!.Outcome.Kind.ShouldBe("prize");
        var again = (await grain.EditPoolAsync(new EditPool(PoolHost.Manager, With(campaign, p => p with { Stock = 2 }), null))).Value.ShouldNotBeNull();
        again.EffectiveFrom.ShouldBe(3);
        again.Campaign.Settings.Pools[0].Prizes[0].Stock.ShouldBe(2);
    }

    [Fact]
    public async Task that_was_cut_short_between_pool_and_campaign_is_finished_by_the_next_one()
    {
        await using var host = await StartAsync();
        var (campaign, grain) = await LiveAsync(host);
        // What stands when the host dies after the pool took a new prize and before the campaign stored it.
        var pool = campaign.Settings.Pools[0];
        var cup = new PrizeSettings { Id = Ids.New(Ids.Prize, PoolHost.Noon), Name = "cup", Kind = "gift", Stock = 5 };
        var taken = pool with { Prizes = pool.Prizes.Add(cup) };
        (await host.Pool(campaign).ChangeAsync(new ChangePool(PoolHost.Manager, taken))).Value.ShouldBe(1);
        await host.Get<ISecrets>().PutAsync(
            Ids.Parse(Ids.Tenant, campaign.TenantId), campaign.Id, SecretNames.PoolChange,
            JsonSerializer.Serialize(new { actor = PoolHost.Manager, pool = taken, action = "prize.added" }, JsonSerializerOptions.Web), default);

        // Another manager, who knows nothing of the cup, pauses the mug: without the first change the pool would miss its cup for ever.
        var added = (await grain.AddPrizeAsync(new AddPrize(PoolHost.Manager, pool.Id!, new PrizeSettings
        {
            Id = Ids.New(Ids.Prize, PoolHost.Noon), Name = "pen", Kind = "gift", Stock = 1,
        }))).Value.ShouldNotBeNull();

        added.EffectiveFrom.ShouldBe(1);
        await using var central = await host.OpenCentralAsync();
        (await central.ListAsync("select p->>'name' from campaign c, jsonb_array_elements(c.settings->'pools'->0->'prizes') p where c.campaign_id = $1",
            r => r.GetString(0), Ids.Parse(Ids.Campaign, campaign.Id))).ShouldBe(["mug", "cup", "pen"]);
        (await host.Get<ISecrets>().GetAsync(Ids.Parse(Ids.Tenant, campaign.TenantId), campaign.Id, SecretNames.PoolChange, default)).ShouldBe("null");
    }

    [Fact]
    public async Task keyed_in_entries_are_audited_with_who_keyed_them_in_and_nothing_personal()
    {
        await using var host = await StartAsync();
        var (campaign, _) = await LiveAsync(host);
        var entry = Sent.Entry("keyed-0001", "ann") with { Channel = "post", FreeRoute = true, KeyedBy = PoolHost.Manager };

        var answer = (await host.Pool(campaign).SubmitAsync(entry)).Value.ShouldNotBeNull();
        (await host.Pool(campaign).SubmitAsync(entry)).Value!.EntryId.ShouldBe(answer.EntryId);

        await using var database = await host.OpenAsync(campaign);
        var events = await database.ListAsync("select actor, subject, after::text from audit where action = 'entry.keyed_in'",
            r => (r.GetString(0), r.GetString(1), r.GetString(2)));
        var (actor, subject, after) = events.ShouldHaveSingleItem();
        (actor, subject).ShouldBe((PoolHost.Manager.Id, answer.EntryId));
        after.ShouldContain("\"channel\": \"post\"");
        after.ShouldContain("receivedAt");
        after.ShouldNotContain("ann@");
    }
}
