namespace PrizeDraw.Domain.Tests.Pools.Simulation;

/// <summary>What must hold, by name: each has a doctored history that breaks it.</summary>
public static class Promises
{
    public const string
        Numbers = "numbers are gapless",
        Time = "time does not go back",
        Open = "entries are taken from opening to closing, neither paused nor closed",
        Key = "a key makes one entry",
        Id = "an id names one entry",
        Person = "a person keeps one id and one key",
        DayAndHour = "day and hour are the campaign's",
        Stock = "never more than the stock",
        DailyCap = "never more than the daily cap",
        HourlyCap = "never more than the hourly cap",
        PausedPrize = "a paused prize is not given",
        Entries = "entries of one entrant",
        EntriesPerDay = "entries of one entrant a day",
        Interval = "the interval between the entries of one entrant",
        Wins = "wins of one entrant",
        Units = "units of one prize per entrant",
        Outcome = "the outcome names what the prize is",
        CodeOnce = "one code, one entry",
        CodeRight = "an entry with a code that stands for one, or by the free route",
        CouponOnce = "one coupon, one entry",
        CouponRight = "the next coupon of the prize's batch, before it expires",
        MomentOnce = "one moment, one prize",
        MomentDue = "a moment never before its time, and for its own prize",
        MomentOldest = "the oldest moment first",
        Nth = "every n-th at the protocol's position",
        Odds = "what the protocol's play decides",
        Precedence = "guaranteed, then moments, then probability, then consolation",
        Given = "what may be given is given",
        Refusals = "refused for the first reason in order, and for nothing else",
        Replays = "a replay gets the stored answer",
        ToldIsStored = "what was told is stored",
        Unchanged = "what was awarded is never altered",
        Changes = "changes are in force from exactly the next number",
        StockNotBelow = "the stock is never set below what is awarded",
        Alerts = "one alert per crossing";
}
