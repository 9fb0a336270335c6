using System;
using System.Globalization;

namespace PrizeDraw.Domain.Rehearsals;

/// <summary>What is wrong with a generated entry.</summary>
public enum RehearsedFault
{
    None,
    NoTerms,
    UnderAge,
    Honeypot,
    BadEmail,
    BadCode,
}

/// <summary>A person who does not exist, at an address that is kept free for examples (RFC 2606).</summary>
/// <param name="Number">From 0; the same person has the same number.</param>
public sealed record RehearsedPerson(
    long Number, string FirstName, string LastName, string Email, string? Phone, DateOnly DateOfBirth, string Postcode, string County);

/// <param name="Index">From 0.</param>
/// <param name="Dice">Random bits for whatever else the entry holds.</param>
public sealed record RehearsedEntry(long Index, DateTimeOffset At, RehearsedPerson Person, RehearsedFault Fault, ulong Dice);

/// <summary>
/// Traffic of so many entries by so many people. Every entry follows from the seed and its index alone, so that traffic that was cut short
/// goes on with the very same entries. About one in fifty has something wrong with it.
/// </summary>
/// <param name="seed">Another seed is other people.</param>
/// <param name="entries">How many; at least 1.</param>
/// <param name="entrants">How many people they come from; 1 to <paramref name="entries"/>.</param>
/// <param name="shape">When they come.</param>
public sealed class RehearsedEntries(ulong seed, long entries, long entrants, TrafficShape shape)
{
    private static readonly string[] FirstNames =
    [
        "Amelia", "Oliver", "Isla", "George", "Ava", "Noah", "Ivy", "Arthur", "Freya", "Harry", "Lily", "Leo", "Florence", "Muhammad", "Mia", "Jack",
        "Willow", "Charlie", "Rosie", "Oscar", "Sophia", "Jacob", "Isabella", "Henry", "Grace", "Thomas", "Daisy", "Freddie", "Sienna", "Alfie",
        "Zoë", "Theo", "Aisha", "Rory", "Niamh", "Callum", "Eilidh", "Rhys", "Megan", "Priya",
    ];

    private static readonly string[] LastNames =
    [
        "Smith", "Jones", "Taylor", "Brown", "Williams", "Wilson", "Johnson", "Davies", "Patel", "Robinson", "Wright", "Thompson", "Evans", "Walker",
        "White", "Roberts", "Green", "Hall", "Wood", "Jackson", "Clarke", "Khan", "O'Brien", "Murphy", "Campbell", "Stewart", "Begum", "Morris",
        "Hughes", "Edwards", "Lewis", "Ahmed", "Mitchell", "Bell", "Ward", "Cooper", "Morgan", "Bailey", "Singh", "Kelly",
    ];

    private static readonly (string Postcode, string County)[] Places =
    [
        ("LS1 4AP", "West Yorkshire"), ("M1 2HN", "Greater Manchester"), ("B2 4QA", "West Midlands"), ("BS1 5TR", "Bristol"), ("NE1 7RU", "Tyne and Wear"),
        ("CF10 1EP", "Cardiff"), ("EH1 1YZ", "Edinburgh"), ("G2 1DY", "Glasgow"), ("BT1 5GS", "Belfast"), ("SE1 9GF", "London"), ("N1 9AG", "London"),
        ("NR1 3QF", "Norfolk"), ("EX1 1GE", "Devon"), ("BN1 1EE", "East Sussex"), ("OX1 2JD", "Oxfordshire"), ("S1 2HE", "South Yorkshire"),
    ];

    /// <summary>The entry with this index, 0 ≤ <paramref name="index"/> &lt; the number of entries. Later ones never come earlier.</summary>
    public RehearsedEntry Of(long index)
    {
        var dice = Mixed(seed, (ulong)index);
        // The place within the entry's own share of the way, so that entries stay in order and don't march in step.
        var part = (index + (Mixed(dice, 1) >> 11) * (1.0 / (1UL << 53))) / entries;
        return new RehearsedEntry(index, shape.At(Math.Min(part, Math.BitDecrement(1.0))), Person(PersonOf(index, Mixed(dice, 2))), FaultOf(Mixed(dice, 3)), Mixed(dice, 4));
    }

    /// <summary>New people come evenly over the way; the other entries are by somebody who came before.</summary>
    private long PersonOf(long index, ulong dice)
    {
        var before = (long)((Int128)index * entrants / entries);
        var isNew = index == 0 || (long)((Int128)(index + 1) * entrants / entries) > before;
        return isNew || before == 0 ? before : (long)(dice % (ulong)before);
    }

    private RehearsedPerson Person(long number)
    {
        var dice = Mixed(seed ^ 0x9e37_79b9_7f4a_7c15, (ulong)number);
        var (first, last) = (FirstNames[dice % (ulong)FirstNames.Length], LastNames[(dice >> 8) % (ulong)LastNames.Length]);
        var (postcode, county) = Places[(dice >> 16) % (ulong)Places.Length];
        var id = number.ToString(CultureInfo.InvariantCulture);
        // One in three leaves a number; Ofcom keeps this range free for drama.
        var phone = (dice >> 24) % 3 == 0 && number < 1000 ? "07700 900" + number.ToString("000", CultureInfo.InvariantCulture) : null;
        return new RehearsedPerson(
            number, first, last, $"{Plain(first)}.{Plain(last)}.{id}@rehearsal.example", phone,
            new DateOnly(1950, 1, 1).AddDays((int)((dice >> 32) % 19_000)), postcode, county);
    }

    private static RehearsedFault FaultOf(ulong dice) => (dice % 250) switch
    {
        0 => RehearsedFault.NoTerms,
        1 => RehearsedFault.UnderAge,
        2 => RehearsedFault.Honeypot,
        3 => RehearsedFault.BadEmail,
        4 => RehearsedFault.BadCode,
        _ => RehearsedFault.None,
    };

    private static string Plain(string name) => name.ToLowerInvariant().Replace("ë", "e", StringComparison.Ordinal).Replace("'", "", StringComparison.Ordinal);

    /// <summary>SplitMix64's finaliser (Steele, Lea, Flood 2014): enough for people who do not exist, and the same everywhere.</summary>
    private static ulong Mixed(ulong a, ulong b)
    {
        var z = a + ((b + 1) * 0x9e37_79b9_7f4a_7c15);
        z = (z ^ (z >> 30)) * 0xbf58_476d_1ce4_e5b9;
        z = (z ^ (z >> 27)) * 0x94d0_49bb_1331_11eb;
        return z ^ (z >> 31);
    }
}
