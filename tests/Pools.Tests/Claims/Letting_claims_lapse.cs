using System;
using System.Linq;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions.Draws;
using PrizeDraw.Pools.Tests.Draws;
using PrizeDraw.Pools.Tests.Setup;
using Shouldly;
using Xunit;

namespace PrizeDraw.Pools.Tests.Claims;

[Collection(DrawServerCollection.Name)]
public sealed class Letting_claims_lapse(PoolServer server)
{
    [Fact]
    public async Task passes_the_prize_to_the_next_reserve_who_is_told_and_claims()
    {
        await using var stage = await ClaimStage.ToldAsync(server);
        await stage.MakeAsync(await stage.TokenAsync(1));
        await stage.MakeAsync(await stage.TokenAsync(3));
        var late = await stage.TokenAsync(2);
        await stage.LeapAsync(ClaimStage.Days14);
        var claims = await stage.ClaimsAsync(c => c.Length == 4);
        claims.ShouldBe([new(1, "Weekend in Paris", "claimed", false), new(2, "Guide book", "lapsed", true), new(3, "Guide book", "claimed", false), new(4, "Guide book", "told", false)]);
        (await stage.MailsAsync("The time to claim", 1)).ShouldAllBe(m => !m.Text.Contains('#'));
        (await stage.MailsAsync("You have won", 4)).Select(m => m.To).ShouldBeUnique();
        (await stage.MakeAsync(late)).Refusal!.Code.ShouldBe("claim.lapsed");
        (await stage.MakeAsync(await stage.TokenAsync(4))).Value!.State.ShouldBe("claimed");
        (await stage.ScalarAsync<DateTime>("select deadline from claim where position = 4")).ShouldBeGreaterThan(
            (await stage.ScalarAsync<DateTime>("select deadline from claim where position = 2")) + TimeSpan.FromDays(13));
        await HoldsAsync(stage, replaced: 1);
    }

    [Fact]
    public async Task goes_on_reserve_by_reserve_as_long_as_there_are_tickets()
    {
        await using var stage = await ClaimStage.ToldAsync(server, people: 6, reserves: 1);
        await stage.LeapAsync(ClaimStage.Days14);
        await stage.ClaimsAsync(c => c.Length == 6 && c.Count(one => one.State == "told") == 3 && c.Count(one => one is { State: "lapsed", IsPassedOn: true }) == 3);
        await HoldsAsync(stage, replaced: 3);
        await stage.LeapAsync(ClaimStage.Days14);
        await stage.ClaimsAsync(c => c.Length == 6 && c.All(one => one is { State: "lapsed", IsPassedOn: true }));
        await HoldsAsync(stage, replaced: 6);
    }

    [Fact]
    public async Task ends_the_claim_of_whom_a_manager_replaces_and_tells_the_reserve()
    {
        await using var stage = await ClaimStage.ToldAsync(server);
        var token = await stage.TokenAsync(1);
        await stage.MakeAsync(token);
        (await stage.Host.Draw(stage.Campaign).ReplaceAsync(new ReplaceWinner(PoolHost.Manager, 1, "unreachable", null, null))).Refusal.ShouldBeNull();
        await stage.ClaimsAsync(c => c is [{ State: "replaced" }, _, _, { State: "told", Prize: "Weekend in Paris" }]);
        (await stage.MakeAsync(token)).Refusal!.Code.ShouldBe("claim.replaced");
        await HoldsAsync(stage, replaced: 1);
    }

