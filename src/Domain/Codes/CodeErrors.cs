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
    : DomainError("codes.prefix_taken", $"Another batch of this client has a prefix that begins with '{Prefix}' or that '{Prefix}' begins with (O is read as 0, I and L as 1, U as V); choose another.");

public sealed record CampaignHasNoCodes()
    : DomainError("codes.campaign_not_ready", "The campaign has no database. Codes can be added from the end of its provisioning until it is archived.");

public sealed record CodeBatchIsElsewhere(string Why) : DomainError("codes.wrong_state", Why);

/// <summary>The host changed in the middle of an import, or two requests send the same file at once.</summary>
public sealed record CodeImportIsInterrupted()
    : DomainError("codes.import_interrupted", "The import was cut short. Send the whole file again with the same Idempotency-Key: it goes on where it was.");

public sealed record CodeImportIsAnother()
    : DomainError("idempotency.key_reused", "This Idempotency-Key was used with another file. Use a fresh key for it.");

public sealed record CodeBatchIsFull()
    : DomainError("codes.too_many", "A batch holds 10,000,000 codes at most. What fitted has been taken.");

/// <summary>Says no more than that: whether a wrong code is near a right one is nobody's to know.</summary>
public sealed record CouponIsNotThere() : DomainError("coupon.not_found", "This code is not valid. Check it and try again.");

public sealed record CouponIsNotAssigned() : DomainError("coupon.not_assigned", "This code has not been handed out.");

public sealed record CouponIsRedeemed() : DomainError("coupon.already_redeemed", "This coupon has been redeemed before.");

public sealed record CouponHasExpired() : DomainError("coupon.expired", "This coupon has expired.");
