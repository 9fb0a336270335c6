using System;
using System.Collections.Generic;

namespace PrizeDraw.Domain.Pools;

/// <summary>
/// Decides a batch of entries against a pool, one after the other, each on top of the ones before it. Pure: what is known about keys
/// and persons is loaded beforehand and handed in; the pool's state moves on as entries are accepted.
/// </summary>
/// <remarks>
/// Order of judgement: replay, then closed, not open, paused, honeypot, form, age, terms, limits. Precedence of allocation: winning
/// moments, consolation.
/// </remarks>
public sealed class EntryBatch(
    PoolState pool,
    PoolRules rules,
    IReadOnlyDictionary<string, KnownEntry> known,
    IReadOnlyDictionary<IdentityHash, EntrantState> entrants)
{
    private readonly Dictionary<string, int> keysOfBatch = [];
    private readonly Dictionary<IdentityHash, EntrantState> newEntrants = [];
    private readonly List<AcceptedEntry> accepted = [];

    /// <summary>The accepted entries so far, in the order of their numbers.</summary>
    public IReadOnlyList<AcceptedEntry> Accepted => accepted;

    public EntryDecision Decide(EntryCommand command)
    {
        // Replay first, so that a retry is answered alike in every phase.
        if (known.TryGetValue(command.Key, out var earlier))
        {
            return Matches(earlier.PersonKey, earlier.Fingerprint, command)
                ? new EntryDecision.Replayed(earlier)
                : new EntryDecision.Refused(new KeyReused());
        }

        if (keysOfBatch.TryGetValue(command.Key, out var index))
        {
            return Matches(accepted[index].Entrant.PersonKey, accepted[index].Fingerprint, command)
                ? new EntryDecision.ReplayedInBatch(index)
                : new EntryDecision.Refused(new KeyReused());
        }

        var enteredAt = command.ReceivedAt < pool.LastEnteredAt ? pool.LastEnteredAt : command.ReceivedAt;
        return RefusalOf(command, enteredAt) is { } error ? new EntryDecision.Refused(error) : Accept(command, enteredAt);
    }

    private DomainError? RefusalOf(EntryCommand command, DateTimeOffset enteredAt)
    {
        if (rules.ClosedAt is { } closedAt)
        {
            return new CampaignHasClosed(closedAt);
        }

        if (!rules.Published || enteredAt < rules.OpensAt)
        {
            return new CampaignNotOpen(rules.OpensAt);
        }

        if (enteredAt >= rules.ClosesAt)
        {
            return new CampaignHasClosed(rules.ClosesAt);
        }

        if (rules.Paused)
        {
            return new CampaignPaused();
        }

        return command.HoneypotFilled ? new EntryNotAccepted()
            : EntryFormCheck.ErrorOf(rules, command, enteredAt) ?? LimitReachedBy(command, enteredAt);
    }

    private LimitReached? LimitReachedBy(EntryCommand command, DateTimeOffset enteredAt)
    {
        if (EntrantOf(command.Identity) is not { Entries: > 0 } entrant)
        {
            return rules.Limits is { PerEntrant: <= 0 } or { PerEntrantPerDay: <= 0 } ? new LimitReached("No entries are allowed.") : null;
        }

        if (rules.Limits.PerEntrant is { } max && entrant.Entries >= max)
        {
            return new LimitReached(max == 1 ? "You have already entered." : $"You have entered {max} times, which is the most allowed.");
        }

        if (rules.Limits.PerEntrantPerDay is { } perDay && entrant.EntriesOn(rules.Calendar.DayOf(enteredAt)) >= perDay)
        {
            return new LimitReached($"You have entered {perDay} time{(perDay == 1 ? "" : "s")} today, which is the most allowed a day. Come back tomorrow.");
        }

        return rules.Limits.Interval is { } interval && enteredAt - entrant.LastEnteredAt < interval
            ? new LimitReached($"Please wait until {(long)interval.TotalSeconds} seconds after your last entry.")
            : null;
    }

    private EntryDecision.Accepted Accept(EntryCommand command, DateTimeOffset enteredAt)
    {
        var day = rules.Calendar.DayOf(enteredAt);
        var entrant = EntrantOf(command.Identity);
        var isNew = entrant is null;
        if (entrant is null)
        {
            entrant = new EntrantState(command.NewEntrantId, command.NewPersonKey);
            newEntrants.Add(command.Identity, entrant);
        }

        var (prize, moment) = Allocate(entrant, enteredAt, day);
        prize?.Award(day);
        entrant.Enter(enteredAt, day, prize);
        keysOfBatch.Add(command.Key, accepted.Count);
        accepted.Add(new AcceptedEntry(
            command, command.NewEntryId, pool.NextNumber(enteredAt), enteredAt, day, entrant, isNew,
            EntryFingerprint.Of(entrant.PersonKey, command), prize, moment));
        return new EntryDecision.Accepted(accepted.Count - 1);
    }

    private (PrizeState? Prize, WinningMoment? Moment) Allocate(EntrantState entrant, DateTimeOffset enteredAt, DateOnly day)
    {
        // An entrant at their limit does not consume a moment: it waits for the next eligible entry.
        var moment = pool.OldestDue(enteredAt, prize => MayGoTo(entrant, prize, day));
        if (moment is not null)
        {
            return (pool.Prize(moment.Prize), moment);
        }

        foreach (var prize in pool.InOrder)
        {
            if (prize.Mode == AllocationMode.Consolation && MayGoTo(entrant, prize, day))
            {
                return (prize, null);
            }
        }

        return (null, null);
    }

    private bool MayGoTo(EntrantState entrant, PrizeState prize, DateOnly day) =>
        prize.IsAvailable(day)
        && (prize.PerEntrantMax is not { } max || entrant.UnitsOf(prize.Id) < max)
        && (prize.Kind == PrizeKind.Gift || rules.Limits.WinsPerEntrant is not { } wins || entrant.Wins < wins);

    private EntrantState? EntrantOf(IdentityHash identity) =>
        entrants.TryGetValue(identity, out var entrant) || newEntrants.TryGetValue(identity, out entrant) ? entrant : null;

    private static bool Matches(byte[]? personKey, byte[] fingerprint, EntryCommand command) =>
        personKey is not null && EntryFingerprint.Of(personKey, command).AsSpan().SequenceEqual(fingerprint);
}
