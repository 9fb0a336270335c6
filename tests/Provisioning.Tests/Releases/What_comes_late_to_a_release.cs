using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions.Sync;
using Shouldly;
using Xunit;

namespace PrizeDraw.Provisioning.Tests.Releases;

/// <summary>Calls that are carried out after nobody waits for them any more, and what people do with pull requests of a release that goes on.</summary>
public sealed class What_comes_late_to_a_release(ReleaseStage stage) : IClassFixture<ReleaseStage>
{
    private static readonly WaveSettings Rest = new([], 100, 0);
    private static readonly ReleaseCommand ByHand = new(ReleaseStage.Admin);

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
}
