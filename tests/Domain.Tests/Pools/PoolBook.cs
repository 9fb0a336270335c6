using System;
using System.Collections.Generic;
using System.Linq;
using PrizeDraw.Domain.Pools;

namespace PrizeDraw.Domain.Tests.Pools;

/// <summary>A prize as it is set up, without its counters.</summary>
public sealed record PrizeRow(
    PrizeId Id, string Name, PrizeKind Kind, AllocationMode Mode, long? Stock = null, int? DailyCap = null, int? PerEntrantMax = null,
    bool Paused = false);

/// <summary>An entry as it is stored.</summary>
public sealed record BookedEntry(
    string Key, EntryId Id, long Number, DateTimeOffset EnteredAt, DateOnly Day, IdentityHash Identity, EntrantId Entrant, byte[] PersonKey,
    byte[] Fingerprint, string Outcome, PrizeId? Prize, MomentId? Moment);

/// <summary>
/// A model of storage: only what was committed is in it, an epoch fences its writers, and all counters are counted anew at every
/// load. Moments come back in no order, as from a table.
/// </summary>
public sealed class PoolBook(Random? disorder = null)
{
    private readonly Dictionary<IdentityHash, (EntrantId Id, byte[] PersonKey)> entrants = [];
    private readonly Dictionary<string, BookedEntry> byKey = [];

    public List<PrizeRow> Prizes { get; } = [];

    public List<WinningMoment> Moments { get; } = [];

    public List<BookedEntry> Entries { get; } = [];

    public long Epoch { get; private set; }

    public BookedEntry? Find(string key) => byKey.GetValueOrDefault(key);

    /// <summary>Takes the pool over, as an activation does, and loads it.</summary>
    public (long Epoch, PoolState State) Take() => (++Epoch, Load());

    public PoolState Load()
    {
        var claimed = Entries.Where(e => e.Moment is not null).Select(e => e.Moment!.Value).ToHashSet();
        var unclaimed = Moments.Where(m => !claimed.Contains(m.Id)).ToArray();
        disorder?.Shuffle(unclaimed);
        return new PoolState(
            Prizes.Select(StateOf), unclaimed, Entries.Count, Entries.Count == 0 ? DateTimeOffset.MinValue : Entries[^1].EnteredAt);
    }

    public IReadOnlyDictionary<string, KnownEntry> Known(IEnumerable<EntryCommand> commands) => commands.Select(c => c.Key).Distinct()
        .Where(byKey.ContainsKey).ToDictionary(k => k, k => new KnownEntry(byKey[k].Id, byKey[k].PersonKey, byKey[k].Fingerprint));

    public IReadOnlyDictionary<IdentityHash, EntrantState> EntrantsOf(IEnumerable<EntryCommand> commands) => commands.Select(c => c.Identity)
        .Distinct().Where(entrants.ContainsKey).ToDictionary(i => i, StateOf);

    /// <summary>Writes the whole batch, or nothing when another writer has taken over.</summary>
    public bool Commit(long epoch, IReadOnlyList<AcceptedEntry> accepted)
    {
        if (epoch != Epoch)
        {
            return false;
        }

        foreach (var e in accepted)
        {
            entrants.TryAdd(e.Command.Identity, (e.Entrant.Id, e.Entrant.PersonKey));
            var booked = new BookedEntry(
                e.Command.Key, e.Id, e.Number, e.EnteredAt, e.Day, e.Command.Identity, e.Entrant.Id, e.Entrant.PersonKey, e.Fingerprint,
                e.Outcome, e.Prize?.Id, e.Moment?.Id);
            byKey.Add(booked.Key, booked);
            Entries.Add(booked);
        }

        return true;
    }

    private PrizeState StateOf(PrizeRow row)
    {
        var state = new PrizeState(row.Id, row.Name, row.Kind, row.Mode, row.Stock, row.DailyCap, row.PerEntrantMax, row.Paused);
        var won = Entries.Where(e => e.Prize == row.Id).ToArray();
        var day = won.Length == 0 ? default : won.Max(e => e.Day);
        state.Restore(won.Length, day, won.Count(e => e.Day == day));
        return state;
    }

    private EntrantState StateOf(IdentityHash identity)
    {
        var (id, personKey) = entrants[identity];
        var own = Entries.Where(e => e.Identity == identity).ToArray();
        var state = new EntrantState(id, personKey);
        var day = own.Max(e => e.Day);
        state.Restore(own.Length, own.Count(e => e.Outcome == "prize"), day, own.Count(e => e.Day == day), own.Max(e => e.EnteredAt));
        foreach (var prize in own.Where(e => e.Prize is not null).GroupBy(e => e.Prize!.Value))
        {
            state.RestoreUnits(prize.Key, prize.Count());
        }

        return state;
    }
}
