using System;
using System.Buffers.Text;
using PrizeDraw.Domain.Evidence;

namespace PrizeDraw.Domain.Draws;

/// <summary>
/// The leaves of <see cref="DrawLeaves"/> for refs that are 32 bytes, written as 64 lower-case hex digits: the same bytes, without an
/// allocation, for lists of millions.
/// </summary>
public static class ListedLeaf
{
    /// <summary>The longest leaf of an eligible entry: two refs, two separators, nineteen digits; one more byte for the tree's prefix.</summary>
    private const int EligibleMax = 1 + 4 * Bytes32.Size + 2 + 19;

    /// <summary>The longest reason code, in bytes.</summary>
    public const int ReasonMax = 64;

    private const byte Separator = 0x1f;
    private const int HexDigits = 2 * Bytes32.Size;

    /// <summary>The tree's hash of an eligible entry's leaf.</summary>
    /// <exception cref="ArgumentException">A ref has not 32 bytes, or there is less than one ticket.</exception>
    public static Bytes32 HashEligible(ReadOnlySpan<byte> entryRef, ReadOnlySpan<byte> personRef, long tickets)
    {
        if (tickets < 1) throw new ArgumentException($"An entry has {tickets} tickets.", nameof(tickets));
        Span<byte> leaf = stackalloc byte[EligibleMax];
        var at = Begin(leaf, entryRef, personRef);
        Utf8Formatter.TryFormat(tickets, leaf[at..], out var digits);
        return Bytes32.HashOf(leaf[..(at + digits)]);
    }

    /// <summary>The tree's hash of an excluded entry's leaf.</summary>
    /// <exception cref="ArgumentException">A ref has not 32 bytes, or the code is empty, too long or not printable ASCII.</exception>
    public static Bytes32 HashExcluded(ReadOnlySpan<byte> entryRef, ReadOnlySpan<byte> personRef, ReadOnlySpan<byte> reasonCode)
    {
        if (reasonCode.IsEmpty || reasonCode.Length > ReasonMax || reasonCode.ContainsAnyExceptInRange((byte)'!', (byte)'~'))
        {
            throw new ArgumentException("A reason code is 1 to 64 characters of printable ASCII.", nameof(reasonCode));
        }
        Span<byte> leaf = stackalloc byte[EligibleMax + ReasonMax];
        var at = Begin(leaf, entryRef, personRef);
        reasonCode.CopyTo(leaf[at..]);
        return Bytes32.HashOf(leaf[..(at + reasonCode.Length)]);
    }

    private static int Begin(Span<byte> leaf, ReadOnlySpan<byte> entryRef, ReadOnlySpan<byte> personRef)
    {
        if (entryRef.Length != Bytes32.Size || personRef.Length != Bytes32.Size) throw new ArgumentException("A ref has 32 bytes.");
        leaf[0] = 0; // RFC 6962: a leaf, not a node
        Convert.TryToHexStringLower(entryRef, leaf[1..], out _);
        leaf[1 + HexDigits] = Separator;
        Convert.TryToHexStringLower(personRef, leaf[(2 + HexDigits)..], out _);
        leaf[2 + 2 * HexDigits] = Separator;
        return 3 + 2 * HexDigits;
    }
}
