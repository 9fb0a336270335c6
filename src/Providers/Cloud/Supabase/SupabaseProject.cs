using System;
using System.Collections.Immutable;

namespace PrizeDraw.Providers.Cloud.Supabase;

/// <summary>A project as the management API tells of it.</summary>
/// <param name="Ref">The provider's own id, 20 letters a-z.</param>
/// <param name="Name">Need not be unique at the provider.</param>
/// <param name="Status">One of <see cref="SupabaseStatus"/>, or one that came later.</param>
public sealed record SupabaseProject(string Ref, string Name, string Status)
{
    /// <summary>When it was made, where a list of projects said so; null otherwise.</summary>
    public DateTimeOffset? MadeAt { get; init; }
}

/// <summary>Where the project's pooler takes connections.</summary>
/// <param name="Database">The database's name there.</param>
public sealed record SupabasePooler(string Host, int Port, string Database);

/// <summary>What the statuses of a project mean. One that is not known here counts as on its way.</summary>
public static class SupabaseStatus
{
    public const string Healthy = "ACTIVE_HEALTHY";
    public const string Paused = "INACTIVE";
    public const string Pausing = "PAUSING";
    public const string Removed = "REMOVED";
    public const string GoingDown = "GOING_DOWN";
    public const string PauseFailed = "PAUSE_FAILED";
    public const string RestoreFailed = "RESTORE_FAILED";

    private static readonly ImmutableHashSet<string> Failures =
        ImmutableHashSet.Create(StringComparer.Ordinal, "INIT_FAILED", Removed, GoingDown, PauseFailed, RestoreFailed);

    private static readonly ImmutableHashSet<string> Passing = ImmutableHashSet.Create(
        StringComparer.Ordinal, "COMING_UP", "RESTORING", "UPGRADING", Pausing, "RESIZING", "RESTARTING", GoingDown);

    /// <summary>Whether waiting does not help any more. A paused project is no failure, but does not come up by itself either.</summary>
    public static bool IsFailure(string status) => Failures.Contains(status);

    /// <summary>Whether the provider is at work on the project and refuses what is asked of it meanwhile.</summary>
    public static bool IsBusy(string status) => Passing.Contains(status);

    /// <summary>Whether the project is no more, or will be soon.</summary>
    public static bool IsGoing(string status) => status is Removed or GoingDown;
}
