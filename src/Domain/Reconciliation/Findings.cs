using System;

namespace PrizeDraw.Domain.Reconciliation;

/// <summary>Kinds of differences; stored.</summary>
public static class FindingKinds
{
    /// <summary>This installation made it, and nobody knows it.</summary>
    public const string Orphan = "orphan";

    /// <summary>A campaign's part is gone.</summary>
    public const string Missing = "missing";

    /// <summary>A campaign's part is otherwise than it was made.</summary>
    public const string Drift = "drift";

    /// <summary>Another installation made it, or one before marks told which.</summary>
    public const string Stranger = "stranger";
}

/// <summary>Where a finding stands; stored.</summary>
public static class FindingStates
{
    public const string Reported = "reported", Due = "due", Deleting = "deleting", Deleted = "deleted", Dismissed = "dismissed", Resolved = "resolved";
}

/// <summary>When orphans are deleted.</summary>
public sealed record DeletionRules
{
    /// <summary>How long an orphan must have been known; at least an hour, default 7 days.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromDays(7);

    /// <summary>In how many runs it must have been seen; at least 2, default 2.</summary>
    public int RunsMin { get; init; } = 2;

    /// <summary>How many are deleted in one run; 1 to 100, default 5.</summary>
    public int PerRunMax { get; init; } = 5;

    /// <summary>The share of what is ours in an account of which more being due stops all deletion there; 0 to 1, default 0.2.</summary>
    public double ShareMax { get; init; } = 0.2;

    /// <summary>So many may be due whatever their share; default 3.</summary>
    public int AlwaysMax { get; init; } = 3;

    /// <summary>Whether so many being due looks like a mistake of ours rather than like orphans: then nothing is deleted.</summary>
    public bool IsMass(int due, int ours) => due > Math.Max(AlwaysMax, (int)(ours * ShareMax));

    /// <summary>Why a person may not have this finding deleted now; null when they may.</summary>
    public DomainError? Refuses(string kind, string state, int runs, DateTimeOffset firstSeenAt, DateTimeOffset now) =>
        kind != FindingKinds.Orphan ? new FindingIsNotDeletable("Only what this installation made and nobody knows is deleted.")
        : state is not (FindingStates.Reported or FindingStates.Due) ? new FindingIsNotDeletable($"The finding is {state}.")
        : runs < RunsMin ? new FindingIsNotDeletable($"It must have been seen in {RunsMin} runs, and was in {runs}.")
        : firstSeenAt + Grace > now ? new FindingIsNotDeletable($"It may be deleted from {(firstSeenAt + Grace).UtcDateTime:yyyy-MM-dd HH:mm} UTC on.")
        : null;

    /// <summary>Throws <see cref="ArgumentException"/> with a sentence that says what to change.</summary>
    public void Validate()
    {
        if (Grace < TimeSpan.FromHours(1) || RunsMin < 2 || PerRunMax is < 1 or > 100 || ShareMax is < 0 or > 1 || AlwaysMax < 0)
        {
            throw new ArgumentException("Orphans are deleted after an hour or more, seen in 2 runs or more, 1 to 100 in a run, up to a share of 0 to 1.");
        }
    }
}

public sealed record FindingIsNotThere() : DomainError("reconciliation.not_found", "There is no such finding, or no such account.");

public sealed record FindingIsNotDeletable(string Why) : DomainError("reconciliation.not_deletable", $"This is not deleted now. {Why}");

public sealed record FindingIsNotOpen() : DomainError("reconciliation.wrong_state", "The finding is over, or being deleted.");
