using System;
using System.Collections.Concurrent;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;

namespace PrizeDraw.Api.Sites;

/// <summary>How long values are kept, and how many.</summary>
/// <param name="Fresh">For so long a value is answered without asking.</param>
/// <param name="Stale">For so long an old value is answered while storage is away.</param>
/// <param name="Patience">For so long a request waits for a newer value when it has an old one.</param>
/// <param name="EntriesMax">More keys than these are looked up without being kept.</param>
internal sealed record CacheBounds(TimeSpan Fresh, TimeSpan Stale, TimeSpan Patience, int EntriesMax)
{
    public static readonly CacheBounds Site = new(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10), TimeSpan.FromMilliseconds(500), 10_000);
}

/// <summary>
/// Remembers look-ups for about a second, so that a busy site costs storage one query a second; asks once for all who wait;
/// and goes on with what it knows while storage is away. That something is not there is remembered too, but never served stale.
/// </summary>
internal sealed class ShortCache<T>(
    Func<string, CancellationToken, Task<T?>> load, CacheBounds bounds, TimeProvider clock, ILogger log)
    where T : class
{
    private readonly ConcurrentDictionary<string, Slot> _slots = new(StringComparer.Ordinal);
    private long _sweptAt;

    public int Count => _slots.Count;

    /// <summary>What is known without asking, however old.</summary>
    public T? Peek(string key) => _slots.TryGetValue(key, out var slot) ? slot.Known?.Value : null;

    public ValueTask<T?> GetAsync(string key, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        if (!_slots.TryGetValue(key, out var slot))
        {
            if (_slots.Count >= bounds.EntriesMax && !MakeRoom(now))
            {
                return new ValueTask<T?>(load(key, ct));
            }

            slot = _slots.GetOrAdd(key, static _ => new Slot());
        }

        return slot.Known is { } known && now - known.At < bounds.Fresh
            ? new ValueTask<T?>(known.Value)
            : new ValueTask<T?>(RefreshAsync(key, slot, now, ct));
    }

    private async Task<T?> RefreshAsync(string key, Slot slot, DateTimeOffset now, CancellationToken ct)
    {
        var old = slot.Known is { Value: { } value } known && now - known.At < bounds.Stale ? value : null;
        if (old is not null && now < slot.RetryAt)
        {
            return old;
        }

        var flight = slot.Join(known => clock.GetUtcNow() - known.At < bounds.Fresh, () => LoadAsync(key, slot));
        try
        {
            return await (old is null ? flight.WaitAsync(ct) : flight.WaitAsync(bounds.Patience, clock, ct));
        }
        catch (Exception exception) when (old is not null && !ct.IsCancellationRequested)
        {
            // A second's pause between attempts, so that requests don't each wait for a database that is away.
            slot.RetryAt = clock.GetUtcNow() + bounds.Fresh;
            CacheLog.ServedStale(log, exception);
            return old;
        }
    }

    private async Task<T?> LoadAsync(string key, Slot slot)
    {
        // Whoever began this may leave; the others still wait for it.
        await Task.Yield();
        var at = clock.GetUtcNow();
        var value = await load(key, CancellationToken.None);
        slot.Known = new Known(value, at);
        return value;
    }

    /// <summary>Drops what is too old to serve and what isn't there; false when nothing was.</summary>
    private bool MakeRoom(DateTimeOffset now)
    {
        var swept = Interlocked.Read(ref _sweptAt);
        if (now.UtcTicks - swept < bounds.Fresh.Ticks || Interlocked.CompareExchange(ref _sweptAt, now.UtcTicks, swept) != swept)
        {
            return false;
        }

        foreach (var pair in _slots)
        {
            if (pair.Value.Known is { } known && now - known.At >= (known.Value is null ? bounds.Fresh : bounds.Stale))
            {
                _slots.TryRemove(pair);
            }
        }

        return _slots.Count < bounds.EntriesMax;
    }

    private sealed record Known(T? Value, DateTimeOffset At);

    private sealed class Slot
    {
        private readonly Lock _lock = new();
        private Task<T?>? _flight;

        public Known? Known { get; set; }

        public DateTimeOffset RetryAt { get; set; }

        /// <summary>The look-up that is under way, else a new one; none where one has ended since whoever asks looked.</summary>
        public Task<T?> Join(Func<Known, bool> isFresh, Func<Task<T?>> start)
        {
            lock (_lock)
            {
                return _flight is { IsCompleted: false } flight ? flight
                    : Known is { } known && isFresh(known) ? Task.FromResult(known.Value)
                    : _flight = start();
            }
        }
    }
}

internal static partial class CacheLog
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "Storage is away: a site is served from what was known.")]
    public static partial void ServedStale(ILogger log, Exception exception);
}
