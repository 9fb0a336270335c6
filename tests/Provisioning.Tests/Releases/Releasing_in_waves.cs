using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Sync;
using Shouldly;
using Xunit;

namespace PrizeDraw.Provisioning.Tests.Releases;

/// <summary>The grain of a release, with sites that come out as each test says.</summary>
public sealed class Releasing_in_waves(ReleaseStage stage) : IClassFixture<ReleaseStage>, IAsyncLifetime
{
    private static readonly WaveSettings Canary = new([], 10, 20), Half = new([], 50, 20), Rest = new([], 100, 0);
    private static readonly ReleaseCommand ByHand = new(ReleaseStage.Admin);

    Task IAsyncLifetime.InitializeAsync() => Task.CompletedTask;

    async Task IAsyncLifetime.DisposeAsync()
    {
        (stage.Sites.Holds, stage.Sites.LosesAnswers) = (false, false);
        stage.Down.Clear();
        await stage.SqlAsync("update template_release set state = 'succeeded' where state not in ('succeeded', 'rolled_back', 'planned')");
    }

    [Fact]
    public async Task takes_a_canary_first_and_the_next_wave_once_it_was_well_for_as_long_as_it_soaks()
    {
        var (tenant, campaigns) = await stage.FleetAsync(20);
        var release = (await stage.CreateAsync(tenant, waves: [Canary, Half, Rest])).Id;
        var soaking = await stage.UntilAsync(release, r => r.Waves[0].State == "soaking");
        soaking.Waves.Select(w => w.Sites).ShouldBe([2, 8, 10]);
        soaking.Waves[0].Counts["pushed"].ShouldBe(2);
        soaking.Waves[0].SoaksUntil.ShouldNotBeNull();
        Pushed(campaigns).ShouldBe(2);

        stage.Clock.Leap(TimeSpan.FromMinutes(20));
        soaking = await stage.UntilAsync(release, r => r.Waves[1].State == "soaking");
        soaking.Waves[0].State.ShouldBe("succeeded");
        Pushed(campaigns).ShouldBe(10);
        (await stage.SitesAsync(release)).Where(s => s.Wave == 3).ShouldAllBe(s => s.State == "pending");

        stage.Clock.Leap(TimeSpan.FromMinutes(20));
        var done = await stage.UntilAsync(release, "succeeded");
        done.EndedAt.ShouldNotBeNull();
        (await stage.SitesAsync(release)).ShouldAllBe(s => s.State == "pushed" && s.Health == "healthy" && s.FromTag == "v1");
        Pushed(campaigns).ShouldBe(20);
        stage.Sites.AtOnceMax(tenant).ShouldBe(4, "of one account");
        (await AuditAsync(release)).ShouldContain("release.succeeded");
        (await stage.SqlAsync($"select action from audit_event where tenant_id = '{Ids.Parse(Ids.Tenant, tenant)}' and action = 'release.site_changed'")).Count.ShouldBeGreaterThanOrEqualTo(20);
    }

    [Fact]
    public async Task puts_a_bad_canary_back_by_itself_and_begins_nothing_else()
    {
        var (tenant, campaigns) = await stage.FleetAsync(20);
        foreach (var campaign in campaigns)
        {
            stage.Sites.Outcomes[campaign] = "unhealthy";
        }

        var release = (await stage.CreateAsync(tenant, waves: [Canary, Rest])).Id;
        var back = await stage.UntilAsync(release, "rolled_back");
        back.Waves.Select(w => w.State).ShouldBe(["rolled_back", "pending"]);
        back.Message.ShouldBe("Wave 1: 2 sites are worse than before. The wave is put back. The build failed. 2 sites were put back.");
        var sites = await stage.SitesAsync(release);
        sites.Where(s => s.Wave == 1).ShouldAllBe(s => s.State == "rolled_back");
        sites.Where(s => s.Wave == 2).ShouldAllBe(s => s.State == "skipped");
        stage.Sites.Done.Count(d => campaigns.Contains(d.Split(' ')[0])).ShouldBe(4);
        campaigns.ShouldAllBe(c => stage.Sites.Versions.GetValueOrDefault(c, "v1") == "v1");
        (await NoticesAsync(release)).ShouldBe(["release.rolled_back"]);
    }

