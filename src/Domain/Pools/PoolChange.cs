using System;
using System.Collections.Generic;
using System.Linq;
using PrizeDraw.Domain.Draws;

namespace PrizeDraw.Domain.Pools;

/// <summary>Which prizes get new terms and which are new, from the next entry on.</summary>
public sealed record PoolChange(IReadOnlyList<PrizeTerms> Changed, IReadOnlyList<PrizeTerms> Added)
{
    public bool IsNone => Changed.Count == 0 && Added.Count == 0;

    /// <summary>
    /// What becomes of a pool that has been published when its prizes shall be <paramref name="next"/>. Stock (never below what is allocated),
    /// caps, alerts and pauses change; prizes are added but for winning moments, which are committed to; the rest is fixed.
    /// </summary>
    public static (PoolChange? Change, DomainError? Error) Decide(PoolState pool, IReadOnlyList<PrizeTerms> next)
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(next);
        var errors = TableErrors(pool, next);
        var (changed, added) = (new List<PrizeTerms>(), new List<PrizeTerms>());
        for (var i = 0; i < next.Count; i++)
        {
            var (terms, field) = (next[i], $"prizes[{i}]");
            if (pool.Find(terms.Id) is not { } prize)
            {
                Check(terms.Mode != AllocationMode.Moments, $"{field}.mode", "A prize won by winning moments cannot be added any more: they are committed to before the opening.");
                added.Add(terms);
                continue;
            }

            Check(Fixed(prize.Terms) == Fixed(terms), field, "Name, kind, mode, odds, every n-th and coupon batch of a prize are fixed once the campaign is published.");
            if (terms.Stock < prize.Allocated)
            {
                return (null, new StockBelowAllocated(terms.Name, prize.Allocated));
            }

            if (prize.Terms != terms)
            {
                changed.Add(terms);
            }
        }

        return errors.Count > 0 ? (null, new PoolNotChangeable(errors)) : (new PoolChange(changed, added), null);

        void Check(bool holds, string field, string message)
        {
            if (!holds)
            {
                errors.Add(new(field, message));
            }
        }
    }

    /// <summary>What is wrong with the prizes as a whole.</summary>
    private static List<FieldError> TableErrors(PoolState pool, IReadOnlyList<PrizeTerms> next)
    {
        var errors = new List<FieldError>();
        if (pool.InOrder.FirstOrDefault(p => next.All(n => n.Id != p.Id)) is { } removed)
        {
            errors.Add(new("prizes", $"{removed.Terms.Name} cannot be taken away while entries are taken. Pause it instead."));
        }
        else if (!pool.InOrder.Select(p => p.Id).SequenceEqual(next.Take(pool.InOrder.Count).Select(n => n.Id)))
        {
            // It decides between equally old moments, and who owns which tickets of the odds.
            errors.Add(new("prizes", "Keep the order of the prizes, and add new ones at the end: their order decides among them."));
        }

        if (OddsTable.TryCreate([.. next.Where(t => t.Mode == AllocationMode.Probability).Select(t => t.Odds ?? default)]).Error is { } badOdds)
        {
            errors.Add(new("prizes", badOdds));
        }

        return errors;
    }

    /// <summary>Of which prizes the new terms leave so little that it is to be told, and has not been.</summary>
    public IReadOnlyList<StockAlert> AlertsOf(PoolState pool)
    {
        ArgumentNullException.ThrowIfNull(pool);
        var alerts = new List<StockAlert>();
        foreach (var terms in Changed)
        {
            var (now, after) = (pool.Prize(terms.Id), new PrizeState(terms));
            after.Restore(now.Allocated, now.Day, now.AllocatedOnDay, now.Hour, now.AllocatedInHour);
            if (StockAlert.LevelOf(terms, now.Allocated) is var level && level > now.Alerted)
            {
                var stock = terms.Stock ?? 0;
                alerts.Add(new StockAlert(after, level, stock - after.Allocated, terms.LowStockAt?.Of(stock) ?? 0, pool.LastNumber + 1));
            }
        }

        return alerts;
    }

    /// <summary>Puts the change in force: the pool's next entry is the first that it judges.</summary>
    public void ApplyTo(PoolState pool, Func<PrizeTerms, PrizeState> create)
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(create);
        foreach (var terms in Changed)
        {
            pool.Prize(terms.Id).Change(terms);
        }

        foreach (var terms in Added)
        {
            pool.Add(create(terms));
        }
    }

    private static PrizeTerms Fixed(PrizeTerms terms) => terms with
    {
        Stock = null,
        DailyCap = null,
        HourlyCap = null,
        PerEntrantMax = null,
        LowStockAt = null,
        Paused = false,
    };
}

public sealed record PoolNotChangeable(IReadOnlyList<FieldError> Errors)
    : DomainError("pool.not_changeable", "Some of this cannot change while the campaign is published. Each field named says why.")
{
    public override IReadOnlyList<FieldError> Fields => Errors;
}

/// <summary>What was awarded stays awarded.</summary>
public sealed record StockBelowAllocated(string Prize, long Allocated)
    : DomainError("prize.stock_below_allocated", $"{Allocated} of {Prize} are allocated already: set the stock to that or more.");

public sealed record PoolHasClosed() : DomainError("pool.has_closed", "The pool has closed: nothing can be changed any more.");
