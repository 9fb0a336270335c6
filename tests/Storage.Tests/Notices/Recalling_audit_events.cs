using System;
using System.Collections.Immutable;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Storage.Campaign;
using PrizeDraw.Storage.Central.Notices;
using PrizeDraw.Storage.Secrets;
using PrizeDraw.TestKit;
using Shouldly;
using Xunit;

namespace PrizeDraw.Storage.Tests.Notices;

/// <summary>A central database that was set back gets what it lacks of the audit log from the campaigns' own, once, and says that it came late.</summary>
[Collection(CentralCollection.Name)]
public sealed class Recalling_audit_events(CentralFixture fixture)
{
    private static readonly TimeSpan Soon = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task takes_what_is_missing_once_and_tells_which_came_late()
    {
        await using var campaign = await NoticeCampaign.AddAsync(fixture);
        var lost = await SetBackAsync(campaign, carried: 450, lost: 300);
        await campaign.HappenAsync(2);
        (await IsWantedAsync(campaign)).ShouldBeTrue();

        await RecallAsync(campaign);

        (await IsWantedAsync(campaign)).ShouldBeFalse();
        await AllAreThereOnceAsync(campaign);
        (await LateAsync(campaign)).ShouldBe(lost, "what waits in the outbox comes as it always does");
        await campaign.RelayAsync();
        await RecallAsync(campaign);
        (await campaign.WaitingAsync("audit")).ShouldBe(0);
        await AllAreThereOnceAsync(campaign);
        (await LateAsync(campaign)).ShouldBe(lost);
    }

    /// <summary>The session that stands at a step ends there, as when a host is killed: after confirming, nothing but the database knows.</summary>
    [Theory]
    [InlineData("left join audit_recall")]
    [InlineData("from audit a where")]
    [InlineData("insert into audit_event")]
    [InlineData("insert into audit_recall")]
    public async Task cut_short_at_a_step_loses_nothing_and_tells_nothing_twice(string step)
    {
        await using var campaign = await NoticeCampaign.AddAsync(fixture);
        var lost = await SetBackAsync(campaign, carried: 450, lost: 300);
        await using (var blocker = await BlockAsync(campaign, step))
        {
            var recalling = RecallAsync(campaign);
            await using var superuser = await fixture.OpenSuperuserAsync();
            await Polling.UntilAsync(
                () => superuser.ScalarAsync<long>(
                    "select count(pg_terminate_backend(pid)) from pg_stat_activity where wait_event_type = 'Lock' and position($1 in query) > 0", [step], default),
                ended => ended > 0, Soon);
            await recalling.WaitAsync(Soon);
        }

        (await IsWantedAsync(campaign)).ShouldBeTrue();
        await RecallAsync(campaign);
        (await IsWantedAsync(campaign)).ShouldBeFalse();
        await AllAreThereOnceAsync(campaign);
        (await LateAsync(campaign)).ShouldBe(lost);
    }

    [Fact]
    public async Task by_two_hosts_at_once_and_beside_a_relay_makes_nothing_twice()
    {
        await using var campaign = await NoticeCampaign.AddAsync(fixture);
        var lost = await SetBackAsync(campaign, carried: 900, lost: 900);
        await campaign.HappenAsync(600);

        await Task.WhenAll(RecallAsync(campaign), RecallAsync(campaign), campaign.RelayAsync());

        (await IsWantedAsync(campaign)).ShouldBeFalse();
        await AllAreThereOnceAsync(campaign);
        (await LateAsync(campaign)).Intersect(lost).Count().ShouldBe(900);
    }

    [Fact]
    public async Task takes_over_from_a_relay_that_stood_still_between_carrying_and_deleting()
    {
        await using var campaign = await NoticeCampaign.AddAsync(fixture);
        await campaign.HappenAsync(3);
        var relay = campaign.Get<OutboxRelay>();
        await using (var still = await HeldAsync(await campaign.OpenSuperuserAsync(), "lock table outbox in exclusive mode"))
        {
            var relaying = relay.TakeTurnAsync(campaign.Tenant, campaign.Campaign);
            await Polling.UntilAsync(async () => (await campaign.EventsAsync(central: true)).Length == 3, Soon);
            await SetBackAsync(campaign, carried: 0, lost: 3);
            await RecallAsync(campaign);
            await still.RunAsync("commit", [], default);
            await relaying.WaitAsync(Soon);
        }

        (await campaign.WaitingAsync("audit")).ShouldBe(0);
        await AllAreThereOnceAsync(campaign);
    }