    [Fact]
    public async Task only_stops_where_it_is_not_to_roll_back_and_goes_on_or_back_when_a_person_says_so()
    {
        var (tenant, campaigns) = await stage.FleetAsync(4);
        (stage.Sites.Outcomes[campaigns[0]], stage.Sites.Outcomes[campaigns[3]]) = ("unhealthy", "pull_request");
        var release = (await stage.CreateAsync(tenant, new ReleaseSettings([], RollsBack: false), waves: [new([campaigns[0], campaigns[1]], null, 0), Rest])).Id;
        var paused = await stage.UntilAsync(release, "paused");
        paused.Waves[0].State.ShouldBe("failed");
        paused.Message!.ShouldStartWith("Wave 1: 1 site is worse than before. Nothing is put back by itself.");
        (await NoticesAsync(release)).ShouldBe(["release.paused"]);
        (await stage.SitesAsync(release)).Where(s => s.Wave == 2).ShouldAllBe(s => s.State == "pending");

        (await stage.Grain(release).ResumeAsync(ByHand)).Refusal.ShouldBeNull();
        await stage.UntilAsync(release, "succeeded");
        Counts(await stage.SitesAsync(release)).ShouldBe("pull_request 1, pushed 3");

        (await stage.Grain(release).RollBackAsync(ByHand)).Refusal.ShouldBeNull();
        await stage.UntilAsync(release, "rolled_back");
        Counts(await stage.SitesAsync(release)).ShouldBe("rolled_back 4");
        stage.Sites.Done.Count(d => campaigns.Contains(d.Split(' ')[0]) && d.EndsWith("rollback", StringComparison.Ordinal)).ShouldBe(4);
        (await stage.Grain(release).RollBackAsync(ByHand)).Refusal!.Code.ShouldBe("release.wrong_state");
    }

    [Fact]
    public async Task sees_a_site_die_while_it_soaks_but_not_for_one_answer_that_was_missing()
    {
        var (tenant, campaigns) = await stage.FleetAsync(2);
        var release = (await stage.CreateAsync(tenant, waves: [new([campaigns[0]], null, 30), Rest])).Id;
        await stage.UntilAsync(release, r => r.Waves[0].State == "soaking");
        var site = new Uri((await stage.SitesAsync(release))[0].SiteUrl!).Host;
        await LookedAsync(release);
        stage.Down[site] = 1;
        var looks = stage.Looks[site];
        stage.Clock.Leap(TimeSpan.FromMinutes(2));
        await stage.UntilAsync(release, _ => SuspectAsync(release).Result || stage.Looks[site] > looks + 1);
        stage.Clock.Leap(TimeSpan.FromSeconds(15));
        await stage.UntilAsync(release, _ => stage.Looks[site] > looks + 1 && !SuspectAsync(release).Result);
        (await stage.SitesAsync(release))[0].Health.ShouldBe("healthy");

        stage.Down[site] = int.MaxValue;
        stage.Clock.Leap(TimeSpan.FromMinutes(2));
        await stage.UntilAsync(release, r => r.State == "rolled_back" || SuspectAsync(release).Result);
        stage.Clock.Leap(TimeSpan.FromSeconds(15));
        var back = await stage.UntilAsync(release, "rolled_back");
        back.Message!.ShouldContain("The site answered 502");
        stage.Sites.Versions[campaigns[0]].ShouldBe("v1");
    }

    [Fact]
    public async Task sees_more_of_what_people_send_refused_than_before()
    {
        var (tenant, campaigns) = await stage.FleetAsync(1);
        stage.Counts[campaigns[0]] = (100, 2);
        var release = (await stage.CreateAsync(tenant, waves: [new([], 100, 30)])).Id;
        await stage.UntilAsync(release, r => r.Waves[0].State == "soaking");
        stage.Counts[campaigns[0]] = (130, 12);
        stage.Clock.Leap(TimeSpan.FromMinutes(2));
        var back = await stage.UntilAsync(release, "rolled_back");
        back.Message!.ShouldContain("Of what people sent since, 25 % was refused; before it was 1 %.");
    }

