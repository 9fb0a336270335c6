using System;
using System.Collections.Immutable;
using PrizeDraw.Domain.Time;

namespace PrizeDraw.Domain.Pools;

/// <summary>What entries to a pool are judged by. Dates are instants; the calendar decides what a day is.</summary>
public sealed record PoolRules
{
    public required bool Published { get; init; }
    public required bool Paused { get; init; }

    /// <summary>Whether the round that its hidden choices are to follow from has not been published yet: then it is not open, whatever the date.</summary>
    public bool AwaitsRound { get; init; }

    /// <summary>When the pool was closed for good; null while it is not.</summary>
    public required DateTimeOffset? ClosedAt { get; init; }

    /// <summary>From when on entries of sites are refused; what was received before may be keyed in until the pool is closed for good.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Nothing may be keyed in that was received before: the draw that it belongs to is frozen. Null while none is.</summary>
    public DateTimeOffset? FrozenUntil { get; init; }
    public required DateTimeOffset OpensAt { get; init; }
    public required DateTimeOffset ClosesAt { get; init; }
    public required CampaignCalendar Calendar { get; init; }
    public required EntryLimits Limits { get; init; }
    public required EntryFormRules Form { get; init; }

    /// <summary>The version of the terms in force; 0 when the campaign has none yet.</summary>
    public required int TermsVersion { get; init; }

    /// <summary>Whether an entry consumes a code from a pack.</summary>
    public bool CodeRequired { get; init; }

    /// <summary>Whether a site's entry may go without the code; what is keyed in always may.</summary>
    public bool FreeRouteOnline { get; init; }

    /// <summary>The draws that entries of this pool go into.</summary>
    public required ImmutableArray<DrawWindow> Draws { get; init; }

    /// <summary>When an entry that counts from this instant is first drawn; null when no draw covers it.</summary>
    public DateTimeOffset? DrawsAt(DateTimeOffset countsAt)
    {
        DateTimeOffset? first = null;
        foreach (var draw in Draws)
        {
            first = draw.DrawsAt(countsAt) is { } at && !(at >= first) ? at : first;
        }

        return first;
    }
}

/// <summary>A draw that covers entries in [From, Until), null being no bound, and takes place at an instant.</summary>
public sealed record DrawWindow(DateTimeOffset? From, DateTimeOffset? Until, DateTimeOffset At)
{
    /// <summary>When an entry of this instant is drawn; null when the draw does not cover it.</summary>
    public DateTimeOffset? DrawsAt(DateTimeOffset enteredAt) => !(enteredAt < From) && !(enteredAt >= Until) ? At : null;
}

/// <summary>Limits within one pool; null is no limit. Gifts do not count as wins.</summary>
public sealed record EntryLimits(int? PerEntrant, int? PerEntrantPerDay, TimeSpan? Interval, int? WinsPerEntrant);

/// <summary>What the form asks. Minimum age in whole years; 0 asks for no date of birth.</summary>
public sealed record EntryFormRules(int MinimumAge, ImmutableArray<FieldRule> Fields, ImmutableDictionary<string, int> Consents);

/// <summary>One question. Type: text email tel textarea select checkbox date number.</summary>
public sealed record FieldRule(string Name, string Type, bool Required, ImmutableArray<string> Options);
