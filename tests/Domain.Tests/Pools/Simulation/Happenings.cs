using System;
using System.Collections.Generic;
using PrizeDraw.Domain.Pools;

namespace PrizeDraw.Domain.Tests.Pools.Simulation;

/// <summary>What happened in a campaign, in the order in which storage has it: all that the recount is told.</summary>
/// <param name="Pool">The pool's index.</param>
public abstract record Happening(int Pool);

/// <summary>New rules or terms, in force from an entry number on.</summary>
public sealed record RulesChanged(int Pool, long From, PoolRules Rules, IReadOnlyList<PrizeTerms> Prizes) : Happening(Pool);

/// <summary>Coupon codes were set aside for the pool, from an entry number on.</summary>
public sealed record CouponsAdded(int Pool, long From, CodeBatchId Batch, DateTimeOffset? ExpiresAt, IReadOnlyList<CouponCode> Codes) : Happening(Pool);

/// <summary>An entry was accepted and is stored.</summary>
public sealed record Stored(int Pool, EntryRow Row) : Happening(Pool);

/// <summary>An entry was refused, and nothing came before it that is not among what happened.</summary>
/// <param name="ByStale">By an activation that no longer holds the pool and does not know it yet.</param>
public sealed record Refused(int Pool, EntryCommand Sent, string Code, bool ByStale) : Happening(Pool);

/// <summary>An entry got the stored answer of an earlier one.</summary>
public sealed record Replayed(int Pool, EntryCommand Sent, EntryId Id) : Happening(Pool);

/// <summary>Somebody was told of an accepted entry, first or again.</summary>
public sealed record Told(int Pool, string Key, EntryId Id, long Number, DateTimeOffset EnteredAt, string Outcome, PrizeId? Prize, string? Coupon)
    : Happening(Pool)
{
    public static Told Of(EntryRow row) => new(row.Pool, row.Sent.Key, row.Id, row.Number, row.EnteredAt, row.Outcome, row.Prize, row.Coupon?.Text);
}

/// <summary>An entry as it is stored, with what was sent and the alert that was queued with it.</summary>
public sealed record EntryRow(int Pool, EntryCommand Sent, EntryId Id, long Number, DateTimeOffset EnteredAt, DateOnly Day, DateTimeOffset Hour)
{
    public string Outcome { get; init; } = "none";
    public PrizeId? Prize { get; init; }
    public MomentId? Moment { get; init; }
    public CouponCode? Coupon { get; init; }
    public string? Code { get; init; }
    public EntrantId Entrant { get; init; }
    public byte[] PersonKey { get; init; } = [];
    public byte[] Fingerprint { get; init; } = [];
    public TheAlert? Alert { get; init; }
}

public sealed record TheAlert(PrizeId Prize, StockAlertLevel Level, long Remaining, long Threshold);
