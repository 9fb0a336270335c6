using System;
using System.Linq;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Draws;
using PrizeDraw.Pools.Tests.Setup;
using PrizeDraw.TestKit.Draws;
using Shouldly;
using Xunit;

namespace PrizeDraw.Pools.Tests.Draws;

[Collection(DrawServerCollection.Name)]
public sealed class Voiding_draws(PoolServer server)
{
    private static readonly Actor Judge = new(Ids.New(Ids.User, PoolHost.Noon), Roles.CampaignManager);
    private static readonly VoidDraw Voided = new(Judge, "The form was out of reach for two days.");

    [Fact]
    public async Task ends_one_that_is_not_committed_at_once_with_nothing_drawn()
    {
        await using var stage = await DrawStage.SetAsync(server);
        await using var host = await stage.StartHostAsync();
        var campaign = await DrawStage.ClosedAsync(host, DrawStage.Settings("committed"));
        (await host.Draw(campaign).VoidAsync(Voided with { Reason = " " })).Refusal!.Code.ShouldBe("draw.reason_missing");
        (await host.Draw(campaign).VoidAsync(Voided)).Refusal.ShouldBeNull();
        (await host.StateAsync(campaign)).ShouldBe("void");
        await host.Draw(campaign).RunAsync(new DrawCommand(Judge));
        (await host.StateAsync(campaign)).ShouldBe("void");
        (await host.WinnersAsync(campaign)).ShouldBeEmpty();
        (await host.Draw(campaign).PublishAsync(new DrawCommand(Judge))).Refusal!.Code.ShouldBe("draw.wrong_state");
    }

