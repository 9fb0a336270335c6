using System;
using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Threading;

namespace PrizeDraw.Api.Throttling;

/// <summary>
/// Counts requests per address in a window of a minute that begins with the first of them. An IPv6 address counts with its
/// whole /64, since a client has all of it. Memory is bounded: beyond <see cref="AddressesMax"/> addresses within a minute new
/// ones go uncounted, because refusing them would let a flood of addresses shut everybody else out.
/// </summary>
public sealed class AddressLimit(int perMinute, TimeProvider clock)
{
    public const int AddressesMax = 200_000;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<UInt128, Count> _counts = new();
    private long _sweptAt;

    // The dictionary's own count takes every one of its locks, which each new address would wait for.
    private int _addresses;

    /// <summary>How many addresses are being counted.</summary>
    public int Addresses => Volatile.Read(ref _addresses);

    /// <summary>Null when the request may go on, else the seconds until the next one may.</summary>
    public int? Refuse(IPAddress? address)
    {
        if (perMinute == 0)
        {
            return null;
        }

        var now = clock.GetUtcNow().UtcTicks;
        var key = KeyOf(address);
        if (!_counts.TryGetValue(key, out var count))
        {
            Sweep(now);
            if (Addresses >= AddressesMax)
            {
                return null;
            }

            count = Counted(key, now);
        }

        return count.Add(now, perMinute) is { } ticks ? (int)Math.Max(1, (ticks + TimeSpan.TicksPerSecond - 1) / TimeSpan.TicksPerSecond) : null;
    }

    private Count Counted(UInt128 key, long now)
    {
        var fresh = new Count(now);
        var count = _counts.GetOrAdd(key, fresh);
        if (ReferenceEquals(count, fresh))
        {
            Interlocked.Increment(ref _addresses);
        }

        return count;
    }

    private void Sweep(long now)
    {
        // Once a minute, by whoever comes first; or each second while the table is full.
        var swept = Interlocked.Read(ref _sweptAt);
        var due = Addresses >= AddressesMax ? TimeSpan.TicksPerSecond : Window.Ticks;
        if (now - swept < due || Interlocked.CompareExchange(ref _sweptAt, now, swept) != swept)
        {
            return;
        }

        foreach (var pair in _counts)
        {
            if (pair.Value.IsOver(now) && _counts.TryRemove(pair))
            {
                Interlocked.Decrement(ref _addresses);
            }
        }
    }

    internal static UInt128 KeyOf(IPAddress? address)
    {
        if (address is null)
        {
            return UInt128.Zero;
        }

        if (address.IsIPv4MappedToIPv6)
        {
            address = address.MapToIPv4();
        }

        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        if (address.AddressFamily == AddressFamily.InterNetwork)
        {
            address.TryWriteBytes(bytes[12..], out _);
            bytes[0] = 0xff;
        }
        else
        {
            address.TryWriteBytes(bytes, out _);
            bytes[8..].Clear();
        }

        return BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    private sealed class Count(long startedAt)
    {
        private readonly Lock _lock = new();
        private long _startedAt = startedAt;
        private int _requests;

        /// <summary>Null when counted, else the ticks until the window ends.</summary>
        public long? Add(long now, int limit)
        {
            lock (_lock)
            {
                if (now - _startedAt >= Window.Ticks || now < _startedAt)
                {
                    (_startedAt, _requests) = (now, 0);
                }

                return _requests < limit ? Counted() : _startedAt + Window.Ticks - now;
            }
        }

        public bool IsOver(long now)
        {
            lock (_lock)
            {
                return now - _startedAt >= Window.Ticks;
            }
        }

        private long? Counted()
        {
            _requests++;
            return null;
        }
    }
}
