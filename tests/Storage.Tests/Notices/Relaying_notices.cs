using System;
using System.Linq;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Notices;
using PrizeDraw.Storage.Campaign;
using PrizeDraw.Storage.Central.Notices;
using Shouldly;
using Xunit;

namespace PrizeDraw.Storage.Tests.Notices;

[Collection(CentralCollection.Name)]
public sealed class Relaying_notices(CentralFixture fixture)
{
    [Fact]
    public async Task carries_each_once_with_a_delivery_per_target()
    {
        await using var campaign = await NoticeCampaign.AddAsync(fixture);
        var manager = Ids.Format(Ids.User, await campaign.AddUserAsync(Roles.CampaignManager));
        var webhook = await AddWebhookAsync(campaign);
        var low = await campaign.CrossAsync();
        var gone = await campaign.CrossAsync("stock.out", 0);

        await campaign.RelayAsync();

        (await campaign.WaitingAsync()).ShouldBe(0);
        campaign.Woken.Tenants.ShouldBe([campaign.Tenant]);
        (await campaign.DeliveriesAsync()).ShouldBe(
        [
            (low, "email", manager, "pending"), (low, "webhook", webhook, "pending"),
            (gone, "email", manager, "pending"), (gone, "webhook", webhook, "pending"),
        ]);
        var told = await ReadAsync(campaign);
        told.Select(n => n.Id).ShouldBe([Ids.Format(Ids.Notice, gone), Ids.Format(Ids.Notice, low)]);
        told[1].Stock.ShouldBe(new StockNotice(
            told[1].Stock!.PoolId, Ids.Format(Ids.Prize, campaign.Mug), "Mug", 100, 9, 10, 1042, null));
        told[1].Deliveries.Length.ShouldBe(2);
    }

    [Fact]
    public async Task cut_short_after_the_central_commit_and_repeated_makes_nothing_twice()
    {
        await using var campaign = await NoticeCampaign.AddAsync(fixture);
        await campaign.AddUserAsync(Roles.CampaignManager);
        var notice = await campaign.CrossAsync();
        campaign.Woken.Fails = true;
        await Should.ThrowAsync<TimeoutException>(campaign.RelayAsync);
        (await campaign.WaitingAsync()).ShouldBe(1, "nobody has been told to deliver it");

        campaign.Woken.Fails = false;
        // What came meanwhile is told of later notices, not of this one.
        await AddWebhookAsync(campaign);
        await campaign.RelayAsync();
        await campaign.RelayAsync();

        (await campaign.WaitingAsync()).ShouldBe(0);
        (await campaign.DeliveriesAsync()).ShouldHaveSingleItem().Notice.ShouldBe(notice);
        campaign.Woken.Tenants.Count.ShouldBe(2);
    }

