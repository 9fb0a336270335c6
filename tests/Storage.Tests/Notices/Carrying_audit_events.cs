using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Storage.Campaign;
using PrizeDraw.Storage.Central.Notices;
using PrizeDraw.Storage.Tests.Campaigns;
using PrizeDraw.TestKit;
using Shouldly;
using Xunit;

namespace PrizeDraw.Storage.Tests.Notices;

/// <summary>What a campaign's database tells of comes to the central audit log: all of it, once, and in nobody's way.</summary>
[Collection(CentralCollection.Name)]
public sealed class Carrying_audit_events(CentralFixture fixture)
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task goes_on_at_once_while_there_are_more()
    {
        await using var campaign = await NoticeCampaign.AddAsync(fixture);
        await campaign.HappenAsync(1200);
        for (var i = 0; i < 130; i++)
        {
            await campaign.CrossAsync(remaining: i);
        }

        await campaign.Get<OutboxRelay>().TakeTurnAsync(campaign.Tenant, campaign.Campaign);

        (await campaign.WaitingAsync("audit"), await campaign.WaitingAsync()).ShouldBe((0, 0));
        await AllAreThereOnceAsync(campaign);
    }

    [Fact]
    public async Task ends_its_turn_after_ten_batches_and_takes_another_one()
    {
        await using var campaign = await NoticeCampaign.AddAsync(fixture);
        await campaign.HappenAsync(5200);
        var relay = campaign.Get<OutboxRelay>();

        (await relay.TakeTurnAsync(campaign.Tenant, campaign.Campaign)).ShouldBeTrue();
        (await campaign.WaitingAsync("audit")).ShouldBe(200);
        relay.Behind.ShouldBe([(campaign.Tenant, campaign.Campaign)]);

        (await relay.TakeTurnAsync(campaign.Tenant, campaign.Campaign)).ShouldBeFalse();
        relay.Behind.ShouldBeEmpty();
        await AllAreThereOnceAsync(campaign);
    }

    [Fact]
    public async Task keeps_none_of_the_campaigns_connections_while_the_centre_is_slow()
    {
        await using var campaign = await NoticeCampaign.AddAsync(fixture);
        await campaign.HappenAsync(1);
        Task<bool> relaying;
        await using (var slow = await SlowCentreAsync())
        {
            relaying = campaign.Get<OutboxRelay>().TakeTurnAsync(campaign.Tenant, campaign.Campaign);
            await BlockedAsync("insert into audit_event", 1);

            // As the entry path takes them, in the host of the relay.
            var connections = campaign.Get<CampaignConnections>();
            await using var one = await connections.RequireAsync(campaign.Tenant, campaign.Campaign, default);
            await using var two = await connections.RequireAsync(campaign.Tenant, campaign.Campaign, default);
            await using var three = await connections.RequireAsync(campaign.Tenant, campaign.Campaign, default);
        }

        await relaying.WaitAsync(Soon);
    }

    [Fact]
    public async Task of_one_campaign_is_done_once_at_a_time_and_once_more_for_all_who_ask_meanwhile()
    {
        await using var campaign = await NoticeCampaign.AddAsync(fixture);
        var relay = campaign.Get<OutboxRelay>();
        await campaign.HappenAsync(1);
        Task<bool>[] asked;
        await using (var slow = await SlowCentreAsync())
        {
            var first = relay.TakeTurnAsync(campaign.Tenant, campaign.Campaign);
            await BlockedAsync("insert into audit_event", 1);
            await campaign.HappenAsync(1);
            asked = [first, .. Enumerable.Range(0, 20).Select(_ => relay.TakeTurnAsync(campaign.Tenant, campaign.Campaign))];
            await Should.ThrowAsync<TimeoutException>(() => BlockedAsync("insert into audit_event", 2, TimeSpan.FromSeconds(1)));
        }

        await Task.WhenAll(asked).WaitAsync(Soon);
        (await campaign.WaitingAsync("audit")).ShouldBe(0, "who asks meanwhile is answered when what they wrote is there");
        await AllAreThereOnceAsync(campaign);
    }

    /// <summary>The relay's own session ends while it stands at a step, which is blocked, as when a host is killed there.</summary>
    [Theory]
    [InlineData("event_id, body::text from outbox")]
    [InlineData("insert into audit_event")]
    [InlineData("delete from outbox")]
    public async Task cut_short_at_a_step_loses_nothing_and_makes_nothing_twice(string step)
    {
        await using var campaign = await NoticeCampaign.AddAsync(fixture);
        await campaign.HappenAsync(700);
        var relay = campaign.Get<OutboxRelay>();
        await using (var blocker = await BlockAsync(campaign, step))
        {
            var relaying = relay.TakeTurnAsync(campaign.Tenant, campaign.Campaign);
            await BlockedAsync(step, 1);
            await EndBlockedAsync(step);
            await relaying.WaitAsync(Soon);
        }

        (await campaign.WaitingAsync("audit")).ShouldBe(700);
        relay.Behind.ShouldBe([(campaign.Tenant, campaign.Campaign)]);
        await relay.TakeTurnAsync(campaign.Tenant, campaign.Campaign);
        (await campaign.WaitingAsync("audit")).ShouldBe(0);
        relay.Behind.ShouldBeEmpty();
        await AllAreThereOnceAsync(campaign);
    }

    [Fact]
    public async Task that_takes_too_long_is_given_up_until_the_next_turn()
    {
        await using var campaign = await NoticeCampaign.AddAsync(fixture);
        await campaign.HappenAsync(3);
        var relay = campaign.Get<OutboxRelay>();
        relay.TurnMax = TimeSpan.FromSeconds(1);
        await using (var silent = await BlockAsync(campaign, "from outbox"))
        {
            await relay.TakeTurnAsync(campaign.Tenant, campaign.Campaign).WaitAsync(TimeSpan.FromSeconds(10));
            relay.Behind.ShouldBe([(campaign.Tenant, campaign.Campaign)]);
        }

        relay.TurnMax = Soon;
        await relay.TakeTurnAsync(campaign.Tenant, campaign.Campaign);
        await AllAreThereOnceAsync(campaign);
    }

    [Theory]
    [InlineData("provisioning")]
    [InlineData("ready")]
    [InlineData("scheduled")]
    [InlineData("paused")]
    [InlineData("closed")]
    [InlineData("drawn")]
    [InlineData("completed")]
    [InlineData("failed")]
    [InlineData("rolled_back")]
    public async Task is_swept_whatever_state_the_campaign_is_in(string state)
    {
        await using var campaign = await NoticeCampaign.AddAsync(fixture);
        await campaign.HappenAsync(2);
        await campaign.StandAsync(state);

        (await campaign.Get<RelayCandidates>().SweepAsync(campaign.TurnAsync, default)).ShouldBeTrue();

        (await campaign.WaitingAsync("audit")).ShouldBe(0);
        await AllAreThereOnceAsync(campaign);
    }

    [Fact]
    public async Task of_all_campaigns_leaves_no_session_behind()
    {
        await using var campaign = await NoticeCampaign.AddAsync(fixture);
        await campaign.HappenAsync(2);
        await using var superuser = await campaign.OpenSuperuserAsync();
        await fixture.Get<CampaignConnections>().ForgetAsync(Ids.Format(Ids.Tenant, campaign.TenantId), Ids.Format(Ids.Campaign, campaign.CampaignId));

        (await campaign.Get<OutboxRelay>().TakeTurnInPassingAsync(Ids.Format(Ids.Tenant, campaign.TenantId), Ids.Format(Ids.Campaign, campaign.CampaignId))).ShouldBeFalse();
        await Polling.UntilAsync(
            () => superuser.ListAsync(
                "select usename || ' ' || query from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()", [], row => row.GetString(0), default),
            sessions => sessions.IsEmpty, TimeSpan.FromSeconds(20), sessions => Task.FromResult(string.Join(", ", sessions)));
        await AllAreThereOnceAsync(campaign);
    }

    [Fact]
    public async Task of_others_is_not_held_up_by_campaigns_that_do_not_answer()
    {
        await using var campaign = await NoticeCampaign.AddAsync(fixture);
        for (var i = 0; i < 8; i++)
        {
            await SampleCampaigns.AddAsync(fixture, campaign.TenantId, "live");
        }

        var (asked, answer) = (0, new TaskCompletionSource());
        await campaign.Get<RelayCandidates>().SweepAsync(async (_, _, _) =>
        {
            var nth = Interlocked.Increment(ref asked);
            if (nth > 8)
            {
                answer.TrySetResult();
            }

            await (nth <= 3 ? answer.Task.WaitAsync(Soon) : Task.CompletedTask);
        }, default);
        asked.ShouldBeGreaterThan(8);
    }

    private async Task<NpgsqlConnection> SlowCentreAsync() => await HeldAsync(await fixture.OpenSuperuserAsync(), "lock table audit_event in exclusive mode");

    private async Task<NpgsqlConnection> BlockAsync(NoticeCampaign campaign, string step) => step.StartsWith("insert", StringComparison.Ordinal)
        ? await SlowCentreAsync()
        : await HeldAsync(
            await campaign.OpenSuperuserAsync(),
            step.StartsWith("delete", StringComparison.Ordinal) ? "lock table outbox in exclusive mode" : "lock table outbox in access exclusive mode");

    private static async Task<NpgsqlConnection> HeldAsync(NpgsqlConnection superuser, string sql)
    {
        await superuser.RunAsync("begin", [], default);
        await superuser.RunAsync(sql, [], default);
        return superuser;
    }

    private async Task BlockedAsync(string step, int sessions, TimeSpan? within = null)
    {
        await using var superuser = await fixture.OpenSuperuserAsync();
        await Polling.UntilAsync(
            () => superuser.ScalarAsync<long>(
                "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and position($1 in query) > 0", [step], default),
            count => count >= sessions, within ?? Soon);
    }

    private async Task EndBlockedAsync(string step)
    {
        await using var superuser = await fixture.OpenSuperuserAsync();
        await superuser.ScalarAsync<long>(
            "select count(pg_terminate_backend(pid)) from pg_stat_activity where wait_event_type = 'Lock' and position($1 in query) > 0", [step], default);
    }

    private static async Task AllAreThereOnceAsync(NoticeCampaign campaign) =>
        (await campaign.EventsAsync(central: true)).ShouldBe(await campaign.EventsAsync(central: false));
}
