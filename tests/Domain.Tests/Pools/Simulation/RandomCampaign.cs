using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using PrizeDraw.Domain.Draws;
using PrizeDraw.Domain.Pools;
using PrizeDraw.Domain.Time;

namespace PrizeDraw.Domain.Tests.Pools.Simulation;

/// <summary>A campaign at random, tight enough that every limit is met and every tie occurs, around an hour in which clocks change.</summary>
public sealed class RandomCampaign
{
    private readonly Random random;
    private readonly int minimumAge, termsVersion;
    private readonly DateTimeOffset change;
    private readonly DateTimeOffset[] edges;
    private int prizesMade;

    public RandomCampaign(Random random)
    {
        this.random = random;
        Zone = Any([.. ZoneTable.Names]);
        FoldPlusTags = random.Next(2) == 0;
        (minimumAge, termsVersion) = (random.Next(4) == 0 ? 18 : 0, random.Next(2));
        change = Any(ZoneTable.ChangesOf(Zone));
        Opens = change.AddHours(-random.Next(6, 36)).AddMinutes(random.Next(60));
        Closes = change.AddHours(random.Next(24, 72));
        for (var b = 0; b < 2; b++)
        {
            Batches.Add(new CodeBatchId(NewId()), random.Next(2) == 0 ? null : Opens.AddHours(random.Next(20, 90)));
        }

        for (var c = 0; c < 400; c++)
        {
            Codes.Add($"CODE{c}", new EntryCode(new CodeBatchId(NewId()), c, random.Next(4) > 0 ? null : Opens.AddHours(random.Next(10, 60))));
        }

        Pools = [.. Enumerable.Range(0, random.Next(3) == 0 ? 2 : 1).Select(NewPool)];
        edges = [.. new[] { Opens, Closes, change }.Concat(Batches.Values.OfType<DateTimeOffset>()).Concat(Codes.Values.Select(c => c.ExpiresAt).OfType<DateTimeOffset>())
            .Concat(Pools.SelectMany(p => p.Origin.Moments).Select(m => m.At)).Distinct().Order()];
    }

    public string Zone { get; }
    public bool FoldPlusTags { get; }
    public DateTimeOffset Opens { get; }
    public DateTimeOffset Closes { get; }

    /// <summary>Batches of coupon codes, with their expiry.</summary>
    public Dictionary<CodeBatchId, DateTimeOffset?> Batches { get; } = [];

    /// <summary>Entry codes that were issued.</summary>
    public Dictionary<string, EntryCode> Codes { get; } = [];

    public IReadOnlyList<(PoolOrigin Origin, PoolRules Rules, IReadOnlyList<PrizeTerms> Prizes)> Pools { get; }

    /// <summary>Whether clocks change within two hours of this instant.</summary>
    public bool IsNearAChange(DateTimeOffset at) => Zone is not ("UTC" or "Asia/Kathmandu") && (at - change).Duration() < TimeSpan.FromHours(2);

    /// <summary>The next instant at which something begins, ends or expires; the same where none is near.</summary>
    public DateTimeOffset EdgeAfter(DateTimeOffset at)
    {
        var index = Array.BinarySearch(edges, at);
        index = index < 0 ? ~index : index;
        return index < edges.Length && edges[index] - at < TimeSpan.FromMinutes(20) ? edges[index] : at;
    }

    public Guid NewId()
    {
        Span<byte> bytes = stackalloc byte[16];
        random.NextBytes(bytes);
        return new Guid(bytes);
    }

    /// <summary>Terms like these, with stock, caps, alerts or the pause changed; the stock perhaps below what is allocated.</summary>
    public PrizeTerms Changed(PrizeTerms terms) => random.Next(6) switch
    {
        0 => terms with { Stock = Maybe(0, 40) },
        1 => terms with { Stock = terms.Stock + random.Next(-3, 10) is { } stock ? Math.Max(0, stock) : null },
        2 => terms with { DailyCap = Maybe(1, 8), HourlyCap = Maybe(1, 4) },
        3 => terms with { PerEntrantMax = Maybe(1, 4) },
        4 => terms with { LowStockAt = AnyLowStock() },
        _ => terms with { Paused = !terms.Paused },
    };

