using System;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Draws;
using PrizeDraw.Pools.Tests.Setup;
using PrizeDraw.TestKit;
using PrizeDraw.TestKit.Draws;
using Shouldly;
using Xunit;

namespace PrizeDraw.Pools.Tests.Draws;

[Collection(DrawServerCollection.Name)]
public sealed class Drawing_winners(PoolServer server)
{
    private static readonly DrawCommand ByManager = new(PoolHost.Manager);

    [VerifierTheory]
    [InlineData("committed")]
    [InlineData("beacon-unwitnessed")]
    [InlineData("beacon")]
    public async Task gives_a_certificate_that_the_verifier_accepts(string level)
    {
        await using var stage = await DrawStage.SetAsync(server);
        await using var host = await stage.StartHostAsync();
        var campaign = await DrawStage.ClosedAsync(host, DrawStage.Settings(level));

        (await host.Draw(campaign).RunAsync(ByManager)).Refusal.ShouldBeNull();
        if (level != "committed")
        {
            await host.ReachesAsync(campaign, "committed");
            (await host.WinnersAsync(campaign)).ShouldBeEmpty("the round has not come");
            stage.Clock.Leap(TimeSpan.FromSeconds(605));
        }

        await host.ReachesAsync(campaign, "drawn, certified");
        (await host.WinnersAsync(campaign)).Count.ShouldBe(5);
        var certificate = (await host.CertificatesAsync(campaign, stage)).ShouldHaveSingleItem();
        ((string)certificate["level"]!).ShouldBe(level);
        ((string)certificate["commitment"]!["hash"]!).ShouldBe((string)JsonNode.Parse(await host.CommitmentAsync(campaign))!["hash"]!);
    }

    [Fact]
    public async Task happens_once_however_often_and_wherever_it_is_asked_for()
    {
        await using var stage = await DrawStage.SetAsync(server);
        await using var host = await stage.StartHostAsync();
        var campaign = await DrawStage.ClosedAsync(host, DrawStage.Settings("committed"), 40);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => host.Draw(campaign).RunAsync(ByManager)));
        await host.ReachesAsync(campaign, "drawn, certified");
        var (winners, certificate) = (await host.WinnersAsync(campaign), await host.CertificateAsync(campaign));

        await using var other = await stage.StartHostAsync();
        await Task.WhenAll(host.Draw(campaign).RunAsync(ByManager), other.Draw(campaign).RunAsync(ByManager));
        (await host.WinnersAsync(campaign)).ShouldBe(winners);
        (await host.CertificateAsync(campaign)).ShouldBe(certificate);
        await using var database = await host.OpenAsync(campaign);
        (await database.ScalarAsync<long>("select count(*) from audit where action = 'draw.drawn'")).ShouldBe(1);
        (await host.CertificatesAsync(campaign, stage)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task waits_for_a_second_relay_as_long_as_that_takes()
    {
        await using var stage = await DrawStage.SetAsync(server);
        await using var host = await stage.StartHostAsync();
        var campaign = await DrawStage.ClosedAsync(host, DrawStage.Settings("beacon-unwitnessed"));
        await host.ReachesAsync(campaign, "committed");
        stage.Relays[1].Mood = RelayMood.Failing;
        stage.Clock.Leap(TimeSpan.FromDays(3));
        (await host.Draw(campaign).RunAsync(ByManager)).Refusal.ShouldBeNull();
        (await host.StateAsync(campaign)).ShouldBe("committed");
        stage.Relays[1].Mood = RelayMood.Honest;
        (await host.CertificatesAsync(campaign, stage))[^1]["events"]![0]!["kind"]!.ToString().ShouldBe("withheld", "days after its round");
    }

    [Theory]
    [InlineData(-6)]
    [InlineData(61)]
    public async Task never_commits_under_a_token_of_another_time(int seconds)
    {
        await using var stage = await DrawStage.SetAsync(server);
        await using var host = await stage.StartHostAsync();
        var campaign = await DrawStage.ClosedAsync(host, DrawStage.Settings("beacon"));
        stage.Authority.ClockError = TimeSpan.FromSeconds(seconds);
        // What the draw takes on its way to the authority would bring the two clocks together.
        stage.Clock.Stop();
        (await host.Draw(campaign).RunAsync(ByManager)).Refusal.ShouldBeNull();
        await host.WaitsForAsync(campaign, "The time-stamp authority says");
        (await host.StateAsync(campaign)).ShouldBe("frozen", "a commitment that is dated wrongly proves nothing");
        stage.Authority.ClockError = TimeSpan.Zero;
        stage.Clock.GoOn();
        await host.ReachesAsync(campaign, "committed");
    }

    [Fact]
    public async Task is_for_the_round_that_was_named_and_tells_any_host_what_it_waits_for()
    {
        await using var stage = await DrawStage.SetAsync(server);
        await using var host = await stage.StartHostAsync();
        var draw = DrawStage.Settings("beacon");
        var campaign = await DrawStage.ClosedAsync(host, draw);
        await host.ReachesAsync(campaign, "committed");
        (await host.Draw(campaign).RunAsync(ByManager)).Refusal.ShouldBeNull();

        await using var other = await stage.StartHostAsync();
        var waiting = await other.WaitsForAsync(campaign, "appears at");
        waiting.RoundAt.ShouldNotBeNull();
        (waiting.IsCommitmentPublic, waiting.ResumesAt).ShouldBe((true, waiting.RoundAt));
        waiting.WaitingFor.ShouldNotBeNull().ShouldStartWith($"Round {waiting.Round} appears at ");

        // Neither another plan nor another commitment takes the place of what was committed.
        var lower = SetDrawPlan.Of(PoolHost.Manager, draw with { Level = "committed" }, campaign.Settings);
        (await host.Draw(campaign).PlanAsync(lower)).Refusal!.Code.ShouldBe("draw.wrong_state");
        stage.Relays[0].Mood = RelayMood.Failing;
        stage.Clock.Leap(TimeSpan.FromDays(30));
        (await host.Draw(campaign).RunAsync(ByManager)).Refusal.ShouldBeNull();
        var still = await Polling.UntilAsync(() => other.StandAsync(campaign), stand => stand.WaitingFor != waiting.WaitingFor, TimeSpan.FromSeconds(120));
        (still.Round, still.CommitmentHash).ShouldBe((waiting.Round, waiting.CommitmentHash));
        still.WaitingFor.ShouldNotBeNull();
        stage.Relays[0].Mood = RelayMood.Honest;
        await host.ReachesAsync(campaign, "drawn, certified");
        var done = await other.StandAsync(campaign);
        (done.Round, done.WaitingFor, done.IsCertified).ShouldBe((waiting.Round, null, true));
        ((long)JsonNode.Parse(await host.CertificateAsync(campaign))!["beacon"]!["round"]!).ShouldBe(waiting.Round!.Value);
    }

    [Fact]
    public async Task is_refused_while_a_pool_takes_entries()
    {
        await using var host = await server.StartHostAsync();
        var draw = DrawStage.Settings("committed");
        var campaign = await host.AddCampaignAsync(s => s with { Draw = draw });
        await host.Draw(campaign).PlanAsync(SetDrawPlan.Of(PoolHost.Manager, draw, campaign.Settings));
        (await host.Draw(campaign).RunAsync(ByManager)).Refusal!.Code.ShouldBe("draw.campaign_not_closed");
    }
}
