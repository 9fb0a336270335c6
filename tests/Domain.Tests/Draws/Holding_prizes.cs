using System;
using System.Collections.Generic;
using System.Linq;
using FsCheck;
using FsCheck.Fluent;
using PrizeDraw.Domain.Draws;
using Shouldly;
using Xunit;

namespace PrizeDraw.Domain.Tests.Draws;

public sealed class Holding_prizes
{
    private static readonly DateTimeOffset Noon = new(2026, 6, 15, 12, 0, 0, TimeSpan.Zero);

    /// <summary>An order, and prizes that are taken away one after another: each number picks among those that are still held.</summary>
    private sealed record Case(int Winners, int Places, int[] Takes)
    {
        public IReadOnlyList<CertifiedPlace> Order { get; } =
            [.. Enumerable.Range(1, Places).Select(p => p <= Winners ? Winner(p) : Reserve(p))];

        /// <summary>The holders after each event, the first before any.</summary>
        public List<(DrawHolders Holders, List<DrawEvent> Events)> Play()
        {
            var events = new List<DrawEvent> { Event(DrawEventKinds.ClosingChanged, null) };
            var played = new List<(DrawHolders, List<DrawEvent>)> { (DrawHolders.Of(Order, events), [.. events]) };
            foreach (var take in Takes)
            {
                var held = played[^1].Item1.Prizes.Where(p => p.Holder is not null).ToArray();
                if (held.Length == 0) break;
                events.Add(Replaced(held[take % held.Length].Position));
                played.Add((DrawHolders.Of(Order, events), [.. events]));
            }

            return played;
        }
    }

    private static readonly Arbitrary<Case> Cases = (
        from winners in Gen.Choose(1, 6)
        from places in Gen.Choose(0, 14)
        from takes in Gen.Choose(0, 1000).ListOf()

        select new Case(winners, places, [.. takes])).ToArbitrary();

    [Fact] public void begins_with_those_who_were_drawn() => Hold(c =>
        c.Play()[0].Holders.Prizes.All(p => p.Holder == p.Position)
        && c.Play()[0].Holders.Prizes.Count == Math.Min(c.Winners, c.Places) && c.Play()[0].Holders.Replaced.Count == 0);

    [Fact] public void is_never_double_and_each_prize_has_one_holder_at_the_most() => Hold(c => c.Play().All(step =>
    {
        var holders = step.Holders.Prizes.Where(p => p.Holder is not null).Select(p => p.Holder!.Value).ToArray();
        return holders.Distinct().Count() == holders.Length && holders.All(h => step.Holders.HeldBy(h)!.Holder == h && h <= c.Places);
    }));

    [Fact] public void is_over_for_good_for_who_was_replaced() => Hold(c => c.Play().All(step =>
        step.Holders.Prizes.All(p => p.Holder is not { } h || !step.Holders.Replaced.Contains(h))
        && step.Holders.Replaced.Count == step.Holders.Replacements));

    [Fact] public void keeps_every_prize_that_was_drawn() => Hold(c => c.Play().All(step =>
        step.Holders.Prizes.Select(p => (p.Position, p.Prize)).SequenceEqual(c.Order.Where(p => p.Role == DrawRole.Winner).Select(p => (p.Position, p.Prize!)))));

    [Fact] public void passes_to_reserves_in_their_order() => Hold(c =>
    {
        var played = c.Play();
        var wanted = c.Winners + 1;
        for (var i = 1; i < played.Count; i++)
        {
            var (before, after) = (played[i - 1].Holders, played[i].Holders);
            var changed = after.Prizes.Zip(before.Prizes).Single(p => p.First != p.Second);
            int? heir = wanted <= c.Places ? wanted++ : null;
            if (before.NextReserve != heir || changed.First.Holder != heir || !after.Replaced.Contains(changed.Second.Holder!.Value)) return false;
        }

        return true;
    });

    [Fact] public void leaves_prizes_without_a_holder_only_when_nobody_is_left() => Hold(c => c.Play().All(step =>
        step.Holders.Prizes.All(p => p.Holder is not null) || (step.Holders.NextReserve is null && step.Holders.Replacements > c.Places - c.Winners)));

    [Fact] public void ends_with_a_void_draw_and_nothing_follows() => Hold(c =>
    {
        var (_, events) = c.Play()[^1];
        var voided = DrawHolders.Of(c.Order, [.. events, Event(DrawEventKinds.Voided, null)]);
        Should.Throw<ArgumentException>(() => DrawHolders.Of(c.Order, [.. events, Event(DrawEventKinds.Voided, null), Replaced(1)]));
        return voided.IsVoid && voided.Prizes.All(p => p.Holder is null) && voided.Prizes.Count == Math.Min(c.Winners, c.Places);
    });

    [Fact] public void goes_on_beyond_the_reserves_where_the_permutation_does()
    {
        IReadOnlyList<CertifiedPlace> order = [Winner(1), Reserve(2)];
        DrawEvent[] events = [Replaced(1), Replaced(1)];
        DrawHolders.FurtherReserves(reserves: 1, replacements: 1).ShouldBe(0);
        DrawHolders.FurtherReserves(reserves: 1, replacements: 2).ShouldBe(1);
        DrawHolders.Of(order, events).HeldBy(2).ShouldBeNull();
        DrawHolders.Of([.. order, Reserve(3)], events).HeldBy(3).ShouldBe(new HeldPrize(1, "Prize 1", 3));
    }

    [Fact] public void can_not_be_taken_from_nobody()
    {
        IReadOnlyList<CertifiedPlace> order = [Winner(1), Winner(2)];
        Refused(order, Replaced(3));
        Refused(order, Replaced(0));
        Refused(order, Event(DrawEventKinds.WinnerReplaced, null));
        Refused(order, Replaced(1), Replaced(1));
        Refused([Winner(1), Reserve(3)]);
        Refused([Reserve(1), Winner(2)]);
    }

    private static void Refused(IReadOnlyList<CertifiedPlace> order, params DrawEvent[] events) =>
        Should.Throw<ArgumentException>(() => DrawHolders.Of(order, events));

    private static void Hold(Func<Case, bool> property) => Prop.ForAll(Cases, property).QuickCheckThrowOnFailure();

    private static CertifiedPlace Winner(int position) => new(position, DrawRole.Winner, $"Prize {position}", $"e{position}");

    private static CertifiedPlace Reserve(int position) => new(position, DrawRole.Reserve, null, $"e{position}");

    private static DrawEvent Replaced(int position) => Event(DrawEventKinds.WinnerReplaced, position);

    private static DrawEvent Event(string kind, int? position) => new(kind, position, "unreachable", null, null, "platform", Noon);
}
