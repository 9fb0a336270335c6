using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using PrizeDraw.Domain.Draws;
using PrizeDraw.Domain.Evidence;
using Shouldly;
using Xunit;
using Xunit.Abstractions;

namespace PrizeDraw.Domain.Tests.Draws;

/// <summary>Whether everybody has the chance that they should: over winners, over whole orders and over pairs of places.</summary>
public sealed class Two_hundred_thousand_draws(ITestOutputHelper output)
{
    private const int Draws = 200_000;

    /// <summary>Seeds of the single draws are hashes of this and their number: change it to try others.</summary>
    private const string Seed = "uniformity/1";

    private static readonly DrawEntry[] Alike = [.. Enumerable.Range(0, 6).Select(i => new DrawEntry($"e{i}", $"p{i}"))];

    /// <summary>Person a has four tickets in two entries, b has two, c one, d three in two entries.</summary>
    private static readonly DrawEntry[] Weighted =
        [new("e0", "a", 3), new("e1", "b", 2), new("e2", "c"), new("e3", "a"), new("e4", "d", 2), new("e5", "d")];

    private static readonly Dictionary<string, double> Tickets = new() { ["a"] = 4, ["b"] = 2, ["c"] = 1, ["d"] = 3 };

    [Fact]
    public void of_equals_choose_every_winner_order_and_pair_alike()
    {
        var orders = Orders(Alike, DrawRule.Unlimited, e => e.EntryRef);
        Even(orders, order => order[0], 6);
        Even(orders, order => string.Join(' ', order), 720);
        for (var place = 1; place < 6; place++)
        {
            var second = place;
            Even(orders, order => order[second], 6);
            Even(orders, order => $"{order[0]} {order[second]}", 30);
            Even(orders, order => $"{order[second - 1]} {order[second]}", 30);
        }
    }

    [Fact]
    public void choose_people_by_their_tickets()
    {
        var orders = Orders(Weighted, DrawRule.OnePerPerson, e => e.PersonRef);
        orders.All(order => order.Length == 4).ShouldBeTrue();
        foreach (var places in Enumerable.Range(1, 4))
        {
            // Each next person by their tickets among those of who is left: a person's own further tickets are passed over.
            Fit(orders.Select(order => string.Join(' ', order.Take(places))), Chances([], places).ToDictionary());
        }
    }

    [Fact]
    public void would_tell_a_shuffle_that_is_not_fair()
    {
        // The classic mistake: swapping with any place instead of one that is still ahead.
        var orders = Enumerable.Range(0, Draws).Select(draw =>
        {
            var stream = new SeededStream(SeedOf(draw));
            int[] order = [0, 1, 2, 3];
            for (var k = 0; k < order.Length; k++)
            {
                var j = (int)stream.Below(4);
                (order[k], order[j]) = (order[j], order[k]);
            }
            return string.Join(' ', order);
        });
        var counts = orders.CountBy(o => o).Select(o => (long)o.Value).ToArray();
        counts.Length.ShouldBe(24);
        Should.Throw<ShouldAssertException>(() => counts.ShouldBeEven());
    }

    private static Bytes32 SeedOf(int draw) => Bytes32.HashOf(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Seed}/{draw}")));

    private string[][] Orders(DrawEntry[] entries, DrawRule rule, Func<DrawEntry, string> what)
    {
        output.WriteLine($"seed {Seed}");
        var named = entries.ToDictionary(e => e.EntryRef, what);
        return [.. Enumerable.Range(0, Draws).Select(draw =>
            new DrawSelection(entries, rule, SeedOf(draw)).Take(entries.Length).Select(pick => named[pick.EntryRef]).ToArray())];
    }

    private static void Even(string[][] orders, Func<string[], string> cell, int cells)
    {
        var counts = orders.CountBy(cell).Select(c => (long)c.Value).ToArray();
        counts.Length.ShouldBe(cells);
        counts.ShouldBeEven();
    }

    private static void Fit(IEnumerable<string> cells, Dictionary<string, double> chances)
    {
        var counts = cells.CountBy(c => c).ToDictionary();
        counts.Keys.ShouldBe(chances.Keys, ignoreOrder: true);
        var order = chances.Keys.ToArray();
        order.Select(c => (long)counts[c]).ToArray().ShouldFit([.. order.Select(c => chances[c])]);
    }

    private static IEnumerable<KeyValuePair<string, double>> Chances(string[] before, int places)
    {
        if (places == 0) return [KeyValuePair.Create(string.Join(' ', before), 1.0)];
        var left = Tickets.Where(t => !before.Contains(t.Key)).ToArray();
        return left.SelectMany(person => Chances([.. before, person.Key], places - 1)
            .Select(rest => KeyValuePair.Create(rest.Key, rest.Value * person.Value / left.Sum(t => t.Value))));
    }
}
