using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Shared;

namespace PrizeDraw.Storage.Central;

/// <summary>
/// One transaction on the central database, confined by row-level security to the tenants it was begun for. Disposed without
/// <see cref="CommitAsync"/> it leaves nothing behind.
/// </summary>
public sealed class CentralUnitOfWork : IAsyncDisposable
{
    private CentralUnitOfWork(NpgsqlConnection connection, NpgsqlTransaction transaction)
    {
        Connection = connection;
        Transaction = transaction;
    }

    public NpgsqlConnection Connection { get; }

    public NpgsqlTransaction Transaction { get; }

    /// <summary>Writes the audit event of what this unit of work does; the event's tenant must be one of its tenants.</summary>
    public Task AuditAsync(AuditEvent entry, CancellationToken ct) => Connection.RunAsync(
        """
        insert into audit_event (tenant_id, event_id, at, campaign_id, actor, action, subject, before, after)
        values ($1, $2, $3, $4, $5, $6, $7, $8::jsonb, $9::jsonb)
        """,
        [
            entry.TenantId, entry.EventId, entry.At, entry.CampaignId, entry.Actor, entry.Action, entry.Subject,
            entry.BeforeJson, entry.AfterJson,
        ], ct);

    public Task CommitAsync(CancellationToken ct) => Transaction.CommitAsync(ct);

    public async ValueTask DisposeAsync()
    {
        await Transaction.DisposeAsync();
        await Connection.DisposeAsync();
    }

    internal static async Task<CentralUnitOfWork> BeginAsync(
        NpgsqlDataSource source, IEnumerable<Guid> tenantIds, CancellationToken ct)
    {
        var connection = await source.OpenSteadilyAsync(ct);
        try
        {
            // Npgsql sends BEGIN together with the statement that follows: one round trip.
            var transaction = await connection.BeginTransactionAsync(ct);
            await connection.RunAsync(
                "select set_config('app.tenant_ids', $1, true)", [string.Join(',', tenantIds.Select(id => id.ToString("d")))], ct);
            return new CentralUnitOfWork(connection, transaction);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }
}
