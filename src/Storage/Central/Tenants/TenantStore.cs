using System;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Tenants;

namespace PrizeDraw.Storage.Central.Tenants;

/// <summary>What came of a write to a tenant.</summary>
public enum TenantWrite
{
    /// <summary>Written, with its audit event.</summary>
    Done,

    /// <summary>There is no such tenant.</summary>
    NotFound,

    /// <summary>Another tenant has the slug.</summary>
    SlugTaken,

    /// <summary>The version is not the one that was expected, or the tenant to create is there and is another.</summary>
    VersionConflict,
}

/// <summary>Writes tenants, each in one transaction with its audit event. Called by the tenant's grain alone.</summary>
public sealed class TenantStore(CentralDatabase central, TimeProvider time)
{
    private const string Insert =
        """
        insert into tenant (tenant_id, name, slug, created_at, updated_at) values ($1, $2, $3, $4, $4)
        on conflict (tenant_id) do nothing
        returning tenant_id, name, slug, version, created_at
        """;

    private const string Find = "select tenant_id, name, slug, version, created_at from tenant where tenant_id = $1 for update";

    private const string Update =
        """
        update tenant set name = $2, slug = $3, version = version + 1, updated_at = $4 where tenant_id = $1
        returning tenant_id, name, slug, version, created_at
        """;

    /// <summary>Creates the tenant. Repeated with the same name and slug it answers the tenant that is there.</summary>
    public async Task<(TenantWrite Outcome, TenantView? Tenant)> CreateAsync(
        Guid tenantId, string name, string slug, string actor, CancellationToken ct)
    {
        await using var work = await central.BeginAsync(tenantId, ct);
        try
        {
            var made = await work.Connection.FindAsync(Insert, [tenantId, name, slug, time.GetUtcNow()], TenantQueries.Read, ct);
            if (made is null)
            {
                var there = await work.Connection.FindAsync(Find, [tenantId], TenantQueries.Read, ct);
                return there is not null && there.Name == name && there.Slug == slug
                    ? (TenantWrite.Done, there)
                    : (TenantWrite.VersionConflict, null);
            }

            await AuditAsync(work, tenantId, actor, "tenant.created", null, made, ct);
            await work.CommitAsync(ct);
            return (TenantWrite.Done, made);
        }
        catch (PostgresException error) when (error.ConstraintName == "tenant_slug_is_unique")
        {
            return (TenantWrite.SlugTaken, null);
        }
    }

    /// <summary>Changes name and slug, null leaving each as it is. A change that changes nothing is not written.</summary>
    public async Task<(TenantWrite Outcome, TenantView? Tenant)> UpdateAsync(
        Guid tenantId, string? name, string? slug, long? ifMatch, string actor, CancellationToken ct)
    {
        await using var work = await central.BeginAsync(tenantId, ct);
        var before = await work.Connection.FindAsync(Find, [tenantId], TenantQueries.Read, ct);
        if (before is null || (ifMatch is not null && ifMatch != before.Version))
        {
            return (before is null ? TenantWrite.NotFound : TenantWrite.VersionConflict, null);
        }

        if ((name ?? before.Name) == before.Name && (slug ?? before.Slug) == before.Slug)
        {
            return (TenantWrite.Done, before);
        }

        try
        {
            var after = await work.Connection.FindAsync(
                Update, [tenantId, name ?? before.Name, slug ?? before.Slug, time.GetUtcNow()], TenantQueries.Read, ct);
            await AuditAsync(work, tenantId, actor, "tenant.updated", before, after, ct);
            await work.CommitAsync(ct);
            return (TenantWrite.Done, after);
        }
        catch (PostgresException error) when (error.ConstraintName == "tenant_slug_is_unique")
        {
            return (TenantWrite.SlugTaken, null);
        }
    }

    private Task AuditAsync(
        CentralUnitOfWork work, Guid tenantId, string actor, string action, TenantView? before, TenantView? after, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        return work.AuditAsync(
            new AuditEvent(
                tenantId, Guid.CreateVersion7(now), now, null, actor, action, Ids.Format(Ids.Tenant, tenantId), Facts(before), Facts(after)),
            ct);
    }

    private static object? Facts(TenantView? tenant) => tenant is null ? null : new { tenant.Name, tenant.Slug, tenant.Version };
}
