using System;
using System.Collections.Generic;
using System.Linq;
using FsCheck;
using FsCheck.Fluent;
using PrizeDraw.Domain.Draws;
using PrizeDraw.Domain.Evidence;
using Shouldly;
using Xunit;

namespace PrizeDraw.Domain.Tests.Draws;

public sealed class A_selection_of_tickets
{
    private static readonly Arbitrary<Case> Cases = (
        from tickets in Gen.Choose(1, 6).ListOf()
        from persons in Gen.Choose(1, 6).ListOf(tickets.Count)
        from salt in Gen.Choose(0, int.MaxValue)
        from oneEach in Gen.Elements(true, false)
        from wanted in Gen.Choose(0, 30)
        select new Case(
            DrawLeaves.Sort(tickets.Zip(persons, (t, p) => (t, p))
                .Select((x, i) => new DrawEntry(Bytes32.HashOf(BitConverter.GetBytes(i ^ salt)).ToString(), $"p{x.p}", x.t))),
            oneEach ? DrawRule.OnePerPerson : DrawRule.Unlimited, Bytes32.HashOf(BitConverter.GetBytes(salt)), wanted)).ToArbitrary();

    [Theory]
    [InlineData("pdv1-draw-12")]
    [InlineData("pdv1-draw-8-committed")]
    public void reproduces_the_worked_draws_to_the_trace(string name)
    {
        var vector = DrawVector.Load(name);
        var entries = DrawLeaves.Sort(vector.Entries);
        var selection = new TicketSelection(entries.Sum(e => e.Tickets), vector.Rule, vector.Hash("seed"));
        var picks = Take(selection, entries, vector.Winners + vector.Reserves, round: int.MaxValue);
        picks.Select(p => p.EntryRef).ShouldBe(vector.Order);
        picks.Select(p => p.Position).ShouldBe(Enumerable.Range(1, picks.Count));
        selection.Trace.ShouldBe(vector.Trace);
    }

    [Fact] public void is_the_plain_shuffle_in_rounds_of_any_size() => Hold(c =>
    {
        var (picks, trace) = PlainShuffle(c);
        return new[] { 1, 2, 3, int.MaxValue }.All(round =>
        {
            var selection = c.Start();
            return Take(selection, c.Entries, c.Wanted, round).Select(p => p.EntryRef).SequenceEqual(picks) && selection.Trace.SequenceEqual(trace);
        });
    });

    [Fact] public void goes_on_along_the_same_permutation() => Hold(c =>
    {
        var (selection, longer) = (c.Start(), (c with { Wanted = c.Wanted + 7 }).Start());
        var picks = Take(selection, c.Entries, c.Wanted, int.MaxValue);
        var further = Take(selection, c.Entries, 7, int.MaxValue);
        return picks.Concat(further).SequenceEqual(Take(longer, c.Entries, c.Wanted + 7, int.MaxValue)) && longer.Trace.SequenceEqual(selection.Trace);
    });

    [Fact] public void wants_to_know_whose_the_last_tickets_are()
    {
        var selection = new TicketSelection(5, DrawRule.Unlimited, Bytes32.Zero);
        selection.Next(2).Count.ShouldBe(2);
        Should.Throw<InvalidOperationException>(() => selection.Next(1));
        Should.Throw<ArgumentException>(() => selection.Accept([new DrawEntry("a", "p")]));
        selection.Accept([new DrawEntry("a", "p"), new DrawEntry("b", "p")]).Count.ShouldBe(2);
        selection.Next(10).Count.ShouldBe(3);
        selection.HasRunOut.ShouldBeTrue();
    }

    [Fact] public void holds_tickets_beyond_what_memory_could()
    {
        var selection = new TicketSelection(long.MaxValue, DrawRule.Unlimited, Bytes32.Zero);
        var tickets = selection.Next(1_000);
        tickets.Distinct().Count().ShouldBe(1_000);
        tickets.ShouldAllBe(t => t >= 0 && t < long.MaxValue);
        Should.Throw<ArgumentOutOfRangeException>(() => new TicketSelection(-1, DrawRule.Unlimited, Bytes32.Zero));
        new TicketSelection(0, DrawRule.Unlimited, Bytes32.Zero).HasRunOut.ShouldBeTrue();
    }

    private static List<DrawPick> Take(TicketSelection selection, DrawEntry[] entries, int count, int round)
    {
        // Each ticket by its number: what a list that is not in memory looks up.
        var owners = entries.SelectMany(e => Enumerable.Repeat(e, (int)e.Tickets)).ToArray();
        var picks = new List<DrawPick>();
        while (picks.Count < count && !selection.HasRunOut)
        {
            picks.AddRange(selection.Accept([.. selection.Next(Math.Min(round, count - picks.Count)).Select(t => owners[t])]));
        }
        return picks;
    }

    /// <summary>The protocol's step 5 taken literally, as far as it is wanted.</summary>
    private static (List<string> Picks, List<DrawStep> Trace) PlainShuffle(Case c)
    {
        var tickets = c.Entries.SelectMany(e => Enumerable.Repeat(e, (int)e.Tickets)).ToArray();
        var stream = new SeededStream(c.Seed);
        var (picks, trace, chosen) = (new List<string>(), new List<DrawStep>(), new HashSet<string>());
        for (var k = 0; k < tickets.Length && picks.Count < c.Wanted; k++)
        {
            var j = k + (int)stream.Below((ulong)(tickets.Length - k));
            (tickets[k], tickets[j]) = (tickets[j], tickets[k]);
            trace.Add(new DrawStep(k, j, tickets[k].EntryRef));
            if (c.Rule == DrawRule.Unlimited || chosen.Add(tickets[k].PersonRef)) picks.Add(tickets[k].EntryRef);
        }
        return (picks, trace);
    }

    private static void Hold(Func<Case, bool> property) => Prop.ForAll(Cases, property).QuickCheckThrowOnFailure();

    public sealed record Case(DrawEntry[] Entries, DrawRule Rule, Bytes32 Seed, int Wanted)
    {
        public TicketSelection Start() => new(Entries.Sum(e => e.Tickets), Rule, Seed);

        public override string ToString() => $"{Rule}, seed {Seed}, {Wanted} of {string.Join("; ", Entries.Select(e => e.ToString()))}";
    }
}
