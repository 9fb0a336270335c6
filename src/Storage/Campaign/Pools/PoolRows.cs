using System;
using System.Collections.Generic;
using PrizeDraw.Domain;
using PrizeDraw.Domain.Pools;

namespace PrizeDraw.Storage.Campaign.Pools;

/// <summary>A pool as an activation has taken it. <see cref="Epoch"/> is what every batch must still find.</summary>
public sealed record TakenPool(
    long Epoch, bool Published, bool Paused, DateTimeOffset? ClosedAt, string? Settings, PoolState State, long Batch, byte[]? Head,
    IReadOnlyDictionary<int, byte[]> TermsHashes);

/// <summary>An earlier entry with all that its answer is rebuilt from.</summary>
public sealed record StoredEntry(
    KnownEntry Known, PoolId Pool, long Number, DateTimeOffset EnteredAt, int TermsVersion, string Told, DateTimeOffset? DrawsAt, byte[] Path,
    byte[] Head, byte[] Signature);

/// <summary>What a batch needs to know about its keys and persons.</summary>
public sealed record BatchFacts(
    IReadOnlyDictionary<string, StoredEntry> Known, IReadOnlyDictionary<IdentityHash, EntrantState> Entrants);

/// <summary>An accepted entry with what is told and proven about it.</summary>
/// <param name="Path">Sibling hashes from leaf to root, 32 bytes each, end to end.</param>
public sealed record EntryRow(AcceptedEntry Entry, string Told, DateTimeOffset? DrawsAt, byte[] Path);

/// <summary>A batch to be written as one transaction.</summary>
public sealed record BatchWrite(
    long Epoch, long Batch, IReadOnlyList<EntryRow> Entries, byte[] PreviousHead, byte[] Root, byte[] Head, string Record, byte[] Signature,
    string KeyId, DateTimeOffset At, IReadOnlyDictionary<string, long> Counts);

/// <summary>How a batch's write ended when it did not throw.</summary>
public enum BatchResult
{
    Committed,

    /// <summary>Another activation holds the pool now; nothing was written.</summary>
    Fenced,

    /// <summary>Another pool of the campaign took one of the keys or persons meanwhile; nothing was written. Load and decide again.</summary>
    Conflict,
}
