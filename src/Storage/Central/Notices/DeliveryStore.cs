using System;
using System.Collections.Immutable;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Domain.Notices;

namespace PrizeDraw.Storage.Central.Notices;

/// <summary>A delivery in the hands of whoever holds the lease, with what is to be told.</summary>
/// <param name="Attempt">From 1.</param>
/// <param name="Target">The user's or webhook's id.</param>
/// <param name="CampaignId">Nil in what tells of no campaign.</param>
/// <param name="Campaign">The campaign's name; empty without one.</param>
public sealed record ClaimedDelivery(
    Guid TenantId, Guid DeliveryId, Guid Lease, int Attempt, string Channel, string Target, Guid NoticeId, Guid CampaignId, string Campaign,
    string Body);

/// <summary>How an attempt ended: delivered, to be tried again, or given up.</summary>
/// <param name="State"><c>delivered</c>, <c>pending</c> or <c>failed</c>.</param>
/// <param name="NextAt">While pending.</param>
/// <param name="Error">Why it was not delivered; holds no secret.</param>
public sealed record DeliveryEnd(string State, DateTimeOffset? NextAt, string? Error)
{
    public const string Delivered = "delivered", Pending = "pending", Failed = "failed";
}

/// <summary>
/// The deliveries of a tenant. Claims skip what another holds, and every end names its lease: two hosts never write over each other. A host
/// that dies between delivering and writing so leaves the delivery to be made again: at least once.
/// </summary>
public sealed class DeliveryStore(CentralDatabase central)
{
    // The attempt is counted when it begins, so that what kills its host is not tried for ever.
    private const string GiveUp =
        """
        update delivery set state = 'failed', next_at = null, lease = null, leased_until = null, ended_at = $2,
          error = 'The host ended during the last attempt.'
        where tenant_id = $1 and state = 'pending' and attempts >= $3 and leased_until < $2
        """;

    private const string Claim =
        """
        with due as (
          select delivery_id from delivery
          where tenant_id = $1 and state = 'pending' and next_at <= $2 and attempts < $3 and (leased_until is null or leased_until < $2)
          order by next_at limit $4 for update skip locked),
        claimed as (
          update delivery d set lease = $5, leased_until = $6, attempts = d.attempts + 1 from due
          where d.tenant_id = $1 and d.delivery_id = due.delivery_id returning d.*)
        select c.delivery_id, c.attempts, c.channel, c.target, n.notice_id, coalesce(n.campaign_id, '00000000-0000-0000-0000-000000000000'), coalesce(p.name, ''), n.body::text
        from claimed c
        join notice n on n.tenant_id = c.tenant_id and n.notice_id = c.notice_id
        left join campaign p on p.tenant_id = n.tenant_id and p.campaign_id = n.campaign_id
        order by c.next_at
        """;

    private const string End =
        """
        update delivery set state = $4, next_at = $5::timestamptz, error = left($6, 500), lease = null, leased_until = null,
          ended_at = case when $4 = 'pending' then null else $7::timestamptz end
        where tenant_id = $1 and delivery_id = $2 and lease = $3 and state = 'pending'
        """;

    private const string Next =
        "select min(greatest(next_at, coalesce(leased_until, next_at))) from delivery where tenant_id = $1 and state = 'pending'";

    /// <summary>Takes what is due, oldest first, until <paramref name="until"/>.</summary>
    public async Task<ImmutableArray<ClaimedDelivery>> ClaimAsync(
        Guid tenant, DateTimeOffset now, DateTimeOffset until, int most, CancellationToken ct)
    {
        var lease = Guid.CreateVersion7(now);
        await using var work = await central.BeginAsync(tenant, ct);
        await work.Connection.RunAsync(GiveUp, [tenant, now, DeliveryRetry.AttemptsMax], ct);
        var claimed = await work.Connection.ListAsync(
            Claim, [tenant, now, DeliveryRetry.AttemptsMax, most, lease, until],
            row => new ClaimedDelivery(
                tenant, row.GetGuid(0), lease, row.GetInt32(1), row.GetString(2), row.GetString(3), row.GetGuid(4), row.GetGuid(5),
                row.GetString(6), row.GetString(7)), ct);
        await work.CommitAsync(ct);
        return claimed;
    }

    /// <summary>Writes how an attempt ended; false when the lease had run out and somebody else has taken the delivery.</summary>
    public async Task<bool> EndAsync(ClaimedDelivery delivery, DeliveryEnd end, DateTimeOffset now, CancellationToken ct)
    {
        await using var work = await central.BeginAsync(delivery.TenantId, ct);
        var written = await work.Connection.RunAsync(
            End, [delivery.TenantId, delivery.DeliveryId, delivery.Lease, end.State, end.NextAt, end.Error, now], ct);
        await work.CommitAsync(ct);
        return written == 1;
    }

    /// <summary>When the next attempt is due; null when nothing is pending.</summary>
    public async Task<DateTimeOffset?> NextDueAsync(Guid tenant, CancellationToken ct)
    {
        await using var work = await central.BeginAsync(tenant, ct);
        return await work.Connection.FindAsync(Next, [tenant], row => row.TimeOrNull(0), ct);
    }
}
