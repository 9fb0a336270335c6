using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Shared;

namespace PrizeDraw.Storage.Central;

/// <summary>Opens units of work on the central database.</summary>
public sealed class CentralDatabase(CentralConnections connections)
{
    /// <summary>The owner of rows that belong to the platform as a whole: the nil UUID.</summary>
    public static readonly Guid PlatformTenant = Guid.Empty;

    /// <summary>Begins a writing transaction that sees these tenants alone. Throws <see cref="NpgsqlException"/> while the database is away.</summary>
    public Task<CentralUnitOfWork> BeginAsync(IEnumerable<Guid> tenantIds, CancellationToken ct) =>
        CentralUnitOfWork.BeginAsync(connections.App, tenantIds, ct);

    /// <inheritdoc cref="BeginAsync(IEnumerable{Guid}, CancellationToken)"/>
    public Task<CentralUnitOfWork> BeginAsync(Guid tenantId, CancellationToken ct) => BeginAsync([tenantId], ct);

    /// <summary>Begins a reading transaction that sees these tenants alone.</summary>
    public Task<CentralUnitOfWork> ReadAsync(IEnumerable<Guid> tenantIds, CancellationToken ct) =>
        CentralUnitOfWork.BeginAsync(connections.Reader, tenantIds, ct);

    /// <summary>A connection that reads across tenants, for the listed callers alone.</summary>
    internal Task<NpgsqlConnection> OpenSystemAsync(CancellationToken ct) => connections.System.OpenSteadilyAsync(ct);

    /// <summary>A connection for tables that belong to no tenant (keys, requests).</summary>
    internal Task<NpgsqlConnection> OpenPlatformAsync(CancellationToken ct) => connections.App.OpenSteadilyAsync(ct);
}
