namespace PrizeDraw.Domain.Installations;

/// <summary>Somebody confirms an incarnation that is not the present one.</summary>
public sealed record IncarnationHasChanged() : DomainError(
    "installation.incarnation_changed", "The central database has been set back since you looked. Read the installation again, and confirm what is there now.");
