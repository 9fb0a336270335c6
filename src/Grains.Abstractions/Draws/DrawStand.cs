using System;
using System.Collections.Immutable;

namespace PrizeDraw.Grains.Abstractions.Draws;

/// <summary>How a draw stands, as any host finds it stored: what it covers, what is public, and what it waits for.</summary>
public sealed record DrawStand
{
    /// <summary>It covers entries in [From, Until); null is no bound.</summary>
    public DateTimeOffset? From { get; init; }

    /// <inheritdoc cref="From"/>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Whether entries that it covers may have been taken before it was planned.</summary>
    public bool AddedLater { get; init; }

    /// <summary>The void draw that it takes the place of.</summary>
    public string? Succeeds { get; init; }

    /// <summary>Lower-case hex; null before the commitment.</summary>
    public string? CommitmentHash { get; init; }

    /// <summary>Whether commitment and list are public.</summary>
    public bool IsCommitmentPublic { get; init; }

    /// <summary>The beacon's round; null without one, and before the commitment.</summary>
    public long? Round { get; init; }

    /// <summary>When the round appears.</summary>
    public DateTimeOffset? RoundAt { get; init; }

    /// <summary>Whether a certificate is public.</summary>
    public bool IsCertified { get; init; }

    /// <summary>Whether the newest certificate still lacks an event.</summary>
    public bool IsCertificateBehind { get; init; }

    /// <summary>Why it does not go on just now; null while it does.</summary>
    public string? WaitingFor { get; init; }

    /// <summary>When what it waits for is expected; null where nobody knows.</summary>
    public DateTimeOffset? ResumesAt { get; init; }

    /// <summary>Entries of the list that are done, while it is built.</summary>
    public long? ListDone { get; init; }

    /// <summary>Entries that there are, while the list is built.</summary>
    public long? ListTotal { get; init; }

    /// <summary>Whether the list is built.</summary>
    public bool IsListReady { get; init; }

    /// <summary>Who was asked to supply the randomness, newest first.</summary>
    public ImmutableArray<DrawObserverView> Observers { get; init; } = [];
}

/// <summary>An independent person who was asked to supply a draw's randomness.</summary>
/// <param name="State"><c>pending</c>, <c>supplied</c> or <c>withdrawn</c>.</param>
public sealed record DrawObserverView(string Id, string Name, string State, DateTimeOffset CreatedAt, DateTimeOffset? SuppliedAt);
