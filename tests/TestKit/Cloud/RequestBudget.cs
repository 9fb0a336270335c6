using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Providers.Cloud;

namespace PrizeDraw.TestKit.Cloud;

/// <summary>
/// A budget for tests of clients, kept in memory; the platform's stands in its database. What was taken counts for the whole of a rule's window, so that no window of that length ever
/// holds more than the rule allows. Whoever asks for one bucket first is served first.
/// </summary>
public sealed class RequestBudget(BudgetRules rules, TimeProvider clock) : IRequestBudget
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(string Account, string Bucket), Bucket> _buckets = [];

    /// <inheritdoc/>
    public async ValueTask TakeAsync(string account, string bucket, int points, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(points);
        Bucket[] chain;
        lock (_lock)
        {
            chain = [.. BudgetRules.Chain(bucket).Select(name => Of(account, name))];
        }

        await chain[0].Turn.WaitAsync(ct);
        try
        {
            while (TryTake(chain, points, clock.GetUtcNow()) is { } until)
            {
                var wait = until - clock.GetUtcNow();
                await Task.Delay(wait > TimeSpan.Zero ? wait : TimeSpan.FromMilliseconds(1), clock, ct);
            }
        }
        finally
        {
            chain[0].Turn.Release();
        }
    }

    /// <inheritdoc/>
    public ValueTask BlockAsync(string account, string bucket, DateTimeOffset until, CancellationToken ct)
    {
        lock (_lock)
        {
            Of(account, bucket).Block(until);
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>Null when the points are taken, else when to look again.</summary>
    private DateTimeOffset? TryTake(Bucket[] chain, int points, DateTimeOffset now)
    {
        lock (_lock)
        {
            if (chain.Max(bucket => bucket.FreeAt(points, now)) is var free && free > now)
            {
                return free;
            }

            foreach (var bucket in chain)
            {
                bucket.Take(points, now);
            }

            return null;
        }
    }

    private Bucket Of(string account, string name)
    {
        if (!_buckets.TryGetValue((account, name), out var bucket))
        {
            _buckets.Add((account, name), bucket = new Bucket([.. rules.Of(name).Select(rule => new Spending(rule))]));
        }

        return bucket;
    }

    private sealed class Bucket(Spending[] spendings)
    {
        private DateTimeOffset _blockedUntil = DateTimeOffset.MinValue;

        /// <summary>Keeps those who wait in their order.</summary>
        public SemaphoreSlim Turn { get; } = new(1);

        public void Block(DateTimeOffset until) => _blockedUntil = until > _blockedUntil ? until : _blockedUntil;

        public DateTimeOffset FreeAt(int points, DateTimeOffset now) =>
            spendings.Select(spending => spending.FreeAt(points, now)).Append(_blockedUntil).Max();

        public void Take(int points, DateTimeOffset now)
        {
            foreach (var spending in spendings)
            {
                spending.Take(points, now);
            }
        }
    }

    /// <summary>What was taken under one rule within its window.</summary>
    private sealed class Spending(BudgetRule rule)
    {
        private readonly Queue<(DateTimeOffset At, int Points)> _taken = [];
        private int _sum;

        public DateTimeOffset FreeAt(int points, DateTimeOffset now)
        {
            while (_taken.TryPeek(out var oldest) && oldest.At + rule.Window <= now)
            {
                _sum -= _taken.Dequeue().Points;
            }

            // A call that costs more than the rule allows at all is made once nothing else stands in the window.
            var over = _sum + Math.Min(points, rule.PointsMax) - rule.PointsMax;
            if (over <= 0)
            {
                return now;
            }

            foreach (var (at, cost) in _taken)
            {
                over -= cost;
                if (over <= 0)
                {
                    return at + rule.Window;
                }
            }

            return now;
        }

        public void Take(int points, DateTimeOffset now)
        {
            if (points > 0)
            {
                _taken.Enqueue((now, points));
                _sum += points;
            }
        }
    }
}
