using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;
using PrizeDraw.Domain.Evidence;

namespace PrizeDraw.Domain.Draws;

/// <summary>An eligible entry as the draw sees it.</summary>
/// <param name="EntryRef">Unique printable ASCII (a ref; usually 64 hex digits).</param>
/// <param name="PersonRef">Printable ASCII, the same for all entries of one person.</param>
/// <param name="Tickets">How many tickets it has, at least 1.</param>
public sealed record DrawEntry(string EntryRef, string PersonRef, long Tickets = 1);

/// <summary>An entry that was received but is not in the draw.</summary>
/// <param name="EntryRef">Unique printable ASCII.</param>
/// <param name="PersonRef">Printable ASCII.</param>
/// <param name="ReasonCode">Printable ASCII, stable: why it is excluded.</param>
public sealed record ExcludedEntry(string EntryRef, string PersonRef, string ReasonCode);

/// <summary>
/// The leaves of a frozen draw: their bytes, their order (entry_ref as unsigned bytes) and their roots. Refs must be non-empty
/// printable ASCII, which keeps out the separator 0x1f; entry refs are unique. Violations are an <see cref="ArgumentException"/>.
/// </summary>
public static class DrawLeaves
{
    private const byte Separator = 0x1f;

    /// <summary>entry_ref ‖ 0x1f ‖ person_ref ‖ 0x1f ‖ tickets in decimal.</summary>
    public static byte[] Leaf(DrawEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        if (entry.Tickets < 1) throw new ArgumentException($"Entry {entry.EntryRef} has {entry.Tickets} tickets.", nameof(entry));
        return Join(entry.EntryRef, entry.PersonRef, entry.Tickets.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>entry_ref ‖ 0x1f ‖ person_ref ‖ 0x1f ‖ reason code.</summary>
    public static byte[] Leaf(ExcludedEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return Join(entry.EntryRef, entry.PersonRef, entry.ReasonCode);
    }

    /// <summary>The order of the leaves. For ASCII, ordinal order is the order of unsigned bytes.</summary>
    public static int Compare(string entryRefA, string entryRefB) => string.CompareOrdinal(entryRefA, entryRefB);

    /// <summary>The entries in leaf order, in a new array.</summary>
    public static DrawEntry[] Sort(IEnumerable<DrawEntry> entries)
    {
        DrawEntry[] sorted = [.. entries];
        Array.Sort(sorted, static (a, b) => Compare(a.EntryRef, b.EntryRef));
        return sorted;
    }

    /// <summary>The excluded entries in leaf order, in a new array.</summary>
    public static ExcludedEntry[] Sort(IEnumerable<ExcludedEntry> entries)
    {
        ExcludedEntry[] sorted = [.. entries];
        Array.Sort(sorted, static (a, b) => Compare(a.EntryRef, b.EntryRef));
        return sorted;
    }

    /// <summary>The root over entries that arrive in leaf order; they may be streamed.</summary>
    public static Bytes32 Root(IEnumerable<DrawEntry> sorted) => Root(sorted, static e => e.EntryRef, static e => Leaf(e));

    /// <summary>The root over excluded entries that arrive in leaf order; they may be streamed.</summary>
    public static Bytes32 Root(IEnumerable<ExcludedEntry> sorted) => Root(sorted, static e => e.EntryRef, static e => Leaf(e));

    /// <summary>Throws unless the next entry ref comes strictly after the one before.</summary>
    internal static void RequireOrder(string? before, string next)
    {
        if (before is null || Compare(before, next) < 0) return;
        throw new ArgumentException($"Entry {next} follows {before}: entries must be unique and in leaf order.");
    }

    private static Bytes32 Root<T>(IEnumerable<T> sorted, Func<T, string> refOf, Func<T, byte[]> leafOf)
    {
        ArgumentNullException.ThrowIfNull(sorted);
        var root = new MerkleRoot();
        string? before = null;
        foreach (var entry in sorted)
        {
            RequireOrder(before, refOf(entry));
            before = refOf(entry);
            root.Append(leafOf(entry));
        }
        return root.Root();
    }

    private static byte[] Join(string first, string second, string third)
    {
        var leaf = new byte[first.Length + second.Length + third.Length + 2];
        var at = Append(leaf, 0, first);
        leaf[at++] = Separator;
        at = Append(leaf, at, second);
        leaf[at++] = Separator;
        Append(leaf, at, third);
        return leaf;
    }

    private static int Append(byte[] leaf, int at, string text)
    {
        if (text.Length == 0 || text.AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            throw new ArgumentException($"'{text}' is not a ref or code of printable ASCII.");
        }
        return at + Encoding.ASCII.GetBytes(text, leaf.AsSpan(at));
    }
}
