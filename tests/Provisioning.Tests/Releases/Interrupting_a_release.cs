using System;
using System.Collections.Immutable;
using System.Linq;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions.Sync;
using Shouldly;
using Xunit;

namespace PrizeDraw.Provisioning.Tests.Releases;

/// <summary>Every write of a release fails once before it succeeds, every answer of a site is lost once, and hosts end: as if it had been cut short between any two.</summary>
public sealed class Interrupting_a_release(ReleaseStage stage) : IClassFixture<ReleaseStage>
{
    private static readonly WaveSettings Canary = new([], 20, 0), Rest = new([], 100, 0);

    [Fact]
    public async Task ends_as_if_nothing_had_been_with_each_site_pushed_and_put_back_once()
    {
        var (tenant, campaigns) = await stage.FleetAsync(15);
        stage.Sites.Outcomes[campaigns[7]] = "pull_request";
        stage.Sites.LosesAnswers = true;
        var release = (await stage.CreateAsync(tenant, waves: [Canary, Rest])).Id;
        await FailEverySecondWriteAsync();
        await stage.UntilAsync(release, r => r.Waves[0].State == "succeeded");
        await stage.RestartAsync();
        await stage.UntilAsync(release, r => r.Waves[1].Counts.GetValueOrDefault("pushed") > 3);
        await stage.RestartAsync();
        await stage.UntilAsync(release, "succeeded");
        Done(campaigns, "pushed").ShouldBe(campaigns.Where(c => c != campaigns[7]).Order(StringComparer.Ordinal));

        await CalmAsync();
        (await stage.Grain(release).RollBackAsync(new ReleaseCommand(ReleaseStage.Admin))).Refusal.ShouldBeNull();
        await FailEverySecondWriteAsync();
        await stage.UntilAsync(release, r => r.Waves.Sum(w => w.Counts.GetValueOrDefault("rolled_back")) > 5);
        await stage.RestartAsync();
        await stage.UntilAsync(release, "rolled_back");
        Done(campaigns, "rollback").ShouldBe(campaigns.Order(StringComparer.Ordinal));
        (await stage.SitesAsync(release)).ShouldAllBe(s => s.State == "rolled_back");
        campaigns.ShouldAllBe(c => c == campaigns[7] || stage.Sites.Versions[c] == "v1");
        (await stage.SqlAsync($"select action from audit_event where subject = '{release}' and action in ('release.succeeded', 'release.rolled_back')")).Count.ShouldBe(2);
    }

    /// <summary>What was done to campaigns, each as often as it was.</summary>
    private string[] Done(ImmutableArray<string> campaigns, string what) =>
        [.. stage.Sites.Done.Select(d => d.Split(' ')).Where(d => d[1] == what && campaigns.Contains(d[0])).Select(d => d[0]).Order(StringComparer.Ordinal)];

    // A sequence is not rolled back with the write that it fails.
    private async Task FailEverySecondWriteAsync() => await stage.SqlAsync(
        """
        create sequence if not exists writes;
        grant usage on sequence writes to public;
        create or replace function fail_every_second() returns trigger language plpgsql as $$ begin
          if new.epoch = old.epoch and nextval('writes') % 2 = 1 then raise exception 'cut short'; end if;
          return new;
        end $$;
        create or replace trigger fails before update on template_release for each row execute function fail_every_second();
        """);

    private async Task CalmAsync() => await stage.SqlAsync("drop trigger fails on template_release");
}
