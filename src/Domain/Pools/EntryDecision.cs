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

/// <summary>An accepted entry, with all that is to be written of it.</summary>
public sealed record AcceptedEntry(
    EntryCommand Command, EntryId Id, long Number, DateTimeOffset EnteredAt, DateOnly Day, EntrantState Entrant, bool IsNewEntrant,
    byte[] Fingerprint, PrizeState? Prize, WinningMoment? Moment)
{
    /// <summary><c>prize</c>, <c>gift</c> or <c>none</c>.</summary>
    public string Outcome => Prize is null ? "none" : Prize.Kind == PrizeKind.Gift ? "gift" : "prize";
}
