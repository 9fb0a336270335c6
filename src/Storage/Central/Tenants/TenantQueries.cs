using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Tenants;

namespace PrizeDraw.Storage.Central.Tenants;

/// <inheritdoc cref="ITenantQueries"/>
internal sealed class TenantQueries(ScopedReads reads) : ITenantQueries
{
    private const string Find = "select tenant_id, name, slug, version, created_at from tenant where tenant_id = $1";

    private const string List =
        """
        select tenant_id, name, slug, version, created_at from tenant
        where ($1::uuid is null or tenant_id < $1) order by tenant_id desc limit $2
        """;

    public async Task<TenantView?> FindAsync(Scope scope, string tenantId, CancellationToken ct)
    {
        if (!Ids.TryParse(Ids.Tenant, tenantId, out var id))
        {
            return null;
        }

        await using var read = await reads.OpenAsync(scope, ct);
        return await read.Connection.FindAsync(Find, [id], Read, ct);
    }

    public async Task<Page<TenantView>> ListAsync(Scope scope, int limit, string? cursor, CancellationToken ct)
    {
        var after = Cursor.Read(cursor);
        await using var read = await reads.OpenAsync(scope, ct);
        var found = await read.Connection.ListAsync(List, [after, Cursor.Fetch(limit)], Read, ct);
        return Cursor.Cut(found, limit, tenant => Ids.Parse(Ids.Tenant, tenant.Id));
    }

    internal static TenantView Read(NpgsqlDataReader row) =>
        new(Ids.Format(Ids.Tenant, row.GetGuid(0)), row.GetString(1), row.GetString(2), row.GetInt64(3), row.Time(4));
}
