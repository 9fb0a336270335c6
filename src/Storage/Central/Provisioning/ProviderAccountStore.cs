using System;
using System.Collections.Immutable;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Provisioning;
using PrizeDraw.Storage.Secrets;

namespace PrizeDraw.Storage.Central.Provisioning;

/// <summary>An account with its token, which is never logged.</summary>
public sealed record ProviderAccount(ProviderAccountView View, string Token)
{
    public override string ToString() => View.Provider;
}

/// <summary>
/// Accounts at cloud providers, each written in one transaction with its audit event. Written by the accounts' grain alone. The nil UUID owns
/// the platform's.
/// </summary>
public sealed class ProviderAccountStore(CentralDatabase central, SecretBox box, TimeProvider time)
{
    private const string Table = "provider_account";

    private const string Find = "select tenant_id, provider, settings::text, updated_at, token from provider_account where tenant_id = $1 and provider = $2";

    private const string Put =
        """
        insert into provider_account (tenant_id, provider, settings, token, updated_at) values ($1, $2, $3::jsonb, $4, $5)
        on conflict (tenant_id, provider) do update set settings = excluded.settings, token = excluded.token, updated_at = excluded.updated_at
        """;

    /// <summary>The tenant's own account, else the platform's; null when there is neither. Throws <see cref="SecretException"/>.</summary>
    public async Task<ProviderAccount?> FindAsync(Guid tenant, string provider, CancellationToken ct) =>
        await OwnAsync(tenant, provider, ct)
        ?? (tenant == CentralDatabase.PlatformTenant ? null : await OwnAsync(CentralDatabase.PlatformTenant, provider, ct));

    /// <summary>The account that this owner has itself.</summary>
    public async Task<ProviderAccount?> OwnAsync(Guid owner, string provider, CancellationToken ct)
    {
        await using var work = await central.BeginAsync(owner, ct);
        return await OwnAsync(work, owner, provider, ct);
    }

    /// <summary>Sets or replaces the account; without a token the stored one is kept, and there must be one.</summary>
    public async Task<ProviderAccountView> SetAsync(
        Guid owner, string provider, string? token, ProviderSettings settings, string actor, CancellationToken ct)
    {
        await using var work = await central.BeginAsync(owner, ct);
        var (before, now) = (await OwnAsync(work, owner, provider, ct), time.GetUtcNow());
        var kept = token ?? before?.Token ?? throw new InvalidOperationException($"The account at {provider} has no token.");
        await work.Connection.RunAsync(
            Put,
            [owner, provider, JsonSerializer.Serialize(settings, StorageJson.Options), box.SealText(kept, Table, Row(owner, provider)), now], ct);
        await AuditAsync(
            work, owner, provider, "provider.account_set", actor, before?.View.Settings, new { settings, isTokenNew = token is not null }, ct);
        await work.CommitAsync(ct);
        return new ProviderAccountView(provider, settings, now, owner == CentralDatabase.PlatformTenant);
    }

    /// <summary>Whether there was one.</summary>
    public async Task<bool> RemoveAsync(Guid owner, string provider, string actor, CancellationToken ct)
    {
        await using var work = await central.BeginAsync(owner, ct);
        if (await OwnAsync(work, owner, provider, ct) is not { } before)
        {
            return false;
        }

        await work.Connection.RunAsync("delete from provider_account where tenant_id = $1 and provider = $2", [owner, provider], ct);
        await AuditAsync(work, owner, provider, "provider.account_removed", actor, before.View.Settings, null, ct);
        await work.CommitAsync(ct);
        return true;
    }

    internal static ProviderAccountView Read(NpgsqlDataReader row) => new(
        row.GetString(1), JsonSerializer.Deserialize<ProviderSettings>(row.GetString(2), StorageJson.Options)!, row.Time(3),
        row.GetGuid(0) == CentralDatabase.PlatformTenant);

    private async Task<ProviderAccount?> OwnAsync(CentralUnitOfWork work, Guid owner, string provider, CancellationToken ct) =>
        await work.Connection.FindAsync(
            Find, [owner, provider],
            row => new ProviderAccount(Read(row), box.OpenText(row.GetFieldValue<byte[]>(4), Table, Row(owner, provider))), ct);

    private static string Row(Guid owner, string provider) => $"{owner:n}/{provider}";

    private async Task AuditAsync(
        CentralUnitOfWork work, Guid owner, string provider, string action, string actor, object? before, object? after, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        await work.AuditAsync(new AuditEvent(owner, Guid.CreateVersion7(now), now, null, actor, action, provider, before, after), ct);
    }
}

/// <inheritdoc cref="IProviderAccountQueries"/>
internal sealed class ProviderAccountQueries(ScopedReads reads) : IProviderAccountQueries
{
    private const string List =
        """
        select distinct on (provider) tenant_id, provider, settings::text, updated_at from provider_account
        where tenant_id in ($1, $2) order by provider, tenant_id = $2
        """;

    public async Task<ImmutableArray<ProviderAccountView>> ListAsync(string? tenantId, CancellationToken ct)
    {
        var platform = CentralDatabase.PlatformTenant;
        var owner = tenantId is null ? platform : Ids.Parse(Ids.Tenant, tenantId);
        await using var read = await reads.OpenAsync([owner, platform], ct);
        return await read.Connection.ListAsync(List, [owner, platform], ProviderAccountStore.Read, ct);
    }
}
