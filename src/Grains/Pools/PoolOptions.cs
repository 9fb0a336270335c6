using System;
using System.ComponentModel.DataAnnotations;

namespace PrizeDraw.Grains.Pools;

/// <summary>How a pool batches and waits.</summary>
public sealed class PoolOptions
{
    /// <summary>Entries written in one transaction at most; 1 to 4,096, default 512. Larger batches raise throughput and latency alike.</summary>
    [Range(1, 4096)] public int BatchMax { get; set; } = 512;

    /// <summary>Entries waiting for a batch at most; beyond it a submission is told to try again. 1 to 1,000,000, default 20,000.</summary>
    [Range(1, 1_000_000)] public int QueueMax { get; set; } = 20_000;

    /// <summary>Seconds that a refused submission is asked to wait while storage is away; 1 to 60, default 2.</summary>
    [Range(1, 60)] public int RetryAfterSeconds { get; set; } = 2;

    /// <summary>
    /// How often an entry is decided again, alone, when another pool took its key, person or code; 1 to 100, default 20. Each time the other
    /// pool has got on, so that it ends.
    /// </summary>
    [Range(1, 100)] public int ConflictRetriesMax { get; set; } = 20;

    /// <summary>Coupon codes set aside at once for a prize, at most; 1 to 100,000, default 4,096. Set aside again when less than a batch is left.</summary>
    [Range(1, 100_000)] public int CouponsAhead { get; set; } = 4096;

    /// <summary>How long a batch of codes that had none left is not asked again. Default 2 seconds.</summary>
    public TimeSpan CouponsRest { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How often counters of refusals are written when no batch carries them. Default 2 seconds.</summary>
    public TimeSpan CountersInterval { get; set; } = TimeSpan.FromSeconds(2);
}
