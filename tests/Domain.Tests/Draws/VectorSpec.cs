using System.Linq;
using PrizeDraw.Domain.Draws;
using PrizeDraw.Domain.Evidence;
using Shouldly;
using Xunit;

namespace PrizeDraw.Domain.Tests.Draws;

public sealed class The_worked_draws
{
    [Theory]
    [InlineData("pdv1-draw-12")]
    [InlineData("pdv1-draw-8-committed")]
    public void are_reproduced_to_the_trace(string name)
    {
        var vector = DrawVector.Load(name);
        var entries = DrawLeaves.Sort(vector.Entries.Reverse());
        var root = DrawLeaves.Root(entries);
        var rulesHash = Bytes32.HashOf(vector.RulesBytes);
        root.ShouldBe(vector.Hash("root"));
        rulesHash.ShouldBe(vector.Hash("rules_hash"));
        Bytes32.HashOf(vector.Secret).ShouldBe(vector.Hash("secret_hash"));

        var seed = DrawSeed.Derive(vector.Level, root, rulesHash, vector.Round, vector.Randomness, vector.Secret);
        seed.ShouldBe(vector.Hash("seed"));

        var selection = new DrawSelection(entries, vector.Rule, seed);
        var picks = selection.Take(vector.Winners + vector.Reserves);
        picks.Select(p => p.EntryRef).ShouldBe(vector.Order);
        picks.Select(p => p.Position).ShouldBe(Enumerable.Range(1, picks.Count));
        selection.Trace.ShouldBe(vector.Trace);
    }

    [Fact] public void give_winners_their_prizes_and_reserves_none()
    {
        var vector = DrawVector.Load("pdv1-draw-12");
        var rules = new DrawRules { DrawId = "drw_1", Prizes = ["A", "B", "C"], Reserves = 2, Rule = DrawRule.OnePerPerson };
        var order = DrawOrder.Draw(vector.Entries, rules, vector.Hash("seed"));
        order.Places.Select(p => (p.Position, p.Role, p.EntryRef, p.Prize)).ShouldBe([
            (1, DrawRole.Winner, "e0008", "A"), (2, DrawRole.Winner, "e0009", "B"), (3, DrawRole.Winner, "e0007", "C"),
            (4, DrawRole.Reserve, "e0010", null), (5, DrawRole.Reserve, "e0003", null)]);
        order.Trace.ShouldBe(vector.Trace);
    }

    [Fact] public void go_on_along_the_same_order_when_reserves_run_out()
    {
        var vector = DrawVector.Load("pdv1-draw-12");
        var rules = new DrawRules { DrawId = "drw_1", Prizes = ["A", "B", "C"], Reserves = 2, Rule = DrawRule.OnePerPerson };
        var further = DrawOrder.Draw(vector.Entries, rules, vector.Hash("seed"), extraReserves: 100);
        further.Places.Take(5).Select(p => p.EntryRef).ShouldBe(vector.Order);
        further.Places.Select(p => p.PersonRef).ShouldBe(vector.Entries.Select(e => e.PersonRef).Distinct(), ignoreOrder: true);
        further.Places[^1].Role.ShouldBe(DrawRole.Reserve);
    }
}