    [Fact]
    public async Task or_being_claimed_at_the_same_moment_has_one_outcome()
    {
        await using var stage = await ClaimStage.ToldAsync(server);
        var tokens = new[] { await stage.TokenAsync(1), await stage.TokenAsync(2), await stage.TokenAsync(3) };
        await stage.RunAsync("update claim set deadline = (select max(told_at) from claim) + interval '14 days', remind_at = null");
        var deadline = await stage.ScalarAsync<DateTime>("select deadline from claim where position = 1");
        var first = stage.Host;
        await stage.AddHostAsync();
        // Both hosts are busy when the deadline comes: one wakes the clock, the other takes claims.
        await stage.LeapAsync(deadline - stage.Now.UtcDateTime - TimeSpan.FromMilliseconds(20));
        var answers = await Task.WhenAll(tokens.Select(async (token, i) =>
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10 * i));
            var answer = stage.MakeAsync(token, at: i % 2 == 0 ? first : stage.Host);
            await stage.Grain().WakeAsync();
            return await answer;
        }));
        await stage.LeapAsync(TimeSpan.FromSeconds(1));
        var claims = await stage.ClaimsAsync(c => c.All(one => one.Position > 3 || one is { State: "claimed" } or { State: "lapsed", IsPassedOn: true }));
        for (var i = 0; i < 3; i++)
        {
            claims[i].State.ShouldBe(answers[i].Refusal is null ? "claimed" : "lapsed");
        }

        await HoldsAsync(stage, claims.Count(c => c.State == "lapsed"));
    }

    [Theory]
    [InlineData("entrant_mail", "new.kind = 'claim-lapsed'", "insert")]
    [InlineData("draw_event", "new.kind = 'winner-replaced'", "insert")]
    [InlineData("claim", "new.passed_on_at is not null and old.passed_on_at is null", "update")]
    [InlineData("draw", "new.certified_events = 1 and old.certified_events = 0", "update")]
    [InlineData("claim", "new.position = 4", "insert")]
    public async Task survives_a_host_that_ends_at_any_write(string table, string write, string how)
    {
        await using var stage = await ClaimStage.ToldAsync(server);
        await stage.MakeAsync(await stage.TokenAsync(1));
        await stage.MakeAsync(await stage.TokenAsync(3));
        await stage.RunAsync("create function fail() returns trigger language plpgsql as 'begin raise exception ''out of order''; end'");
        await stage.RunAsync($"create trigger fail before {how} on {table} for each row when ({write}) execute function fail()");
        await stage.LeapAsync(ClaimStage.Days14);
        await Task.WhenAny(stage.ClaimsAsync(c => c.Length > 4), Task.Delay(TimeSpan.FromSeconds(1)));
        (await stage.RowsAsync()).Length.ShouldBe(3, "nothing was told that could not be written");
        await stage.StopHostAsync();

        await stage.AddHostAsync();
        await stage.RunAsync($"drop trigger fail on {table}");
        await stage.Host.Draw(stage.Campaign).RunAsync(new DrawCommand(PoolHost.Manager));
        await stage.Grain().WakeAsync();
        await stage.ClaimsAsync(c => c is [_, { State: "lapsed", IsPassedOn: true }, _, { State: "told", Prize: "Guide book" }]);
        await stage.MailsAsync("You have won", 4);
        await stage.MailsAsync("The time to claim", 1);
        await HoldsAsync(stage, replaced: 1);
    }

    /// <summary>No prize has two who may claim it or have, nobody was passed over, and outsiders can tell.</summary>
    private static async Task HoldsAsync(ClaimStage stage, int replaced)
    {
        await stage.Host.ReachesAsync(stage.Campaign, "drawn, certified");
        var claims = await stage.RowsAsync();
        foreach (var prize in claims.GroupBy(c => c.Prize))
        {
            prize.Count(c => c.State is not ("lapsed" or "replaced")).ShouldBeLessThanOrEqualTo(prize.Key == "Guide book" ? 2 : 1);
        }

        claims.Select(c => c.Position).ShouldBe(Enumerable.Range(1, claims.Length), "reserves move up in the order");
        (await stage.ScalarAsync<long>("select count(*) from draw_event where kind = 'winner-replaced'")).ShouldBe(replaced);
        (await stage.ScalarAsync<long>("select count(*) - count(distinct (draw_id, position)) from claim")).ShouldBe(0);
        (await stage.ScalarAsync<long>("select count(*) - count(distinct (entry_id, kind)) from entrant_mail")).ShouldBe(0);
    }
}