    [Fact]
    public async Task waits_for_a_campaign_that_does_not_answer()
    {
        await using var campaign = await NoticeCampaign.AddAsync(fixture);
        var lost = await SetBackAsync(campaign, carried: 5, lost: 2);
        var secrets = fixture.Get<ISecrets>();
        var address = (await secrets.GetAsync(campaign.TenantId, campaign.Campaign, SecretNames.Database, default))!;
        await campaign.Get<CampaignConnections>().ForgetAsync(campaign.Tenant, campaign.Campaign);
        await secrets.PutAsync(
            campaign.TenantId, campaign.Campaign, SecretNames.Database,
            new NpgsqlConnectionStringBuilder(address) { Port = 1 }.ConnectionString, default);

        await RecallAsync(campaign);
        (await IsWantedAsync(campaign)).ShouldBeTrue();
        await secrets.DeleteAsync(campaign.TenantId, campaign.Campaign, SecretNames.Database, default);
        await campaign.Get<CampaignConnections>().ForgetAsync(campaign.Tenant, campaign.Campaign);
        await RecallAsync(campaign);
        (await IsWantedAsync(campaign)).ShouldBeTrue("a deployment that goes on may find its database again");

        await secrets.PutAsync(campaign.TenantId, campaign.Campaign, SecretNames.Database, address, default);
        await RecallAsync(campaign);
        (await IsWantedAsync(campaign)).ShouldBeFalse();
        await AllAreThereOnceAsync(campaign);
        (await LateAsync(campaign)).ShouldBe(lost);
    }

    [Fact]
    public async Task is_done_before_a_database_goes_whoever_has_confirmed()
    {
        await using var campaign = await NoticeCampaign.AddAsync(fixture);
        var lost = await SetBackAsync(campaign, carried: 250, lost: 250);
        await SetAsync("confirmed_at = null");
        try
        {
            (await IsWantedAsync(campaign)).ShouldBeFalse("the installation that this one was copied from may live on");
            await using var lease = await campaign.Get<CampaignConnections>().RequireAsync(campaign.Tenant, campaign.Campaign, default);
            await campaign.Get<OutboxRelay>().DrainAsync(lease.Connection, campaign.Tenant, campaign.Campaign, default);
        }
        finally
        {
            await SetAsync("confirmed_at = $1");
        }

        await AllAreThereOnceAsync(campaign);
        (await LateAsync(campaign)).ShouldBe(lost);
        (await IsWantedAsync(campaign)).ShouldBeTrue("the original may have gone on until then");
        await RecallAsync(campaign);
        (await IsWantedAsync(campaign)).ShouldBeFalse();
        (await LateAsync(campaign)).ShouldBe(lost);
    }

    /// <summary>Once it is over nobody looks into an archived campaign's database again.</summary>
    [Fact]
    public async Task is_not_over_before_a_database_that_goes_is_drained()
    {
        await using var campaign = await NoticeCampaign.AddAsync(fixture);
        await SetBackAsync(campaign, carried: 5, lost: 2);
        await campaign.HappenAsync(2);
        bool isWanted;
        await using (var still = await HeldAsync(await campaign.OpenSuperuserAsync(), "lock table outbox in exclusive mode"))
        {
            await using var lease = await campaign.Get<CampaignConnections>().RequireAsync(campaign.Tenant, campaign.Campaign, default);
            var draining = campaign.Get<OutboxRelay>().DrainAsync(lease.Connection, campaign.Tenant, campaign.Campaign, default);
            await using var superuser = await fixture.OpenSuperuserAsync();
            await Polling.UntilAsync(
                () => superuser.ScalarAsync<bool>(
                    "select exists (select from pg_stat_activity where wait_event_type = 'Lock' and starts_with(query, 'delete from outbox'))", [], default), Soon);
            isWanted = await IsWantedAsync(campaign);
            await still.RunAsync("commit", [], default);
            await draining.WaitAsync(Soon);
        }

        isWanted.ShouldBeTrue();
        (await IsWantedAsync(campaign)).ShouldBeFalse();
        await AllAreThereOnceAsync(campaign);
    }

    [Theory]
    [InlineData("archived", false)]
    [InlineData("decommissioned", false)]
    [InlineData("draft", false)]
    [InlineData("provisioning", true)]
    [InlineData("completed", true)]
    [InlineData("failed", true)]
    public async Task is_wanted_of_campaigns_whose_database_is_in_use(string state, bool isWanted)
    {
        await using var campaign = await NoticeCampaign.AddAsync(fixture);
        await SetBackAsync(campaign, carried: 1, lost: 1);
        await campaign.StandAsync(state);
        (await IsWantedAsync(campaign)).ShouldBe(isWanted);
        await campaign.StandAsync("completed");
        (await IsWantedAsync(campaign)).ShouldBeTrue("it was brought back from the archive");
    }

