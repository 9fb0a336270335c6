using System;
using System.Collections.Immutable;

namespace PrizeDraw.Domain.Evidence;

/// <summary>
/// All that decides which entry of a pool wins what, as it is published: names are the stored ones of the API, ids with their
/// prefix, numbers in units.
/// </summary>
public sealed record PoolRuleSet
{
    /// <summary>Of guaranteed, moments, probability and consolation.</summary>
    public required ImmutableArray<string> Modes { get; init; }

    /// <summary>In the order of the campaign's table, which decides ties and the ranges of the odds.</summary>
    public required ImmutableArray<RuledPrize> Prizes { get; init; }

    /// <summary>What one person may do in this pool.</summary>
    public required RuledLimits Limits { get; init; }

    /// <summary>The first instant at which entries are taken.</summary>
    public required DateTimeOffset OpensAt { get; init; }

    /// <summary>The first instant at which they are not.</summary>
    public required DateTimeOffset ClosesAt { get; init; }

    /// <summary>The IANA name of the zone that decides what a day and an hour are.</summary>
    public required string TimeZone { get; init; }

    /// <summary>A paused pool takes no entries.</summary>
    public bool Paused { get; init; }
}

/// <summary>A prize as its entries are judged by.</summary>
public sealed record RuledPrize
{
    /// <summary>prz_…</summary>
    public required string Id { get; init; }

    /// <summary>As entrants read it.</summary>
    public required string Name { get; init; }

    /// <summary>prize or gift.</summary>
    public required string Kind { get; init; }

    /// <summary>guaranteed, moments, probability or consolation.</summary>
    public required string Mode { get; init; }

    /// <summary>Units in all; null is without limit.</summary>
    public long? Stock { get; init; }

    /// <summary>Units per local day; null is without limit.</summary>
    public int? DailyCap { get; init; }

    /// <summary>Units per local hour; null is without limit.</summary>
    public int? HourlyCap { get; init; }

    /// <summary>Units per person, by each of their identities; null is without limit.</summary>
    public int? PerEntrantMax { get; init; }

    /// <summary>For probability alone.</summary>
    public RuledOdds? Odds { get; init; }

    /// <summary>For guaranteed alone; null is every entry.</summary>
    public int? EveryNth { get; init; }

    /// <summary>A paused prize is not awarded.</summary>
    public bool Paused { get; init; }

    /// <summary>Set where each unit comes with a code: without a code at hand the prize is unavailable.</summary>
    public RuledCoupon? Coupon { get; init; }
}

/// <summary>A chance of win in outOf.</summary>
public sealed record RuledOdds(long Win, long OutOf);

/// <summary>The codes that come with a prize. Prizes with one batch share what the pool holds of it.</summary>
/// <param name="Batch">The batch's id.</param>
/// <param name="ExpiresAt">From this instant on they are not handed out; null is never.</param>
public sealed record RuledCoupon(string Batch, DateTimeOffset? ExpiresAt);

/// <summary>Limits for each of a person's identities separately; null is no limit. Gifts don't count as wins.</summary>
/// <param name="EmailIdentity">exact, gmail or plus-tags: which spellings of an address are one person.</param>
public sealed record RuledLimits(
    int? EntriesPerEntrant, int? EntriesPerEntrantPerDay, int? EntryIntervalSeconds, int? WinsPerEntrant, string EmailIdentity);
