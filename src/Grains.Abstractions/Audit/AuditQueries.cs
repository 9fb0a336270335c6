using System;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions.Campaigns;

namespace PrizeDraw.Grains.Abstractions.Audit;

/// <summary>One administrative mutation: who did what to what, with the values before and after, without personal data.</summary>
public sealed record AuditEventView(
    string Id, DateTimeOffset At, string? TenantId, string? CampaignId, string Actor, string Action, string Subject,
    JsonElement? Before, JsonElement? After);

public sealed record AuditFilter(
    string? TenantId, string? CampaignId, string? Actor, string? Subject, DateTimeOffset? From, DateTimeOffset? Until);

public interface IAuditQueries
{
    Task<Page<AuditEventView>> ListAsync(Scope scope, AuditFilter filter, int limit, string? cursor, CancellationToken ct);
}
