using System;
using System.Collections.Generic;

namespace PrizeDraw.Domain.Pools;

public sealed record KeyReused()
    : DomainError("idempotency.key_reused", "This Idempotency-Key was used with another entry. Use a fresh key for a different entry.");

public sealed record CampaignNotOpen(DateTimeOffset? OpensAt)
    : DomainError("campaign.not_open", "This promotion is not open for entries yet. Come back when it has opened.");

/// <summary>Its opening date may have come: the public randomness that its hidden choices follow from has not been published yet.</summary>
public sealed record CampaignAwaitsRound()
    : DomainError("campaign.not_open",
        "This promotion opens as soon as the public random number that decides its prizes has been published. Your entry was not taken: please send it again in a few minutes.");

public sealed record CampaignHasClosed(DateTimeOffset? ClosedAt)
    : DomainError("campaign.has_closed", "This promotion has closed. No further entries are taken.");

/// <summary>It was received in the period of a draw whose list is final (draw protocol, "Prize draw", 2).</summary>
public sealed record DrawFrozen(DateTimeOffset Until)
    : DomainError("entry.draw_frozen", "The draw that this entry belongs to has been frozen: nothing that was received before then can be keyed in any more.");

public sealed record CampaignPaused()
    : DomainError("campaign.paused", "This promotion is paused. Please try again later.");

/// <summary>The honeypot was filled: by a program, or by a browser's autofill.</summary>
public sealed record EntryNotAccepted()
    : DomainError("entry.not_accepted", "We could not take this entry. Please try again without autofill.");

public sealed record EntryInvalid(IReadOnlyList<FieldError> Errors)
    : DomainError("entry.invalid", "Some answers are missing or not right. Correct the fields named and send the entry again.")
{
    public override IReadOnlyList<FieldError> Fields => Errors;
}

/// <summary>CAP Code 8.17: the conditions are accepted in the version that is in force.</summary>
public sealed record TermsNotAccepted(int Version)
    : DomainError("entry.terms_not_accepted", $"Accept the terms in their current version ({Version}) to enter.");

/// <summary>CAP Code 8.8 and 10: the campaign's age gate.</summary>
public sealed record UnderAge(int MinimumAge)
    : DomainError("entry.under_age", $"Entrants must be {MinimumAge} or over.");

/// <summary>Unknown, used or expired: one text, so that guessing learns nothing.</summary>
public sealed record EntryCodeInvalid()
    : DomainError("entry.code_invalid", "This code is not valid, or it has been used. Check it and try again.");

public sealed record LimitReached(string Limit)
    : DomainError("entry.limit_reached", Limit);
