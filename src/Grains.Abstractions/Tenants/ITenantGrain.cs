using System;
using System.Threading;
using System.Threading.Tasks;
using Orleans;
using PrizeDraw.Grains.Abstractions.Campaigns;

namespace PrizeDraw.Grains.Abstractions.Tenants;

/// <summary>Owns one tenant (a client of the agency). Key: the tenant's id. Refusals: <c>tenant.not_found</c>, <c>tenant.invalid</c>,
/// <c>tenant.slug_taken</c>, <c>tenant.version_conflict</c>.</summary>
[Alias("tenant-grain")]
public interface ITenantGrain : IGrainWithStringKey
{
    [Alias("create")] Task<Result<TenantView>> CreateAsync(CreateTenant command);

    [Alias("update")] Task<Result<TenantView>> UpdateAsync(UpdateTenant command);
}

/// <param name="Name">1 to 200 characters.</param>
/// <param name="Slug">2 to 40 characters of a-z, 0-9 and hyphen, starting with a letter; unique in the installation.</param>
[GenerateSerializer, Alias("create-tenant")]
public sealed record CreateTenant([property: Id(0)] Actor Actor, [property: Id(1)] string Name, [property: Id(2)] string Slug);

[GenerateSerializer, Alias("update-tenant")]
public sealed record UpdateTenant(
    [property: Id(0)] Actor Actor, [property: Id(1)] string? Name, [property: Id(2)] string? Slug, [property: Id(3)] long? IfMatch);

[GenerateSerializer, Alias("tenant-view")]
public sealed record TenantView(
    [property: Id(0)] string Id,
    [property: Id(1)] string Name,
    [property: Id(2)] string Slug,
    [property: Id(3)] long Version,
    [property: Id(4)] DateTimeOffset CreatedAt);

public interface ITenantQueries
{
    Task<TenantView?> FindAsync(Scope scope, string tenantId, CancellationToken ct);

    Task<Page<TenantView>> ListAsync(Scope scope, int limit, string? cursor, CancellationToken ct);
}
