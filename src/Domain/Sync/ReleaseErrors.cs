using System.Collections.Generic;

namespace PrizeDraw.Domain.Sync;

public sealed record ReleaseNotFound() : DomainError("release.not_found", "There is no such release.");

public sealed record ReleaseIsInvalid(IReadOnlyList<FieldError> Errors)
    : DomainError("release.invalid", "The release can't be made like this. Correct the fields named.")
{
    public override IReadOnlyList<FieldError> Fields => Errors;
}

public sealed record ReleaseIsElsewhere(string State, string Allowed)
    : DomainError("release.wrong_state", $"The release is {State.Replace('_', ' ')}; this needs it to be {Allowed}.");

public sealed record ReleaseIsUnderWay(string Release)
    : DomainError("release.under_way", $"Another release ({Release}) is under way. Wait for its end, or roll it back, then try again.");

public sealed record ReleaseVersionUnknown(string Version) : DomainError(
    "template.version_unknown", $"No template has a version {Version} that is known here. It is being looked for now: ask again in a moment.");
