using System;
using System.Collections.Generic;
using System.Threading;

namespace PrizeDraw.Doubles;

/// <summary>Counts requests by operation, and says which go over a provider's limit for each. Without a limit none does.</summary>
public sealed class EndpointMeter
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Queue<DateTimeOffset>> _seen = new(StringComparer.Ordinal);

    /// <summary>Requests of one operation within <see cref="Window"/>; null for any number.</summary>
    public int? RequestsMax { get; set; }

    public TimeSpan Window { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How many requests went over the limit: none, where a client keeps to its budget.</summary>
    public int Refusals { get; private set; }

    /// <summary>Counts a request; for one that goes over the limit answers how long until the next may come.</summary>
    public TimeSpan? Count(string operation, DateTimeOffset now)
    {
        lock (_gate)
        {
            var seen = _seen.TryGetValue(operation, out var known) ? known : _seen[operation] = [];
            while (seen.TryPeek(out var oldest) && oldest <= now - Window)
            {
                seen.Dequeue();
            }

            seen.Enqueue(now);
            if (seen.Count <= RequestsMax || RequestsMax is null)
            {
                return null;
            }

            Refusals++;
            return seen.Peek() + Window - now;
        }
    }
}
