using System;
using System.Collections.Generic;

namespace PrizeDraw.Domain.Campaigns;

/// <summary>The states of a campaign, by their stored names, and which command each allows.</summary>
public static class CampaignLife
{
    public const string Draft = "draft", Provisioning = "provisioning", Ready = "ready", Scheduled = "scheduled", Live = "live",
        Paused = "paused", Closed = "closed", Drawn = "drawn", Completed = "completed", Archived = "archived", Decommissioned = "decommissioned",
        Failed = "failed", RolledBack = "rolled_back";

    private static readonly string[] WithSite = [Ready, Scheduled, Live, Paused, Closed, Drawn, Completed];

    private static readonly Dictionary<CampaignCommandKind, string[]> Allowed = new()
    {
        [CampaignCommandKind.Delete] = [Draft, RolledBack],
        [CampaignCommandKind.Provision] = [Draft, Failed, RolledBack],
        [CampaignCommandKind.Publish] = [Ready],
        [CampaignCommandKind.Pause] = [Scheduled, Live],
        [CampaignCommandKind.Resume] = [Paused],
        [CampaignCommandKind.Close] = [Scheduled, Live, Paused],
        [CampaignCommandKind.ChangePools] = [Draft, RolledBack, Ready],
        [CampaignCommandKind.ChangePrizes] = [Draft, RolledBack, Ready, Scheduled, Live, Paused],
        [CampaignCommandKind.AddDraw] = [Draft, RolledBack, Ready, Scheduled, Live, Paused, Closed, Drawn, Completed],
        [CampaignCommandKind.DeployContent] = WithSite,
        [CampaignCommandKind.Rotate] = WithSite,
        [CampaignCommandKind.Archive] = [Completed],
        [CampaignCommandKind.Unarchive] = [Archived],
        [CampaignCommandKind.Decommission] = [Ready, Completed, Archived, Failed, RolledBack],
        [CampaignCommandKind.ChangeDomains] = [Draft, Provisioning, Failed, RolledBack, .. WithSite],
        [CampaignCommandKind.Edit] = [Draft, RolledBack, Ready, Scheduled, Live, Paused],
    };

    /// <summary>The refusal of a command in this state; null when it is allowed.</summary>
    public static DomainError? Refuses(string state, CampaignCommandKind command) =>
        Array.IndexOf(Allowed[command], state) >= 0 ? null : new WrongState(command, state, Allowed[command]);

    /// <summary>Whether the campaign has a site that is up.</summary>
    public static bool HasSite(string state) => Array.IndexOf(WithSite, state) >= 0;

    /// <summary>Whether pools take changes while they take entries: published and not yet closed.</summary>
    public static bool ChangesLive(string state) => state is Scheduled or Live or Paused;

    /// <summary>Whether entrants may have seen the campaign: what they were told is fixed then.</summary>
    public static bool IsPublished(string state) => state is Scheduled or Live or Paused or Closed or Drawn or Completed;

    /// <summary>What a published campaign that is not paused is, by the clock: live from its opening.</summary>
    public static string OpenState(DateTimeOffset opensAt, DateTimeOffset now) => now >= opensAt ? Live : Scheduled;
}

public enum CampaignCommandKind
{
    Delete,
    Provision,
    Publish,
    Pause,
    Resume,
    Close,
    ChangePools,

    /// <summary>What pools can do while entries are taken: stock, caps, alerts, pauses, more prizes.</summary>
    ChangePrizes,

    /// <summary>One more draw; what it needs then depends on what has been entered.</summary>
    AddDraw,

    /// <summary>Commits what the site is built from, and builds it again.</summary>
    DeployContent,

    /// <summary>Replaces one of the campaign's keys or passwords.</summary>
    Rotate,

    /// <summary>Takes the site down and lets the database rest; all data is kept.</summary>
    Archive,
    Unarchive,

    /// <summary>Removes site, repository, database and secrets for good.</summary>
    Decommission,

    /// <summary>Adds, looks at and removes the site's own domains.</summary>
    ChangeDomains,
    Edit,
}

public sealed record WrongState(CampaignCommandKind Command, string State, IReadOnlyList<string> Allowed)
    : DomainError("campaign.wrong_state",
        $"The campaign is {State}; this needs it to be {string.Join(" or ", Allowed)}.");

public sealed record CampaignNotFound() : DomainError("campaign.not_found", "There is no such campaign.");

public sealed record CampaignInvalid(IReadOnlyList<FieldError> Errors)
    : DomainError("campaign.invalid", "Some settings are missing or not right. Correct the fields named.")
{
    public override IReadOnlyList<FieldError> Fields => Errors;
}

public sealed record CampaignNotPublishable(IReadOnlyList<FieldError> Errors)
    : DomainError("campaign.not_publishable", "The campaign cannot be published yet. Each field named says what is missing.")
{
    public override IReadOnlyList<FieldError> Fields => Errors;
}

/// <summary>What its hidden choices are to rest on does not answer: a time-stamp authority, or the relays of a public beacon.</summary>
public sealed record CampaignCommitmentUnavailable(string Why)
    : DomainError("campaign.commitment_unavailable",
        $"The campaign was not published, since what can be won could not be committed to. {Why} Publish it again in a few minutes; if that does not help, have the installation's operator look.");

public sealed record SlugTaken() : DomainError("campaign.slug_taken", "Another campaign has this slug. Choose another one.");

public sealed record VersionConflict(long Version)
    : DomainError("campaign.version_conflict", $"The campaign has changed meanwhile (version {Version}). Read it again and repeat the change.");

public sealed record NotAllowed(string What) : DomainError("auth.forbidden", What);

public sealed record DeploymentNotRunning()
    : DomainError("deployment.not_running", "This deployment is not running any more, so there is nothing to cancel.");

public sealed record DeploymentUnderWay(string Kind)
    : DomainError("deployment.under_way", $"A {Kind} deployment of this campaign is under way. Wait for its end, or cancel it, then try again.");

public sealed record DeploymentNotRetryable()
    : DomainError("deployment.not_retryable", "This deployment neither waits nor failed, or a later one has taken its place, so there is nothing to try again.");

public sealed record DeploymentNotCancellable(string Kind)
    : DomainError("deployment.not_cancellable", $"A {Kind} deployment can't be cancelled: what is removed does not come back.");

/// <summary>The campaign has no such secret.</summary>
public sealed record RotationUnsupported()
    : DomainError("rotation.unsupported",
        "This campaign's database is on the installation's own server, where its tables belong to the platform's own role: there is no owner's password to replace.");

/// <summary>A second replacing would cut the first one's grace short.</summary>
public sealed record RotationTooSoon(DateTimeOffset Until)
    : DomainError("rotation.too_soon",
        $"The site key was replaced a short while ago, and the one before is still taken until {Until.UtcDateTime:yyyy-MM-dd HH:mm} UTC. Replace it again after that.");

/// <summary>The name that was typed to confirm is not the campaign's.</summary>
public sealed record NameNotConfirmed()
    : DomainError("campaign.name_not_confirmed", "Nothing was removed: confirmName is not the campaign's name. Type it exactly as it stands.");

/// <summary>What entrants, winners or the public are still owed.</summary>
public sealed record CampaignNotSettled(IReadOnlyList<FieldError> Errors)
    : DomainError("campaign.not_settled", "The campaign's data is still needed. Each field named says what is open.")
{
    public override IReadOnlyList<FieldError> Fields => Errors;
}
