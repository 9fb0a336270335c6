using System;
using System.Text.Json;

namespace PrizeDraw.Storage.Central;

/// <summary>One administrative mutation, as it is written. Values before and after hold no personal data and no secret.</summary>
/// <param name="TenantId">Whose it is; <see cref="CentralDatabase.PlatformTenant"/> for events of the platform as a whole.</param>
/// <param name="EventId">A version 7 UUID.</param>
/// <param name="Actor">A user's id, or <c>system</c>.</param>
/// <param name="Action">Past tense, <c>noun.verb</c>: <c>tenant.created</c>.</param>
/// <param name="Subject">The public id of what was changed.</param>
/// <param name="Before">Serialised as JSON; null when there was nothing.</param>
/// <param name="After">Serialised as JSON; null when there is nothing left.</param>
public sealed record AuditEvent(
    Guid TenantId, Guid EventId, DateTimeOffset At, Guid? CampaignId, string Actor, string Action, string Subject,
    object? Before = null, object? After = null)
{
    internal string? BeforeJson => Json(Before);

    internal string? AfterJson => Json(After);

    private static string? Json(object? value) =>
        value is null ? null : JsonSerializer.Serialize(value, value.GetType(), StorageJson.Options);
}
