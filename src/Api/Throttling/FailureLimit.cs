using System;
using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Threading;

namespace PrizeDraw.Api.Throttling;

/// <summary>
/// Slows guessing down: counts failures per key in a window that begins with the first of them, and refuses once there are too many.
/// Who makes no mistakes is never slowed. What is on its way when the limit is reached still goes through. Memory is bounded as in
/// <see cref="AddressLimit"/>.
/// </summary>
/// <param name="failuresMax">Failures within the window; 0 is without limit.</param>
public sealed class FailureLimit(int failuresMax, TimeSpan window, TimeProvider clock)
{
    public const int KeysMax = 200_000;

    private readonly ConcurrentDictionary<UInt128, Failures> _failures = new();
    private long _sweptAt;

    /// <summary>How many keys are being counted.</summary>
    public int Keys => _failures.Count;

    /// <summary>The key of an address; an IPv6 address counts with its whole /64.</summary>
    public static UInt128 KeyOf(IPAddress? address) => AddressLimit.KeyOf(address);

    /// <summary>The key of a user or a machine.</summary>
    public static UInt128 KeyOf(string caller) => BinaryPrimitives.ReadUInt128BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(caller)));

    /// <summary>Null when the request may go on, else the seconds until one may.</summary>
    public int? Refuse(UInt128 key)
    {
        var left = failuresMax > 0 && _failures.TryGetValue(key, out var failures)
            ? failures.LeftOf(clock.GetUtcNow().UtcTicks, failuresMax, window.Ticks)
            : 0;
        return left > 0 ? (int)Math.Max(1, (left + TimeSpan.TicksPerSecond - 1) / TimeSpan.TicksPerSecond) : null;
    }

    /// <summary>Counts a failure.</summary>
    public void Failed(UInt128 key)
    {
        if (failuresMax == 0)
        {
            return;
        }

        var now = clock.GetUtcNow().UtcTicks;
        if (!_failures.TryGetValue(key, out var failures))
        {
            Sweep(now);
            if (_failures.Count >= KeysMax)
            {
                return;
            }

            failures = _failures.GetOrAdd(key, static (_, at) => new Failures(at), now);
        }

        failures.Add(now, window.Ticks);
    }

    private void Sweep(long now)
    {
        // Once a window, by whoever comes first; or each second while the table is full.
        var swept = Interlocked.Read(ref _sweptAt);
        var due = _failures.Count >= KeysMax ? TimeSpan.TicksPerSecond : window.Ticks;
        if (now - swept < due || Interlocked.CompareExchange(ref _sweptAt, now, swept) != swept)
        {
            return;
        }

        foreach (var pair in _failures)
        {
            if (pair.Value.LeftOf(now, 1, window.Ticks) == 0)
            {
                _failures.TryRemove(pair);
            }
        }
    }

    private sealed class Failures(long startedAt)
    {
        private readonly Lock _lock = new();
        private long _startedAt = startedAt;
        private int _count;

        public void Add(long now, long window)
        {
            lock (_lock)
            {
                if (now - _startedAt >= window || now < _startedAt)
                {
                    (_startedAt, _count) = (now, 0);
                }

                _count++;
            }
        }

        /// <summary>Ticks until the window ends, where it holds as many failures as are allowed; else 0.</summary>
        public long LeftOf(long now, int allowed, long window)
        {
            lock (_lock)
            {
                return _count >= allowed && now >= _startedAt && now - _startedAt < window ? _startedAt + window - now : 0;
            }
        }
    }
}

/// <summary>The limits against guessing of codes.</summary>
public sealed class GuessLimits(ApiOptions options, TimeProvider clock)
{
    /// <summary>Wrong entry codes, per address.</summary>
    public FailureLimit EntryCodes { get; } = new(options.EntryCodeFailuresMax, options.GuessWindow, clock);

    /// <summary>Wrong links to claims, per address.</summary>
    public FailureLimit Claims { get; } = new(options.ClaimFailuresMax, options.GuessWindow, clock);

    /// <summary>Wrong coupon codes, per address.</summary>
    public FailureLimit CouponsByAddress { get; } = new(options.RedemptionFailuresMax, options.GuessWindow, clock);

    /// <summary>Wrong coupon codes, per user or API key: the tills of one key may have many addresses.</summary>
    public FailureLimit CouponsByCaller { get; } = new(options.RedemptionFailuresMax * 5, options.GuessWindow, clock);
}
