namespace PrizeDraw.Domain.Sync;

/// <summary>Where a release of the template stands; stored.</summary>
public static class ReleaseStates
{
    /// <summary>A dry run works out what it would do to each site.</summary>
    public const string Planning = "planning";

    /// <summary>A dry run that is through, and may be started.</summary>
    public const string Planned = "planned";

    public const string Running = "running", Paused = "paused", RollingBack = "rolling_back", RolledBack = "rolled_back", Succeeded = "succeeded";

    /// <summary>Whether something goes on, or may go on, by itself or when somebody says so: one release at a time.</summary>
    public static bool IsUnderWay(string state) => state is Planning or Running or Paused or RollingBack;
}

/// <summary>Where a wave of a release stands; stored.</summary>
public static class WaveStates
{
    public const string Pending = "pending", Running = "running", Soaking = "soaking", Succeeded = "succeeded", Failed = "failed", RollingBack = "rolling_back",
        RolledBack = "rolled_back";

    /// <summary>Whether the next wave may follow.</summary>
    public static bool HasPassed(string state) => state == Succeeded;
}

/// <summary>Where one site of a release stands; stored.</summary>
public static class ReleaseSiteStates
{
    public const string Pending = "pending", Running = "running", UpToDate = "up_to_date", Pushed = "pushed", PullRequest = "pull_request",
        ConflictPullRequest = "conflict_pull_request", Refused = "refused", Failed = "failed", Held = "held", Skipped = "skipped", RollingBack = "rolling_back",
        RolledBack = "rolled_back";

    /// <summary>Whether something is being done to it.</summary>
    public static bool IsUnderWay(string state) => state is Running or RollingBack;

    /// <summary>Whether its changes wait for people, who may have taken them meanwhile.</summary>
    public static bool IsReview(string state) => state is PullRequest or ConflictPullRequest;
}
