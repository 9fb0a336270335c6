using System;
using System.Linq;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Sync;
using Shouldly;
using Xunit;

namespace PrizeDraw.Provisioning.Tests.Releases;

/// <summary>A campaign is archived, or removed for good, while its wave soaks: that its page is gone says nothing of what was released.</summary>
public sealed class Taking_a_site_away_in_a_release(ReleaseStage stage) : IClassFixture<ReleaseStage>
{
    private static readonly WaveSettings Rest = new([], 100, 0);

    [Theory]
    [InlineData("update campaign set state = 'archived' where campaign_id = '{0}'")]
    [InlineData("update campaign set state = 'decommissioned' where campaign_id = '{0}'")]
    [InlineData("with run as (insert into deployment (tenant_id, deployment_id, campaign_id, kind, state, started_at) select tenant_id, gen_random_uuid(), campaign_id, 'archive', 'running', now() from campaign where campaign_id = '{0}' returning deployment_id) update campaign set deployment_id = run.deployment_id from run where campaign_id = '{0}'")]
    public async Task does_not_take_a_site_for_worse_that_is_taken_away_while_it_soaks(string how)
    {
        var (tenant, campaigns) = await stage.FleetAsync(3, "completed");
        var release = (await stage.CreateAsync(tenant, waves: [new([campaigns[0], campaigns[1]], null, 30), Rest])).Id;
        await stage.UntilAsync(release, r => r.Waves[0].State == "soaking");
        await stage.UntilAsync(release, _ => LookedAsync(release).Result);
        var gone = (await stage.SitesAsync(release)).Single(s => s.CampaignId == campaigns[0]);
        stage.Down[new Uri(gone.SiteUrl!).Host] = int.MaxValue;
        stage.Clock.Leap(TimeSpan.FromMinutes(2));
        await stage.UntilAsync(release, _ => SuspectAsync(release).Result);
        await stage.SqlAsync(how.Replace("{0}", Ids.Parse(Ids.Campaign, campaigns[0]).ToString(), StringComparison.Ordinal));
        stage.Clock.Leap(TimeSpan.FromMinutes(31));
        await stage.UntilAsync(release, r => r.State is "succeeded" or "rolled_back" or "rolling_back");
        (await stage.SitesAsync(release)).ShouldAllBe(s => s.State == "pushed" && s.Health == "healthy");
    }

    private async Task<bool> LookedAsync(string release) => (await stage.SqlAsync(
        $"select 1 from template_release where release_id = '{Ids.Parse(Ids.Release, release)}' and waves->0->>'lookedAt' is not null")).Count > 0;

    private async Task<bool> SuspectAsync(string release) =>
        (await stage.SqlAsync($"select 1 from release_site where release_id = '{Ids.Parse(Ids.Release, release)}' and is_suspect")).Count > 0;
}
