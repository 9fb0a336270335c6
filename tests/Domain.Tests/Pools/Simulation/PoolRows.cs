using System;
using System.Collections.Generic;
using System.Linq;
using PrizeDraw.Domain.Pools;

namespace PrizeDraw.Domain.Tests.Pools.Simulation;

/// <summary>One pool's tables, with the counters that are written with each batch. What is loaded from them is a state of its own.</summary>
public sealed class PoolRows(
    PoolOrigin origin, PoolRules rules, IReadOnlyList<PrizeTerms> prizes, IReadOnlyDictionary<CodeBatchId, DateTimeOffset?> batches, Random disorder)
{
    private readonly Dictionary<PrizeId, PrizeCounters> counters = [];
    private readonly Dictionary<IdentityHash, IdentityRow> identities = [];
    private readonly Dictionary<MomentId, WinningMoment> unclaimed = origin.Moments.ToDictionary(m => m.Id);
    private readonly Dictionary<CodeBatchId, LinkedList<CouponCode>> coupons = batches.ToDictionary(b => b.Key, _ => new LinkedList<CouponCode>());

    private sealed class PrizeCounters
    {
        public long Allocated;
        public (DateOnly Day, int Count) OnDay;
        public (DateTimeOffset Hour, int Count) InHour;
        public StockAlertLevel Alerted;
    }

    private sealed class IdentityRow
    {
        public int Entries, Wins, EntriesOnLastDay;
        public DateOnly LastDay;
        public DateTimeOffset LastAt;
        public readonly Dictionary<PrizeId, int> Units = [];
    }

    public long Epoch { get; private set; }
    public PoolRules Rules { get; set; } = rules;
    public IReadOnlyList<PrizeTerms> Prizes { get; private set; } = prizes;
    public List<EntryRow> Rows { get; } = [];
    public long NextNumber => Rows.Count + 1;

    /// <summary>Takes the pool over, as an activation does, and loads it.</summary>
    public (long Epoch, PoolState State, IReadOnlyDictionary<CodeBatchId, CouponSupply> Supplies) Take()
    {
        Epoch++;
        var supplies = batches.ToDictionary(b => b.Key, b => SupplyOf(b.Key));
        return (Epoch, Load(supplies), supplies);
    }

    /// <summary>The pool as it is stored. Moments come in no order, as from a table.</summary>
    public PoolState Load(IReadOnlyDictionary<CodeBatchId, CouponSupply>? supplies = null)
    {
        var moments = unclaimed.Values.ToArray();
        disorder.Shuffle(moments);
        supplies ??= batches.ToDictionary(b => b.Key, b => SupplyOf(b.Key));
        return new PoolState(
            origin.PublicId, origin.Key, Prizes.Select(p => StateOf(p, supplies)), moments, Rows.Count, Rows.Count == 0 ? DateTimeOffset.MinValue : Rows[^1].EnteredAt);
    }

    public void Change(IReadOnlyList<PrizeTerms> next, PoolState changed)
    {
        Prizes = next;
        foreach (var prize in changed.InOrder)
        {
            Of(prize.Id).Alerted = prize.Alerted;
        }
    }

    public void Reserve(CodeBatchId batch, IEnumerable<CouponCode> codes)
    {
        foreach (var code in codes)
        {
            coupons[batch].AddLast(code);
        }
    }

    public void Add(EntryRow row, PrizeTerms? prize)
    {
        Rows.Add(row);
        Count(row.Sent.Identity, row, prize);
        Count(row.Sent.PhoneIdentity, row, prize);
        if (row.Moment is { } moment && !unclaimed.Remove(moment))
        {
            throw new InvalidOperationException("A moment was claimed twice.");
        }

        if (row.Coupon is { } coupon && !coupons[coupon.Batch].Remove(coupon))
        {
            throw new InvalidOperationException("A coupon was handed out twice.");
        }

        if (prize is not null)
        {
            var count = Of(prize.Id);
            count.Allocated++;
            count.OnDay = (row.Day, count.OnDay.Day == row.Day ? count.OnDay.Count + 1 : 1);
            count.InHour = (row.Hour, count.InHour.Hour == row.Hour ? count.InHour.Count + 1 : 1);
            count.Alerted = row.Alert?.Level ?? count.Alerted;
        }
    }

    public bool Knows(IdentityHash identity) => identities.ContainsKey(identity);

    public T Restore<T>(IdentityHash identity, T state) where T : IdentityCounts
    {
        if (identities.TryGetValue(identity, out var row))
        {
            state.Restore(row.Entries, row.Wins, row.LastDay, row.EntriesOnLastDay, row.LastAt);
            foreach (var (prize, units) in row.Units)
            {
                state.RestoreUnits(prize, units);
            }
        }

        return state;
    }

    private void Count(IdentityHash identity, EntryRow row, PrizeTerms? prize)
    {
        if (identity.IsNone)
        {
            return;
        }

        var count = identities.TryGetValue(identity, out var known) ? known : identities[identity] = new IdentityRow();
        count.EntriesOnLastDay = count.LastDay == row.Day ? count.EntriesOnLastDay + 1 : 1;
        (count.Entries, count.LastDay, count.LastAt) = (count.Entries + 1, row.Day, row.EnteredAt);
        count.Wins += prize?.Kind == PrizeKind.Prize ? 1 : 0;
        if (prize is not null)
        {
            count.Units[prize.Id] = count.Units.GetValueOrDefault(prize.Id) + 1;
        }
    }

    private PrizeCounters Of(PrizeId id) => counters.TryGetValue(id, out var count) ? count : counters[id] = new PrizeCounters();

    private CouponSupply SupplyOf(CodeBatchId batch)
    {
        var supply = new CouponSupply(batch, batches[batch]);
        foreach (var code in coupons[batch])
        {
            supply.Add(code);
        }

        return supply;
    }

    private PrizeState StateOf(PrizeTerms terms, IReadOnlyDictionary<CodeBatchId, CouponSupply> supplies)
    {
        var (count, state) = (Of(terms.Id), new PrizeState(terms, terms.CouponBatch is { } batch ? supplies[batch] : null));
        state.Restore(count.Allocated, count.OnDay.Day, count.OnDay.Count, count.InHour.Hour, count.InHour.Count, count.Alerted);
        return state;
    }
}
