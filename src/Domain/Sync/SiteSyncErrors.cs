using System.Collections.Generic;

namespace PrizeDraw.Domain.Sync;

/// <summary>There is nothing to carry the template into.</summary>
public sealed record TemplateHasNoSite() : DomainError(
    "template.no_site", "The campaign has no repository that was generated from the template.");

public sealed record TemplateVersionUnknown(string Version) : DomainError(
    "template.version_unknown", $"The template of this site has no version {Version} that is known here. It is being looked for now: ask again in a moment.");

public sealed record SyncUnderWay() : DomainError(
    "template.sync_under_way", "A sync of this site is under way. Wait for its end, then ask again.");

public sealed record SyncNotFound() : DomainError("template.sync_not_found", "This site has no such sync.");

public sealed record ReviewIsNotOpen() : DomainError("template.no_review", "No pull request of sync is open for this site.");

public sealed record ReviewHasChanged() : DomainError(
    "template.review_changed", "The pull request has changed since you read it. Read it again, and decide on what is there now.");

public sealed record ReviewIsUndecided() : DomainError(
    "template.review_undecided", "Some files of the pull request are not decided yet. Decide each of them, then merge.");

public sealed record SyncInvalid(IReadOnlyList<FieldError> Errors) : DomainError("template.invalid", "This can't be done as it is asked. Each field named says why.")
{
    public SyncInvalid(string field, string message)
        : this([new FieldError(field, message)])
    {
    }

    public override IReadOnlyList<FieldError> Fields => Errors;
}

/// <summary>The repository did not answer, or not in time.</summary>
public sealed record RepositoryUnavailable(string Why) : DomainError(
    "template.repository_unavailable", $"The site's repository could not be reached just now, and nothing was changed. Try again in a moment. {Why}");
