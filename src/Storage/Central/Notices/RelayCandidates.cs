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

    // What has been over for long enough was swept many times since its last write.
    private const string List =
        """
        select tenant_id, campaign_id from campaign
        where published_at is not null and (state in ('scheduled', 'live', 'paused', 'closed') or updated_at > $1)
          and (opens_at is null or opens_at <= $2) and state not in ('archived', 'decommissioned')
        order by campaign_id limit 10000
        """;

    private const string Overdue =
        """
        select distinct tenant_id from delivery where state = 'pending' and next_at < $1 and (leased_until is null or leased_until < $1)
        order by tenant_id limit 1000
        """;

    /// <summary>
    /// Calls <paramref name="relay"/> for each campaign in turn, on one host at a time: false, and nothing done, while another host sweeps.
    /// </summary>
    public async Task<bool> SweepAsync(
        DateTimeOffset now, Func<Guid, Guid, CancellationToken, Task> relay, CancellationToken ct)
    {
        await using var connection = await central.OpenSystemAsync(ct);
        if (!await connection.ScalarAsync<bool>("select pg_try_advisory_lock($1)", [SweepLock], ct))
        {
            return false;
        }

        try
        {
            foreach (var (tenant, campaign) in await ReadAsync(connection, now, ct))
            {
                await relay(tenant, campaign, ct);
            }
        }
        finally
        {
            await connection.RunAsync("select pg_advisory_unlock($1)", [SweepLock], CancellationToken.None);
        }

        return true;
    }

    /// <summary>Tenants with deliveries that should have been made a while ago.</summary>
    public async Task<ImmutableArray<Guid>> OverdueAsync(DateTimeOffset now, CancellationToken ct)
    {
        await using var connection = await central.OpenSystemAsync(ct);
        return await connection.ListAsync(Overdue, [now - TimeSpan.FromMinutes(10)], row => row.GetGuid(0), ct);
    }

    private static Task<ImmutableArray<(Guid Tenant, Guid Campaign)>> ReadAsync(NpgsqlConnection connection, DateTimeOffset now, CancellationToken ct) =>
        connection.ListAsync(List, [now - TimeSpan.FromDays(1), now], row => (row.GetGuid(0), row.GetGuid(1)), ct);
}
