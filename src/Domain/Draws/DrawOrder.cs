using System;
using System.Collections.Generic;
using System.Linq;
using PrizeDraw.Domain.Evidence;

namespace PrizeDraw.Domain.Draws;

/// <summary>What a position in the order stands for.</summary>
public enum DrawRole
{
    /// <summary>Positions 1 … W.</summary>
    Winner = 1,

    /// <summary>Positions W + 1 … W + R, and beyond when reserves run out.</summary>
    Reserve = 2,
}

/// <summary>A position of the drawn order.</summary>
/// <param name="Position">From 1.</param>
/// <param name="Role">Winner or reserve.</param>
/// <param name="EntryRef">The chosen entry.</param>
/// <param name="PersonRef">Its entrant.</param>
/// <param name="Prize">The winner's prize; null for a reserve, who inherits one when a winner is replaced.</param>
public sealed record DrawnPlace(int Position, DrawRole Role, string EntryRef, string PersonRef, string? Prize);

/// <summary>A draw's result: W winners and R reserves (fewer when the tickets ran out), and the trace.</summary>
/// <param name="Places">In order of position.</param>
/// <param name="Trace">Every step, skipped ones included.</param>
public sealed record DrawOrder(IReadOnlyList<DrawnPlace> Places, IReadOnlyList<DrawStep> Trace)
{
    /// <summary>Draws the order of the rules from the entries in leaf order and the seed.</summary>
    public static DrawOrder Draw(IReadOnlyList<DrawEntry> entriesInLeafOrder, DrawRules rules, Bytes32 seed) =>
        Draw(entriesInLeafOrder, rules, seed, extraReserves: 0);

    /// <summary>
    /// The same order, gone on by so many further reserves: how a re-draw proceeds once the drawn reserves have run out. All
    /// earlier positions are as before.
    /// </summary>
    public static DrawOrder Draw(IReadOnlyList<DrawEntry> entriesInLeafOrder, DrawRules rules, Bytes32 seed, int extraReserves)
    {
        ArgumentNullException.ThrowIfNull(rules);
        var selection = new DrawSelection(entriesInLeafOrder, rules.Rule, seed);
        return Of(rules, selection.Take(LengthOf(rules, extraReserves)), selection.Trace);
    }

    /// <summary>How many positions an order has at the most: winners, reserves, and so many further ones.</summary>
    /// <exception cref="OverflowException">They are more than a 32-bit number holds.</exception>
    public static int LengthOf(DrawRules rules, int extraReserves)
    {
        ArgumentNullException.ThrowIfNull(rules);
        ArgumentOutOfRangeException.ThrowIfNegative(extraReserves);
        return checked(rules.Winners + rules.Reserves + extraReserves);
    }

    /// <summary>The order that picks make, with roles and prizes by the rules.</summary>
    public static DrawOrder Of(DrawRules rules, IReadOnlyList<DrawPick> picks, IReadOnlyList<DrawStep> trace)
    {
        ArgumentNullException.ThrowIfNull(rules);
        ArgumentNullException.ThrowIfNull(picks);
        return new DrawOrder([.. picks.Select(pick => Place(pick, rules))], trace);
    }

    private static DrawnPlace Place(DrawPick pick, DrawRules rules) => pick.Position <= rules.Winners
        ? new(pick.Position, DrawRole.Winner, pick.EntryRef, pick.PersonRef, rules.Prizes[pick.Position - 1])
        : new(pick.Position, DrawRole.Reserve, pick.EntryRef, pick.PersonRef, Prize: null);
}
