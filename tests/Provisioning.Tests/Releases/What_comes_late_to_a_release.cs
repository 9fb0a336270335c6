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

/// <summary>Calls that are carried out after nobody waits for them any more, and what people do with pull requests of a release that goes on.</summary>
public sealed class What_comes_late_to_a_release(ReleaseStage stage) : IClassFixture<ReleaseStage>, IAsyncLifetime
{
    private static readonly WaveSettings Rest = new([], 100, 0);
    private static readonly ReleaseCommand ByHand = new(ReleaseStage.Admin);

    Task IAsyncLifetime.InitializeAsync() => Task.CompletedTask;

    async Task IAsyncLifetime.DisposeAsync()
    {
        stage.Sites.Holds = false;
        await stage.SqlAsync("update template_release set state = 'succeeded' where state not in ('succeeded', 'rolled_back', 'planned')");
    }

    [Fact]
    public async Task begins_nothing_by_a_call_that_is_carried_out_after_it_was_put_back()
    {
        var (tenant, campaigns) = await stage.FleetAsync(2);
        stage.Sites.Late[campaigns[0]] = [];
        var release = (await stage.CreateAsync(tenant, waves: [Rest])).Id;
        await stage.UntilAsync(release, r => r.Waves[0].Counts.GetValueOrDefault("pushed") == 1 && !stage.Sites.Late[campaigns[0]].IsEmpty);
        (await stage.Grain(release).RollBackAsync(ByHand)).Refusal.ShouldBeNull();
        await stage.UntilAsync(release, "rolled_back");
        var site = (await stage.SitesAsync(release)).Single(s => s.CampaignId == campaigns[0]);
        (site.State, site.Reason).ShouldBe(("skipped", "The release ended before its turn."));
        await stage.Sites.CarryOut(tenant, campaigns[0]);
        stage.Sites.Runs(campaigns[0]).Select(r => $"{r.Kind} {r.Result}").ShouldBe(["sync skipped"]);
    }

    [Fact]
    public async Task judges_a_pull_request_that_is_merged_while_it_goes_on_with_its_wave()
    {
        var (release, campaigns) = await SoakingAsync();
        stage.Sites.Holds = true;
        stage.Sites.Merge(campaigns[0]);
        await StateAsync(release, campaigns[0], "running");
        stage.Clock.Leap(TimeSpan.FromMinutes(10));
        var looked = stage.Sites.LookedForReviews;
        await stage.UntilAsync(release, _ => HasLookedAfterItsTimeAsync(release).Result);
        (await stage.Queries.FindReleaseAsync(release, default))!.Waves[0].State.ShouldBe("soaking", "it is being built");
        stage.Sites.Holds = false;
        await stage.UntilAsync(release, "succeeded");
        (await stage.SitesAsync(release)).ShouldAllBe(s => s.State == "pushed" && s.Health == "healthy");
        stage.Sites.LookedForReviews.ShouldBe(looked, "nothing is open any more");
    }

    [Fact]
    public async Task is_put_back_from_the_wave_of_a_pull_request_that_is_worse_once_it_was_merged()
    {
        var (tenant, campaigns) = await stage.FleetAsync(2);
        stage.Sites.Outcomes[campaigns[0]] = "pull_request";
        var release = (await stage.CreateAsync(tenant, waves: [new([campaigns[0]], null, 0), new([], 100, 60)])).Id;
        await stage.UntilAsync(release, r => r.Waves[1].State == "soaking");
        stage.Sites.Merge(campaigns[0], "unhealthy");
        await stage.RestartAsync();
        var back = await stage.UntilAsync(release, "rolled_back");
        back.Waves.Select(w => w.State).ShouldBe(["rolled_back", "rolled_back"]);
        back.Message!.ShouldStartWith("Wave 1: 1 site is worse than before. The wave is put back. The build failed.");
        (await stage.SitesAsync(release)).ShouldAllBe(s => s.State == "rolled_back");
        campaigns.ShouldAllBe(c => stage.Sites.Versions[c] == "v1");
    }

    [Fact]
    public async Task tells_that_a_pull_request_was_closed_and_has_nothing_to_put_back_there()
    {
        var (release, campaigns) = await SoakingAsync();
        stage.Sites.Close(campaigns[0]);
        await StateAsync(release, campaigns[0], "refused");
        (await stage.SitesAsync(release)).Single(s => s.CampaignId == campaigns[0]).Reason.ShouldBe("Its pull request was closed without being merged.");
        (await stage.Grain(release).RollBackAsync(ByHand)).Refusal.ShouldBeNull();
        await stage.UntilAsync(release, "rolled_back");
        stage.Sites.Runs(campaigns[0]).Select(r => r.Kind).ShouldBe(["sync"]);
        (await stage.SitesAsync(release)).Single(s => s.CampaignId == campaigns[0]).State.ShouldBe("refused");
    }

    [Fact]
    public async Task follows_a_merge_while_it_is_paused_and_judges_it_when_it_goes_on()
    {
        var (release, campaigns) = await SoakingAsync();
        (await stage.Grain(release).PauseAsync(ByHand)).Refusal.ShouldBeNull();
        stage.Sites.Merge(campaigns[0], "unhealthy");
        await StateAsync(release, campaigns[0], "pushed");
        (await stage.Queries.FindReleaseAsync(release, default))!.State.ShouldBe("paused");
        (await stage.Grain(release).ResumeAsync(ByHand)).Refusal.ShouldBeNull();
        await stage.UntilAsync(release, "rolled_back");
        (await stage.SitesAsync(release)).ShouldAllBe(s => s.State == "rolled_back");
    }

    /// <summary>A release that soaks for ten minutes with one of its two sites in a pull request.</summary>
    private async Task<(string Release, ImmutableArray<string> Campaigns)> SoakingAsync()
    {
        var (tenant, campaigns) = await stage.FleetAsync(2);
        stage.Sites.Outcomes[campaigns[0]] = "pull_request";
        var release = (await stage.CreateAsync(tenant, waves: [new([], 100, 10)])).Id;
        await stage.UntilAsync(release, r => r.Waves[0].State == "soaking");
        return (release, campaigns);
    }

    private Task StateAsync(string release, string campaign, string state) =>
        stage.UntilAsync(release, _ => stage.SitesAsync(release).Result.Single(s => s.CampaignId == campaign).State == state);

    private async Task<bool> HasLookedAfterItsTimeAsync(string release) => (await stage.SqlAsync(
        $"""
        select 1 from template_release where release_id = '{Ids.Parse(Ids.Release, release)}'
          and (waves->0->>'lookedAt')::timestamptz >= (waves->0->>'soaksUntil')::timestamptz
        """)).Count > 0;
}
