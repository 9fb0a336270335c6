using System;

namespace PrizeDraw.Domain.Pools;

/// <summary>What was decided about one entry.</summary>
public abstract record EntryDecision
{
    /// <summary>The key is known: the stored answer is given again.</summary>
    public sealed record Replayed(KnownEntry Known) : EntryDecision;

    /// <summary>The key was first seen in this very batch, at this index among the accepted.</summary>
    public sealed record ReplayedInBatch(int AcceptedIndex) : EntryDecision;

    public sealed record Refused(DomainError Error) : EntryDecision;

    /// <summary>Accepted, as the entry at this index among the accepted.</summary>
    public sealed record Accepted(int AcceptedIndex) : EntryDecision;
}

/// <summary>An earlier entry found under the same key. <paramref name="PersonKey"/> is null once the person was erased.</summary>
public sealed record KnownEntry(EntryId Id, byte[]? PersonKey, byte[] Fingerprint);

/// <summary>An entry code that stands for nobody's entry yet.</summary>
public readonly record struct EntryCode(CodeBatchId Batch, long Seq, DateTimeOffset? ExpiresAt);

/// <summary>An accepted entry, with all that is to be written of it.</summary>
public sealed record AcceptedEntry(
    EntryCommand Command, EntryId Id, long Number, EntryTime Time, EntrantState Entrant, bool IsNewEntrant, byte[] Fingerprint)
{
    public DateTimeOffset EnteredAt => Time.At;

    public DateOnly Day => Time.Day;

    /// <summary>The instant by which draws cover it: when it was received, where it was keyed in later; else when it was entered.</summary>
    public DateTimeOffset CountsAt => Command.IsKeyed ? Command.ReceivedAt : EnteredAt;

    /// <summary>The counts under the phone number with which the entry came; null without one.</summary>
    public IdentityCounts? Phone { get; init; }

    public PrizeState? Prize { get; init; }

    /// <summary>The winning moment that was claimed.</summary>
    public WinningMoment? Moment { get; init; }

    /// <summary>The coupon code that was handed out.</summary>
    public CouponCode? Coupon { get; init; }

    /// <summary>The code that was consumed.</summary>
    public EntryCode? Code { get; init; }

    /// <summary><c>prize</c>, <c>gift</c> or <c>none</c>.</summary>
    public string Outcome => Prize is null ? "none" : Prize.Kind == PrizeKind.Gift ? "gift" : "prize";
}
