using System.Collections.Generic;

namespace PrizeDraw.Domain.Domains;

/// <summary>What was given is no domain that a campaign could have.</summary>
public sealed record DomainIsInvalid(string Why) : DomainError("domain.invalid", $"The domain can't be added. {Why}")
{
    public override IReadOnlyList<FieldError> Fields => [new("name", Why)];
}

public sealed record DomainIsNotThere() : DomainError("domain.not_found", "The campaign has no such domain.");

/// <summary>Whose it is, is nobody else's business.</summary>
public sealed record DomainIsInUse() : DomainError("domain.in_use", "This domain is in use already. A domain leads to one campaign: remove it there first.");

public sealed record DomainsAreTooMany() : DomainError(
    "domain.too_many", $"A campaign may have {CustomDomain.PerCampaignMax} domains. Remove one that isn't needed any more.");

public sealed record DomainsAreUnsupported() : DomainError(
    "domain.unsupported", "The campaign's site is hosted on this machine, which gives it no domains of its own. Sites at Vercel can have them.");

public sealed record DomainIsBeingRemoved() : DomainError("domain.wrong_state", "The domain is being removed. Add it again once it is gone.");
