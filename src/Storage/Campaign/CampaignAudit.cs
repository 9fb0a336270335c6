using System;
using Npgsql;

namespace PrizeDraw.Storage.Campaign;

/// <summary>An administrative event whose truth is in the campaign's database. Before and after are JSON without personal data.</summary>
public sealed record CampaignEvent(Guid Id, DateTimeOffset At, string Actor, string Action, string Subject, string? Before, string? After);

/// <summary>Writes an event beside what it tells of, and queues it for the central audit log.</summary>
internal static class CampaignAudit
{
    private const string InsertAudit = """
        insert into audit (campaign_id, event_id, at, actor, action, subject, before, after)
        values ($1, $2, $3, $4, $5, $6, $7::jsonb, $8::jsonb)
        """;

    private const string InsertOutbox = """
        insert into outbox (campaign_id, event_id, kind, body, created_at)
        select campaign_id, event_id, 'audit', to_jsonb(a), at from audit a where campaign_id = $1 and event_id = $2
        """;

    public static void AddAudit(this NpgsqlBatch batch, Guid campaignId, CampaignEvent e)
    {
        batch.Add(InsertAudit, campaignId, e.Id, e.At, e.Actor, e.Action, e.Subject, e.Before, e.After);
        batch.Add(InsertOutbox, campaignId, e.Id);
    }
}
