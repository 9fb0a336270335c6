using System;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using PrizeDraw.Domain.Evidence;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Evidence;
using PrizeDraw.Grains.Abstractions.Pools;
using PrizeDraw.Pools.Tests.Draws;
using PrizeDraw.Pools.Tests.Setup;
using PrizeDraw.TestKit.Draws;
using Shouldly;
using Xunit;

namespace PrizeDraw.Pools.Tests.Evidence;

/// <summary>Instant wins where relays are configured: committed to a round, opened by it, recomputed from it.</summary>
[Collection(PoolServerCollection.Name)]
public sealed class Waiting_for_a_round(PoolServer server)
{
    private static readonly TimeSpan Round = TimeSpan.FromMinutes(11);

    [Fact]
    public async Task opens_later_what_is_published_too_late_and_says_so()
    {
        await using var stage = await DrawStage.SetAsync(server);
        await using var host = await stage.StartHostAsync();
        var now = stage.Clock.GetUtcNow();
        var soon = await RoundStage.ReadyAsync(host, now, TimeSpan.FromMinutes(2));
        var view = await host.PublishAsync(soon);
        view.State.ShouldBe("scheduled");
        var opensAt = view.Settings.OpensAt.ShouldNotBeNull();
        (opensAt >= now.AddMinutes(12), opensAt <= now.AddMinutes(14), opensAt.Ticks % TimeSpan.TicksPerMinute).ShouldBe((true, true, 0));
        await using var central = await host.OpenCentralAsync();
        (await central.ListAsync(
            "select (before->>'opensAt')::timestamptz, (after->>'opensAt')::timestamptz from audit_event where campaign_id = $1 and action = 'campaign.published'",
            r => (r.GetFieldValue<DateTimeOffset>(0), r.GetFieldValue<DateTimeOffset>(1)), Ids.Parse(Ids.Campaign, soon.Id)))
            .ShouldHaveSingleItem().Item2.ShouldBe(opensAt);

        var later = await RoundStage.ReadyAsync(host, now, TimeSpan.FromMinutes(30));
        (await host.PublishAsync(later)).Settings.OpensAt.ShouldBe(later.Settings.OpensAt);
    }

    [Fact]
    public async Task commits_to_a_round_that_nobody_chose_before_anybody_can_know_it()
    {
        await using var stage = await DrawStage.SetAsync(server);
        await using var host = await stage.StartHostAsync();
        var campaign = await RoundStage.ReadyAsync(host, stage.Clock.GetUtcNow(), TimeSpan.FromMinutes(20));
        await host.PublishAsync(campaign);
        var signed = await host.CommitmentAsync(campaign);
        var (commitment, chain) = (signed.Commitment, host.Get<Providers.Beacon.IBeacon>().Chain);
        (commitment.Level, commitment.Chain, commitment.Replaces).ShouldBe((EvidenceLevel.Beacon, Bytes32.Parse(chain.ChainHash), null));
        commitment.Round.ShouldBe(chain.FirstRoundAtOrAfter(commitment.At.AddMinutes(10)));
        signed.Token.ShouldNotBeNull();
        (commitment.Moments, commitment.Chosen).ShouldBe((12, 1));
        await using var database = await host.OpenAsync(campaign);
        (await database.ScalarAsync<long>("select count(*) from moment where not chosen")).ShouldBe(0, "they follow from a round that is still to come");
        (await database.ScalarAsync<long>("select count(*) from pool where instant_randomness is not null")).ShouldBe(0);
    }

