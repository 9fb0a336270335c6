using System;
using System.Collections.Generic;
using System.Linq;

namespace PrizeDraw.Domain.Pools;

/// <summary>Whether a prize is a prize or a gift; what most entrants get is never called a prize (CAP Code 8.19).</summary>
public enum PrizeKind
{
    Prize,
    Gift,
}

/// <summary>How a prize is allocated, in order of precedence.</summary>
public enum AllocationMode
{
    /// <summary>To the next eligible entry at or after a winning moment.</summary>
    Moments,

    /// <summary>To who won nothing else, while stock lasts.</summary>
    Consolation,
}

/// <summary>A prize with its counters. Stock is in units; null is without limit.</summary>
public sealed class PrizeState(
    PrizeId id, string name, PrizeKind kind, AllocationMode mode, long? stock, int? dailyCap, int? perEntrantMax, bool paused)
{
    public PrizeId Id { get; } = id;
    public string Name { get; } = name;
    public PrizeKind Kind { get; } = kind;
    public AllocationMode Mode { get; } = mode;
    public long? Stock { get; } = stock;
    public int? DailyCap { get; } = dailyCap;
    public int? PerEntrantMax { get; } = perEntrantMax;
    public bool Paused { get; } = paused;
    public long Allocated { get; private set; }

    /// <summary>The latest day on which a unit was awarded. Entries of a pool never go back in time, so one day is enough.</summary>
    public DateOnly Day { get; private set; }
    public int AllocatedOnDay { get; private set; }

    public void Restore(long allocated, DateOnly day, int allocatedOnDay) =>
        (Allocated, Day, AllocatedOnDay) = (allocated, day, allocatedOnDay);

    /// <summary>Whether a unit may be awarded on this day, whoever asks.</summary>
    public bool IsAvailable(DateOnly day) =>
        !Paused && (Stock is not { } stock || Allocated < stock) && (DailyCap is not { } cap || day != Day || AllocatedOnDay < cap)
        && (DailyCap is not <= 0);

    internal void Award(DateOnly day)
    {
        Allocated++;
        AllocatedOnDay = day == Day ? AllocatedOnDay + 1 : 1;
        Day = day;
    }
}

/// <summary>A winning moment that nobody has claimed yet.</summary>
public sealed record WinningMoment(MomentId Id, PrizeId Prize, DateTimeOffset At);

/// <summary>What one person has done in this pool so far.</summary>
public sealed class EntrantState(EntrantId id, byte[] personKey)
{
    public EntrantId Id { get; } = id;
    public byte[] PersonKey { get; } = personKey;
    public int Entries { get; private set; }
    public int Wins { get; private set; }
    public DateOnly LastDay { get; private set; }
    public int EntriesOnLastDay { get; private set; }
    public DateTimeOffset LastEnteredAt { get; private set; } = DateTimeOffset.MinValue;
    private Dictionary<PrizeId, int>? unitsByPrize;

    public int UnitsOf(PrizeId prize) => unitsByPrize is not null && unitsByPrize.TryGetValue(prize, out var n) ? n : 0;

    public int EntriesOn(DateOnly day) => day == LastDay ? EntriesOnLastDay : 0;

    public void Restore(int entries, int wins, DateOnly lastDay, int entriesOnLastDay, DateTimeOffset lastEnteredAt) =>
        (Entries, Wins, LastDay, EntriesOnLastDay, LastEnteredAt) = (entries, wins, lastDay, entriesOnLastDay, lastEnteredAt);

    public void RestoreUnits(PrizeId prize, int units) => (unitsByPrize ??= [])[prize] = units;

    internal void Enter(DateTimeOffset at, DateOnly day, PrizeState? won)
    {
        EntriesOnLastDay = EntriesOn(day) + 1;
        (LastDay, LastEnteredAt) = (day, at);
        Entries++;
        if (won is null)
        {
            return;
        }

        RestoreUnits(won.Id, UnitsOf(won.Id) + 1);
        if (won.Kind == PrizeKind.Prize)
        {
            Wins++;
        }
    }
}

/// <summary>
/// A pool as its one writer holds it. It runs ahead of storage by at most the batch being written: when that write fails the
/// state is thrown away and loaded again.
/// </summary>
public sealed class PoolState
{
    private readonly Dictionary<PrizeId, PrizeState> prizes;
    private readonly List<MomentQueue> queues;

    public PoolState(IEnumerable<PrizeState> prizes, IEnumerable<WinningMoment> unclaimed, long lastNumber, DateTimeOffset lastEnteredAt)
    {
        InOrder = [.. prizes];
        this.prizes = InOrder.ToDictionary(p => p.Id);
        // In the prizes' order, so that of equally old moments the same one is taken however storage hands them out.
        var moments = unclaimed.ToLookup(m => m.Prize);
        queues = [.. InOrder.Select(p => new MomentQueue(p, [.. moments[p.Id].OrderBy(m => m.At).ThenBy(m => m.Id.Value)]))];
        (LastNumber, LastEnteredAt) = (lastNumber, lastEnteredAt);
    }

    /// <summary>Prizes in the order of the campaign's table.</summary>
    public IReadOnlyList<PrizeState> InOrder { get; }

    /// <summary>Number of the last accepted entry; the first entry gets 1.</summary>
    public long LastNumber { get; private set; }

    public DateTimeOffset LastEnteredAt { get; private set; }

    public PrizeState Prize(PrizeId id) => prizes[id];

    internal long NextNumber(DateTimeOffset at)
    {
        LastEnteredAt = at;
        return ++LastNumber;
    }

    /// <summary>The oldest due moment whose prize may go to somebody for whom <paramref name="eligible"/> holds.</summary>
    internal WinningMoment? OldestDue(DateTimeOffset at, Func<PrizeState, bool> eligible)
    {
        MomentQueue? best = null;
        foreach (var queue in queues)
        {
            // A prize that is unavailable keeps its moments waiting: never another prize in its place.
            if (queue.Head is { } head && head.At <= at && eligible(queue.Prize) && (best is null || head.At < best.Head!.At))
            {
                best = queue;
            }
        }

        return best?.Take();
    }

    private sealed class MomentQueue(PrizeState prize, WinningMoment[] moments)
    {
        private int next;

        public PrizeState Prize { get; } = prize;

        public WinningMoment? Head => next < moments.Length ? moments[next] : null;

        public WinningMoment Take() => moments[next++];
    }
}
