using System;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Evidence;
using PrizeDraw.Grains.Abstractions.Pools;
using PrizeDraw.Pools.Tests.Draws;
using PrizeDraw.Pools.Tests.Setup;
using PrizeDraw.TestKit;
using PrizeDraw.TestKit.Draws;
using Shouldly;
using Xunit;

namespace PrizeDraw.Pools.Tests.Evidence;

/// <summary>Campaigns that end while their round is still to come: their draws go on, and what is revealed still holds the round.</summary>
[Collection(PoolServerCollection.Name)]
public sealed class Ending_before_the_round(PoolServer server)
{
    private static readonly TimeSpan Round = TimeSpan.FromMinutes(11);
    private static readonly Actor Admin = new("usr_admin", Roles.SuperAdmin);

    [VerifierTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task reveals_nothing_before_the_round_and_then_evidence_that_holds(bool hasDraw)
    {
        await using var stage = await DrawStage.SetAsync(server);
        await using var host = await stage.StartHostAsync();
        var campaign = await PublishedAsync(stage, host, hasDraw);
        await CloseAsync(host, campaign);
        if (hasDraw)
        {
            // The relays are silent: its freeze and commitment do not wait for the pools' round.
            await host.ReachesAsync(campaign, "committed");
        }

        await host.Evidence(campaign).StartAsync();
        await using var database = await host.OpenAsync(campaign);
        (await database.ScalarAsync<long>("select count(*) from pool where closed_at is null")).ShouldBe(0, "nothing keeps it open");
        (await database.ScalarAsync<long>("select count(*) from pool where instant_randomness is not null")).ShouldBe(0);
        (await host.Get<IPublicFiles>().FindAsync(campaign.TenantId, campaign.Id, PublicFileNames.Instant, default)).ShouldBeNull();

        stage.Clock.Leap(Round);
        SetRelays(stage, RelayMood.Honest);
        await host.OpensAsync(campaign);
        (await host.Pool(campaign).SubmitAsync(Sent.Entry("late-key", "eve", campaign.Settings.OpensAt!.Value))).Refusal!.Code.ShouldBe("campaign.has_closed");
        if (hasDraw)
        {
            await host.ReachesAsync(campaign, "drawn, certified");
        }

        await host.Evidence(campaign).StartAsync();
        var (lines, check) = await Instant_campaign.RevealedAsync(host, campaign);
        check.GetProperty("holds").GetBoolean().ShouldBeTrue(check.ToString());
        using var folder = new TempFolder();
        await File.WriteAllLinesAsync(folder["instant.jsonl"], lines);
        var (_, said) = await CertificateChecks.VerifyAsync(["--instant", folder["instant.jsonl"], .. stage.Vouching(folder)]);
        said.ShouldContain("is signed by the beacon");
        // Nobody could enter, and the verifier says so; of the evidence nothing fails.
        said.Split('\n').Where(line => line.StartsWith("FAIL", StringComparison.Ordinal)).ShouldHaveSingleItem().ShouldContain("were never made available");
    }

    [Fact]
    public async Task answers_a_weekly_freeze_while_it_waits_and_opens_all_the_same()
    {
        await using var stage = await DrawStage.SetAsync(server);
        await using var host = await stage.StartHostAsync();
        var campaign = await PublishedAsync(stage, host, hasDraw: false);
        var until = campaign.Settings.OpensAt!.Value.AddDays(1);
        (await host.Pool(campaign).FreezeAsync(new FreezePool(Actor.System, until))).Value.ShouldBe(0);
        stage.Clock.Leap(Round);
        SetRelays(stage, RelayMood.Honest);
        await host.OpensAsync(campaign);
        var first = await host.EnterAsync(campaign, 1, until.AddDays(-1));
        (first.Number, first.EnteredAt >= until).ShouldBe((1, true), "it belongs to the week after the freeze");
    }

    private static async Task<TestCampaign> PublishedAsync(DrawStage stage, PoolHost host, bool hasDraw)
    {
        var campaign = await RoundStage.ReadyAsync(
            host, stage.Clock.GetUtcNow(), TimeSpan.FromMinutes(20), s => s with { Draw = hasDraw ? DrawStage.Settings("beacon") : null });
        await host.PublishAsync(campaign);
        SetRelays(stage, RelayMood.Failing);
        return campaign;
    }

    private static async Task CloseAsync(PoolHost host, TestCampaign campaign)
    {
        var closed = await host.Grain(campaign).CloseAsync(new CloseCampaign(Admin, "The shop burnt down.", "Report 17"));
        closed.Refusal.ShouldBeNull();
    }

    private static void SetRelays(DrawStage stage, RelayMood mood)
    {
        foreach (var relay in stage.Relays)
        {
            relay.Mood = mood;
        }
    }
}
