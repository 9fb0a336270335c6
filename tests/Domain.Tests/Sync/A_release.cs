using System;
using System.Collections.Immutable;
using System.Linq;
using PrizeDraw.Domain.Sync;
using Shouldly;
using Xunit;

namespace PrizeDraw.Domain.Tests.Sync;

public sealed class A_release
{
    private const int Runs = 100, StepsMax = 3_000;
    private static readonly DateTimeOffset Noon = new(2026, 12, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>The model checks at every step that no wave is begun before the one before it was healthy for as long as it soaks, and that nothing is begun while it is paused.</summary>
    [Fact] public void goes_wave_by_wave_ends_and_puts_back_each_site_once()
    {
        for (var seed = 1; seed <= Runs; seed++)
        {
            try
            {
                Run(new ReleaseModel(new Random(seed)));
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"Seed {seed}.", e);
            }
        }
    }

    [Fact] public void begins_nothing_more_of_a_wave_that_is_surely_worse()
    {
        var release = Running(0, Site(1, "pushed", false), Site(2, "running"), Site(3, "pending"));
        Releases.Next(release, new(), Noon).ShouldBe(new ReleaseMove.FailWave(1));
        Releases.Next(release with { UnhealthyMax = 34 }, new(), Noon).ShouldBeOfType<ReleaseMove.Begin>();
        // Those that could not be pushed to are no measure of health.
        Releases.Next(release with { UnhealthyMax = 34, Sites = [.. release.Sites.Take(1), Site(2, "refused"), Site(3, "failed")] }, new(), Noon)
            .ShouldBe(new ReleaseMove.FailWave(1));
    }

    [Fact] public void does_not_wait_for_a_site_that_cannot_be_reached_but_follows_it_to_its_end()
    {
        var late = Site(2, "running") with { IsLate = true };
        var release = Running(0, Site(1, "up_to_date"), late);
        Releases.Next(release, new(), Noon).ShouldBe(new ReleaseMove.PassWave(1));
        release = release with { Waves = [new(1, "succeeded", null, null)] };
        Releases.Next(release, new(), Noon).ShouldBe(new ReleaseMove.Wait(null));
        Releases.Next(release with { Sites = [late with { State = "pushed", IsIn = true, IsHealthy = false, IsLate = false }] }, new(), Noon).ShouldBe(new ReleaseMove.FailWave(1));
        Releases.Next(release with { Sites = [Site(2, "refused")] }, new(), Noon).ShouldBe(new ReleaseMove.Succeed());
    }

    [Fact] public void keeps_nobody_waiting_for_a_site_that_cannot_be_reached_once_nothing_is_pushed()
    {
        var late = Site(2, "running") with { IsLate = true };
        foreach (var (state, ends) in new (string, ReleaseMove)[] { ("planning", new ReleaseMove.EndPlanning()), ("rolling_back", new ReleaseMove.EndRollBack()) })
        {
            var release = Running(0, Site(1, "up_to_date"), late) with { State = state, RollsBackFrom = 1 };
            Releases.Next(release, new(), Noon).ShouldBeOfType<ReleaseMove.GiveUp>().Sites.ShouldBe([late.Campaign]);
            Releases.Next(release with { Sites = [late with { IsLate = false }] }, new(), Noon).ShouldBe(new ReleaseMove.Wait(null));
            Releases.Next(release with { Sites = [late with { State = "failed", IsLate = false }] }, new(), Noon).ShouldBe(ends);
        }
    }

    [Fact] public void waits_for_what_was_merged_to_be_built_and_for_no_open_pull_request()
    {
        var release = Running(0, Site(1, "pushed", true), Site(2, "pull_request") with { IsIn = true }) with { Waves = [new(1, "soaking", Noon, Noon)] };
        Releases.Next(release, new(), Noon).ShouldBe(new ReleaseMove.PassWave(1));
        Releases.FollowsReview("running", release.Sites[1]).ShouldBeTrue();
        Releases.FollowsReview("paused", release.Sites[1]).ShouldBeTrue();
        Releases.FollowsReview("rolling_back", release.Sites[1]).ShouldBeFalse();
        Releases.FollowsReview("running", release.Sites[1] with { IsIn = false }).ShouldBeFalse();
        var merged = release with { Sites = [release.Sites[0], Site(2, "running") with { IsIn = true }] };
        Releases.Next(merged, new(), Noon).ShouldBe(new ReleaseMove.Wait(null));
        Releases.Next(merged with { Waves = [new(1, "succeeded", null, null)] }, new(), Noon).ShouldBe(new ReleaseMove.Wait(null));
        Releases.Next(merged with { Sites = [release.Sites[0], Site(2, "pushed", false)] }, new(), Noon).ShouldBe(new ReleaseMove.FailWave(1));
    }

    [Fact] public void looks_a_second_time_before_it_believes_that_a_site_is_down()
    {
        var release = Running(0, Site(1, "pushed", true) with { IsSuspect = true });
        release = release with { Waves = [new(1, "soaking", Noon, Noon)] };
        Releases.Next(release, new(), Noon).ShouldBe(new ReleaseMove.Wait(Noon.AddSeconds(15)));
        Releases.Next(release, new(), Noon.AddSeconds(15)).ShouldBe(new ReleaseMove.Look(1));
        Releases.Next(release with { Sites = [Site(1, "pushed", true)] }, new(), Noon).ShouldBe(new ReleaseMove.PassWave(1));
    }

    [Fact] public void closes_pull_requests_of_every_wave_when_one_is_put_back()
    {
        var release = Running(0, Site(1, "pull_request") with { IsIn = true }, Site(2, "pushed", true), Site(3, "pushed", false) with { Wave = 2 });
        release = release with { State = "rolling_back", RollsBackFrom = 2 };
        Releases.Next(release, new(), Noon).ShouldBeOfType<ReleaseMove.Begin>().Sites.ShouldBe([release.Sites[2].Campaign, release.Sites[0].Campaign]);
        // What people have merged meanwhile stays in the waves before, and is put back from the worse one on.
        (Releases.ClosesOnly(1, 2), Releases.ClosesOnly(2, 2), Releases.ClosesOnly(3, 2), Releases.ClosesOnly(1, 1)).ShouldBe((true, false, false, false));
    }

    private static void Run(ReleaseModel model)
    {
        for (var i = 0; i < StepsMax && !model.HasEnded; i++)
        {
            model.Step(withPeople: i < 300);
            if (i >= 300)
            {
                model.ResumeIfPaused();
            }
        }

        model.HasEnded.ShouldBeTrue($"It stands at {model.Release}.");
        model.PutBack.Values.ShouldAllBe(times => times == 1);
        if (model.Release is { State: ReleaseStates.RolledBack, RollsBackFrom: { } from })
        {
            // Of one that could not be reached nobody knows.
            model.Release.Sites.ShouldAllBe(s => !Releases.IsPutBack(s, from) || s.State == ReleaseSiteStates.Failed);
        }
    }

    private static ReleaseStand Running(int unhealthyMax, params SiteStand[] sites) =>
        new("running", null, unhealthyMax, [new(1, "running", null, null)], [.. sites]);

    private static SiteStand Site(int id, string state, bool? isHealthy = null) =>
        new(new Guid(id, 0, 0, new byte[8]), 1, state, state == "pushed", isHealthy, false, ImmutableArray<string>.Empty);
}