    [Fact]
    public async Task says_in_a_dry_run_what_would_become_of_each_site_and_pushes_nothing_until_it_is_started()
    {
        var (tenant, campaigns) = await stage.FleetAsync(6);
        (stage.Sites.Outcomes[campaigns[0]], stage.Sites.Outcomes[campaigns[1]], stage.Sites.Outcomes[campaigns[2]]) = ("conflict_pull_request", "up_to_date", "failed");
        await stage.SqlAsync($"update site_sync set is_pinned = true where campaign_id = '{Ids.Parse(Ids.Campaign, campaigns[3])}'");
        var release = (await stage.CreateAsync(tenant, isDryRun: true, waves: [Rest])).Id;
        var planned = await stage.UntilAsync(release, "planned");
        planned.StartedAt.ShouldBeNull();
        Counts(await stage.SitesAsync(release)).ShouldBe("conflict_pull_request 1, failed 1, held 1, pushed 2, up_to_date 1");
        (Pushed(campaigns), stage.Sites.Done.Count(d => campaigns.Contains(d.Split(' ')[0]))).ShouldBe((0, 0));

        (await stage.Grain(release).StartAsync(ByHand)).Refusal.ShouldBeNull();
        await stage.UntilAsync(release, "succeeded");
        Counts(await stage.SitesAsync(release)).ShouldBe("conflict_pull_request 1, failed 1, held 1, pushed 2, up_to_date 1");
        Pushed(campaigns).ShouldBe(2);
    }

    [Fact]
    public async Task tells_of_sites_that_could_not_be_synced_and_goes_on_with_the_rest()
    {
        var (tenant, campaigns) = await stage.FleetAsync(6);
        string[] outcomes = ["failed", "refused", "campaign.wrong_state", "template.invalid", "skipped"];
        for (var i = 0; i < outcomes.Length; i++)
        {
            stage.Sites.Outcomes[campaigns[i]] = outcomes[i];
        }

        var release = (await stage.CreateAsync(tenant, waves: [Rest])).Id;
        await stage.UntilAsync(release, "succeeded");
        (await stage.SitesAsync(release)).Select(s => s.State).ShouldBe(["failed", "refused", "skipped", "refused", "skipped", "pushed"]);
        (await stage.SitesAsync(release))[0].Reason.ShouldBe("It was archived.");
    }

    [Fact]
    public async Task leaves_out_who_closes_soon_or_was_pinned_before_its_turn()
    {
        var (tenant, campaigns) = await stage.FleetAsync(3);
        await stage.SqlAsync($"update campaign set closes_at = now() + interval '47 hours' where campaign_id = '{Ids.Parse(Ids.Campaign, campaigns[0])}'");
        var release = (await stage.CreateAsync(tenant, waves: [new([campaigns[1]], null, 20), Rest])).Id;
        await stage.UntilAsync(release, r => r.Waves[0].State == "soaking");
        await stage.SqlAsync($"update site_sync set is_pinned = true where campaign_id = '{Ids.Parse(Ids.Campaign, campaigns[2])}'");
        stage.Clock.Leap(TimeSpan.FromMinutes(20));
        await stage.UntilAsync(release, "succeeded");
        Counts(await stage.SitesAsync(release)).ShouldBe("held 2, pushed 1");
    }

