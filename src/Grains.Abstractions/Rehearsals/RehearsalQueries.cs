using System;
using System.Threading;
using System.Threading.Tasks;

namespace PrizeDraw.Grains.Abstractions.Rehearsals;

/// <summary>Reads of rehearsals, with the reading role. Null is: not there, or not this campaign's.</summary>
public interface IRehearsalQueries
{
    Task<Page<RehearsalView>> ListAsync(string tenantId, string campaignId, int limit, string? cursor, CancellationToken ct);

    Task<RehearsalView?> FindAsync(string tenantId, string campaignId, string rehearsalId, CancellationToken ct);

    /// <summary>By the token's SHA-256, lower-case hex.</summary>
    Task<RehearsalView?> FindByTokenAsync(string tenantId, string campaignId, string tokenHash, CancellationToken ct);
}

/// <param name="State"><c>preparing</c>, <c>ready</c>, <c>failed</c> or <c>deleting</c>.</param>
/// <param name="Message">Why it failed.</param>
public sealed record RehearsalView(
    string Id, string CampaignId, string State, string? Message, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt, RehearsalRunView? Run);

/// <summary>Generated traffic, under way or at its end.</summary>
/// <param name="State"><c>running</c>, <c>done</c>, <c>stopped</c> or <c>failed</c>.</param>
/// <param name="Sent">Entries sent and answered so far, of <paramref name="Entries"/>.</param>
public sealed record RehearsalRunView(
    string State, long Entries, long Sent, long Accepted, long Refused, int PerSecond, DateTimeOffset From, DateTimeOffset To, long Entrants,
    DateTimeOffset StartedAt, DateTimeOffset? EndedAt, string? Message);
