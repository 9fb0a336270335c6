using System;
using System.Collections.Frozen;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;

namespace PrizeDraw.Providers.Cloud;

/// <summary>A limit: in any <paramref name="Window"/> at most <paramref name="PointsMax"/> points are taken.</summary>
public sealed record BudgetRule(int PointsMax, TimeSpan Window);

/// <summary>
/// The limits by bucket; <c>provider.*</c> are those of each family that has none of its own, for itself. A bucket without any is limited by
/// what the provider's answers say alone.
/// </summary>
public sealed class BudgetRules(IEnumerable<KeyValuePair<string, ImmutableArray<BudgetRule>>> rules)
{
    private readonly FrozenDictionary<string, ImmutableArray<BudgetRule>> _rules = rules.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>No limits of our own.</summary>
    public static BudgetRules None { get; } = new([]);

    /// <summary>
    /// Somewhat below what the providers publish, since others may use the same account. GitHub: 5,000 requests an hour, 900 points a minute (a
    /// write is five), 80 content-creating calls a minute and 500 an hour, one a second. Supabase: 120 a minute for each endpoint. Vercel
    /// publishes its limits, by endpoint, in its answers alone.
    /// </summary>
    public static BudgetRules Published { get; } = new(new Dictionary<string, ImmutableArray<BudgetRule>>
    {
        ["github"] = [new(800, TimeSpan.FromMinutes(1)), new(4500, TimeSpan.FromHours(1))],
        ["github.content"] = [new(5, TimeSpan.FromSeconds(1)), new(350, TimeSpan.FromMinutes(1)), new(2250, TimeSpan.FromHours(1))],
        ["supabase"] = [new(600, TimeSpan.FromMinutes(1))],
        ["supabase.*"] = [new(100, TimeSpan.FromMinutes(1))],
        ["vercel"] = [new(600, TimeSpan.FromMinutes(1))],
        ["vercel.*"] = [new(240, TimeSpan.FromMinutes(1))],
    });

    /// <summary>What holds for a bucket itself.</summary>
    public ImmutableArray<BudgetRule> Of(string bucket) =>
        _rules.TryGetValue(bucket, out var own) ? own
        : bucket.LastIndexOf('.') is > 0 and var end && _rules.TryGetValue(bucket[..end] + ".*", out var each) ? each
        : [];

    /// <summary>The bucket and those that it is part of: <c>github.content</c>, <c>github</c>.</summary>
    public static ImmutableArray<string> Chain(string bucket)
    {
        var chain = ImmutableArray.CreateBuilder<string>();
        for (var name = bucket; ; name = name[..name.LastIndexOf('.')])
        {
            chain.Add(name);
            if (!name.Contains('.', StringComparison.Ordinal))
            {
                return chain.ToImmutable();
            }
        }
    }
}