    [Fact]
    public async Task goes_past_a_site_that_is_busy_for_long_and_takes_it_up_when_it_can()
    {
        var (tenant, campaigns) = await stage.FleetAsync(3);
        stage.Sites.Outcomes[campaigns[0]] = "template.sync_under_way";
        var release = (await stage.CreateAsync(tenant, waves: [new([campaigns[0]], null, 0), Rest])).Id;
        await stage.UntilAsync(release, r => r.Waves[0].Counts.GetValueOrDefault("running") == 1);
        stage.Clock.Leap(TimeSpan.FromMinutes(31));
        var waiting = await stage.UntilAsync(release, r => r.Waves[1].State == "succeeded");
        (waiting.State, waiting.Waves[0].Counts["running"]).ShouldBe(("running", 1));
        stage.Sites.Outcomes[campaigns[0]] = "unhealthy";
        var back = await stage.UntilAsync(release, "rolled_back");
        back.Waves.Select(w => w.State).ShouldBe(["rolled_back", "rolled_back"]);
        Counts(await stage.SitesAsync(release)).ShouldBe("rolled_back 3");
    }

    [Fact]
    public async Task begins_nothing_while_it_is_paused()
    {
        var (tenant, campaigns) = await stage.FleetAsync(12);
        stage.Sites.Holds = true;
        var release = (await stage.CreateAsync(tenant, waves: [Rest])).Id;
        // Begun at the sites too: one that was only meant to begin stays as it is until the release goes on.
        await stage.UntilAsync(release, r => r.Waves[0].Counts.GetValueOrDefault("running") == 4 && stage.Sites.Begun(campaigns) == 4);
        (await stage.Grain(release).PauseAsync(ByHand)).Value!.State.ShouldBe("paused");
        stage.Sites.Holds = false;
        var paused = await stage.UntilAsync(release, r => r.Waves[0].Counts.GetValueOrDefault("pushed") == 4);
        (paused.State, paused.Waves[0].Counts["pending"]).ShouldBe(("paused", 8));
        (await stage.Grain(release).PauseAsync(ByHand)).Refusal.ShouldBeNull();
        (await stage.Grain(release).ResumeAsync(ByHand)).Value!.State.ShouldBe("running");
        await stage.UntilAsync(release, "succeeded");
        Pushed(campaigns).ShouldBe(12);
    }

    [Fact]
    public async Task begins_no_site_that_was_busy_once_it_is_paused_or_put_back()
    {
        var (tenant, campaigns) = await stage.FleetAsync(1);
        stage.Sites.Outcomes[campaigns[0]] = "template.sync_under_way";
        var release = (await stage.CreateAsync(tenant, waves: [Rest])).Id;
        await stage.UntilAsync(release, r => r.Waves[0].Counts.GetValueOrDefault("running") == 1 && stage.Sites.Refused.ContainsKey(campaigns[0]));
        (await stage.Grain(release).PauseAsync(ByHand)).Value!.State.ShouldBe("paused");
        stage.Sites.Outcomes[campaigns[0]] = "pushed";
        var looked = stage.Sites.LookedFor;
        await stage.UntilAsync(release, _ => stage.Sites.LookedFor > looked + 1);
        (await stage.SitesAsync(release)).Single().State.ShouldBe("running");

        (await stage.Grain(release).RollBackAsync(ByHand)).Refusal.ShouldBeNull();
        await stage.UntilAsync(release, "rolled_back");
        (await stage.SitesAsync(release)).Single().ShouldSatisfyAllConditions(
            s => s.State.ShouldBe("skipped"), s => s.Reason.ShouldBe("The release ended before its turn."));
        stage.Sites.Done.ShouldNotContain(d => d.StartsWith(campaigns[0], StringComparison.Ordinal));
    }

    [Fact]
    public async Task says_whether_an_entry_is_rehearsed_at_a_sites_deployment()
    {
        var (tenant, campaigns) = await stage.FleetAsync(2);
        stage.Sites.Holds = true;
        var release = (await stage.CreateAsync(tenant, new ReleaseSettings([], Rehearses: false), waves: [Rest])).Id;
        await stage.SqlAsync(
            $"""
            insert into site_sync_run (tenant_id, sync_id, campaign_id, kind, release_id, nonce, wanted, base_before, state, created_at)
            select tenant_id, gen_random_uuid(), campaign_id, 'sync', '{Ids.Parse(Ids.Release, release)}', '0', '{"{}"}', '{"{}"}', 'deploying', now()
            from campaign where campaign_id = '{Ids.Parse(Ids.Campaign, campaigns[0])}'
            """);
        (await stage.RehearsesAsync(tenant, campaigns[0]), await stage.RehearsesAsync(tenant, campaigns[1])).ShouldBe((false, true));
        stage.Sites.Holds = false;
        await stage.UntilAsync(release, "succeeded");
    }

