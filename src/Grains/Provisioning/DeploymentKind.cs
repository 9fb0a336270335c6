using System.Collections.Generic;

namespace PrizeDraw.Grains.Provisioning;

/// <summary>What becomes of a deployment one of whose steps fails for good.</summary>
internal enum OnFailure
{
    /// <summary>What was done is undone in reverse order.</summary>
    RollBack,

    /// <summary>What stood before goes on as it is; a failure that may pass is waited for and tried again for a day.</summary>
    LeaveAsItWas,

    /// <summary>Any failure is waited for and tried again for a day; then, or when it is cancelled, what was done is undone in reverse order.</summary>
    WaitThenRollBack,

    /// <summary>There is no way back: the step rests in quarantine, and is tried again until it is done.</summary>
    Insist,
}

/// <summary>A kind of deployment as data. Its name is stored; a rename is a migration.</summary>
/// <param name="Name">As deployments store it.</param>
/// <param name="Doing">As audit events call it.</param>
/// <param name="OnFailure">What a step's failure leads to.</param>
/// <param name="Steps">The steps in their order. Steps that other kinds have too look up what those made.</param>
internal sealed record DeploymentKind(string Name, string Doing, OnFailure OnFailure, IReadOnlyList<ISagaStep> Steps)
{
    /// <summary>A secret that is made with the intent, unless there is one left of an attempt that was cut short; null for none.</summary>
    public string? NewSecret { get; init; }

    /// <summary>Secrets that are forgotten with the deployment's end, whichever that is.</summary>
    public IReadOnlyList<string> Passing { get; init; } = [];

    /// <summary>Whether a deployment that does not come to its end is undone.</summary>
    public bool Undoes => OnFailure is OnFailure.RollBack or OnFailure.WaitThenRollBack;

    public const string RotateSiteKey = "rotate_site_key", RotateDatabasePassword = "rotate_database_password", RotateOwnerPassword = "rotate_owner_password";

    public const string Provision = "provision", Content = "content", Archive = "archive", Unarchive = "unarchive", Decommission = "decommission";

    /// <summary>What a sync, or a roll-back of one, has pushed is built.</summary>
    public const string Sync = "sync", Rollback = "rollback";

    /// <summary>Whether a deployment in this state has come to its end.</summary>
    public static bool HasEnded(string state) => state is "succeeded" or "rolled_back" or "cancelled";
}
