using System.Collections.Generic;
using System.Linq;
using System.Runtime.InteropServices;
using PrizeDraw.Domain.Pools;

namespace PrizeDraw.Domain.Tests.Pools.Simulation;

/// <summary>What has happened so far, so that a run can show that it met what it was made for.</summary>
public sealed class Coverage
{
    private readonly Dictionary<string, long> counts = [];

    public long this[string what] => counts.GetValueOrDefault(what);

    public void Count(string what, long n = 1) => CollectionsMarshal.GetValueRefOrAddDefault(counts, what, out _) += n;

    public void Count(EntryRow row, PrizeTerms? prize)
    {
        Count("accepted");
        Count(prize is null ? "won nothing" : prize.Mode switch
        {
            AllocationMode.Guaranteed => prize.EveryNth is null ? "guaranteed" : "every nth",
            AllocationMode.Moments => "moments",
            AllocationMode.Probability => "probability",
            _ => "consolation",
        });
        Count("coupons", row.Coupon is null ? 0 : 1);
        Count("entry codes", row.Code is null ? 0 : 1);
        Count("phones", row.Sent.PhoneIdentity.IsNone ? 0 : 1);
        if (row.Alert is { } alert)
        {
            Count(alert.Level == StockAlertLevel.Low ? "low stock" : "out of stock");
        }
    }

    public void Add(Coverage other)
    {
        foreach (var (what, n) in other.counts)
        {
            Count(what, n);
        }
    }

    public override string ToString() => string.Join(", ", counts.OrderBy(c => c.Key).Select(c => $"{c.Key} {c.Value}"));
}
