using System;
using System.Collections.Generic;
using PrizeDraw.Domain.Evidence;

namespace PrizeDraw.Domain.Draws;

/// <summary>One step of the shuffle: at k the stream gave j, and this entry's ticket was taken.</summary>
public readonly record struct DrawStep(long K, long J, string EntryRef);

/// <summary>A chosen entry at its position in the order, from 1.</summary>
public readonly record struct DrawPick(int Position, string EntryRef, string PersonRef);

/// <summary>
/// Fisher–Yates from the front over all tickets in leaf order, as far as it is asked for: <see cref="Take"/> goes on where it
/// stopped, so that a re-draw steps along the same permutation. Tickets are virtual (prefix sums over entries, swaps kept
/// sparsely): memory is one number per entry plus what was taken. Not thread-safe.
/// </summary>
public sealed class DrawSelection
{
    private readonly IReadOnlyList<DrawEntry> entries;
    private readonly DrawRule rule;
    private readonly IWordStream stream;
    private readonly long[] ticketsThrough; // tickets of entries 0 … i together
    private readonly Dictionary<long, long> moved = []; // positions still ahead that hold another ticket than their own
    private readonly HashSet<string> chosen = new(StringComparer.Ordinal);
    private readonly List<DrawStep> trace = [];
    private long k;
    private int positions;

    /// <summary>A selection at its beginning.</summary>
    /// <exception cref="ArgumentException">Entries are not unique and in leaf order, or one has less than one ticket.</exception>
    /// <exception cref="OverflowException">The tickets are more than a 64-bit number holds.</exception>
    public DrawSelection(IReadOnlyList<DrawEntry> entriesInLeafOrder, DrawRule rule, IWordStream stream)
    {
        ArgumentNullException.ThrowIfNull(entriesInLeafOrder);
        ArgumentNullException.ThrowIfNull(stream);
        _ = rule.StoredName();
        (entries, this.rule, this.stream) = (entriesInLeafOrder, rule, stream);
        ticketsThrough = new long[entries.Count];
        string? before = null;
        for (var i = 0; i < ticketsThrough.Length; i++)
        {
            var entry = entries[i];
            DrawLeaves.RequireOrder(before, entry.EntryRef);
            if (entry.Tickets < 1) throw new ArgumentException($"Entry {entry.EntryRef} has {entry.Tickets} tickets.");
            Tickets = checked(Tickets + entry.Tickets);
            ticketsThrough[i] = Tickets;
            before = entry.EntryRef;
        }
    }

    /// <summary>A selection at its beginning, over the stream of this seed.</summary>
    public DrawSelection(IReadOnlyList<DrawEntry> entriesInLeafOrder, DrawRule rule, Bytes32 seed)
        : this(entriesInLeafOrder, rule, new SeededStream(seed))
    {
    }

    /// <summary>How many tickets there are.</summary>
    public long Tickets { get; }

    /// <summary>Whether every ticket was taken.</summary>
    public bool HasRunOut => k == Tickets;

    /// <summary>Every step so far, skipped ones included.</summary>
    public IReadOnlyList<DrawStep> Trace => trace;

    /// <summary>The next picks of the order; fewer than asked for when the tickets run out.</summary>
    public IReadOnlyList<DrawPick> Take(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        var picks = new List<DrawPick>(Math.Min(count, 1024));
        while (picks.Count < count && !HasRunOut)
        {
            var entry = TakeTicket();
            if (rule == DrawRule.OnePerPerson && !chosen.Add(entry.PersonRef)) continue;
            picks.Add(new DrawPick(++positions, entry.EntryRef, entry.PersonRef));
        }
        return picks;
    }

    private DrawEntry TakeTicket()
    {
        var j = k + (long)stream.Below((ulong)(Tickets - k));
        var entry = EntryOf(SwapOut(j));
        trace.Add(new DrawStep(k, j, entry.EntryRef));
        k++;
        return entry;
    }

    /// <summary>Takes the ticket at j and puts the one at k there; k itself is never looked at again.</summary>
    private long SwapOut(long j)
    {
        var atK = moved.Remove(k, out var ticket) ? ticket : k;
        if (j == k) return atK;
        var taken = moved.GetValueOrDefault(j, j);
        moved[j] = atK;
        return taken;
    }

    private DrawEntry EntryOf(long ticket)
    {
        // Entry i owns the tickets from the sum before it up to, not including, its own sum.
        var at = Array.BinarySearch(ticketsThrough, ticket + 1);
        return entries[at >= 0 ? at : ~at];
    }
}