    [Fact]
    public async Task is_not_wanted_of_a_campaign_that_was_made_since_and_wanted_again_after_another_restore()
    {
        await using var campaign = await NoticeCampaign.AddAsync(fixture);
        await SetBackAsync(campaign, carried: 2, lost: 1);
        await RecallAsync(campaign);
        fixture.Time.Pass(TimeSpan.FromSeconds(1));
        await using var younger = await NoticeCampaign.AddAsync(fixture);
        (await IsWantedAsync(younger)).ShouldBeFalse();

        var lost = await SetBackAsync(campaign, carried: 0, lost: 2);
        await RecallAsync(campaign);
        await AllAreThereOnceAsync(campaign);
        (await LateAsync(campaign)).ShouldBe(lost, "what was told of the restore before is gone with it");
    }

    /// <summary>As a restore leaves it once it was confirmed: the centre lacks the newest events that it had, and what it had told of late ones.</summary>
    private async Task<ImmutableArray<string>> SetBackAsync(NoticeCampaign campaign, int carried, int lost)
    {
        if (carried > 0)
        {
            await campaign.HappenAsync(carried);
            await campaign.RelayAsync();
        }

        await using var superuser = await fixture.OpenSuperuserAsync();
        await superuser.RunAsync("delete from audit_event where campaign_id = $1 and action = 'audit.recalled'", [campaign.CampaignId], default);
        var gone = await superuser.ListAsync(
            """
            delete from audit_event where event_id in (select event_id from audit_event where campaign_id = $1 order by event_id desc limit $2)
            returning event_id
            """, [campaign.CampaignId, lost], row => Ids.Format("evt", row.GetGuid(0)), default);
        await SetAsync("incarnation = gen_random_uuid(), began_at = $1, confirmed_at = $1");
        gone.Length.ShouldBe(lost);
        return [.. gone.Order(StringComparer.Ordinal)];
    }

    private async Task SetAsync(string change)
    {
        await using var superuser = await fixture.OpenSuperuserAsync();
        await superuser.RunAsync(
            $"update installation set {change}", change.Contains("$1", StringComparison.Ordinal) ? [fixture.Time.Now] : [], default);
    }

    private static async Task<bool> IsWantedAsync(NoticeCampaign campaign) =>
        (await campaign.Get<RelayCandidates>().RecallsAsync(default)).Contains((campaign.TenantId, campaign.CampaignId));

    private static Task RecallAsync(NoticeCampaign campaign) => campaign.Get<AuditRecall>().TryRecallAsync(campaign.Tenant, campaign.Campaign);

    private static async Task AllAreThereOnceAsync(NoticeCampaign campaign) =>
        (await campaign.EventsAsync(central: true)).ShouldBe(await campaign.EventsAsync(central: false));

    /// <summary>Every event that was told of as late, as often as it was.</summary>
    private async Task<ImmutableArray<string>> LateAsync(NoticeCampaign campaign)
    {
        await using var superuser = await fixture.OpenSuperuserAsync();
        var told = await superuser.ListAsync(
            "select after::text from audit_event where campaign_id = $1 and action = 'audit.recalled'", [campaign.CampaignId],
            row => JsonElement.Parse(row.GetString(0)), default);
        told.ShouldAllBe(t => t.GetProperty("count").GetInt32() == t.GetProperty("events").GetArrayLength());
        return [.. told.SelectMany(t => t.GetProperty("events").EnumerateArray()).Select(e => e.GetString()!).Order(StringComparer.Ordinal)];
    }

    private async Task<NpgsqlConnection> BlockAsync(NoticeCampaign campaign, string step) => step switch
    {
        "from audit a where" => await HeldAsync(await campaign.OpenSuperuserAsync(), "lock table audit in access exclusive mode"),
        "insert into audit_event" => await HeldAsync(await fixture.OpenSuperuserAsync(), "lock table audit_event in exclusive mode"),
        "insert into audit_recall" => await HeldAsync(await fixture.OpenSuperuserAsync(), "lock table audit_recall in exclusive mode"),
        _ => await HeldAsync(await fixture.OpenSuperuserAsync(), "lock table audit_recall in access exclusive mode"),
    };

    private static async Task<NpgsqlConnection> HeldAsync(NpgsqlConnection superuser, string sql)
    {
        await superuser.RunAsync("begin", [], default);
        await superuser.RunAsync(sql, [], default);
        return superuser;
    }
}