    [Theory]
    [InlineData("beacon")]
    [InlineData("beacon-unwitnessed")]
    public async Task still_reveals_one_that_is_committed(string level)
    {
        await using var stage = await DrawStage.SetAsync(server);
        await using var host = await stage.StartHostAsync();
        var campaign = await DrawStage.ClosedAsync(host, DrawStage.Settings(level));
        await host.ReachesAsync(campaign, "committed");
        var voided = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => host.Draw(campaign).VoidAsync(Voided)));
        voided.ShouldAllBe(v => v.Refusal == null);
        (await host.StateAsync(campaign)).ShouldBe("committed", "a secret that was committed to is revealed");
        stage.Clock.Leap(TimeSpan.FromSeconds(605));
        await host.ReachesAsync(campaign, "void, certified");
        (await host.WinnersAsync(campaign)).Count.ShouldBe(5, "the order is on the certificate");
        var certificate = (await host.CertificatesAsync(campaign, stage)).ShouldHaveSingleItem();
        certificate["events"]!.AsArray().Select(e => (string)e!["kind"]!).ShouldBe(["voided"], "asked for four times at once");
        (await host.Draw(campaign).PublishAsync(new DrawCommand(Judge))).Refusal!.Code.ShouldBe("draw.wrong_state");
    }

    [Fact]
    public async Task takes_the_prizes_from_everybody_and_certifies_again()
    {
        await using var stage = await DrawStage.SetAsync(server);
        await using var host = await stage.StartHostAsync();
        var campaign = await DrawStage.ClosedAsync(host, DrawStage.Settings("committed"));
        await host.ReachesAsync(campaign, "drawn, certified");
        await host.Draw(campaign).ReplaceAsync(new ReplaceWinner(Judge, 1, "declined", null, null));
        await host.Draw(campaign).PublishAsync(new DrawCommand(Judge));
        (await PublishedAsync(host, campaign)).ShouldBe("1 2 3", "positions of the prizes, whoever holds them");
        (await ViewAsync(host, campaign)).Winners.Select(w => $"{w.Position} {w.State} {w.Prize} {w.InheritedFrom}").ShouldBe(
            ["1 replaced  ", "2 published Guide book ", "3 published Guide book ", "4 published Weekend in Paris 1", "5 published  "]);

        (await host.Draw(campaign).VoidAsync(Voided)).Refusal.ShouldBeNull();
        (await PublishedAsync(host, campaign)).ShouldBe("");
        var certificates = await host.CertificatesAsync(campaign, stage);
        certificates[^1]["events"]!.AsArray().Select(e => (string)e!["kind"]!).ShouldBe(["winner-replaced", "voided"]);
        var view = await ViewAsync(host, campaign);
        (view.State, view.History!.VoidReason).ShouldBe(("void", Voided.Reason));
        view.History.Events.Select(e => e.Kind).ShouldBe(["winner-replaced", "voided"]);
        view.Winners.ShouldAllBe(w => w.Prize == null);
        (await host.Draw(campaign).ReplaceAsync(new ReplaceWinner(Judge, 2, "declined", null, null))).Refusal!.Code.ShouldBe("draw.wrong_state");
    }

    [Fact]
    public async Task shows_one_that_is_late_as_withheld_and_its_certificate_says_so_for_ever()
    {
        await using var stage = await DrawStage.SetAsync(server);
        await using var host = await stage.StartHostAsync();
        var campaign = await DrawStage.ClosedAsync(host, DrawStage.Settings("beacon"));
        await host.ReachesAsync(campaign, "committed");
        stage.Relays[1].Mood = RelayMood.Failing;
        stage.Clock.Leap(TimeSpan.FromSeconds(605) + TimeSpan.FromHours(23.9));
        (await ViewAsync(host, campaign)).State.ShouldBe("committed");
        stage.Clock.Leap(TimeSpan.FromHours(0.2));
        (await ViewAsync(host, campaign)).State.ShouldBe("withheld");
        stage.Relays[1].Mood = RelayMood.Honest;
        await host.ReachesAsync(campaign, "drawn, certified");
        (await ViewAsync(host, campaign)).State.ShouldBe("drawn");
        var certificate = (await host.CertificatesAsync(campaign, stage)).ShouldHaveSingleItem();
        certificate["events"]!.AsArray().Select(e => $"{e!["kind"]} {e["actor"]}").ShouldBe(["withheld platform"]);
    }

    [Fact]
    public async Task leaves_room_for_one_successor_that_names_it_and_has_another_secret()
    {
        await using var stage = await DrawStage.SetAsync(server);
        await using var host = await stage.StartHostAsync();
        var campaign = await DrawStage.ClosedAsync(host, DrawStage.Settings("beacon"));
        await host.ReachesAsync(campaign, "committed");
        var (next, another) = (Successor(campaign, "beacon"), Successor(campaign, "beacon"));
        (await PlanAsync(host, campaign, next)).ShouldBe("draw.predecessor_invalid", "it is not void");
        await host.Draw(campaign).VoidAsync(Voided);
        stage.Clock.Leap(TimeSpan.FromSeconds(605));
        await host.ReachesAsync(campaign, "void, certified");
        (await PlanAsync(host, campaign, Successor(campaign, "committed"))).ShouldBe("draw.predecessor_invalid", "it is added later");
        (await PlanAsync(host, campaign, next with { Succeeds = next.Id })).ShouldBe("draw.predecessor_invalid");
        (await PlanAsync(host, campaign, next)).ShouldBeNull();
        (await PlanAsync(host, campaign, another)).ShouldBe("draw.succeeded_already");
        (await PlanAsync(host, campaign, next)).ShouldBeNull("it is the successor");

        await host.ReachesAsync(campaign, "committed", next.Id);
        stage.Clock.Leap(TimeSpan.FromSeconds(605));
        var certificate = (await host.CertificatesAsync(campaign, stage, next.Id)).ShouldHaveSingleItem();
        var before = (await host.CertificatesAsync(campaign, stage))[^1];
        ((string)certificate["commitment"]!["body"]!["succeeds"]!).ShouldBe(campaign.Settings.Draw!.Id);
        ((string)certificate["predecessor"]!["commitmentHash"]!).ShouldBe((string)before["commitment"]!["hash"]!);
        ((string)certificate["predecessor"]!["secretHash"]!).ShouldNotBe((string)certificate["commitment"]!["body"]!["secretHash"]!);
        (await ViewAsync(host, campaign)).History!.SucceededBy.ShouldBe(next.Id);
    }

    [Fact]
    public async Task leaves_room_for_one_of_several_successors_that_are_planned_at_once()
    {
        await using var stage = await DrawStage.SetAsync(server);
        await using var host = await stage.StartHostAsync();
        var campaign = await DrawStage.ClosedAsync(host, DrawStage.Settings("beacon"));
        await host.ReachesAsync(campaign, "committed");
        await host.Draw(campaign).VoidAsync(Voided);
        stage.Clock.Leap(TimeSpan.FromSeconds(605));
        await host.ReachesAsync(campaign, "void, certified");
        var successors = Enumerable.Range(0, 8).Select(_ => Successor(campaign, "beacon")).ToArray();
        var refusals = await Task.WhenAll(successors.Select(next => PlanAsync(host, campaign, next)));
        refusals.Order().ShouldBe([null, .. Enumerable.Repeat("draw.succeeded_already", 7)]);
        await using var database = await host.OpenAsync(campaign);
        (await database.ScalarAsync<Guid>("select draw_id from draw where succeeds is not null"))
            .ShouldBe(Ids.Parse(Ids.Draw, successors[Array.IndexOf(refusals, null)].Id!));
    }

    [Fact]
    public async Task leaves_nothing_to_succeed_where_nothing_was_committed()
    {
        await using var stage = await DrawStage.SetAsync(server);
        await using var host = await stage.StartHostAsync();
        var campaign = await DrawStage.ClosedAsync(host, DrawStage.Settings("beacon"));
        await host.Draw(campaign).VoidAsync(Voided);
        (await PlanAsync(host, campaign, Successor(campaign, "beacon"))).ShouldBe("draw.predecessor_invalid");
    }

    [Fact]
    public async Task never_lets_two_draws_have_one_secret()
    {
        await using var stage = await DrawStage.SetAsync(server);
        await using var host = await stage.StartHostAsync();
        var campaign = await DrawStage.ClosedAsync(host, DrawStage.Settings("beacon"));
        await using var database = await host.OpenAsync(campaign);
        var copied = await Should.ThrowAsync<PostgresException>(() => database.RunAsync(
            """
            insert into draw (campaign_id, draw_id, name, state, level, rule, prizes, reserves, freeze_at, rules, rules_hash, secret, secret_hash)
            select campaign_id, gen_random_uuid(), name, state, level, rule, prizes, reserves, freeze_at, rules, rules_hash, secret, secret_hash from draw
            """));
        copied.ConstraintName.ShouldBe("draw_has_its_own_secret");
    }

    private static DrawSettings Successor(TestCampaign campaign, string level) => DrawStage.Settings(level) with { Succeeds = campaign.Settings.Draw!.Id };

    private static async Task<string?> PlanAsync(PoolHost host, TestCampaign campaign, DrawSettings draw) => (await host.Draw(campaign, draw.Id).PlanAsync(
        SetDrawPlan.Of(Judge, draw, campaign.Settings, addedLater: true))).Refusal?.Code;

    private static async Task<DrawView> ViewAsync(PoolHost host, TestCampaign campaign) =>
        (await host.Get<ICampaignDataQueries>().DrawsAsync(campaign.TenantId, campaign.Id, personal: true, default)).Single(d => d.Id == campaign.Settings.Draw!.Id);

    private static async Task<string> PublishedAsync(PoolHost host, TestCampaign campaign) => string.Join(' ', (await host.Get<ICampaignDataQueries>()
        .PublishedWinnersAsync(campaign.TenantId, campaign.Id, default)).SelectMany(d => d.Winners).Select(w => w.Position));
}
