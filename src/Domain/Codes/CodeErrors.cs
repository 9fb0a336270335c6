using System.Collections.Generic;

namespace PrizeDraw.Domain.Codes;

/// <summary>The input names a batch of codes that cannot be.</summary>
public sealed record CodeBatchIsInvalid(IReadOnlyList<FieldError> Errors)
    : DomainError("codes.invalid", "The batch can't be like this; errors says what to change.")
{
    public override IReadOnlyList<FieldError> Fields => Errors;
}

public sealed record CodeBatchIsNotThere() : DomainError("codes.not_found", "There is no such batch of codes.");

/// <summary>Each prefix is one batch's in its tenant, and none begins another: a code must lead to one batch.</summary>
public sealed record CodePrefixIsTaken(string Prefix)
    : DomainError("codes.prefix_taken", $"Another batch of this client has a prefix that '{Prefix}' begins with or begins; choose another.");

public sealed record CampaignHasNoCodes()
    : DomainError("codes.campaign_not_ready", "The campaign has no database yet. Codes can be added once it has been provisioned.");
