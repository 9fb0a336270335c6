using System;
using System.Collections.Generic;
using System.Linq;
using PrizeDraw.Domain.Evidence;

namespace PrizeDraw.Domain.Draws;

/// <summary>One step of the shuffle: at k the stream gave j, and this entry's ticket was taken.</summary>
public readonly record struct DrawStep(long K, long J, string EntryRef);

/// <summary>A chosen entry at its position in the order, from 1.</summary>
public readonly record struct DrawPick(int Position, string EntryRef, string PersonRef);

/// <summary>
/// A <see cref="TicketSelection"/> over entries that are in memory: <see cref="Take"/> goes on where it stopped, so that a re-draw steps
/// along the same permutation. Memory is one number per entry plus what was taken. Not thread-safe.
/// </summary>
public sealed class DrawSelection
{
    private readonly IReadOnlyList<DrawEntry> entries;
    private readonly long[] ticketsThrough; // tickets of entries 0 … i together
    private readonly TicketSelection selection;

    /// <summary>A selection at its beginning.</summary>
    /// <exception cref="ArgumentException">Entries are not unique and in leaf order, or one has less than one ticket.</exception>
    /// <exception cref="OverflowException">The tickets are more than a 64-bit number holds.</exception>
    public DrawSelection(IReadOnlyList<DrawEntry> entriesInLeafOrder, DrawRule rule, IWordStream stream)
    {
        ArgumentNullException.ThrowIfNull(entriesInLeafOrder);
        entries = entriesInLeafOrder;
        ticketsThrough = new long[entries.Count];
        var (tickets, before) = (0L, (string?)null);
        for (var i = 0; i < ticketsThrough.Length; i++)
        {
            var entry = entries[i];
            DrawLeaves.RequireOrder(before, entry.EntryRef);
            if (entry.Tickets < 1) throw new ArgumentException($"Entry {entry.EntryRef} has {entry.Tickets} tickets.");
            tickets = checked(tickets + entry.Tickets);
            ticketsThrough[i] = tickets;
            before = entry.EntryRef;
        }
        selection = new TicketSelection(tickets, rule, stream);
    }

    /// <summary>A selection at its beginning, over the stream of this seed.</summary>
    public DrawSelection(IReadOnlyList<DrawEntry> entriesInLeafOrder, DrawRule rule, Bytes32 seed)
        : this(entriesInLeafOrder, rule, new SeededStream(seed))
    {
    }

    /// <summary>How many tickets there are.</summary>
    public long Tickets => selection.Tickets;

    /// <summary>Whether every ticket was taken.</summary>
    public bool HasRunOut => selection.HasRunOut;

    /// <summary>Every step so far, skipped ones included.</summary>
    public IReadOnlyList<DrawStep> Trace => selection.Trace;

    /// <summary>The next picks of the order; fewer than asked for when the tickets run out.</summary>
    public IReadOnlyList<DrawPick> Take(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        var picks = new List<DrawPick>(Math.Min(count, 1024));
        while (picks.Count < count && !HasRunOut)
        {
            picks.AddRange(selection.Accept([.. selection.Next(count - picks.Count).Select(EntryOf)]));
        }
        return picks;
    }

    private DrawEntry EntryOf(long ticket)
    {
        // Entry i owns the tickets from the sum before it up to, not including, its own sum.
        var at = Array.BinarySearch(ticketsThrough, ticket + 1);
        return entries[at >= 0 ? at : ~at];
    }
}
