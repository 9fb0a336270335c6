using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions.Campaigns;

namespace PrizeDraw.Grains.Abstractions.Codes;

/// <summary>Reads of batches of codes, from the campaign's own database.</summary>
public interface ICodeQueries
{
    /// <summary>Batches of one kind (<c>coupon</c>, <c>entry</c>), newest first; none for a campaign without a database.</summary>
    Task<Page<CodeBatchView>> ListAsync(string tenantId, string campaignId, string kind, int limit, string? cursor, CancellationToken ct);

    /// <summary>Null when the campaign has no such batch of this kind.</summary>
    Task<CodeBatchView?> FindAsync(string tenantId, string campaignId, string kind, string batchId, CancellationToken ct);

    /// <summary>
    /// The batch's codes in order, as they stand while they are read. Streamed in pages, so that a slow reader holds neither memory nor
    /// a connection of the campaign's.
    /// </summary>
    IAsyncEnumerable<ImmutableArray<ExportedCode>> ExportAsync(string tenantId, string campaignId, string batchId, CancellationToken ct);
}

/// <param name="Code">As it is shown.</param>
/// <param name="State">available, assigned, redeemed or expired; of entry codes assigned says that an entry consumed it.</param>
public sealed record ExportedCode(
    string Code, string State, DateTimeOffset? AssignedAt, string? Pool, long? EntryNumber, DateTimeOffset? RedeemedAt);

/// <summary>Finds the batch that a code belongs to by its prefix, in the central database.</summary>
public interface ICodeRoutes
{
    /// <summary>
    /// The batches whose prefix a code, as it was typed, begins with: one at most for each of the scope's tenants, ten at most in all. None
    /// when this can't be a code.
    /// </summary>
    Task<ImmutableArray<CodeRoute>> FindAsync(Scope scope, string typed, CancellationToken ct);
}

/// <param name="Code">In its canonical spelling.</param>
public sealed record CodeRoute(string TenantId, string CampaignId, string BatchId, string Code);
