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

/// <summary>In a restored installation a release begins no site and puts none back until somebody has confirmed it.</summary>
public sealed class Holding_a_release(ReleaseStage stage) : IClassFixture<ReleaseStage>
{
    private static readonly WaveSettings Half = new([], 50, 0), Rest = new([], 100, 0);
    private static readonly ReleaseCommand ByHand = new(ReleaseStage.Admin);

    [Fact]
    public async Task waits_for_the_confirmation_with_all_that_is_left_of_it()
    {
        var (tenant, campaigns) = await stage.FleetAsync(4);
        stage.Sites.Holds = true;
        var release = (await stage.CreateAsync(tenant, waves: [Half, Rest])).Id;
        await stage.UntilAsync(release, r => r.Waves[0].Counts.GetValueOrDefault("running") == 2 && stage.Sites.Begun(campaigns) == 2);

        await stage.SqlAsync("update installation set incarnation = gen_random_uuid(), began_at = now(), confirmed_at = null");
        await stage.Held.HoldsAsync(release, () => stage.Grain(release).WakeAsync());
        stage.Sites.Holds = false;
        foreach (var asked in (Func<Task<Result<ReleaseView>>>[])
        [
            () => stage.Grain(release).StartAsync(ByHand), () => stage.Grain(release).ResumeAsync(ByHand), () => stage.Grain(release).RollBackAsync(ByHand),
            () => stage.AskAsync(tenant, waves: [Rest]),
        ])
        {
            (await asked()).Refusal!.Code.ShouldBe("installation.unconfirmed");
        }

        stage.Clock.Leap(TimeSpan.FromHours(1));
        await stage.Held.HoldsAsync(release, () => stage.Grain(release).WakeAsync());
        (stage.Sites.Begun(campaigns), stage.Sites.Done.Count(done => campaigns.Any(c => done.StartsWith(c, StringComparison.Ordinal)))).ShouldBe((2, 0));
        (await stage.Queries.FindReleaseAsync(release, default))!.State.ShouldBe("running");

        await stage.SqlAsync("update installation set confirmed_at = now()");
        await stage.UntilAsync(release, "succeeded");
        stage.Sites.Begun(campaigns).ShouldBe(4);
    }
}