    [Fact]
    public async Task is_refused_where_it_makes_no_sense_or_another_is_under_way()
    {
        var (tenant, campaigns) = await stage.FleetAsync(2);
        (await stage.AskAsync(tenant, waves: [new([], 50, 0)])).Refusal!.Errors!.Keys.ShouldBe(["waves[0].percent"]);
        (await stage.AskAsync(tenant, waves: [new([Ids.New(Ids.Campaign, stage.Clock.GetUtcNow())], null, 0), Rest])).Refusal!.Errors!.Keys.ShouldBe(["waves[0].campaignIds"]);
        (await stage.Grain(stage.NewId()).PauseAsync(ByHand)).Refusal!.Code.ShouldBe("release.not_found");
        var unknown = await stage.Grain(stage.NewId()).CreateAsync(new CreateRelease(ReleaseStage.Admin, "v99", [], [Rest], new ReleaseSettings([tenant]), false));
        (unknown.Refusal!.Code, stage.Sites.LookedForVersions).ShouldBe(("template.version_unknown", 1));

        stage.Sites.Holds = true;
        var id = stage.NewId();
        var release = await stage.CreateAsync(tenant, id: id, waves: [Rest]);
        (await stage.CreateAsync(tenant, id: id, waves: [Rest])).CreatedAt.ShouldBe(release.CreatedAt);
        var other = await stage.AskAsync(tenant, waves: [Rest]);
        (other.Refusal!.Code, other.Refusal.Detail.Contains(release.Id, StringComparison.Ordinal)).ShouldBe(("release.under_way", true));
        (await stage.Grain(release.Id).StartAsync(ByHand)).Refusal.ShouldBeNull();
        (await stage.Grain(release.Id).ResumeAsync(ByHand)).Refusal.ShouldBeNull();
        stage.Sites.Holds = false;
        await stage.UntilAsync(release.Id, "succeeded");
        (await stage.Grain(release.Id).PauseAsync(ByHand)).Refusal!.Code.ShouldBe("release.wrong_state");
        campaigns.Length.ShouldBe(2);
    }

    private int Pushed(ImmutableArray<string> campaigns) => campaigns.Count(c => stage.Sites.Done.Count(d => d == $"{c} pushed" || d == $"{c} unhealthy") == 1);

    private static string Counts(ImmutableArray<ReleaseSiteView> sites) =>
        string.Join(", ", sites.CountBy(s => s.State).OrderBy(c => c.Key, StringComparer.Ordinal).Select(c => $"{c.Key} {c.Value}"));

    private Task<List<string>> AuditAsync(string release) => stage.SqlAsync($"select action from audit_event where subject = '{release}'");

    private async Task<bool> SuspectAsync(string release) =>
        (await stage.SqlAsync($"select 1 from release_site where release_id = '{Ids.Parse(Ids.Release, release)}' and is_suspect")).Count > 0;

    private Task LookedAsync(string release) => stage.UntilAsync(
        release, _ => stage.SqlAsync($"select 1 from template_release where release_id = '{Ids.Parse(Ids.Release, release)}' and waves->0->>'lookedAt' is not null").Result.Count > 0);

    /// <summary>What people were told, whether it still waits or was carried.</summary>
    private async Task<string[]> NoticesAsync(string release) =>
    [
        .. (await stage.SqlAsync(
            $"select body->>'kind' from outbox where body->>'release' = '{release}' union all select kind from notice where body->>'release' = '{release}'")).Order(StringComparer.Ordinal),
    ];
}
