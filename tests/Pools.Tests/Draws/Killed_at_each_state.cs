using System;
using System.Diagnostics;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Draws;
using PrizeDraw.Pools.Tests.Setup;
using PrizeDraw.TestKit.Draws;
using Shouldly;
using Xunit;

namespace PrizeDraw.Pools.Tests.Draws;

/// <summary>
/// A process that moves a draw at level beacon is killed (SIGKILL) in the very write that ends a state: what that step did outside the database
/// is done, and nothing says so. Two hosts then go on at once, each asked twice.
/// </summary>
[Collection(DrawServerCollection.Name)]
public sealed class Killed_at_each_state(PoolServer server)
{
    internal static readonly Actor Judge = new("usr_0193a5f2c0de7a10b1c2d3e4f5a6b7c8", Roles.CampaignManager);

    [VerifierTheory]
    [InlineData("planned", "run", "update on draw", "new.state = 'frozen'", "drawn, certified", "")]
    [InlineData("planned", "run", "update on draw", "new.state = 'committed' and old.state = 'frozen'", "drawn, certified", "")]
    [InlineData("planned", "run", "update on draw", "new.commitment_published_at is not null and old.commitment_published_at is null", "drawn, certified", "")]
    [InlineData("committed", "run", "update on draw", "new.state = 'drawn' and old.state = 'committed'", "drawn, certified", "")]
    [InlineData("committed", "run", "update on draw", "new.certified_events = 0 and old.certified_events is null", "drawn, certified", "")]
    [InlineData("drawn, certified", "replace", "insert on draw_event", "new.kind = 'winner-replaced'", "drawn, certified", "winner-replaced")]
    [InlineData("drawn, certified", "replace", "update on draw", "new.certified_events = 1", "drawn, certified", "winner-replaced")]
    [InlineData("committed", "void", "insert on draw_event", "new.kind = 'voided'", "void, certified", "voided")]
    [InlineData("drawn, certified", "void", "insert on draw_event", "new.kind = 'voided'", "void, certified", "voided")]
    [InlineData("drawn, certified", "void", "update on draw", "new.certified_events = 1", "void, certified", "voided")]
    public async Task leaves_one_draw_with_the_same_winners(string from, string act, string write, string when, string end, string events)
    {
        await using var stage = await DrawStage.SetAsync(server);
        TestCampaign campaign;
        PoolHost host;
        await using (host = await stage.StartHostAsync())
        {
            campaign = await DrawStage.ClosedAsync(host, DrawStage.Settings("beacon"));
            await host.ReachesAsync(campaign, from == "drawn, certified" ? "committed" : from);
            stage.Clock.Leap(from == "planned" || act == "void" && from == "committed" ? TimeSpan.Zero : TimeSpan.FromSeconds(605));
            await host.ReachesAsync(campaign, from);
        }

        await using (var holder = await host.OpenAsync(campaign))
        {
            await DrawProcess.KillInAsync(holder, stage.Orders(server, campaign, act), write, when);
        }

        await using var one = await stage.StartHostAsync();
        await using var other = await stage.StartHostAsync();
        await Task.WhenAll(new[] { one, other, one, other }.Select(h => AgainAsync(h, campaign, act)));
        if (from == "planned" || end.StartsWith("void", StringComparison.Ordinal))
        {
            await one.ReachesAsync(campaign, from == "planned" || from == "committed" ? "committed" : end);
            stage.Clock.Leap(TimeSpan.FromSeconds(605));
        }

        await one.ReachesAsync(campaign, end);
        await IsOneAsync(one, campaign, stage, events);
    }

    private static async Task AgainAsync(PoolHost host, TestCampaign campaign, string act)
    {
        // Of two hosts one may find that the other has taken the draw: asked again, it finds what was done.
        _ = await Record.ExceptionAsync(() => act switch
        {
            "replace" => host.Draw(campaign).ReplaceAsync(new ReplaceWinner(Judge, 1, "unreachable", null, null)),
            "void" => host.Draw(campaign).VoidAsync(new VoidDraw(Judge, "The form was away.")),
            _ => host.Draw(campaign).RunAsync(new DrawCommand(Judge)),
        });
        if (act == "replace")
        {
            (await host.ReplacedAsync(campaign, new ReplaceWinner(Judge, 1, "unreachable", null, null))).Refusal.ShouldBeNull();
        }
    }

    /// <summary>One draw, one certificate for each number of events, and the verifier, which draws again from commitment and list, finds these winners.</summary>
    private static async Task IsOneAsync(PoolHost host, TestCampaign campaign, DrawStage stage, string events)
    {
        var certificates = await host.CertificatesAsync(campaign, stage);
        certificates[^1]["events"]!.AsArray().Select(e => (string)e!["kind"]!).ShouldBe(events.Length == 0 ? [] : [events]);
        certificates.Select(c => c["events"]!.AsArray().Count).ShouldBeUnique();
        JsonNode.Parse(await host.CommitmentAsync(campaign))!["hash"]!.ToString().ShouldBe(certificates[^1]["commitment"]!["hash"]!.ToString());
        await using var database = await host.OpenAsync(campaign);
        (await database.ListAsync("select entry_ref from winner order by position", r => r.GetString(0)))
            .ShouldBe(certificates[^1]["order"]!.AsArray().Select(p => (string)p!["entryRef"]!));
        foreach (var action in new[] { "draw.frozen", "draw.committed", "draw.drawn" })
        {
            (await database.ScalarAsync<long>("select count(*) from audit where action = $1", action)).ShouldBe(1, action);
        }
    }
}
