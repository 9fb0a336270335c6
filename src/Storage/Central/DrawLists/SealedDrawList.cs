using System;
using System.Collections.Immutable;
using PrizeDraw.Domain.Evidence;
using PrizeDraw.Grains.Abstractions;

namespace PrizeDraw.Storage.Central.DrawLists;

/// <summary>A frozen list that will never change: what a commitment says of it.</summary>
public sealed record SealedDrawList
{
    /// <summary>Whose it is.</summary>
    public required DrawListAddress Address { get; init; }

    /// <summary>The build that made it; names its pieces in the campaign's database.</summary>
    public required Guid Build { get; init; }

    /// <summary>The instant of the one snapshot that it was made from.</summary>
    public required DateTimeOffset FrozenAt { get; init; }

    /// <summary>The last entry number of each pool; they add up to eligible + excluded.</summary>
    public required ImmutableSortedDictionary<Guid, long> LastNumbers { get; init; }

    /// <summary>Root of the eligible entries.</summary>
    public required Bytes32 Root { get; init; }

    /// <summary>Root of the excluded entries.</summary>
    public required Bytes32 ExcludedRoot { get; init; }

    /// <summary>How many entries are eligible.</summary>
    public required long Eligible { get; init; }

    /// <summary>How many entries are excluded.</summary>
    public required long Excluded { get; init; }

    /// <summary>How many tickets the eligible entries have together.</summary>
    public required long Tickets { get; init; }

    /// <summary>How many different persons the eligible entries have.</summary>
    public required long Persons { get; init; }

    /// <summary>Excluded entries by reason code, in ordinal order; they add up to <see cref="Excluded"/>.</summary>
    public required ImmutableSortedDictionary<string, long> ExcludedByReason { get; init; }

    /// <summary>The size of entries.jsonl in bytes.</summary>
    public required long Bytes { get; init; }
}

/// <summary>What the building of a list does.</summary>
public enum DrawListStage
{
    /// <summary>Entries are read and their references made.</summary>
    Reading = 1,

    /// <summary>The list is sorted, hashed and written.</summary>
    Writing = 2,

    /// <summary>The list is sealed.</summary>
    Ready = 3,
}

/// <summary>How far the building of a list is. Stored, so that any host can tell.</summary>
/// <param name="Stage">What it does now.</param>
/// <param name="Done">Entries done in this stage.</param>
/// <param name="Total">Entries that there are.</param>
public sealed record DrawListProgress(DrawListStage Stage, long Done, long Total);

/// <summary>Another build of the same list has begun, or has sealed it: this one writes nothing more. Look again with FindAsync.</summary>
public sealed class DrawListTakenOverException() : StorageUnavailableException("Another build has taken over this draw's list.");
