using System;
using System.Collections.Immutable;
using System.Linq;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions.Sync;
using Shouldly;
using Xunit;

namespace PrizeDraw.Provisioning.Tests.Releases;

/// <summary>Sites whose tokens are revoked: neither a dry run nor a roll-back waits for them for long, and neither keeps other releases waiting.</summary>
public sealed class Losing_sites_in_a_release(ReleaseStage stage) : IClassFixture<ReleaseStage>, IAsyncLifetime
{
    private static readonly WaveSettings Rest = new([], 100, 0);
    private static readonly ReleaseCommand ByHand = new(ReleaseStage.Admin);

    Task IAsyncLifetime.InitializeAsync() => Task.CompletedTask;

    async Task IAsyncLifetime.DisposeAsync() =>
        await stage.SqlAsync("update template_release set state = 'succeeded' where state not in ('succeeded', 'rolled_back', 'planned')");

    [Fact]
    public async Task ends_a_dry_run_which_may_be_started_nevertheless()
    {
        var (tenant, campaigns) = await stage.FleetAsync(3);
        stage.Sites.Unreached[campaigns[1]] = true;
        var release = (await stage.CreateAsync(tenant, isDryRun: true, waves: [Rest])).Id;
        await stage.UntilAsync(release, r => r.Waves[0].Counts.GetValueOrDefault("pushed") == 2);
        (await stage.Queries.FindReleaseAsync(release, default))!.State.ShouldBe("planning");
        stage.Clock.Leap(TimeSpan.FromMinutes(31));
        await stage.UntilAsync(release, "planned");
        var lost = (await stage.SitesAsync(release)).Single(s => s.CampaignId == campaigns[1]);
        (lost.State, lost.Reason).ShouldBe(("failed", "Its repository could not be reached within 30 minutes. The token was revoked."));
        stage.Sites.Runs(campaigns[1]).Select(r => $"{r.Kind} {r.Result}").ShouldBe(["preview skipped"]);

        stage.Sites.Unreached.Clear();
        (await stage.Grain(release).StartAsync(ByHand)).Refusal.ShouldBeNull();
        await stage.UntilAsync(release, "succeeded");
        (await stage.SitesAsync(release)).ShouldAllBe(s => s.State == "pushed");
    }

    [Fact]
    public async Task drops_a_dry_run_at_once()
    {
        var (tenant, campaigns) = await stage.FleetAsync(2);
        stage.Sites.Unreached[campaigns[0]] = true;
        var release = (await stage.CreateAsync(tenant, isDryRun: true, waves: [Rest])).Id;
        await stage.UntilAsync(release, r => r.Waves[0].Counts.GetValueOrDefault("pushed") == 1 && !stage.Sites.Runs(campaigns[0]).IsEmpty);
        (await stage.Grain(release).RollBackAsync(ByHand)).Refusal.ShouldBeNull();
        await stage.UntilAsync(release, "rolled_back");
        stage.Sites.Runs(campaigns[0]).Select(r => $"{r.Kind} {r.Result}").ShouldBe(["preview skipped"]);
    }

    [Fact]
    public async Task puts_a_release_back_and_tells_of_what_nobody_can_see()
    {
        var (tenant, campaigns) = await stage.FleetAsync(3);
        stage.Sites.Unreached[campaigns[2]] = true;
        var release = (await stage.CreateAsync(tenant, waves: [Rest])).Id;
        await stage.UntilAsync(release, r => r.Waves[0].Counts.GetValueOrDefault("pushed") == 2);
        stage.Clock.Leap(TimeSpan.FromMinutes(31));
        (await stage.Grain(release).RollBackAsync(ByHand)).Refusal.ShouldBeNull();
        await stage.RestartAsync();
        await stage.UntilAsync(release, r => r.Waves[0].Counts.GetValueOrDefault("rolled_back") == 2);
        (await stage.Queries.FindReleaseAsync(release, default))!.State.ShouldBe("rolling_back", "it has its time from then on");
        stage.Clock.Leap(TimeSpan.FromMinutes(31));
        var back = await stage.UntilAsync(release, "rolled_back");
        back.Message!.ShouldContain("2 sites were put back. 1 could not be.");
        var lost = (await stage.SitesAsync(release)).Single(s => s.CampaignId == campaigns[2]);
        (lost.State, lost.Reason).ShouldBe(("failed", "Its repository could not be reached within 30 minutes, and may hold what was released. The token was revoked."));
        stage.Sites.Withdrawn.ShouldContain(stage.Sites.Runs(campaigns[2]).Single().Id);
    }
}
