using System;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Storage.Central;

namespace PrizeDraw.Storage.Secrets;

/// <summary>
/// Named secrets of a tenant (<see cref="CentralDatabase.PlatformTenant"/> for the platform's own). A scope is what the secret
/// belongs to: a campaign's id, for example. Values are never logged.
/// </summary>
public interface ISecrets
{
    /// <summary>The secret, or null. Throws <see cref="SecretException"/> when it does not open.</summary>
    Task<string?> GetAsync(Guid tenantId, string scope, string name, CancellationToken ct);

    /// <summary>Stores or replaces the secret in a transaction of its own.</summary>
    Task PutAsync(Guid tenantId, string scope, string name, string value, CancellationToken ct);

    /// <summary>Stores or replaces the secret in the caller's unit of work, which must cover the tenant.</summary>
    Task PutAsync(CentralUnitOfWork work, Guid tenantId, string scope, string name, string value, CancellationToken ct);

    /// <summary>Stores the secret in the caller's unit of work unless there is one already.</summary>
    Task AddAsync(CentralUnitOfWork work, Guid tenantId, string scope, string name, string value, CancellationToken ct);

    /// <summary>The secret or null, locked until the caller's unit of work ends.</summary>
    Task<string?> HoldAsync(CentralUnitOfWork work, Guid tenantId, string scope, string name, CancellationToken ct);

    /// <summary>Deletes the secret; gone already is fine.</summary>
    Task DeleteAsync(Guid tenantId, string scope, string name, CancellationToken ct);

    /// <summary>Deletes the secret in the caller's unit of work; gone already is fine.</summary>
    Task DeleteAsync(CentralUnitOfWork work, Guid tenantId, string scope, string name, CancellationToken ct);

    /// <summary>Deletes every secret of the scope.</summary>
    Task DeleteAllAsync(Guid tenantId, string scope, CancellationToken ct);
}

/// <inheritdoc cref="ISecrets"/>
internal sealed class SecretStore(CentralDatabase central, SecretBox box, TimeProvider time) : ISecrets
{
    private const string Table = "secret";

    public async Task<string?> GetAsync(Guid tenantId, string scope, string name, CancellationToken ct)
    {
        await using var work = await central.BeginAsync(tenantId, ct);
        var envelope = await work.Connection.ScalarAsync<byte[]>(
            "select envelope from secret where tenant_id = $1 and scope = $2 and name = $3", [tenantId, scope, name], ct);
        return envelope is null ? null : box.OpenText(envelope, Table, Row(tenantId, scope, name));
    }

    public async Task PutAsync(Guid tenantId, string scope, string name, string value, CancellationToken ct)
    {
        await using var work = await central.BeginAsync(tenantId, ct);
        await PutAsync(work, tenantId, scope, name, value, ct);
        await work.CommitAsync(ct);
    }

    public Task PutAsync(CentralUnitOfWork work, Guid tenantId, string scope, string name, string value, CancellationToken ct) =>
        work.Connection.RunAsync(
            """
            insert into secret (tenant_id, scope, name, envelope, updated_at) values ($1, $2, $3, $4, $5)
            on conflict (tenant_id, scope, name) do update set envelope = excluded.envelope, updated_at = excluded.updated_at
            """,
            [tenantId, scope, name, box.SealText(value, Table, Row(tenantId, scope, name)), time.GetUtcNow()], ct);

    public Task AddAsync(CentralUnitOfWork work, Guid tenantId, string scope, string name, string value, CancellationToken ct) =>
        work.Connection.RunAsync(
            "insert into secret (tenant_id, scope, name, envelope, updated_at) values ($1, $2, $3, $4, $5) on conflict (tenant_id, scope, name) do nothing",
            [tenantId, scope, name, box.SealText(value, Table, Row(tenantId, scope, name)), time.GetUtcNow()], ct);

    public async Task<string?> HoldAsync(CentralUnitOfWork work, Guid tenantId, string scope, string name, CancellationToken ct)
    {
        var envelope = await work.Connection.ScalarAsync<byte[]>(
            "select envelope from secret where tenant_id = $1 and scope = $2 and name = $3 for update", [tenantId, scope, name], ct);
        return envelope is null ? null : box.OpenText(envelope, Table, Row(tenantId, scope, name));
    }

    public async Task DeleteAsync(Guid tenantId, string scope, string name, CancellationToken ct)
    {
        await using var work = await central.BeginAsync(tenantId, ct);
        await DeleteAsync(work, tenantId, scope, name, ct);
        await work.CommitAsync(ct);
    }

    public Task DeleteAsync(CentralUnitOfWork work, Guid tenantId, string scope, string name, CancellationToken ct) => work.Connection.RunAsync(
        "delete from secret where tenant_id = $1 and scope = $2 and name = $3", [tenantId, scope, name], ct);

    public async Task DeleteAllAsync(Guid tenantId, string scope, CancellationToken ct)
    {
        await using var work = await central.BeginAsync(tenantId, ct);
        await work.Connection.RunAsync("delete from secret where tenant_id = $1 and scope = $2", [tenantId, scope], ct);
        await work.CommitAsync(ct);
    }

    // Lengths lead, so that no other scope and name give the same row.
    internal static string Row(Guid tenantId, string scope, string name) => $"{tenantId:n}/{scope.Length}/{scope}/{name}";
}
