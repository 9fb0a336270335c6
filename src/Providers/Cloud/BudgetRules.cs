using System;
using System.Collections.Frozen;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;

namespace PrizeDraw.Providers.Cloud;

/// <summary>A limit: in any <paramref name="Window"/> at most <paramref name="PointsMax"/> points are taken.</summary>
public sealed record BudgetRule(int PointsMax, TimeSpan Window);

/// <summary>The limits by bucket. A bucket without any is limited by what the provider's answers say alone.</summary>
public sealed class BudgetRules(IEnumerable<KeyValuePair<string, ImmutableArray<BudgetRule>>> rules)
{
    private readonly FrozenDictionary<string, ImmutableArray<BudgetRule>> _rules = rules.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>No limits of our own.</summary>
    public static BudgetRules None { get; } = new([]);

    /// <summary>
    /// Somewhat below what the providers publish, since others may use the same account. GitHub: 5,000 an hour, 900 points a minute, 80
    /// content-creating calls a minute and 500 an hour. Supabase: 120 a minute. Vercel publishes its limits by endpoint in its answers.
    /// </summary>
    public static BudgetRules Published { get; } = new(new Dictionary<string, ImmutableArray<BudgetRule>>
    {
        ["github"] = [new(4500, TimeSpan.FromHours(1)), new(800, TimeSpan.FromMinutes(1))],
        ["github.content"] = [new(350, TimeSpan.FromMinutes(1)), new(2250, TimeSpan.FromHours(1))],
        ["supabase"] = [new(100, TimeSpan.FromMinutes(1))],
        ["vercel"] = [new(240, TimeSpan.FromMinutes(1))],
    });

    /// <summary>What holds for a bucket itself.</summary>
    public ImmutableArray<BudgetRule> Of(string bucket) => _rules.TryGetValue(bucket, out var found) ? found : [];

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
