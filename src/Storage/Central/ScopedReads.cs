using System;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;

namespace PrizeDraw.Storage.Central;

/// <summary>
/// Opens connections for reads: the reading role confined to the scope's tenants, or, for <see cref="Scope.All"/>, the system role.
/// </summary>
internal sealed class ScopedReads(CentralDatabase central)
{
    public async Task<ScopedRead> OpenAsync(Scope scope, CancellationToken ct)
    {
        if (scope.All)
        {
            return new ScopedRead(await central.OpenSystemAsync(ct), null);
        }

        return await OpenAsync(Uuids(Ids.Tenant, scope.TenantIds), ct);
    }

    /// <summary>Confined to these tenants, whatever the scope.</summary>
    public async Task<ScopedRead> OpenAsync(Guid[] tenants, CancellationToken ct)
    {
        var work = await central.ReadAsync(tenants, ct);
        return new ScopedRead(work.Connection, work);
    }

    /// <summary>The campaigns that the scope is narrowed to; empty is all of its tenants.</summary>
    public static Guid[] Campaigns(Scope scope) => scope.All ? [] : Uuids(Ids.Campaign, scope.CampaignIds);

    private static Guid[] Uuids(string kind, ImmutableArray<string> ids) => [.. ids.Select(id => Ids.Parse(kind, id))];
}

/// <summary>A connection that is being read from.</summary>
internal sealed class ScopedRead(NpgsqlConnection connection, CentralUnitOfWork? work) : IAsyncDisposable
{
    public NpgsqlConnection Connection => connection;

    public ValueTask DisposeAsync() => work?.DisposeAsync() ?? connection.DisposeAsync();
}
