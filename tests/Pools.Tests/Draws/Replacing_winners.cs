using PrizeDraw.TestKit;
using System;
using System.Collections.Generic;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Draws;
using PrizeDraw.Pools.Tests.Setup;
using Shouldly;
using Xunit;

namespace PrizeDraw.Pools.Tests.Draws;

[Collection(DrawServerCollection.Name)]
public sealed class Replacing_winners(PoolServer server)
{
    private static readonly Actor Judge = new(Ids.New(Ids.User, PoolHost.Noon), Roles.CampaignManager);
    private static readonly DrawCommand ByJudge = new(Judge);

    [Fact]
    public async Task passes_the_prize_to_the_next_reserve_and_says_so_on_the_certificate()
    {
        await using var stage = await DrawStage.SetAsync(server);
        await using var host = await stage.StartHostAsync();
        var campaign = await DrawnAsync(host);
        var draw = host.Draw(campaign);
        (await draw.ReplaceAsync(Disqualified(1))).Refusal.ShouldBeNull();
        (await draw.PublishAsync(ByJudge)).Refusal.ShouldBeNull();
        (await draw.ReplaceAsync(Unreachable(4))).Refusal.ShouldBeNull("who inherited a prize can lose it");

        var certificates = await host.CertificatesAsync(campaign, stage);
        var newest = certificates[^1];
        newest["events"]!.AsArray().Select(e => $"{e!["kind"]} {e["position"]} {e["reasonCode"]} {e["clause"]} {e["actor"]}").ShouldBe(
            [$"winner-replaced 1 ineligible-staff 3.2 {Judge.Id}", $"winner-replaced 1 unreachable  {Judge.Id}"]);
        newest["order"]!.AsArray().Select(p => (string)p!["role"]!).ShouldBe(["winner", "winner", "winner", "reserve", "reserve"], "the order is as drawn");
        (await StatesAsync(host, campaign)).ShouldBe(["1 replaced", "2 published", "3 published", "4 replaced", "5 published"]);
    }

    [Fact]
    public async Task goes_on_along_the_permutation_when_the_reserves_have_run_out_and_ends_with_the_tickets()
    {
        await using var stage = await DrawStage.SetAsync(server);
        await using var host = await stage.StartHostAsync();
        var campaign = await DrawnAsync(host, people: 7);
        foreach (var position in new[] { 2, 4, 5, 6, 1 })
        {
            (await host.Draw(campaign).ReplaceAsync(Unreachable(position))).Refusal.ShouldBeNull($"position {position}");
            await host.IsCertifiedAsync(campaign);
        }

        // Seven people: prize 2 went 2 → 4 → 5 → 6 → 7, and nobody is left for prize 1.
        var certificates = await host.CertificatesAsync(campaign, stage);
        certificates.Count.ShouldBe(6, "one before any event, and one after each");
        certificates[^1]["order"]!.AsArray().Count.ShouldBe(7);
        certificates[^1]["trace"]!.AsArray().Count.ShouldBe(7);
        (await StatesAsync(host, campaign)).ShouldBe(
            ["1 replaced", "2 replaced", "3 provisional", "4 replaced", "5 replaced", "6 replaced", "7 provisional"]);
        (await host.Draw(campaign).ReplaceAsync(Unreachable(7))).Refusal.ShouldBeNull();
        (await host.Draw(campaign).ReplaceAsync(Unreachable(3))).Refusal.ShouldBeNull();
        await host.CertificatesAsync(campaign, stage);
    }

    [Fact]
    public async Task happens_once_however_often_and_wherever_it_is_asked_for()
    {
        await using var stage = await DrawStage.SetAsync(server);
        await using var host = await stage.StartHostAsync();
        await using var other = await stage.StartHostAsync();
        var campaign = await DrawnAsync(host);
        var asked = Enumerable.Range(0, 4).SelectMany(_ => new[] { host, other }).Select(h => h.ReplacedAsync(campaign, Unreachable(2)));
        (await Task.WhenAll(asked)).ShouldAllBe(r => r.Refusal == null);
        (await host.CertificatesAsync(campaign, stage))[^1]["events"]!.AsArray().Count.ShouldBe(1);
        await using var database = await host.OpenAsync(campaign);
        (await database.ScalarAsync<long>("select count(*) from entrant_mail where kind = 'winner-replaced'")).ShouldBe(1);
        (await database.ScalarAsync<long>("select count(*) from audit where action = 'draw.winner_replaced'")).ShouldBe(1);
    }

    [Fact]
    public async Task is_certified_too_when_it_comes_just_as_the_draw_finishes()
    {
        await using var stage = await DrawStage.SetAsync(server);
        var telling = new HeldCall(nameof(ICampaignGrain.DrawAdvancedAsync));
        var replace = server.Replace;
        server.Replace = services =>
        {
            replace(services);
            services.AddSingleton<IIncomingGrainCallFilter>(telling);
        };
        await using var host = await stage.StartHostAsync();
        var campaign = await DrawStage.ClosedAsync(host, DrawStage.Settings("committed"));
        await host.Draw(campaign).RunAsync(ByJudge);
        await telling.Came.WaitAsync(TimeSpan.FromMinutes(5));
        // All is drawn and certified, and the timer is about to rest.
        (await host.Draw(campaign).ReplaceAsync(Unreachable(2))).Refusal.ShouldBeNull();
        telling.Let();
        await using var database = await host.OpenAsync(campaign);
        await Polling.UntilAsync(
            () => database.ScalarAsync<int>("select certified_events from draw"), certified => certified == 1, TimeSpan.FromMinutes(5));

        (await host.CertificatesAsync(campaign, stage))[^1]["events"]!.AsArray().Count.ShouldBe(1);
    }

