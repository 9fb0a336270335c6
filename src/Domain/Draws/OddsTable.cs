using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Numerics;
using PrizeDraw.Domain.Evidence;

namespace PrizeDraw.Domain.Draws;

/// <summary>A chance of <paramref name="Win"/> in <paramref name="OutOf"/>; 1 ≤ win ≤ outOf ≤ 1,000,000,000.</summary>
public readonly record struct Odds(long Win, long OutOf);

/// <summary>
/// The odds of a pool's prizes as one table (draw protocol, "Instant win"): of L equally likely tickets, L being the least common
/// multiple of all <c>outOf</c>, the prizes own consecutive ranges in table order. One play decides among all of them.
/// </summary>
public sealed class OddsTable
{
    /// <summary>The most tickets a table may have.</summary>
    public const long TicketsMax = 1L << 62;

    /// <summary>The largest <c>outOf</c>.</summary>
    public const long OutOfMax = 1_000_000_000;

    private readonly ulong[] ends;

    private OddsTable(ulong tickets, ulong[] ends) => (Tickets, this.ends) = (tickets, ends);

    /// <summary>L.</summary>
    public ulong Tickets { get; }

    /// <summary>The table, or what is wrong with it: odds out of range, chances above 1 together, or odds too different to share one table.</summary>
    public static (OddsTable? Table, string? Error) TryCreate(IReadOnlyList<Odds> odds)
    {
        ArgumentNullException.ThrowIfNull(odds);
        BigInteger tickets = 1;
        foreach (var (win, outOf) in odds)
        {
            if (win < 1 || outOf > OutOfMax || win > outOf)
            {
                return (null, "Give odds of 1 or more in at most 1,000,000,000.");
            }

            tickets = tickets / BigInteger.GreatestCommonDivisor(tickets, outOf) * outOf;
            if (tickets > TicketsMax)
            {
                return (null, "These odds are too different to be decided together: use rounder numbers.");
            }
        }

        var ends = new ulong[odds.Count];
        BigInteger end = 0;
        for (var i = 0; i < ends.Length; i++)
        {
            end += odds[i].Win * (tickets / odds[i].OutOf);
            if (end > tickets)
            {
                return (null, "The chances of this pool's prizes are more than 1 together.");
            }

            ends[i] = (ulong)end;
        }

        return (new OddsTable((ulong)tickets, ends), null);
    }

    /// <summary>The index of the prize that this value wins; −1 for none. The value is 32 bytes, see <see cref="InstantWinKey.Play"/>.</summary>
    public int Hit(Bytes32 value)
    {
        var ticket = TicketOf(value);
        for (var i = 0; i < ends.Length; i++)
        {
            if (ticket < ends[i])
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>t = ⌊v·L / 2^256⌋, v being the value as a big-endian integer.</summary>
    public ulong TicketOf(Bytes32 value)
    {
        Span<byte> bytes = stackalloc byte[Bytes32.Size];
        value.CopyTo(bytes);
        ulong carry = 0;
        for (var at = Bytes32.Size - sizeof(ulong); at >= 0; at -= sizeof(ulong))
        {
            carry = (ulong)(((UInt128)BinaryPrimitives.ReadUInt64BigEndian(bytes[at..]) * Tickets + carry) >> 64);
        }

        return carry;
    }
}
