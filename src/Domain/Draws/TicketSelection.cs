using System;
using System.Collections.Generic;
using PrizeDraw.Domain.Evidence;

namespace PrizeDraw.Domain.Draws;

/// <summary>
/// Fisher–Yates from the front over the numbers of tickets, 0 … n − 1, as far as it is asked for, for entries that need not be in memory. The
/// permutation does not depend on who is skipped: <see cref="Next"/> says which tickets come next, somebody looks up whose they are, and
/// <see cref="Accept"/> applies the rule. Swaps are kept sparsely: memory is what was taken. Not thread-safe.
/// </summary>
public sealed class TicketSelection
{
    private readonly DrawRule rule;
    private readonly IWordStream stream;
    private readonly Dictionary<long, long> moved = []; // positions still ahead that hold another ticket than their own
    private readonly HashSet<string> chosen = new(StringComparer.Ordinal);
    private readonly List<DrawStep> trace = [];
    private readonly Queue<(long K, long J)> open = new(); // drawn, and nobody has said yet whose they are
    private long k;
    private int positions;

    /// <summary>A selection at its beginning.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number of tickets is negative, or there is no such rule.</exception>
    public TicketSelection(long tickets, DrawRule rule, IWordStream stream)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(tickets);
        ArgumentNullException.ThrowIfNull(stream);
        _ = rule.StoredName();
        (Tickets, this.rule, this.stream) = (tickets, rule, stream);
    }

    /// <summary>A selection at its beginning, over the stream of this seed.</summary>
    public TicketSelection(long tickets, DrawRule rule, Bytes32 seed)
        : this(tickets, rule, new SeededStream(seed))
    {
    }

    /// <summary>How many tickets there are.</summary>
    public long Tickets { get; }

    /// <summary>Whether every ticket was taken.</summary>
    public bool HasRunOut => k == Tickets;

    /// <summary>Every step that was accepted so far, skipped ones included.</summary>
    public IReadOnlyList<DrawStep> Trace => trace;

    /// <summary>
    /// The tickets that come next, in order; fewer than asked for when they run out. Asking for as many as picks are missing never takes one
    /// that is not needed, because a ticket makes at most one pick.
    /// </summary>
    /// <exception cref="InvalidOperationException">Those of the last call were not accepted yet.</exception>
    public IReadOnlyList<long> Next(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        if (open.Count > 0) throw new InvalidOperationException("Say first whose the last tickets are.");
        var tickets = new List<long>((int)Math.Min(count, Tickets - k));
        while (tickets.Count < count && !HasRunOut)
        {
            var j = k + (long)stream.Below((ulong)(Tickets - k));
            tickets.Add(SwapOut(j));
            open.Enqueue((k, j));
            k++;
        }
        return tickets;
    }

    /// <summary>The picks among the last tickets, given the entries that they belong to, in the same order.</summary>
    /// <exception cref="ArgumentException">There is not one entry for each ticket.</exception>
    public IReadOnlyList<DrawPick> Accept(IReadOnlyList<DrawEntry> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        if (entries.Count != open.Count) throw new ArgumentException($"{open.Count} tickets were drawn, {entries.Count} entries given.");
        var picks = new List<DrawPick>(entries.Count);
        foreach (var entry in entries)
        {
            var (atK, atJ) = open.Dequeue();
            trace.Add(new DrawStep(atK, atJ, entry.EntryRef));
            if (rule == DrawRule.OnePerPerson && !chosen.Add(entry.PersonRef)) continue;
            picks.Add(new DrawPick(++positions, entry.EntryRef, entry.PersonRef));
        }
        return picks;
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
}
