using System.Linq;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Sync;
using Shouldly;
using Xunit;

namespace PrizeDraw.Provisioning.Tests.Releases;

/// <summary>What people ask of a release a second time, or another person after the first.</summary>
public sealed class Asking_again(ReleaseStage stage) : IClassFixture<ReleaseStage>, IAsyncLifetime
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
    public async Task puts_a_site_back_whose_first_roll_back_people_closed()
    {
        var (tenant, campaigns) = await stage.FleetAsync(2);
        stage.Sites.BackOutcomes[campaigns[0]] = "conflict_pull_request";
        var release = (await stage.CreateAsync(tenant, waves: [Rest])).Id;
        await stage.UntilAsync(release, "succeeded");
        await BackAsync(release);
        var waiting = (await stage.SitesAsync(release)).Single(s => s.CampaignId == campaigns[0]);
        waiting.Reason.ShouldNotBeNull().ShouldStartWith("It can't be put back by itself: the roll-back waits in a pull request.");

        // While it is open, that is still what is told.
        await BackAsync(release);
        (await stage.SitesAsync(release)).Single(s => s.CampaignId == campaigns[0]).Reason.ShouldBe(waiting.Reason);

        stage.Sites.CloseBack(campaigns[0]);
        stage.Sites.BackOutcomes.Clear();
        await BackAsync(release);
        (await stage.SitesAsync(release)).ShouldAllBe(s => s.State == "rolled_back");
        stage.Sites.Versions[campaigns[0]].ShouldBe("v1");
        (await stage.Grain(release).RollBackAsync(ByHand)).Refusal!.Code.ShouldBe("release.wrong_state");
    }

    [Fact]
    public async Task drops_a_dry_run_while_another_release_is_under_way()
    {
        var (tenant, _) = await stage.FleetAsync(2);
        var dry = (await stage.CreateAsync(tenant, isDryRun: true, waves: [Rest])).Id;
        await stage.UntilAsync(dry, "planned");
        stage.Sites.Holds = true;
        await stage.CreateAsync(tenant, waves: [Rest]);
        for (var i = 0; i < 2; i++)
        {
            var dropped = await stage.Grain(dry).RollBackAsync(ByHand);
            dropped.Refusal.ShouldBeNull();
            (dropped.Value!.State, dropped.Value.Message, dropped.Value.EndedAt is null).ShouldBe(("rolled_back", "The dry run was ended; nothing had been pushed.", false));
        }

        (await stage.Grain(dry).StartAsync(ByHand)).Refusal!.Code.ShouldBe("release.wrong_state");
    }

    [Fact]
    public async Task names_who_started_it_and_not_who_made_the_dry_run()
    {
        var (tenant, campaigns) = await stage.FleetAsync(1);
        var release = (await stage.CreateAsync(tenant, isDryRun: true, waves: [Rest])).Id;
        await stage.UntilAsync(release, "planned");
        (await stage.Grain(release).StartAsync(new ReleaseCommand(new Actor("usr_starter", Roles.SuperAdmin)))).Refusal.ShouldBeNull();
        await stage.RestartAsync();
        await stage.UntilAsync(release, "succeeded");
        stage.Sites.Askers[campaigns[0]].ShouldBe("usr_starter");
    }

    private async Task BackAsync(string release)
    {
        (await stage.Grain(release).RollBackAsync(ByHand)).Refusal.ShouldBeNull();
        await stage.UntilAsync(release, "rolled_back");
    }
}