    [Fact]
    public async Task at_once_from_two_hosts_makes_nothing_twice()
    {
        await using var campaign = await NoticeCampaign.AddAsync(fixture);
        await campaign.AddUserAsync(Roles.CampaignManager);
        for (var i = 0; i < 20; i++)
        {
            await campaign.CrossAsync(remaining: i);
        }

        await Task.WhenAll(campaign.RelayAsync(), campaign.RelayAsync(), campaign.RelayAsync());

        (await campaign.DeliveriesAsync()).Length.ShouldBe(20);
        (await ReadAsync(campaign)).Length.ShouldBe(20);
        (await campaign.WaitingAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task leaves_a_failed_relay_to_be_tried_again()
    {
        await using var campaign = await NoticeCampaign.AddAsync(fixture);
        await campaign.CrossAsync();
        campaign.Woken.Fails = true;
        var relay = campaign.Get<OutboxRelay>();
        await relay.TryRelayAsync(campaign.Tenant, campaign.Campaign);
        relay.Behind.ShouldBe([(campaign.Tenant, campaign.Campaign)]);

        campaign.Woken.Fails = false;
        await relay.TryRelayAsync(campaign.Tenant, campaign.Campaign);
        relay.Behind.ShouldBeEmpty();
        (await campaign.WaitingAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task leaves_what_a_newer_version_wrote_and_carries_the_rest()
    {
        await using var campaign = await NoticeCampaign.AddAsync(fixture);
        await campaign.CrossAsync(json: """{"kind":"weather.fine","campaign":"cmp_1","at":"2026-12-01T09:00:00Z"}""");
        await campaign.CrossAsync(json: """{"kind":5}""");
        var known = await campaign.CrossAsync();
        await campaign.RelayAsync();
        (await campaign.WaitingAsync()).ShouldBe(2);
        (await ReadAsync(campaign)).ShouldHaveSingleItem().Id.ShouldBe(Ids.Format(Ids.Notice, known));
    }

    [Fact]
    public async Task projects_when_the_stock_runs_out_from_the_recent_hours()
    {
        await using var campaign = await NoticeCampaign.AddAsync(fixture);
        var hour = new DateTimeOffset(fixture.Time.Now.Ticks / TimeSpan.TicksPerHour * TimeSpan.TicksPerHour, TimeSpan.Zero);
        var now = fixture.Time.Now = hour.AddMinutes(30);
        foreach (var (back, units) in new[] { (20, 1000), (2, 10), (1, 12), (0, 8) })
        {
            await campaign.RunAsync("insert into prize_hour values ($1, $2, $3, $4)", campaign.CampaignId, campaign.Mug, hour.AddHours(-back), units);
        }

        await campaign.CrossAsync(remaining: 10);
        await campaign.CrossAsync("stock.out", 0);
        await campaign.RelayAsync();

        // 30 units in the five and a half hours that are counted: ten more take a third of that.
        var told = await ReadAsync(campaign);
        (told[1].Stock!.RunsOutAt!.Value - told[1].At).ShouldBe(TimeSpan.FromHours(5.5) / 3, TimeSpan.FromSeconds(2));
        told[0].Stock!.RunsOutAt.ShouldBeNull();
        fixture.Time.Now.ShouldBeGreaterThan(now);
    }

    [Fact]
    public async Task tells_the_managers_of_the_campaign_and_nobody_else()
    {
        await using var campaign = await NoticeCampaign.AddAsync(fixture);
        var whole = await campaign.AddUserAsync(Roles.CampaignManager);
        var narrowed = await campaign.AddUserAsync(Roles.CampaignManager, campaign.CampaignId);
        await campaign.AddUserAsync(Roles.CampaignManager, await Campaigns.SampleCampaigns.AddAsync(fixture, campaign.TenantId));
        await campaign.AddUserAsync(Roles.ReadOnly);
        await campaign.AddUserAsync(Roles.SuperAdmin);
        await campaign.CrossAsync();
        await campaign.RelayAsync();
        (await campaign.DeliveriesAsync()).Select(d => d.Target).Order().ShouldBe(
            new[] { Ids.Format(Ids.User, whole), Ids.Format(Ids.User, narrowed) }.Order());
    }

    [Fact]
    public async Task tells_the_super_admins_where_there_is_no_manager()
    {
        await using var campaign = await NoticeCampaign.AddAsync(fixture);
        var admin = await campaign.AddUserAsync(Roles.SuperAdmin);
        await campaign.CrossAsync();
        await campaign.RelayAsync();
        (await campaign.DeliveriesAsync()).Select(d => d.Target).ShouldContain(Ids.Format(Ids.User, admin));
    }

    [Fact]
    public async Task tells_webhooks_what_they_asked_for()
    {
        await using var campaign = await NoticeCampaign.AddAsync(fixture);
        var outs = await AddWebhookAsync(campaign, "stock.out");
        await campaign.CrossAsync();
        var gone = await campaign.CrossAsync("stock.out", 0);
        await campaign.RelayAsync();
        (await campaign.DeliveriesAsync()).Where(d => d.Channel == "webhook").ShouldBe([(gone, "webhook", outs, "pending")]);
    }

    [Fact]
    public async Task shows_notices_to_their_tenant_alone()
    {
        await using var campaign = await NoticeCampaign.AddAsync(fixture);
        await campaign.CrossAsync();
        await campaign.RelayAsync();
        var queries = campaign.Get<INoticeQueries>();
        var other = Scope.Of(Ids.Format(Ids.Tenant, await fixture.AddTenantAsync()));
        (await queries.ListAsync(other, campaign.Campaign, 10, null, default)).Items.ShouldBeEmpty();
        var narrowed = Scope.Of(campaign.Tenant) with { CampaignIds = [Ids.Format(Ids.Campaign, fixture.NewId())] };
        (await queries.ListAsync(narrowed, campaign.Campaign, 10, null, default)).Items.ShouldBeEmpty();
        (await queries.ListAsync(Scope.Everything, campaign.Campaign, 10, null, default)).Items.Length.ShouldBe(1);
    }

    [Fact]
    public async Task is_swept_by_one_host_at_a_time()
    {
        await using var campaign = await NoticeCampaign.AddAsync(fixture);
        await using (var superuser = await fixture.OpenSuperuserAsync())
        {
            await superuser.RunAsync("update campaign set published_at = now() where campaign_id = $1", [campaign.CampaignId], default);
        }

        await campaign.CrossAsync();
        var candidates = campaign.Get<RelayCandidates>();
        var second = true;
        var first = await candidates.SweepAsync(async (tenant, id, ct) =>
        {
            second = await candidates.SweepAsync((_, _, _) => throw new InvalidOperationException(), ct);
            if (id == campaign.CampaignId)
            {
                await campaign.Get<OutboxRelay>().RelayAsync(Ids.Format(Ids.Tenant, tenant), Ids.Format(Ids.Campaign, id), ct);
            }
        }, default);
        (first, second).ShouldBe((true, false));
        (await campaign.WaitingAsync()).ShouldBe(0);
    }

    private async Task<string> AddWebhookAsync(NoticeCampaign campaign, params string[] events)
    {
        var (outcome, webhook) = await campaign.Get<WebhookStore>().AddAsync(
            campaign.TenantId, fixture.NewId(), "https://hooks.example.com/stock", [.. events], "usr_1", default);
        outcome.ShouldBe(WebhookWrite.Done);
        return webhook!.Webhook.Id;
    }

    private static async Task<NoticeView[]> ReadAsync(NoticeCampaign campaign) =>
        [.. (await campaign.Get<INoticeQueries>().ListAsync(Scope.Of(campaign.Tenant), campaign.Campaign, 50, null, default)).Items];
}
