using System;

namespace PrizeDraw.Domain.Pools;

/// <summary>A prize with its counters.</summary>
/// <param name="terms">What was decided about it.</param>
/// <param name="coupons">The codes that go out with it; null for a prize without.</param>
public sealed class PrizeState(PrizeTerms terms, CouponSupply? coupons = null)
{
    public PrizeTerms Terms { get; private set; } = terms;

    public PrizeId Id => Terms.Id;

    public PrizeKind Kind => Terms.Kind;

    public AllocationMode Mode => Terms.Mode;

    public CouponSupply? Coupons { get; } = coupons;

    public long Allocated { get; private set; }

    /// <summary>Units left; null without limit.</summary>
    public long? Remaining => Terms.Stock - Allocated;

    /// <summary>The latest day on which a unit was awarded. Entries of a pool never go back in time, so one day is enough.</summary>
    public DateOnly Day { get; private set; }
    public int AllocatedOnDay { get; private set; }

    /// <summary>The latest hour in which a unit was awarded, by the instant at which it began.</summary>
    public DateTimeOffset Hour { get; private set; }
    public int AllocatedInHour { get; private set; }

    /// <summary>What has been told of the stock.</summary>
    public StockAlertLevel Alerted { get; private set; }

    public void Restore(
        long allocated, DateOnly day, int allocatedOnDay, DateTimeOffset hour = default, int allocatedInHour = 0,
        StockAlertLevel alerted = StockAlertLevel.None)
    {
        (Allocated, Day, AllocatedOnDay) = (allocated, day, allocatedOnDay);
        (Hour, AllocatedInHour, Alerted) = (hour, allocatedInHour, alerted);
    }

    /// <summary>Whether a unit may be awarded at this instant, whoever asks.</summary>
    public bool IsAvailable(in EntryTime time) =>
        !Terms.Paused
        && (Terms.Stock is not { } stock || Allocated < stock)
        && (Terms.DailyCap is not { } daily || (time.Day == Day ? AllocatedOnDay < daily : daily > 0))
        && (Terms.HourlyCap is not { } hourly || (time.Hour == Hour ? AllocatedInHour < hourly : hourly > 0))
        && (Coupons is null ? Terms.CouponBatch is null : Coupons.Has(time.At));

    internal CouponCode? Award(in EntryTime time)
    {
        Allocated++;
        AllocatedOnDay = time.Day == Day ? AllocatedOnDay + 1 : 1;
        AllocatedInHour = time.Hour == Hour ? AllocatedInHour + 1 : 1;
        (Day, Hour) = (time.Day, time.Hour);
        return Coupons?.Take();
    }

    /// <summary>The alert that the stock now calls for and that has not been told; null mostly. Telling it is the caller's.</summary>
    internal StockAlertLevel? Cross()
    {
        var level = StockAlert.LevelOf(Terms, Allocated);
        if (level <= Alerted)
        {
            return null;
        }

        Alerted = level;
        return level;
    }

    /// <summary>
    /// New terms, in force for the next entry. What was awarded stays; a stock above its threshold arms the alert again, and one that crosses
    /// it by the change is told of with the change (<see cref="PoolChange.AlertsOf"/>).
    /// </summary>
    public void Change(PrizeTerms next)
    {
        Terms = next;
        Alerted = StockAlert.LevelOf(Terms, Allocated);
    }
}

/// <summary>When an entry was made, with its day and hour (the instant at which it began) in the campaign's time zone.</summary>
public readonly record struct EntryTime(DateTimeOffset At, DateOnly Day, DateTimeOffset Hour);
