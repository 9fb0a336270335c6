using System;
using System.Collections.Generic;
using System.Linq;
using System.Numerics;
using System.Runtime.InteropServices;
using PrizeDraw.Domain.Draws;
using PrizeDraw.Domain.Pools;

namespace PrizeDraw.Domain.Tests.Pools.Simulation;

/// <summary>What one pool is before anything has happened in it.</summary>
public sealed record PoolOrigin(string PublicId, byte[] Key, IReadOnlyList<WinningMoment> Moments);

/// <summary>What one identity has done in a pool, counted entry by entry.</summary>
public sealed class IdentityCount
{
    private readonly Dictionary<PrizeId, int> units = [];
    private readonly Dictionary<DateOnly, int> entriesByDay = [];

    public int Entries { get; private set; }
    public int Wins { get; private set; }
    public DateTimeOffset Last { get; private set; }

    public int UnitsOf(PrizeId prize) => units.GetValueOrDefault(prize);

    public int EntriesOn(DateOnly day) => entriesByDay.GetValueOrDefault(day);

    public void Count(DateTimeOffset at, DateOnly day, PrizeTerms? prize)
    {
        Entries++;
        Last = at;
        Up(entriesByDay, day);
        if (prize is not null)
        {
            Up(units, prize.Id);
            Wins += prize.Kind == PrizeKind.Prize ? 1 : 0;
        }
    }

    public static int Up<TKey>(Dictionary<TKey, int> counts, TKey key) where TKey : notnull =>
        ++CollectionsMarshal.GetValueRefOrAddDefault(counts, key, out _);
}

/// <summary>One pool counted from what happened, naively: nothing is forgotten, and every question is asked of all there is.</summary>
public sealed class PoolCount
{
    private readonly PoolOrigin origin;
    private readonly Dictionary<PrizeId, int> awarded = [];
    private readonly Dictionary<(PrizeId, DateOnly), int> byDay = [];
    private readonly Dictionary<(PrizeId, DateTimeOffset), int> byHour = [];
    private readonly Dictionary<string, IdentityCount> people = [];
    private readonly Dictionary<(PrizeId, long), long> nthWinners = [];
    private readonly Dictionary<MomentId, WinningMoment> moments;
    private Odds[] odds = [];
    private BigInteger lcm = BigInteger.One;
    private PrizeTerms[] inTable = [];

    public PoolCount(PoolOrigin origin)
    {
        this.origin = origin;
        moments = origin.Moments.ToDictionary(m => m.Id);
        Unclaimed = [.. origin.Moments.OrderBy(m => m.At)];
    }

    public PoolRules? Rules { get; private set; }
    public IReadOnlyList<PrizeTerms> Prizes { get; private set; } = [];
    public List<EntryRow> Rows { get; } = [];
    public long Number => Rows.Count;
    public DateTimeOffset LastAt => Rows.Count == 0 ? DateTimeOffset.MinValue : Rows[^1].EnteredAt;

    /// <summary>Moments that nobody claimed, oldest first.</summary>
    public List<WinningMoment> Unclaimed { get; }

    public Dictionary<CodeBatchId, (Queue<CouponCode> Codes, DateTimeOffset? ExpiresAt)> Coupons { get; } = [];

    public Dictionary<PrizeId, StockAlertLevel> AlertsTold { get; } = [];

    public WinningMoment? Moment(MomentId id) => moments.GetValueOrDefault(id);

    public int Awarded(PrizeId prize) => awarded.GetValueOrDefault(prize);

    public int AwardedOn(PrizeId prize, DateOnly day) => byDay.GetValueOrDefault((prize, day));

    public int AwardedIn(PrizeId prize, DateTimeOffset hour) => byHour.GetValueOrDefault((prize, hour));

    public IdentityCount? Find(string person) => people.GetValueOrDefault(person);

    public void Change(PoolRules rules, IReadOnlyList<PrizeTerms> prizes)
    {
        // What the change itself makes low is told with it; what it raises may be told again. A new prize is not told of before it is awarded.
        foreach (var prize in prizes.Where(p => Prizes.Any(before => before.Id == p.Id && before != p)))
        {
            AlertsTold[prize.Id] = LevelOf(prize);
        }

        (Rules, Prizes) = (rules, prizes);
        inTable = [.. prizes.Where(p => p.Mode == AllocationMode.Probability)];
        odds = [.. inTable.Select(p => p.Odds!.Value)];
        lcm = NaiveDraws.LcmOf(odds);
    }

    public PrizeTerms? HitOf(long number) =>
        odds.Length > 0 && NaiveDraws.HitOf(origin.Key, origin.PublicId, number, odds, lcm) is >= 0 and var i ? inTable[i] : null;

    public bool IsNth(PrizeTerms prize, long number)
    {
        var block = (prize.Id, (number - 1) / prize.EveryNth!.Value);
        if (!nthWinners.TryGetValue(block, out var winner))
        {
            nthWinners[block] = winner = NaiveDraws.NthWinnerOf(origin.Key, prize.PublicId, prize.EveryNth.Value, number);
        }

        return winner == number;
    }

    public StockAlertLevel LevelOf(PrizeTerms prize) =>
        prize.Stock is not { } stock ? StockAlertLevel.None
        : stock == Awarded(prize.Id) ? StockAlertLevel.Out
        : ThresholdOf(prize) is { } threshold && stock - Awarded(prize.Id) <= threshold ? StockAlertLevel.Low
        : StockAlertLevel.None;

    public static long? ThresholdOf(PrizeTerms prize) =>
        prize.LowStockAt is not { } low ? null : low.Units ?? (prize.Stock!.Value * low.Percent!.Value + 99) / 100;

    public void Count(Case judged, PrizeTerms? prize)
    {
        var row = judged.Row;
        Rows.Add(row);
        if (prize is not null)
        {
            IdentityCount.Up(awarded, prize.Id);
            IdentityCount.Up(byDay, (prize.Id, judged.Day));
            IdentityCount.Up(byHour, (prize.Id, judged.Hour));
        }

        foreach (var person in judged.Who)
        {
            (people.TryGetValue(person, out var count) ? count : people[person] = new IdentityCount()).Count(row.EnteredAt, judged.Day, prize);
        }

        if (row.Moment is { } moment)
        {
            Unclaimed.RemoveAll(m => m.Id == moment);
        }
    }
}

/// <summary>A row to be judged, with what its pool knows of it beforehand.</summary>
/// <param name="Who">The identities it was made under: the e-mail address, and the phone where given.</param>
/// <param name="Counts">What was done under each; null for one not seen before.</param>
public sealed record Case(EntryRow Row, PoolCount Pool, DateOnly Day, DateTimeOffset Hour, string[] Who, IdentityCount?[] Counts);
