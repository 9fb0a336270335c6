using System;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using Npgsql;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Storage.Central;
using PrizeDraw.Storage.Central.Audit;

namespace PrizeDraw.Storage.Campaign;

/// <summary>
/// Has a campaign offer its own audit log to a central one that was set back to an older state: what had been carried since is in no outbox any more.
/// Everything is offered and what is there already stays, so that it does not matter who offers what, how often, or beside which relay. How far it came
/// is written with what was taken, and so is an event that names what came late.
/// </summary>
public sealed partial class AuditRecall(CampaignConnections connections, CentralDatabase central, TimeProvider clock, ILogger<AuditRecall> log)
{
    private const int RowsMax = 200;

    // Also before anybody has confirmed, for a database that is about to go.
    private const string FindWanted =
        """
        select i.incarnation, coalesce(r.offered_to, '00000000-0000-0000-0000-000000000000') from installation i
        join campaign c on c.tenant_id = $1 and c.campaign_id = $2 and c.created_at <= coalesce(i.confirmed_at, 'infinity')
        left join audit_recall r on r.tenant_id = c.tenant_id and r.campaign_id = c.campaign_id and r.incarnation = i.incarnation
        where r.ended_at is null
        """;

    private const string FindOlder =
        """
        select exists (select from installation i
          join campaign c on c.tenant_id = $1 and c.campaign_id = $2 and c.created_at <= coalesce(i.confirmed_at, 'infinity'))
        """;

    private const string Offer =
        """
        select a.event_id, a.at, to_jsonb(a)::text, exists (select from outbox o where o.campaign_id = a.campaign_id and o.event_id = a.event_id)
        from audit a where a.campaign_id = $1 and a.event_id > $2 order by a.event_id limit $3
        """;

    // Not ended before somebody has confirmed: until then the original may go on, and take what it would have offered next.
    private const string Note =
        """
        insert into audit_recall as r (tenant_id, campaign_id, incarnation, offered_to, ended_at)
        values ($1, $2, $3, $4, (select $5::timestamptz from installation where confirmed_at is not null))
        on conflict (tenant_id, campaign_id, incarnation) do update
        set offered_to = greatest(r.offered_to, excluded.offered_to), ended_at = coalesce(r.ended_at, excluded.ended_at)
        """;

    /// <summary>What the campaign may take before it is another's turn; how far it came stays.</summary>
    internal TimeSpan TurnMax { get; set; } = TimeSpan.FromSeconds(30);

    private sealed record Wanted(Guid Incarnation, Guid After);

    private sealed record Offered(Guid Id, DateTimeOffset At, string Body, bool IsWaiting);

    /// <summary>As far as it comes in half a minute. Never fails: what could not be taken is asked for again by the next sweep.</summary>
    public async Task TryRecallAsync(string tenantId, string campaignId)
    {
        using var limit = new CancellationTokenSource(TurnMax);
        try
        {
            await RecallAsync(
                new CampaignReach(connections, tenantId, campaignId), Ids.Parse(Ids.Tenant, tenantId), Ids.Parse(Ids.Campaign, campaignId), limit.Token);
        }
        catch (CampaignPutAwayException)
        {
            // Whoever puts it away has it offer everything first.
        }
        catch (Exception e)
        {
            LogNotRecalled(campaignId, e);
        }

        connections.LetRest(tenantId, campaignId);
    }

    /// <summary>Whether the campaign is older than a central database that was set back: what that says of the campaign may be older still.</summary>
    public async Task<bool> IsOlderAsync(string tenantId, string campaignId, CancellationToken ct)
    {
        await using var work = await central.BeginAsync(Ids.Parse(Ids.Tenant, tenantId), ct);
        return await work.Connection.ScalarAsync<bool>(FindOlder, [Ids.Parse(Ids.Tenant, tenantId), Ids.Parse(Ids.Campaign, campaignId)], ct);
    }

    /// <summary>Whether, beside that, the campaign has not offered all of its own log since.</summary>
    public async Task<bool> IsWantedAsync(string tenantId, string campaignId, CancellationToken ct) =>
        await WantedAsync(Ids.Parse(Ids.Tenant, tenantId), Ids.Parse(Ids.Campaign, campaignId), ct) is not null;

    /// <summary>Until nothing is left to offer. Leaves it wanted where the campaign has no database: it may be found again.</summary>
    internal async Task RecallAsync(CampaignReach reach, Guid tenant, Guid campaign, CancellationToken ct)
    {
        while (await WantedAsync(tenant, campaign, ct) is { } wanted)
        {
            var offered = await reach.AskAsync(
                database => database.ListAsync(
                    Offer, [campaign, wanted.After, RowsMax], row => new Offered(row.GetGuid(0), row.Time(1), row.GetString(2), row.GetBoolean(3)), ct), ct);
            if (offered.IsDefault)
            {
                return;
            }

            await TakeAsync(tenant, campaign, wanted, offered, ct);
            if (offered.Length < RowsMax)
            {
                return;
            }
        }
    }

    private async Task<Wanted?> WantedAsync(Guid tenant, Guid campaign, CancellationToken ct)
    {
        await using var work = await central.BeginAsync(tenant, ct);
        return await work.Connection.FindAsync(FindWanted, [tenant, campaign], row => new Wanted(row.GetGuid(0), row.GetGuid(1)), ct);
    }

    private async Task TakeAsync(Guid tenant, Guid campaign, Wanted wanted, ImmutableArray<Offered> offered, CancellationToken ct)
    {
        await using var work = await central.BeginAsync(tenant, ct);
        var taken = await work.Connection.ListAsync(
            OutboxRelay.Insert, [tenant, offered.Select(o => o.Body).ToArray()], row => row.GetGuid(0), ct);

        // What waits in the outbox came no later than it does otherwise.
        var late = offered.Where(o => !o.IsWaiting).IntersectBy(taken, o => o.Id).ToImmutableArray();
        if (!late.IsEmpty)
        {
            await work.AuditAsync(Announcement(tenant, campaign, wanted.Incarnation, late), ct);
        }

        await work.Connection.RunAsync(
            Note,
            [
                tenant, campaign, wanted.Incarnation, offered.IsEmpty ? null : offered[^1].Id,
                offered.Length < RowsMax ? clock.GetUtcNow() : (object?)null,
            ], ct);
        await work.CommitAsync(ct);
    }

    private AuditEvent Announcement(Guid tenant, Guid campaign, Guid incarnation, ImmutableArray<Offered> late)
    {
        var now = clock.GetUtcNow();
        return new AuditEvent(
            tenant, Guid.CreateVersion7(now), now, campaign, Actor.System.Id, "audit.recalled", Ids.Format(Ids.Campaign, campaign), null, new
            {
                incarnation = incarnation.ToString("n"), count = late.Length, from = late.Min(o => o.At), until = late.Max(o => o.At),
                events = late.Select(o => Ids.Format(AuditQueries.EventPrefix, o.Id)).ToArray(),
            });
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Campaign {Campaign} has not offered its audit log to the restored installation yet.")]
    private partial void LogNotRecalled(string campaign, Exception e);
}
