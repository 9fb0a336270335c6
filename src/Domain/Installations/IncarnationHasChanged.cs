namespace PrizeDraw.Domain.Installations;

/// <summary>Somebody confirms an incarnation that is not the present one.</summary>
public sealed record IncarnationHasChanged() : DomainError(
    "installation.incarnation_changed", "The central database has been set back since you looked. Read the installation again, and confirm what is there now.");

/// <summary>Something would draw, delete or tell people on the word of a central database that nobody has looked at since it was restored.</summary>
public sealed record IncarnationIsUnconfirmed() : DomainError(
    "installation.unconfirmed",
    "The central database was restored to an older state: nothing is drawn, deleted or sent on its word until a super_admin has looked and confirmed it "
    + "(page Reconciliation, or POST /v1/installation/confirm).");
