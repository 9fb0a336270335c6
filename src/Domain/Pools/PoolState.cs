using System;
using System.Collections.Generic;
using System.Linq;
using PrizeDraw.Domain.Draws;

namespace PrizeDraw.Domain.Pools;

/// <summary>A winning moment that nobody has claimed yet.</summary>
public sealed record WinningMoment(MomentId Id, PrizeId Prize, DateTimeOffset At);

/// <summary>
/// A pool as its one writer holds it. It runs ahead of storage by at most what is being written: when a write fails the state is thrown
/// away and loaded again.
/// </summary>
public sealed class PoolState
{
    private readonly string publicId;
    private readonly byte[]? instantKey;
    private readonly Dictionary<PrizeId, PrizeState> prizes = [];
    private readonly List<PrizeState> inOrder = [];
    private readonly List<MomentQueue> queues;
    private readonly Dictionary<PrizeId, (long Block, long Winner)> nthWinners = [];
    private PrizeState[] guaranteed = [], probable = [], consolations = [];
    private OddsTable? odds;
    private DateTimeOffset nextMomentAt;

    /// <param name="publicId">The pool's id as the protocol's formulas spell it.</param>
    /// <param name="instantKey">The key of the pool's instant wins (32 bytes); needed by probability and every-n-th prizes.</param>
    /// <param name="prizes">In the order of the campaign's table.</param>
    /// <param name="unclaimed">In any order.</param>
    public PoolState(
        string publicId, byte[]? instantKey, IEnumerable<PrizeState> prizes, IEnumerable<WinningMoment> unclaimed, long lastNumber,
        DateTimeOffset lastEnteredAt)
    {
        (this.publicId, this.instantKey) = (publicId, instantKey);
        foreach (var prize in prizes)
        {
            Index(prize);
        }

        Arrange();
        // In the prizes' order, so that of equally old moments the same one is taken however storage hands them out.
        var moments = unclaimed.ToLookup(m => m.Prize);
        queues = [.. inOrder.Where(p => moments.Contains(p.Id))
            .Select(p => new MomentQueue(p, [.. moments[p.Id].OrderBy(m => m.At).ThenBy(m => m.Id.Value)]))];
        nextMomentAt = EarliestMoment();
        (LastNumber, LastEnteredAt) = (lastNumber, lastEnteredAt);
    }

    /// <summary>Prizes in the order of the campaign's table.</summary>
    public IReadOnlyList<PrizeState> InOrder => inOrder;

    /// <summary>Number of the last accepted entry; the first entry gets 1.</summary>
    public long LastNumber { get; private set; }

    public DateTimeOffset LastEnteredAt { get; private set; }

    public PrizeState Prize(PrizeId id) => prizes[id];

    public PrizeState? Find(PrizeId id) => prizes.GetValueOrDefault(id);

    /// <summary>Adds a prize at the end of the table, in force for the next entry.</summary>
    public void Add(PrizeState prize)
    {
        Index(prize);
        Arrange();
    }

    /// <summary>No later entry counts as entered before this instant, which is rounded up to a whole millisecond.</summary>
    public void MoveOnTo(DateTimeOffset at)
    {
        var milliseconds = DateTimeOffset.FromUnixTimeMilliseconds(at.ToUnixTimeMilliseconds());
        var rounded = milliseconds < at ? milliseconds.AddMilliseconds(1) : milliseconds;
        LastEnteredAt = rounded > LastEnteredAt ? rounded : LastEnteredAt;
    }

    internal IReadOnlyList<PrizeState> Guaranteed => guaranteed;

    internal IReadOnlyList<PrizeState> Consolations => consolations;

    internal long NextNumber(DateTimeOffset at)
    {
        LastEnteredAt = at;
        return ++LastNumber;
    }

    /// <summary>Whether the next entry stands at the hidden position of its block.</summary>
    internal bool IsNextNth(PrizeState prize)
    {
        if (prize.Terms.EveryNth is not { } n)
        {
            return true;
        }

        var number = LastNumber + 1;
        var block = NthPosition.BlockOf(number, n);
        if (!nthWinners.TryGetValue(prize.Id, out var known) || known.Block != block)
        {
            nthWinners[prize.Id] = known = (block, NthPosition.WinnerOf(Key, prize.Terms.PublicId, n, block));
        }

        return known.Winner == number;
    }

    /// <summary>The prize that the next entry's play hits, available or not; null mostly.</summary>
    internal PrizeState? NextHit() =>
        odds is not null && odds.Hit(InstantWinKey.Play(Key, publicId, LastNumber + 1)) is >= 0 and var index ? probable[index] : null;

    /// <summary>The oldest due moment whose prize may go to somebody for whom <paramref name="eligible"/> holds.</summary>
    internal WinningMoment? OldestDue(DateTimeOffset at, Func<PrizeState, bool> eligible)
    {
        if (at < nextMomentAt)
        {
            return null;
        }

        MomentQueue? best = null;
        foreach (var queue in queues)
        {
            // A prize that is unavailable keeps its moments waiting: never another prize in its place.
            if (queue.Head is { } head && head.At <= at && eligible(queue.Prize) && (best is null || head.At < best.Head!.At))
            {
                best = queue;
            }
        }

        var taken = best?.Take();
        nextMomentAt = taken is null ? nextMomentAt : EarliestMoment();
        return taken;
    }

    private byte[] Key => instantKey ?? throw new InvalidOperationException("The pool's instant wins have no key.");

    private void Index(PrizeState prize)
    {
        prizes.Add(prize.Id, prize);
        inOrder.Add(prize);
    }

    private void Arrange()
    {
        guaranteed = [.. inOrder.Where(p => p.Mode == AllocationMode.Guaranteed)];
        probable = [.. inOrder.Where(p => p.Mode == AllocationMode.Probability)];
        consolations = [.. inOrder.Where(p => p.Mode == AllocationMode.Consolation)];
        var (table, error) = OddsTable.TryCreate([.. probable.Select(p => p.Terms.Odds ?? throw new ArgumentException($"{p.Terms.Name} has no odds."))]);
        odds = probable.Length == 0 ? null : table ?? throw new ArgumentException(error);
    }

    private DateTimeOffset EarliestMoment()
    {
        var earliest = DateTimeOffset.MaxValue;
        foreach (var queue in queues)
        {
            earliest = queue.Head is { } head && head.At < earliest ? head.At : earliest;
        }

        return earliest;
    }

    private sealed class MomentQueue(PrizeState prize, WinningMoment[] moments)
    {
        private int next;

        public PrizeState Prize { get; } = prize;

        public WinningMoment? Head => next < moments.Length ? moments[next] : null;

        public WinningMoment Take() => moments[next++];
    }
}
