using System;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using PrizeDraw.Domain.Evidence;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Evidence;
using PrizeDraw.Grains.Abstractions.Pools;
using PrizeDraw.Pools.Tests.Draws;
using PrizeDraw.Pools.Tests.Setup;
using PrizeDraw.TestKit;
using Shouldly;
using Xunit;

namespace PrizeDraw.Pools.Tests.Evidence;

/// <summary>From the round to the revealed outcomes, with storage that fails at each step on the way.</summary>
[Collection(PoolServerCollection.Name)]
public sealed class Opening_by_a_round(PoolServer server)
{
    private static readonly TimeSpan Round = TimeSpan.FromMinutes(11);

    [VerifierTheory]
    [InlineData(120)]
    public async Task lets_an_outsider_recompute_every_outcome_with_the_beacons_own_signature(int entries)
    {
        await using var stage = await DrawStage.SetAsync(server);
        await using var host = await stage.StartHostAsync();
        var campaign = await RoundStage.ReadyAsync(host, stage.Clock.GetUtcNow(), TimeSpan.FromMinutes(20));
        var view = await host.PublishAsync(campaign);
        stage.Clock.Leap(Round);
        await host.OpensAsync(campaign);
        var (opensAt, closesAt) = (view.Settings.OpensAt!.Value, view.Settings.ClosesAt!.Value);
        var wins = 0;
        for (var i = 0; i < entries; i++)
        {
            var answer = await host.EnterAsync(campaign, i, opensAt + (closesAt - opensAt) * ((i + 0.5) / entries));
            wins += answer.Outcome.Kind == "none" ? 0 : 1;
        }

        wins.ShouldBeGreaterThan(entries / 5);
        for (var i = 0; i < 2; i++)
        {
            (await host.Pool(campaign, i).CloseAsync(new ClosePool(Actor.System, closesAt))).Refusal.ShouldBeNull();
        }

        await host.Evidence(campaign).StartAsync();
        var (lines, check) = await Instant_campaign.RevealedAsync(host, campaign);
        check.GetProperty("holds").GetBoolean().ShouldBeTrue(check.ToString());
        (await Instant_campaign.RecountAsync(host, lines)).First.ShouldBeEmpty();
        (await host.Get<ICloseOutQueries>().ReadAsync(campaign.TenantId, campaign.Id, default))!.Pools.ShouldAllBe(p => p.Level == "beacon" && p.Round > 0);
        using var folder = new TempFolder();
        await File.WriteAllLinesAsync(folder["instant.jsonl"], lines);
        var (exit, said) = await CertificateChecks.VerifyAsync(["--instant", folder["instant.jsonl"], .. stage.Vouching(folder)]);
        said.ShouldContain("is signed by the beacon");
        exit.ShouldBe(0, said);
    }

    [Theory]
    [InlineData("before insert on instant_opening")]
    [InlineData("before insert on moment")]
    [InlineData("before update on pool when (new.instant_randomness is not null and old.instant_randomness is null)")]
    [InlineData("before update on pool when (new.instant_opened_at is not null and old.instant_opened_at is null)")]
    [InlineData("before insert on pool_change")]
    public async Task comes_to_one_key_one_set_of_moments_and_one_root_wherever_storage_fails(string write)
    {
        await using var stage = await DrawStage.SetAsync(server);
        TestCampaign campaign;
        var decided = Array.Empty<string>();
        await using (var host = await stage.StartHostAsync())
        {
            campaign = await RoundStage.ReadyAsync(host, stage.Clock.GetUtcNow(), TimeSpan.FromMinutes(20));
            await host.PublishAsync(campaign);
            await stage.Relays[0].WaitUntilAskedAsync(); // As publishing asks it.
            await using var database = await host.OpenAsync(campaign);
            await database.RunAsync("create function fail() returns trigger language plpgsql as 'begin raise exception ''out of order''; end'");
            var parts = write.Split(" when ");
            await database.RunAsync($"create trigger fail {parts[0]} for each row {(parts.Length > 1 ? "when " + parts[1] : "")} execute function fail()");
            stage.Clock.Leap(Round);
            await host.Evidence(campaign).AwaitRoundAsync();
            await stage.Relays[0].WaitUntilAskedAsync();
            (await host.Pool(campaign).SubmitAsync(Sent.Entry("early-key", "eve", campaign.Settings.OpensAt!.Value))).Refusal!.Code
                .ShouldBeOneOf("campaign.not_open", "storage.unavailable");
            await database.RunAsync($"drop trigger fail on {parts[0].Split(' ')[^1]}");
            decided = [.. (await host.DecidedAsync(campaign)).Where(line => !line.EndsWith("  ", StringComparison.Ordinal))];
        }

        await using var next = await stage.StartHostAsync();
        await next.OpensAsync(campaign);
        var now = await next.DecidedAsync(campaign);
        decided.ShouldBeSubsetOf(now, "what was stored once stays");
        now.Count.ShouldBe(2 + 2 + 12);
        await using var own = await next.OpenAsync(campaign);
        (await own.ScalarAsync<long>("select count(*) from audit where action = 'instant.round_stored'")).ShouldBe(2);
        (await own.ScalarAsync<long>("select count(*) from audit where action = 'instant.opened'")).ShouldBe(2);
        (await next.EnterAsync(campaign, 1, campaign.Settings.OpensAt!.Value)).Number.ShouldBe(1);
    }
}
