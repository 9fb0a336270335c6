namespace PrizeDraw.Domain.Pools;

/// <summary>How low a stock is, by its stored number.</summary>
public enum StockAlertLevel
{
    None = 0,
    Low = 1,
    Out = 2,
}

/// <summary>A stock has crossed a threshold downwards. There is one per crossing: it is armed again by a stock raised above.</summary>
/// <param name="Threshold">In units.</param>
/// <param name="Number">The entry that took the unit, or the first that is judged by the terms that made it cross.</param>
public sealed record StockAlert(PrizeState Prize, StockAlertLevel Level, long Remaining, long Threshold, long Number)
{
    /// <summary>What the stock calls for, told or not. A prize without stock or threshold is never low; one without units is out.</summary>
    public static StockAlertLevel LevelOf(PrizeTerms terms, long allocated) => terms.Stock is not { } stock ? StockAlertLevel.None
        : allocated >= stock ? StockAlertLevel.Out
        : terms.LowStockAt is { } low && stock - allocated <= low.Of(stock) ? StockAlertLevel.Low
        : StockAlertLevel.None;
}
