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

/// <summary>What became of an account that was to be set or removed.</summary>
/// <param name="Before">As it was; null when there was none.</param>
/// <param name="After">As it is now; null when it was removed.</param>
/// <param name="Campaigns">How many campaigns have something there that the change would leave. If any, nothing was written.</param>
public sealed record AccountChange(ProviderAccountView? Before, ProviderAccountView? After, int Campaigns);

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

    // What was begun there and is neither undone nor removed.
    private const string InUse =
        """
        select count(distinct d.campaign_id)::int from deployment_step s
        join deployment d on d.tenant_id = s.tenant_id and d.deployment_id = s.deployment_id
        where s.account_owner = $1 and s.account_provider = $2 and s.account_place = $3 and s.state not in ('pending', 'undone')
          and not exists (
            select from deployment g join deployment_step r on r.tenant_id = g.tenant_id and r.deployment_id = g.deployment_id
            where g.tenant_id = d.tenant_id and g.campaign_id = d.campaign_id and g.kind = 'decommission' and r.state = 'succeeded'
              and r.name = replace(s.name, 'create-', 'remove-'))
        """;

    // What was found where the account led can't be looked at any more: above all, that it is not seen does not mean that it was deleted.
    private const string LeaveFindings =
        """
        update reconciliation_finding set state = 'resolved', state_at = $3
        where tenant_id = $1 and provider = $2 and state in ('reported', 'due', 'deleting')
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

    /// <summary>
    /// Sets or replaces the account; without a token the stored one is kept, and there must be one. Refused where it would lead elsewhere while
    /// campaigns have something there: it would answer "not there" of all that.
    /// </summary>
    public async Task<AccountChange> SetAsync(
        Guid owner, string provider, string? token, ProviderSettings settings, string actor, CancellationToken ct)
    {
        await using var work = await central.BeginAsync(owner, ct);
        await PartAccount.LockAsync(work, owner, provider, ct);
        var (before, now) = (await OwnAsync(work, owner, provider, ct), time.GetUtcNow());
        var after = new ProviderAccountView(provider, settings, now, owner == CentralDatabase.PlatformTenant);
        var leaves = before is not null && PartAccount.PlaceOf(before.View.Settings) != PartAccount.PlaceOf(settings);
        if (leaves && await InUseAsync(owner, before!.View, ct) is > 0 and var campaigns)
        {
            return new AccountChange(before.View, before.View, campaigns);
        }

        var kept = token ?? before?.Token ?? throw new InvalidOperationException($"The account at {provider} has no token.");
        await work.Connection.RunAsync(
            Put,
            [owner, provider, JsonSerializer.Serialize(settings, StorageJson.Options), box.SealText(kept, Table, Row(owner, provider)), now], ct);
        if (leaves)
        {
            await work.Connection.RunAsync(LeaveFindings, [owner, provider, now], ct);
        }

        await AuditAsync(
            work, owner, provider, "provider.account_set", actor, before?.View.Settings, new { settings, isTokenNew = token is not null }, ct);
        await work.CommitAsync(ct);
        return new AccountChange(before?.View, after, 0);
    }

    /// <summary>Forgets the account; refused while campaigns have something there.</summary>
    public async Task<AccountChange> RemoveAsync(Guid owner, string provider, string actor, CancellationToken ct)
    {
        await using var work = await central.BeginAsync(owner, ct);
        await PartAccount.LockAsync(work, owner, provider, ct);
        if (await OwnAsync(work, owner, provider, ct) is not { } before)
        {
            return new AccountChange(null, null, 0);
        }

        if (await InUseAsync(owner, before.View, ct) is > 0 and var campaigns)
        {
            return new AccountChange(before.View, before.View, campaigns);
        }

        await work.Connection.RunAsync("delete from provider_account where tenant_id = $1 and provider = $2", [owner, provider], ct);
        await work.Connection.RunAsync(LeaveFindings, [owner, provider, time.GetUtcNow()], ct);
        await AuditAsync(work, owner, provider, "provider.account_removed", actor, before.View.Settings, null, ct);
        await work.CommitAsync(ct);
        return new AccountChange(before.View, null, 0);
    }

    /// <summary>How many campaigns, of any tenant, have something where the account leads.</summary>
    private async Task<int> InUseAsync(Guid owner, ProviderAccountView account, CancellationToken ct)
    {
        await using var connection = await central.OpenSystemAsync(ct);
        return await connection.ScalarAsync<int>(InUse, [owner, account.Provider, PartAccount.PlaceOf(account.Settings)], ct);
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