    [Fact]
    public async Task takes_no_entry_before_the_opening_is_public_whatever_its_date()
    {
        await using var stage = await DrawStage.SetAsync(server);
        await using var host = await stage.StartHostAsync();
        var campaign = await RoundStage.ReadyAsync(host, stage.Clock.GetUtcNow(), TimeSpan.FromMinutes(20));
        var opensAt = (await host.PublishAsync(campaign)).Settings.OpensAt!.Value;
        foreach (var at in (DateTimeOffset[])[opensAt.AddMinutes(-1), opensAt, opensAt.AddDays(2)])
        {
            for (var pool = 0; pool < 2; pool++)
            {
                (await host.Pool(campaign, pool).SubmitAsync(Sent.Entry("early-key", "eve", at))).Refusal!.Code.ShouldBe("campaign.not_open");
            }
        }

        (await host.Pool(campaign).SubmitAsync(Sent.Entry("early-key", "eve", opensAt))).Refusal!.Detail.ShouldContain("as soon as the public random number");
        (await host.OpeningAsync(campaign)).ShouldBeNull();
        stage.Clock.Leap(Round);
        await host.OpensAsync(campaign);
        (await host.OpeningAsync(campaign)).ShouldNotBeNull();
        (await host.EnterAsync(campaign, 1, opensAt)).Number.ShouldBe(1);
        await using var database = await host.OpenAsync(campaign);
        (await database.ScalarAsync<long>("select count(*) from moment where not chosen")).ShouldBe(11);
    }

    [Fact]
    public async Task waits_for_a_second_relay()
    {
        await using var stage = await DrawStage.SetAsync(server);
        await using var host = await stage.StartHostAsync();
        var campaign = await RoundStage.ReadyAsync(host, stage.Clock.GetUtcNow(), TimeSpan.FromMinutes(20));
        await host.PublishAsync(campaign);
        await stage.Relays[1].WaitUntilAskedAsync(); // As publishing asks it.
        stage.Relays[1].Mood = RelayMood.Failing;
        stage.Clock.Leap(Round);
        await host.Evidence(campaign).AwaitRoundAsync();
        await stage.Relays[1].WaitUntilAskedAsync();
        await stage.Relays[1].WaitUntilAskedAsync();
        await using var database = await host.OpenAsync(campaign);
        (await database.ScalarAsync<long>("select count(*) from pool where instant_randomness is not null")).ShouldBe(0);
        stage.Relays[1].Mood = RelayMood.Honest;
        await host.OpensAsync(campaign);
    }

    [Fact]
    public async Task says_when_a_publishing_that_was_cut_short_is_repeated()
    {
        await using var stage = await DrawStage.SetAsync(server);
        await using var host = await stage.StartHostAsync();
        var campaign = await RoundStage.ReadyAsync(host, stage.Clock.GetUtcNow(), TimeSpan.FromMinutes(40));
        await using var central = await host.OpenCentralAsync();
        var name = "stop_" + campaign.Id[4..];
        await central.RunAsync($"""
            create function {name}() returns trigger language plpgsql as $$ begin
              if new.campaign_id = '{Ids.Parse(Ids.Campaign, campaign.Id)}' and new.state = 'scheduled' then raise exception 'No more.'; end if; return new; end $$
            """);
        await central.RunAsync($"create trigger {name} before update on campaign for each row execute function {name}()");
        await Record.ExceptionAsync(() => host.Grain(campaign).PublishAsync(new CampaignCommand(PoolHost.Manager)));
        var first = (await host.CommitmentAsync(campaign)).Commitment;
        await central.RunAsync($"drop function {name}() cascade");

        // Its round comes, and nothing opens: nobody has published it.
        stage.Clock.Leap(Round);
        await host.Evidence(campaign).AwaitRoundAsync();
        (await host.Pool(campaign).SubmitAsync(Sent.Entry("early-key", "eve", campaign.Settings.OpensAt!.Value))).Refusal!.Code.ShouldBe("campaign.not_open");
        await host.PublishAsync(campaign);
        var second = (await host.CommitmentAsync(campaign)).Commitment;
        second.Replaces.ShouldBe(first.Hash());
        second.Round.ShouldBeGreaterThan(first.Round);
        stage.Clock.Leap(Round);
        await host.OpensAsync(campaign);
        (await host.OpeningAsync(campaign)).ShouldNotBeNull().ShouldContain($"\"round\":{second.Round},");
    }
}