    /// <param name="mode">Null for any.</param>
    public PrizeTerms NewPrize(AllocationMode? mode)
    {
        var name = $"prize {++prizesMade}";
        var chosen = mode ?? (AllocationMode)random.Next(4);
        return new PrizeTerms
        {
            Id = new PrizeId(NewId()),
            PublicId = "prz_" + NewId().ToString("N"),
            Name = name,
            Kind = random.Next(2) == 0 ? PrizeKind.Prize : PrizeKind.Gift,
            Mode = chosen,
            Stock = random.Next(4) == 0 ? null : random.Next(120),
            DailyCap = Maybe(1, 12),
            HourlyCap = Maybe(1, 5),
            PerEntrantMax = Maybe(1, 3),
            Odds = chosen == AllocationMode.Probability ? AnyOdds() : null,
            EveryNth = chosen == AllocationMode.Guaranteed ? random.Next(8) == 0 ? null : random.Next(1, 25) : null,
            LowStockAt = AnyLowStock(),
            Paused = random.Next(10) == 0,
            CouponBatch = random.Next(4) == 0 ? Any([.. Batches.Keys]) : null,
        };
    }

    private (PoolOrigin Origin, PoolRules Rules, IReadOnlyList<PrizeTerms> Prizes) NewPool(int index)
    {
        var prizes = Enumerable.Range(0, random.Next(10)).Select(_ => NewPrize(null)).ToList();
        // At most three, so that their chances are not more than 1 together.
        foreach (var extra in prizes.Where(p => p.Mode == AllocationMode.Probability).Skip(3).ToList())
        {
            prizes.Remove(extra);
        }

        var key = new byte[32];
        random.NextBytes(key);
        var moments = prizes.Where(p => p.Mode == AllocationMode.Moments).SelectMany(NewMoments).ToList();
        var rules = new PoolRules
        {
            Published = true,
            Paused = false,
            ClosedAt = null,
            OpensAt = Opens,
            ClosesAt = Closes,
            Calendar = new CampaignCalendar(TimeZoneInfo.FindSystemTimeZoneById(Zone)),
            Limits = NewLimits(),
            Form = new EntryFormRules(minimumAge, [], ImmutableDictionary<string, int>.Empty),
            TermsVersion = termsVersion,
            CodeRequired = random.Next(3) == 0,
            FreeRouteOnline = random.Next(2) == 0,
            Draws = [],
        };
        return (new PoolOrigin($"pool_{index}", key, moments), rules, prizes);
    }

    public EntryLimits NewLimits() => new(
        Maybe(1, 12), Maybe(1, 6), random.Next(3) == 0 ? TimeSpan.FromMinutes(random.Next(1, 240)) : null, Maybe(0, 3));

    /// <summary>Many on whole six hours, so that they fall together; the others anywhere.</summary>
    private IEnumerable<WinningMoment> NewMoments(PrizeTerms prize) => Enumerable.Range(0, random.Next(40)).Select(_ => new WinningMoment(
        new MomentId(NewId()), prize.Id,
        random.Next(2) == 0 ? Opens.AddHours(6 * random.Next(12)) : Opens.AddMilliseconds(random.Next((int)(Closes - Opens).TotalMilliseconds))));

    private Odds AnyOdds() => random.Next(4) switch
    {
        0 => new Odds(random.Next(1, 20), 1000),
        1 => new Odds(random.Next(1, 400_000), 999_983 * 2),
        2 => new Odds(1, random.Next(4, 40)),
        _ => new Odds(1, 3),
    };

    private LowStock? AnyLowStock() => random.Next(3) switch
    {
        0 => new LowStock(random.Next(10), null),
        1 => new LowStock(null, random.Next(1, 60)),
        _ => null,
    };

    private int? Maybe(int from, int to) => random.Next(2) == 0 ? null : random.Next(from, to + 1);

    private T Any<T>(IReadOnlyList<T> among) => among[random.Next(among.Count)];
}