    [Fact]
    public async Task keeps_the_evidence_with_the_case_and_its_salted_hash_alone_in_public()
    {
        await using var stage = await DrawStage.SetAsync(server);
        await using var host = await stage.StartHostAsync();
        var campaign = await DrawnAsync(host);
        (await host.Draw(campaign).ReplaceAsync(Disqualified(3))).Refusal.ShouldBeNull();
        var certificate = (await host.CertificatesAsync(campaign, stage))[^1];
        await using var database = await host.OpenAsync(campaign);
        var (salt, evidence) = (await database.ListAsync("select salt, evidence from draw_case", r => (r.GetFieldValue<byte[]>(0), r.GetString(1)))).Single();
        evidence.ShouldBe("Works in the agency's design team.");
        ((string)certificate["events"]![0]!["evidenceHash"]!).ShouldBe(
            Convert.ToHexStringLower(SHA256.HashData([.. salt, .. Encoding.UTF8.GetBytes(evidence)])));
        certificate.ToJsonString().ShouldNotContain("agency");
        (await database.ScalarAsync<string>(
            "select m.body ->> 'reasonCode' || ' ' || (m.body ->> 'clause') from entrant_mail m join winner w using (entry_id) where w.position = 3"))
            .ShouldBe("ineligible-staff 3.2", "the entrant is told (CAP Code 8.27)");
        (await database.ListAsync("select after::text from audit where action = 'draw.winner_replaced'", r => r.GetString(0))).Single().ShouldNotContain("agency");
    }

    [Fact]
    public async Task is_refused_without_ground_and_changes_nothing()
    {
        await using var stage = await DrawStage.SetAsync(server);
        await using var host = await stage.StartHostAsync();
        var campaign = await DrawnAsync(host);
        var draw = host.Draw(campaign);
        var unfounded = (await draw.ReplaceAsync(Disqualified(1) with { Clause = " ", Evidence = null })).Refusal.ShouldNotBeNull();
        (unfounded.Code, string.Join(' ', unfounded.Errors!.Keys)).ShouldBe(("draw.replacement_invalid", "clause evidence"));
        (await draw.ReplaceAsync(Unreachable(1) with { ReasonCode = "disliked" })).Refusal!.Code.ShouldBe("draw.replacement_invalid");
        (await draw.ReplaceAsync(Unreachable(1) with { ReasonCode = "claim-lapsed" })).Refusal!.Code.ShouldBe("draw.replacement_invalid", "that is the platform's to say");
        (await draw.ReplaceAsync(Unreachable(4))).Refusal!.Code.ShouldBe("winner.holds_no_prize");
        (await draw.ReplaceAsync(Unreachable(6))).Refusal!.Code.ShouldBe("winner.not_found");
        (await draw.ReplaceAsync(Unreachable(0))).Refusal!.Code.ShouldBe("winner.not_found");
        (await host.CertificatesAsync(campaign, stage)).Count.ShouldBe(1);

        (await draw.ReplaceAsync(new ReplaceWinner(Actor.System, 1, "claim-lapsed", null, null))).Refusal.ShouldBeNull();
        ((string)(await host.CertificatesAsync(campaign, stage))[^1]["events"]![0]!["actor"]!).ShouldBe("platform");
    }

    [Fact]
    public async Task is_refused_before_anybody_has_won()
    {
        await using var stage = await DrawStage.SetAsync(server);
        await using var host = await stage.StartHostAsync();
        var campaign = await DrawStage.ClosedAsync(host, DrawStage.Settings("beacon-unwitnessed"));
        await host.ReachesAsync(campaign, "committed");
        (await host.Draw(campaign).ReplaceAsync(Unreachable(1))).Refusal!.Code.ShouldBe("draw.wrong_state");
    }

    /// <summary>Keeps the first call of a method until it is let through.</summary>
    private sealed class HeldCall(string method) : IIncomingGrainCallFilter
    {
        private readonly TaskCompletionSource _came = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _let = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Came => _came.Task;

        public void Let() => _let.SetResult();

        public async Task Invoke(IIncomingGrainCallContext context)
        {
            if (context.MethodName == method && _came.TrySetResult())
            {
                await _let.Task;
            }

            await context.Invoke();
        }
    }

    private static async Task<TestCampaign> DrawnAsync(PoolHost host, int people = 12)
    {
        var campaign = await DrawStage.ClosedAsync(host, DrawStage.Settings("committed"), people);
        await host.ReachesAsync(campaign, "drawn, certified");
        return campaign;
    }

    private static async Task<List<string>> StatesAsync(PoolHost host, TestCampaign campaign)
    {
        await using var database = await host.OpenAsync(campaign);
        return await database.ListAsync("select position || ' ' || state from winner order by position", r => r.GetString(0));
    }

    private static ReplaceWinner Unreachable(int position) => new(Judge, position, "unreachable", null, null);

    private static ReplaceWinner Disqualified(int position) => new(Judge, position, "ineligible-staff", "3.2", "Works in the agency's design team.");
}
