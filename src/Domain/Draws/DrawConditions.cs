using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using PrizeDraw.Domain.Evidence;

namespace PrizeDraw.Domain.Draws;

/// <summary>What decides, beside a draw's rules, the weight of an entry, who takes part, and how a prize is lost: its plan names it.</summary>
public sealed record DrawConditions
{
    /// <summary>What the randomness is to prove.</summary>
    public required EvidenceLevel Level { get; init; }

    /// <summary>Days within which a winner claims, counted from being told; null where nothing is claimed.</summary>
    public required int? ClaimDays { get; init; }

    /// <summary>Tickets that every entry of a pool has, by pool id: each at least 1.</summary>
    public required IReadOnlyDictionary<string, int> Tickets { get; init; }

    /// <summary>Who is left out; null is nobody.</summary>
    public required RuledExclusions? Exclude { get; init; }

    /// <summary>The canonical JSON {exclude, level, tickets} of what must still be so when the list is made.</summary>
    public byte[] ToCanonical()
    {
        var writer = new CanonicalJsonWriter().StartObject();
        RuledExclusions.Write(writer.Name("exclude"), Exclude);
        WriteTickets(writer.Text("level", Level.StoredName()));
        return writer.EndObject().ToArray();
    }

    internal void WriteTickets(CanonicalJsonWriter writer)
    {
        writer.Name("tickets").StartObject();
        foreach (var (pool, tickets) in Tickets.OrderBy(static t => t.Key, StringComparer.Ordinal))
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(tickets, 1);
            writer.Number(pool, tickets);
        }

        writer.EndObject();
    }
}

/// <summary>Who is left out of a draw, as its plan names it.</summary>
/// <param name="Postcodes">Beginnings, in upper case and without spaces.</param>
/// <param name="PreviousWinners">Whoever won in a draw of the campaign that was frozen before.</param>
/// <param name="StaffDomains">How many e-mail domains of the promoter's and the agency's people there are.</param>
/// <param name="StaffDomainsHash">See <see cref="HashOf"/>; null where there is none.</param>
public sealed record RuledExclusions(IReadOnlyList<string> Postcodes, bool PreviousWinners, int StaffDomains, Bytes32? StaffDomainsHash)
{
    /// <summary>Leaves these out; null for nobody. Order and repetition don't matter.</summary>
    /// <param name="secret">The draw's, 32 bytes.</param>
    /// <param name="domains">In lower case, without @.</param>
    /// <param name="postcodes">In upper case, without spaces.</param>
    public static RuledExclusions? Of(ReadOnlySpan<byte> secret, IEnumerable<string> domains, IEnumerable<string> postcodes, bool previousWinners)
    {
        string[] listed = Ordered(domains), beginnings = Ordered(postcodes);
        return listed.Length == 0 && beginnings.Length == 0 && !previousWinners
            ? null
            : new RuledExclusions(beginnings, previousWinners, listed.Length, listed.Length == 0 ? null : HashOf(secret, listed));
    }

    /// <summary>
    /// HMAC(secret, "pdv1/staff-domains" ‖ \0 ‖ canonical JSON of the ordered domains). Whose people they are need not be public, so the list
    /// is not; but once the secret is revealed anybody who is shown the list can see that it is the one that was committed to.
    /// </summary>
    public static Bytes32 HashOf(ReadOnlySpan<byte> secret, IEnumerable<string> domains)
    {
        var list = new CanonicalJsonWriter().StartArray();
        foreach (var domain in Ordered(domains)) list.Text(domain);
        return Bytes32.HmacOf(secret, [.. Encoding.ASCII.GetBytes("pdv1/staff-domains\0"), .. list.EndArray().ToArray()]);
    }

    internal static void Write(CanonicalJsonWriter writer, RuledExclusions? exclude)
    {
        if (exclude is null)
        {
            writer.Null();
            return;
        }

        writer.StartObject().Name("postcodes").StartArray();
        foreach (var postcode in exclude.Postcodes) writer.Text(postcode);
        writer.EndArray().Name("previousWinners").Boolean(exclude.PreviousWinners)
            .Name("staffDomains").StartObject().Number("count", exclude.StaffDomains).Hex("hash", exclude.StaffDomainsHash).EndObject()
            .EndObject();
    }

    private static string[] Ordered(IEnumerable<string> texts) => [.. texts.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
}
