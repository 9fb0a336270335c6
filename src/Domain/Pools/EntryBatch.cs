using System;
using System.Collections.Generic;

namespace PrizeDraw.Domain.Pools;

/// <summary>What is known beforehand about the keys, persons and codes of a batch.</summary>
/// <param name="Keys">Earlier entries by Idempotency-Key.</param>
/// <param name="Entrants">People by their e-mail identity.</param>
/// <param name="Phones">What was done under a phone number, by its identity.</param>
/// <param name="Codes">Entry codes that are unused, by canonical spelling.</param>
public sealed record EntryFacts(
    IReadOnlyDictionary<string, KnownEntry> Keys,
    IReadOnlyDictionary<IdentityHash, EntrantState> Entrants,
    IReadOnlyDictionary<IdentityHash, IdentityCounts> Phones,
    IReadOnlyDictionary<string, EntryCode> Codes);

/// <summary>
/// Decides a batch of entries against a pool, one after the other, each on top of the ones before it. Pure: what is known about keys
/// and persons is loaded beforehand and handed in; the pool's state moves on as entries are accepted.
/// </summary>
/// <remarks>Order of judgement: replay, then frozen, closed, not open, paused, honeypot, form, age, terms, code, limits.</remarks>
public sealed class EntryBatch(PoolState pool, PoolRules rules, EntryFacts facts)
{
    private readonly Dictionary<string, int> keysOfBatch = [];
    private readonly Dictionary<IdentityHash, EntrantState> newEntrants = [];
    private readonly Dictionary<IdentityHash, IdentityCounts> newPhones = [];
    private readonly HashSet<string> usedCodes = [];
    private readonly List<AcceptedEntry> accepted = [];
    private readonly List<StockAlert> alerts = [];

    /// <summary>The accepted entries so far, in the order of their numbers.</summary>
    public IReadOnlyList<AcceptedEntry> Accepted => accepted;

    /// <summary>Stocks that crossed a threshold, to be told with the batch.</summary>
    public IReadOnlyList<StockAlert> Alerts => alerts;

    public EntryDecision Decide(EntryCommand command)
    {
        // Replay first, so that a retry is answered alike in every phase.
        if (facts.Keys.TryGetValue(command.Key, out var earlier))
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
        if (OutOfTime(command, enteredAt) is { } error)
        {
            return error;
        }

        if (rules.AwaitsRound)
        {
            return new CampaignAwaitsRound();
        }

        if (rules.Paused)
        {
            return new CampaignPaused();
        }

        return command.HoneypotFilled ? new EntryNotAccepted()
            : EntryFormCheck.ErrorOf(rules, command, enteredAt)
            ?? (IsCodeRight(command, enteredAt) ? LimitReachedBy(command, enteredAt) : new EntryCodeInvalid());
    }

    /// <summary>What was keyed in is in time by when it was received, until its draw is frozen; what a site sent by when it entered.</summary>
    private DomainError? OutOfTime(EntryCommand command, DateTimeOffset enteredAt)
    {
        if (command.IsKeyed && command.ReceivedAt < rules.FrozenUntil)
        {
            return new DrawFrozen(rules.FrozenUntil.Value);
        }

        if ((rules.ClosedAt ?? (command.IsKeyed ? null : rules.EndedAt)) is { } closedAt)
        {
            return new CampaignHasClosed(closedAt);
        }

        var at = command.IsKeyed ? command.ReceivedAt : enteredAt;
        if (!rules.Published || at < rules.OpensAt)
        {
            return new CampaignNotOpen(rules.OpensAt);
        }

        var end = rules.EndedAt < rules.ClosesAt ? rules.EndedAt.Value : rules.ClosesAt;
        return at >= end || enteredAt >= rules.ClosesAt ? new CampaignHasClosed(end) : null;
    }

    private bool IsCodeRight(EntryCommand command, DateTimeOffset enteredAt)
    {
        if (!rules.CodeRequired)
        {
            return true;
        }

        // Who enters by the free route takes part in the very same allocation: equal chances.
        return command.Code is null
            ? command.FreeRoute && (rules.FreeRouteOnline || command.Channel != EntryCommand.Web)
            : facts.Codes.TryGetValue(command.Code, out var code) && !(enteredAt >= code.ExpiresAt) && !usedCodes.Contains(command.Code);
    }

    private LimitReached? LimitReachedBy(EntryCommand command, DateTimeOffset enteredAt)
    {
        if (rules.Limits is { PerEntrant: <= 0 } or { PerEntrantPerDay: <= 0 })
        {
            return new LimitReached("No entries are allowed.");
        }

        return EntryLimit.ReachedBy(EntrantOf(command.Identity), rules, enteredAt) ?? EntryLimit.ReachedBy(PhoneOf(command.PhoneIdentity), rules, enteredAt);
    }

    private EntryDecision.Accepted Accept(EntryCommand command, DateTimeOffset enteredAt)
    {
        var time = new EntryTime(enteredAt, rules.Calendar.DayOf(enteredAt), rules.Calendar.HourOf(enteredAt));
        var entrant = EntrantOf(command.Identity);
        var isNew = entrant is null;
        if (entrant is null)
        {
            entrant = new EntrantState(command.NewEntrantId, command.NewPersonKey);
            newEntrants.Add(command.Identity, entrant);
        }

        var phone = PhoneOf(command.PhoneIdentity);
        if (phone is null && !command.PhoneIdentity.IsNone)
        {
            newPhones.Add(command.PhoneIdentity, phone = new IdentityCounts());
        }

        var (prize, moment) = Allocation.Next(pool, rules, time, entrant, phone);
        var coupon = prize?.Award(time);
        entrant.Enter(time, prize);
        phone?.Enter(time, prize);
        keysOfBatch.Add(command.Key, accepted.Count);
        accepted.Add(new AcceptedEntry(
            command, command.NewEntryId, pool.NextNumber(enteredAt), time, entrant, isNew, EntryFingerprint.Of(entrant.PersonKey, command))
        {
            Phone = phone,
            Prize = prize,
            Moment = moment,
            Coupon = coupon,
            Code = Consume(command),
        });
        TellOf(prize);
        return new EntryDecision.Accepted(accepted.Count - 1);
    }

    private EntryCode? Consume(EntryCommand command)
    {
        if (!rules.CodeRequired || command.Code is null)
        {
            return null;
        }

        usedCodes.Add(command.Code);
        return facts.Codes[command.Code];
    }

    private void TellOf(PrizeState? prize)
    {
        if (prize?.Cross() is { } level)
        {
            var stock = prize.Terms.Stock ?? 0;
            alerts.Add(new StockAlert(prize, level, stock - prize.Allocated, prize.Terms.LowStockAt?.Of(stock) ?? 0, pool.LastNumber));
        }
    }

    private EntrantState? EntrantOf(IdentityHash identity) =>
        facts.Entrants.TryGetValue(identity, out var entrant) || newEntrants.TryGetValue(identity, out entrant) ? entrant : null;

    private IdentityCounts? PhoneOf(IdentityHash identity) =>
        identity.IsNone ? null
        : facts.Phones.TryGetValue(identity, out var phone) || newPhones.TryGetValue(identity, out phone) ? phone : null;

    private static bool Matches(byte[]? personKey, byte[] fingerprint, EntryCommand command) =>
        personKey is not null && EntryFingerprint.Of(personKey, command).AsSpan().SequenceEqual(fingerprint);
}
