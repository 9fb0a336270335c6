using System;
using System.Collections.Generic;
using PrizeDraw.Domain;
using PrizeDraw.Domain.Pools;

namespace PrizeDraw.Storage.Campaign.Pools;

/// <summary>A pool as an activation has taken it.</summary>
public sealed record TakenPool
{
    /// <summary>What every write must still find.</summary>
    public required long Epoch { get; init; }

    public required bool Published { get; init; }

    /// <summary>The campaign's pause; the pool's own is <see cref="Held"/>.</summary>
    public required bool Paused { get; init; }

    public required bool Held { get; init; }
    /// <summary>When it was closed for good; null while anything may still be entered or keyed in.</summary>
    public required DateTimeOffset? ClosedAt { get; init; }

    /// <summary>From when on sites' entries are refused.</summary>
    public required DateTimeOffset? EndedAt { get; init; }

    /// <summary>No later entry counts as received before; null while no draw is frozen.</summary>
    public required DateTimeOffset? FrozenUntil { get; init; }

    /// <summary>Whether a beacon round was committed to, and what it brought forth has not been published yet.</summary>
    public bool AwaitsRound { get; init; }

    /// <summary>The campaign's settings as JSON; null before the first phase was set.</summary>
    public required string? Settings { get; init; }

    public required string Name { get; init; }
    public required string[] Modes { get; init; }

    /// <summary><c>none</c> or <c>required</c>.</summary>
    public required string EntryCode { get; init; }

    /// <summary><c>post</c> or <c>online</c>.</summary>
    public required string FreeRoute { get; init; }

    /// <summary>How many an entry has in prize draws.</summary>
    public required int Tickets { get; init; }

    /// <summary>Number of the last batch; 0 before the first.</summary>
    public required long Batch { get; init; }

    /// <summary>The journal's head.</summary>
    public required byte[]? Head { get; init; }

    public required RulesChain Rules { get; init; }
    public required IReadOnlyDictionary<int, byte[]> TermsHashes { get; init; }

    /// <summary>The moments that nobody has claimed.</summary>
    public required IReadOnlyList<WinningMoment> Unclaimed { get; init; }

    public required PoolState State { get; init; }
}

/// <summary>How far the lines of what a pool's entries are judged by have come.</summary>
/// <param name="Lines">How many lines there are.</param>
/// <param name="Head">The chain's head; null before the first line.</param>
/// <param name="LastRules">The last line of type <c>rules</c>; null before the first.</param>
public sealed record RulesChain(long Lines, byte[]? Head, string? LastRules);

/// <summary>A line of the rules that is to be appended, and the chain's head with it.</summary>
/// <param name="Ordinal">Its place in the chain, from 1.</param>
/// <param name="From">The first entry number that is judged by it.</param>
/// <param name="At">When it was written.</param>
/// <param name="Line">Canonical JSON.</param>
/// <param name="Head">The head after it.</param>
/// <param name="IsRules">Whether it is of type <c>rules</c>.</param>
public sealed record AddedLine(long Ordinal, long From, DateTimeOffset At, string Line, byte[] Head, bool IsRules);

/// <summary>An earlier entry with all that its answer is rebuilt from.</summary>
public sealed record StoredEntry(
    KnownEntry Known, PoolId Pool, long Number, DateTimeOffset EnteredAt, int TermsVersion, string Told, DateTimeOffset? DrawsAt, byte[] Path,
    byte[] Head, byte[] Signature);

/// <summary>What a batch asks for.</summary>
public sealed record FactsWanted(HashSet<string> Keys, HashSet<IdentityHash> Entrants, HashSet<IdentityHash> Phones, HashSet<string> Codes);

/// <summary>What a batch needs to know about its keys, persons and codes.</summary>
public sealed record BatchFacts(
    IReadOnlyDictionary<string, StoredEntry> Known, IReadOnlyDictionary<IdentityHash, EntrantState> Entrants,
    IReadOnlyDictionary<IdentityHash, IdentityCounts> Phones, IReadOnlyDictionary<string, EntryCode> Codes);

/// <summary>An accepted entry with what is told and proven about it.</summary>
/// <param name="PersonRef">32 bytes.</param>
/// <param name="Path">Sibling hashes from leaf to root, 32 bytes each, end to end.</param>
public sealed record EntryRow(AcceptedEntry Entry, byte[] PersonRef, string Told, DateTimeOffset? DrawsAt, byte[] Path);

/// <summary>What is added to a pool's counters, in all and by the hour (the instant at which it began).</summary>
public sealed record AddedCounts(IReadOnlyDictionary<string, long> All, IReadOnlyDictionary<(DateTimeOffset Hour, string What), long> ByHour);

/// <summary>A notice that is queued with what it tells of.</summary>
/// <param name="Body">JSON.</param>
public sealed record QueuedNotice(Guid Id, DateTimeOffset At, string Body);

/// <summary>A batch to be written as one transaction.</summary>
public sealed record BatchWrite
{
    public required long Epoch { get; init; }
    public required long Batch { get; init; }

    /// <summary>In the order of their numbers; at least one.</summary>
    public required IReadOnlyList<EntryRow> Entries { get; init; }
    public required byte[] PreviousHead { get; init; }
    public required byte[] Root { get; init; }
    public required byte[] Head { get; init; }
    public required string Record { get; init; }
    public required byte[] Signature { get; init; }
    public required string KeyId { get; init; }
    public required DateTimeOffset At { get; init; }
    public required AddedCounts Counts { get; init; }
    public IReadOnlyList<StockAlert> Alerts { get; init; } = [];
    public IReadOnlyList<QueuedNotice> Notices { get; init; } = [];

    /// <summary>Who keyed in which of the entries.</summary>
    public IReadOnlyList<CampaignEvent> Audit { get; init; } = [];
}

/// <summary>The statements of a batch, to be run once.</summary>
public sealed class PreparedWrite
{
    internal PreparedWrite(PoolBatchCommands commands) => Commands = commands;

    internal PoolBatchCommands Commands { get; }
}

/// <summary>How a batch's write ended when it did not throw.</summary>
public enum BatchResult
{
    Committed,

    /// <summary>Another activation holds the pool now; nothing was written.</summary>
    Fenced,

    /// <summary>Another pool of the campaign took one of the keys, persons or codes meanwhile; nothing was written. Load and decide again.</summary>
    Conflict,
}
