using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using Npgsql;
using PrizeDraw.Domain.Notices;
using PrizeDraw.Domain.Pools;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Storage.Campaign;

namespace PrizeDraw.Storage.Central.Notices;

/// <summary>
/// Carries notices from a campaign's outbox to the central tables, each with a delivery per target. A notice that is there already, from a
/// relay cut short between the two databases, gets nothing more. What was carried goes from the outbox only once whoever delivers it has
/// been told, so that no crash leaves a delivery that nobody makes.
/// </summary>
public sealed partial class NoticeRelay(
    CentralDatabase central, NoticeTargets targets, IDeliveryWake delivery, TimeProvider time, ILogger<NoticeRelay> log)
{
    private const int RowsMax = 100;

    private const string Waiting =
        "select event_id, body::text from outbox where campaign_id = $1 and kind = 'notice' and event_id > $2 order by event_id limit $3";

    // Deliveries follow from a row that was inserted now, and from no other.
    private const string Insert =
        """
        with carried as (
          insert into notice (tenant_id, notice_id, campaign_id, kind, at, body) values ($1, $2, $3, $4, $5, $6::jsonb)
          on conflict do nothing returning notice_id)
        insert into delivery (tenant_id, delivery_id, notice_id, channel, target, next_at)
        select $1, t.delivery_id, c.notice_id, t.channel, t.target, $7
        from carried c cross join unnest($8::uuid[], $9::text[], $10::text[]) as t (delivery_id, channel, target)
        """;

    private const string Hours =
        """
        select min(hour), max(hour), coalesce(sum(allocated) filter (where hour > $3), 0)::bigint from prize_hour
        where campaign_id = $1 and prize_id = $2 and hour <= $4
        """;

    /// <summary>At most 100 of the notices that wait, after the one named; what they are to say of the campaign's own rows is looked up with them.</summary>
    internal async Task<OutboxBatch> ReadAsync(NpgsqlConnection database, Guid tenant, Guid campaign, Guid after, CancellationToken ct)
    {
        var rows = await database.ListAsync(Waiting, [campaign, after, RowsMax], row => (Id: row.GetGuid(0), Json: row.GetString(1)), ct);
        var notices = new List<(Guid Id, NoticeBody Body)>();
        foreach (var (id, json) in rows)
        {
            if (NoticeBody.TryParse(json, out var body))
            {
                notices.Add((id, body with { RunsOutAt = await RunsOutAtAsync(database, campaign, body, ct) }));
            }
            else
            {
                // A newer host will know it: it stays where it is.
                LogUnknown(id);
            }
        }

        return new OutboxBatch([.. notices.Select(n => n.Id)], rows.Length == RowsMax ? rows[^1].Id : null, async token =>
        {
            await CarryAsync(tenant, campaign, notices, token);
            await delivery.WakeAsync(Ids.Format(Ids.Tenant, tenant)).WaitAsync(token);
        });
    }

    private async Task CarryAsync(Guid tenant, Guid campaign, List<(Guid Id, NoticeBody Body)> notices, CancellationToken ct)
    {
        var people = await targets.PeopleAsync(tenant, campaign, ct);
        await using var work = await central.BeginAsync(tenant, ct);
        var webhooks = await NoticeTargets.WebhooksAsync(work, tenant, ct);
        var now = time.GetUtcNow();
        foreach (var (id, body) in notices)
        {
            ImmutableArray<(string Channel, string Target)> told =
            [
                .. people.Select(user => ("email", user)), .. webhooks.Where(w => w.Wants(body.Kind)).Select(w => ("webhook", w.Id)),
            ];
            await work.Connection.RunAsync(
                Insert,
                [
                    tenant, id, campaign, body.Kind, body.At, body.ToJson(), now, told.Select(_ => Guid.CreateVersion7(now)).ToArray(),
                    told.Select(t => t.Channel).ToArray(), told.Select(t => t.Target).ToArray(),
                ], ct);
        }

        await work.CommitAsync(ct);
    }

    private static async Task<DateTimeOffset?> RunsOutAtAsync(NpgsqlConnection database, Guid campaign, NoticeBody body, CancellationToken ct)
    {
        if (body.Kind != NoticeKinds.StockLow || body.Remaining is not { } remaining || !Ids.TryParse(Ids.Prize, body.Prize, out var prize))
        {
            return null;
        }

        var (first, last, units) = await database.FindAsync(
            Hours, [campaign, prize, body.At - StockProjection.WindowMax, body.At],
            row => (row.TimeOrNull(0), row.TimeOrNull(1), row.GetInt64(2)), ct);
        return first is { } oldest && last is { } newest
            ? StockProjection.RunsOutAt(remaining, units, StockProjection.WindowOf(oldest, newest, body.At), body.At)
            : null;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Notice {Notice} is of a kind that this version doesn't know; it was not relayed.")]
    private partial void LogUnknown(Guid notice);
}
