using System;
using System.Collections.Immutable;

namespace PrizeDraw.Domain.Notices;

/// <summary>What the platform gives notice of. Stored, and told to webhooks: a name never changes.</summary>
public static class NoticeKinds
{
    /// <summary>A prize's stock has reached its threshold.</summary>
    public const string StockLow = "stock.low";

    /// <summary>A prize's stock is used up.</summary>
    public const string StockOut = "stock.out";

    /// <summary>A deployment waits: for a credential, or for a provider that fails.</summary>
    public const string DeploymentPaused = "deployment.paused";

    /// <summary>What a deployment made can't be undone for now.</summary>
    public const string DeploymentQuarantined = "deployment.quarantined";

    /// <summary>What could not be undone is gone after all.</summary>
    public const string QuarantineCleared = "deployment.quarantine_cleared";

    /// <summary>A deployment that had to wait has succeeded.</summary>
    public const string DeploymentSucceeded = "deployment.succeeded";

    /// <summary>An account holds orphans, or lacks a campaign's part, that were not known before.</summary>
    public const string ReconciliationFound = "reconciliation.found";

    /// <summary>So many orphans are due that none is deleted.</summary>
    public const string ReconciliationRefused = "reconciliation.refused";

    /// <summary>A campaign's site answers at a domain of its own.</summary>
    public const string DomainActive = "domain.active";

    /// <summary>It does not any more.</summary>
    public const string DomainLost = "domain.lost";

    /// <summary>A domain has not come on for so long that it is looked at no more.</summary>
    public const string DomainGivenUp = "domain.given_up";

    /// <summary>A release of the template has stopped, since a wave of it was worse.</summary>
    public const string ReleasePaused = "release.paused";

    /// <summary>What a release brought has been put back.</summary>
    public const string ReleaseRolledBack = "release.rolled_back";

    /// <summary>Every kind there is.</summary>
    public static readonly ImmutableArray<string> All =
    [
        StockLow, StockOut, DeploymentPaused, DeploymentQuarantined, QuarantineCleared, DeploymentSucceeded, ReconciliationFound, ReconciliationRefused,
        DomainActive, DomainLost, DomainGivenUp, ReleasePaused, ReleaseRolledBack,
    ];

    /// <summary>Whether notices of this kind tell of a prize's stock.</summary>
    public static bool IsOfStock(string kind) => kind.StartsWith("stock.", StringComparison.Ordinal);
}
