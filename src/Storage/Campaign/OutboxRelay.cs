using System;
using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using Npgsql;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Storage.Central;
using PrizeDraw.Storage.Central.Notices;

namespace PrizeDraw.Storage.Campaign;

/// <summary>
/// Carries a campaign's outbox to the central database: events to the audit log, notices to those who are told. By event id, so that a relay
/// cut short between the two databases is simply repeated.
/// </summary>
public sealed partial class OutboxRelay(CampaignConnections connections, CentralDatabase central, NoticeRelay notices, ILogger<OutboxRelay> log)
{
    private const int RowsMax = 500, RoundsMax = 1000;

    private readonly ConcurrentDictionary<(string Tenant, string Campaign), bool> behind = new();

    /// <summary>Campaigns whose last relay failed on this host: to be tried again.</summary>
    public ImmutableArray<(string Tenant, string Campaign)> Behind => [.. behind.Keys];

    /// <summary>
    /// As <see cref="RelayAsync"/>, after a write that stands whether or not its events get through now: what does not is relayed with
    /// the next ones, within ten seconds by this host's sweep, or when the campaign wakes.
    /// </summary>
    public async Task TryRelayAsync(string tenantId, string campaignId)
    {
        try
        {
            await RelayAsync(tenantId, campaignId, CancellationToken.None);
            behind.TryRemove((tenantId, campaignId), out _);
        }
        catch (CampaignPutAwayException)
        {
            // Whoever put it away has drained it; it is looked at again when the campaign is brought back.
            behind.TryRemove((tenantId, campaignId), out _);
        }
        catch (Exception e)
        {
            behind[(tenantId, campaignId)] = true;
            LogNotRelayed(campaignId, e);
        }
    }

    /// <summary>Relays what waits, at most 500 events and 100 notices a call; does nothing for a campaign without a database.</summary>
    public async Task RelayAsync(string tenantId, string campaignId, CancellationToken ct)
    {
        await using var lease = await connections.OpenAsync(tenantId, campaignId, ct);
        if (lease is null)
        {
            return;
        }

        await RelayAsync(lease.Connection, Ids.Parse(Ids.Tenant, tenantId), Ids.Parse(Ids.Campaign, campaignId), ct);
    }

    private async Task RelayAsync(NpgsqlConnection database, Guid tenant, Guid campaign, CancellationToken ct)
    {
        await RelayAuditAsync(database, tenant, campaign, ct);
        await notices.RelayAsync(database, tenant, campaign, ct);
    }

    /// <summary>
    /// Relays until nothing waits any more: before the campaign's database goes, which nobody else reaches by now. Throws
    /// <see cref="StorageUnavailableException"/> when that takes more than a thousand rounds, since then something writes on.
    /// </summary>
    public async Task DrainAsync(NpgsqlConnection database, string tenantId, string campaignId, CancellationToken ct)
    {
        var (tenant, campaign) = (Ids.Parse(Ids.Tenant, tenantId), Ids.Parse(Ids.Campaign, campaignId));
        for (var round = 0; round < RoundsMax; round++)
        {
            await RelayAsync(database, tenant, campaign, ct);
            if (!await database.ScalarAsync<bool>("select exists (select from outbox where campaign_id = $1)", [campaign], ct))
            {
                behind.TryRemove((tenantId, campaignId), out _);
                return;
            }
        }

        throw new StorageUnavailableException("The campaign's outbox does not come to an end.");
    }

    private async Task RelayAuditAsync(NpgsqlConnection database, Guid tenant, Guid campaign, CancellationToken ct)
    {
        var rows = await database.ListAsync(
            "select event_id, body::text from outbox where campaign_id = $1 and kind = 'audit' order by event_id limit $2", [campaign, RowsMax],
            row => (Id: row.GetGuid(0), Body: row.GetString(1)), ct);
        if (rows.IsEmpty)
        {
            return;
        }

        await using (var work = await central.BeginAsync(tenant, ct))
        {
            await work.Connection.RunAsync(
                """
                insert into audit_event (tenant_id, event_id, at, campaign_id, actor, action, subject, before, after)
                select $1, e.event_id, e.at, e.campaign_id, e.actor, e.action, e.subject, e.before, e.after
                from unnest($2::jsonb[]) as b (body),
                  jsonb_to_record(b.body) as e (event_id uuid, at timestamptz, campaign_id uuid, actor text, action text, subject text,
                    before jsonb, after jsonb)
                on conflict do nothing
                """,
                [tenant, rows.Select(r => r.Body).ToArray()], ct);
            await work.CommitAsync(ct);
        }

        await database.RunAsync(
            "delete from outbox where campaign_id = $1 and event_id = any($2)", [campaign, rows.Select(r => r.Id).ToArray()], ct);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Events and notices of campaign {Campaign} were not relayed yet.")]
    private partial void LogNotRelayed(string campaign, Exception e);
}
