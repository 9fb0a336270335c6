using System;
using System.Collections.Immutable;

namespace PrizeDraw.Domain.Notices;

/// <summary>What the platform gives notice of. Stored, and told to webhooks: a name never changes.</summary>
public static class NoticeKinds
{
    /// <summary>A prize's stock has reached its threshold.</summary>
    public const string StockLow = "stock.low";

    /// <summary>A prize's stock is used up.</summary>
    public const string StockOut = "stock.out";

    /// <summary>Every kind there is.</summary>
    public static readonly ImmutableArray<string> All = [StockLow, StockOut];

    /// <summary>Whether notices of this kind tell of a prize's stock.</summary>
    public static bool IsOfStock(string kind) => kind.StartsWith("stock.", StringComparison.Ordinal);
}
