using System;
using System.Collections.Immutable;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;

namespace PrizeDraw.Storage.Central.Notices;

/// <summary>
/// Campaigns whose outbox may hold what a crash or a lost connection left there. A listed sweep of the system role: no tenant is known yet.
/// </summary>
public sealed class RelayCandidates(CentralDatabase central)
{
    private const long SweepLock = 0x7072_697a_6564_726c;

    /// <summary>How many campaigns a host relays at once where nobody waits for it, so that one that does not answer holds up few others.</summary>
    public const int AtOnce = 4;

    // Those that people enter first: what a campaign's schema lacks is brought up in this order, too. Whatever else has no database is passed over by the relay.
    private const string List =
        """
        select tenant_id, campaign_id from campaign where state not in ('draft', 'archived', 'decommissioned')
        order by state in ('scheduled', 'live', 'paused', 'closed') desc, campaign_id
        """;

    /// <summary>Campaigns, as <c>c</c>, that are to offer their own audit log, of which somebody may be asked.</summary>
    internal const string AreRecalled =
        """
        from campaign c join installation i on c.created_at <= i.confirmed_at
        where c.state not in ('draft', 'rolled_back', 'archived', 'decommissioned') and not exists (
          select from audit_recall r where r.tenant_id = c.tenant_id and r.campaign_id = c.campaign_id and r.incarnation = i.incarnation and r.ended_at is not null)
        order by c.campaign_id
        """;

    private const string Recalls = "select c.tenant_id, c.campaign_id " + AreRecalled;

    private const string Overdue =
        """
        select distinct tenant_id from delivery where state = 'pending' and next_at < $1 and (leased_until is null or leased_until < $1)
        order by tenant_id limit 1000
        """;

    /// <summary>
    /// Calls <paramref name="relay"/> for each campaign, four at once, on one host at a time: false, and nothing done, while another host sweeps.
    /// </summary>
    public async Task<bool> SweepAsync(Func<Guid, Guid, CancellationToken, Task> relay, CancellationToken ct)
    {
        await using var connection = await central.OpenSystemAsync(ct);
        if (!await connection.ScalarAsync<bool>("select pg_try_advisory_lock($1)", [SweepLock], ct))
        {
            return false;
        }

        try
        {
            var campaigns = await connection.ListAsync(List, [], row => (Tenant: row.GetGuid(0), Campaign: row.GetGuid(1)), ct);
            await Parallel.ForEachAsync(
                campaigns, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = ct },
                async (one, token) => await relay(one.Tenant, one.Campaign, token));
        }
        finally
        {
            await connection.RunAsync("select pg_advisory_unlock($1)", [SweepLock], CancellationToken.None);
        }

        return true;
    }

    /// <summary>Campaigns that have not offered all of their own audit log to this incarnation since it was confirmed, and are older than that.</summary>
    public async Task<ImmutableArray<(Guid Tenant, Guid Campaign)>> RecallsAsync(CancellationToken ct)
    {
        await using var connection = await central.OpenSystemAsync(ct);
        return await connection.ListAsync(Recalls, [], row => (row.GetGuid(0), row.GetGuid(1)), ct);
    }

    /// <summary>Tenants with deliveries that should have been made a while ago.</summary>
    public async Task<ImmutableArray<Guid>> OverdueAsync(DateTimeOffset now, CancellationToken ct)
    {
        await using var connection = await central.OpenSystemAsync(ct);
        return await connection.ListAsync(Overdue, [now - TimeSpan.FromMinutes(10)], row => row.GetGuid(0), ct);
    }
}
