using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Runtime.InteropServices;

namespace PrizeDraw.Domain.Evidence;

/// <summary>The keys that an entry's person is known by. A null one stands for nobody.</summary>
internal readonly record struct Person(UInt128? ByMail, UInt128? ByPhone);

/// <summary>
/// What people have done, by e-mail and by phone pseudonym separately. Nothing is kept that no limit of the rules asks for. People are
/// told apart by 128 bits of their pseudonym, which is a hash.
/// </summary>
internal sealed class PeopleRecount
{
    private readonly bool limitsEntries, limitsWins;
    private readonly HashSet<string> limitedPrizes;
    private readonly Dictionary<UInt128, Done> entries = [];
    private readonly Dictionary<UInt128, int> wins = [];
    private readonly Dictionary<(UInt128 Person, string Prize), int> units = [];

    public PeopleRecount(IReadOnlyCollection<PoolRuleSet> everInForce)
    {
        limitsEntries = everInForce.Any(r => r.Limits is not { EntriesPerEntrant: null, EntriesPerEntrantPerDay: null, EntryIntervalSeconds: null });
        limitsWins = everInForce.Any(r => r.Limits.WinsPerEntrant is not null);
        limitedPrizes = [.. everInForce.SelectMany(r => r.Prizes).Where(p => p.PerEntrantMax is not null).Select(p => p.Id)];
    }

    /// <summary>The person of an entry.</summary>
    public Person Of(string? personRef, string? phoneRef) => new(KeyOf(personRef, 0), KeyOf(phoneRef, 1));

    /// <summary>Why this person may not enter now; null when they may.</summary>
    public string? LimitReached(in Person person, RuledLimits limits, in Instant time)
    {
        if (limits is { EntriesPerEntrant: <= 0 } or { EntriesPerEntrantPerDay: <= 0 }) return "No entries are allowed.";
        return Of(person.ByMail, limits, time) ?? Of(person.ByPhone, limits, time);
    }

    /// <summary>Whether the person may have a unit of this prize.</summary>
    public bool MayHave(in Person person, RuledPrize prize, RuledLimits limits) =>
        MayHave(person.ByMail, prize, limits) && MayHave(person.ByPhone, prize, limits);

    /// <summary>Counts an entry and what it won.</summary>
    public void Enter(in Person person, in Instant time, string? prize, string kind)
    {
        Enter(person.ByMail, time, prize, kind);
        Enter(person.ByPhone, time, prize, kind);
    }

    private string? Of(UInt128? who, RuledLimits limits, in Instant time)
    {
        if (who is not { } known || !entries.TryGetValue(known, out var done)) return null;
        if (done.Entries >= (limits.EntriesPerEntrant ?? int.MaxValue)) return "The person had entered as often as is allowed.";
        if (done.Day == time.Day.DayNumber && done.OnDay >= (limits.EntriesPerEntrantPerDay ?? int.MaxValue))
        {
            return "The person had entered as often as is allowed in a day.";
        }

        return time.At.UtcTicks - done.LastTicks < (limits.EntryIntervalSeconds ?? 0) * TimeSpan.TicksPerSecond
            ? "The person's entry before it was too short ago."
            : null;
    }

    private bool MayHave(UInt128? who, RuledPrize prize, RuledLimits limits)
    {
        if (who is not { } known) return true;
        if (prize.PerEntrantMax is { } max && units.GetValueOrDefault((known, prize.Id)) >= max) return false;
        return prize.Kind != "prize" || limits.WinsPerEntrant is not { } most || wins.GetValueOrDefault(known) < most;
    }

    private void Enter(UInt128? who, in Instant time, string? prize, string kind)
    {
        if (who is not { } known) return;
        if (limitsEntries)
        {
            ref var done = ref CollectionsMarshal.GetValueRefOrAddDefault(entries, known, out _);
            done.OnDay = done.Day == time.Day.DayNumber ? done.OnDay + 1 : 1;
            (done.Entries, done.Day, done.LastTicks) = (done.Entries + 1, time.Day.DayNumber, time.At.UtcTicks);
        }

        if (limitsWins && kind == "prize") CollectionsMarshal.GetValueRefOrAddDefault(wins, known, out _)++;
        if (prize is not null && limitedPrizes.Contains(prize)) CollectionsMarshal.GetValueRefOrAddDefault(units, (known, prize), out _)++;
    }

    // The lowest bit keeps people and phones apart.
    private static UInt128? KeyOf(string? reference, byte kind) =>
        reference is null ? null
        : reference.Length >= 32 && UInt128.TryParse(reference.AsSpan(0, 32), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var key)
            ? (key & ~UInt128.One) | kind
            : throw new FormatException("A pseudonym is 64 hex digits.");

    private struct Done
    {
        public int Entries;
        public int Day;
        public int OnDay;
        public long LastTicks;
    }
}
