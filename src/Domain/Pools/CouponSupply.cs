using System;
using System.Collections.Generic;

namespace PrizeDraw.Domain.Pools;

/// <summary>A coupon code that a pool has set aside: its place in its batch, and its text as it is shown.</summary>
public readonly record struct CouponCode(CodeBatchId Batch, long Seq, string Text);

/// <summary>The codes of one batch that a pool has set aside, in order. Prizes of one pool with one batch share them.</summary>
public sealed class CouponSupply(CodeBatchId batch, DateTimeOffset? expiresAt)
{
    private readonly Queue<CouponCode> held = new();

    public CodeBatchId Batch { get; } = batch;

    /// <summary>From this instant on no code of the batch is handed out; null is never.</summary>
    public DateTimeOffset? ExpiresAt { get; } = expiresAt;

    public int Count => held.Count;

    /// <summary>The code that goes out next; null when none is held.</summary>
    public CouponCode? First => held.TryPeek(out var first) ? first : null;

    public void Add(CouponCode code) => held.Enqueue(code);

    internal bool Has(DateTimeOffset at) => held.Count > 0 && !(at >= ExpiresAt);

    internal CouponCode Take() => held.Dequeue();
}
