using System;
using System.Collections.Immutable;
using System.Threading.Tasks;
using Orleans;
using Orleans.Concurrency;

namespace PrizeDraw.Grains.Abstractions.Codes;

/// <summary>
/// Owns one batch of codes: makes them in the background or takes them from a file, and expires them. Key:
/// <see cref="GrainKeys.CodeBatch"/>. Handing a code out, or consuming it, is the entry's own transaction and not this grain's.
/// Refusals: <c>codes.not_found</c>, <c>codes.invalid</c> (errors by field), <c>codes.prefix_taken</c>, <c>codes.campaign_not_ready</c>,
/// <c>codes.wrong_state</c>, and those of the methods.
/// </summary>
[Alias("code-batch-grain")]
public interface ICodeBatchGrain : IGrainWithStringKey
{
    /// <summary>Claims the prefix, stores the batch and begins to generate. Repeated with the same values it answers the batch that is there.</summary>
    [Alias("create")] Task<Result<CodeBatchView>> CreateAsync(CreateCodeBatch command);

    /// <summary>Goes on with a batch whose generation has failed. <c>codes.wrong_state</c> for any other.</summary>
    [Alias("resume")] Task<Result<CodeBatchView>> ResumeAsync(ResumeCodeBatch command);

    /// <summary>
    /// Takes the next lines of an import. Lines that were taken before are passed over, so that a file sent again under its key goes on
    /// where it was cut short. Refusals: <c>idempotency.key_reused</c> (it is another file), <c>codes.import_interrupted</c> (send it again
    /// from the beginning), <c>codes.too_many</c>.
    /// </summary>
    [Alias("import")] Task<Result<CodeImportView>> ImportAsync(ImportCodes command);

    /// <summary>
    /// Redeems a coupon, once. Refusals: <c>coupon.not_found</c>, <c>coupon.not_assigned</c>, <c>coupon.expired</c>,
    /// <c>coupon.already_redeemed</c>. The same key by the same actor is answered as before.
    /// </summary>
    [AlwaysInterleave, Alias("redeem")] Task<Result<RedemptionView>> RedeemAsync(RedeemCoupon command);

    /// <summary>Told at the host's start for every batch that is not complete: goes on.</summary>
    [Alias("wake")] Task WakeAsync();
}

/// <param name="Kind"><c>coupon</c> or <c>entry</c>.</param>
/// <param name="Source"><c>generated</c> or <c>imported</c>.</param>
/// <param name="Count">Codes to generate, 1 to 10,000,000; 0 for an import.</param>
/// <param name="Prefix">2 to 12 letters and digits, as shown.</param>
/// <param name="Pattern">How codes are shown; null is the default. Imports have none.</param>
[GenerateSerializer, Alias("create-code-batch")]
public sealed record CreateCodeBatch(
    [property: Id(0)] Actor Actor,
    [property: Id(1)] string Kind,
    [property: Id(2)] string Source,
    [property: Id(3)] string Name,
    [property: Id(4)] long Count,
    [property: Id(5)] string Prefix,
    [property: Id(6)] string? Pattern,
    [property: Id(7)] DateTimeOffset? ExpiresAt);

[GenerateSerializer, Alias("resume-code-batch")]
public sealed record ResumeCodeBatch([property: Id(0)] Actor Actor);

/// <param name="ImportId">A UUID made from who sends and the Idempotency-Key: the same for the same import.</param>
/// <param name="After">Number of the last line of the call before; 0 at the file's beginning.</param>
/// <param name="Lines">The lines that follow, in order; 5,000 at the most.</param>
/// <param name="Last">Whether the file ends here.</param>
[GenerateSerializer, Alias("import-codes")]
public sealed record ImportCodes(
    [property: Id(0)] Actor Actor,
    [property: Id(1)] Guid ImportId,
    [property: Id(2)] long After,
    [property: Id(3)] ImmutableArray<ImportLine> Lines,
    [property: Id(4)] bool Last);

/// <param name="Number">The line of the file, from 1.</param>
/// <param name="Text">The code as it stands there; null when the line can't be read.</param>
[GenerateSerializer, Alias("import-line")]
public sealed record ImportLine([property: Id(0)] long Number, [property: Id(1)] string? Text);

/// <summary>What an import has come to so far.</summary>
/// <param name="Lines">Number of the last line that was taken.</param>
/// <param name="Rejects">The first 1,000 lines that were refused.</param>
[GenerateSerializer, Alias("code-import-view")]
public sealed record CodeImportView(
    [property: Id(0)] string Id,
    [property: Id(1)] long Lines,
    [property: Id(2)] long Accepted,
    [property: Id(3)] long Rejected,
    [property: Id(4)] ImmutableArray<ImportReject> Rejects,
    [property: Id(5)] bool Finished);

/// <param name="Reason">
/// <c>malformed</c> (no code), <c>prefix</c> (does not begin with the batch's prefix), <c>duplicate</c> (stood before in
/// this file or batch, or differs from another code only by look-alikes).
/// </param>
[GenerateSerializer, Alias("import-reject")]
public sealed record ImportReject([property: Id(0)] long Line, [property: Id(1)] string Reason);

/// <param name="Code">In its canonical spelling.</param>
/// <param name="Key">The caller's Idempotency-Key; null without.</param>
[GenerateSerializer, Alias("redeem-coupon")]
public sealed record RedeemCoupon([property: Id(0)] Actor Actor, [property: Id(1)] string Code, [property: Id(2)] string? Key);

/// <summary>A coupon that has been redeemed.</summary>
/// <param name="Code">As it is shown.</param>
/// <param name="Prize">What the entrant got it with.</param>
[GenerateSerializer, Alias("redemption-view")]
public sealed record RedemptionView(
    [property: Id(0)] string Code,
    [property: Id(1)] DateTimeOffset RedeemedAt,
    [property: Id(2)] string BatchId,
    [property: Id(3)] string BatchName,
    [property: Id(4)] string? Prize);

/// <summary>A batch of codes with its counts, which are exact.</summary>
/// <param name="State">generating, importing, ready, failed or expired.</param>
/// <param name="Assigned">Coupons in entrants' hands, or entry codes that were consumed; redeemed ones included.</param>
/// <param name="Expired">Codes that can be neither handed out nor used any more.</param>
[GenerateSerializer, Alias("code-batch-view")]
public sealed record CodeBatchView(
    [property: Id(0)] string Id,
    [property: Id(1)] string Kind,
    [property: Id(2)] string Source,
    [property: Id(3)] string Name,
    [property: Id(4)] string Prefix,
    [property: Id(5)] string? Pattern,
    [property: Id(6)] string State,
    [property: Id(7)] long Count,
    [property: Id(8)] long Generated,
    [property: Id(9)] long Assigned,
    [property: Id(10)] long Redeemed,
    [property: Id(11)] long Expired,
    [property: Id(12)] DateTimeOffset CreatedAt,
    [property: Id(13)] DateTimeOffset? ExpiresAt);
