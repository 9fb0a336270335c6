using System;
using System.Collections.Immutable;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.ApiKeys;
using PrizeDraw.Grains.Abstractions.Campaigns;

namespace PrizeDraw.Storage.Central.ApiKeys;

/// <summary>Writes API keys, each in one transaction with its audit event. Called by the key's grain alone.</summary>
public sealed class ApiKeyStore(CentralDatabase central, TimeProvider time)
{
    private const string Put =
        $"""
        insert into api_key (tenant_id, key_id, name, scopes, secret_hash, created_at) values ($1, $2, $3, $4, $5, $6)
        on conflict (tenant_id, key_id) do update set secret_hash = excluded.secret_hash
        where api_key.revoked_at is null and api_key.name = excluded.name and api_key.scopes = excluded.scopes
        returning {ApiKeyQueries.Columns}
        """;

    private const string Revoke =
        "update api_key set revoked_at = $3 where tenant_id = $1 and key_id = $2 and revoked_at is null returning name";

    /// <summary>Creates the key, or gives the one with the same name and scopes another secret. Null when the id is another key's.</summary>
    public async Task<ApiKeyView?> PutAsync(
        Guid tenant, Guid key, string name, ImmutableArray<string> scopes, byte[] secretHash, string actor, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        await using var work = await central.BeginAsync(tenant, ct);
        var made = await work.Connection.FindAsync(Put, [tenant, key, name, scopes.AsSpan().ToArray(), secretHash, now], ApiKeyQueries.Read, ct);
        if (made is not null)
        {
            await work.AuditAsync(new AuditEvent(
                tenant, Guid.CreateVersion7(now), now, null, actor, "api_key.created", made.Id, null, new { name, scopes }), ct);
            await work.CommitAsync(ct);
        }

        return made;
    }

    /// <summary>Ends the key. False when it is not there or ended before.</summary>
    public async Task<bool> RevokeAsync(Guid tenant, Guid key, string actor, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        await using var work = await central.BeginAsync(tenant, ct);
        if (await work.Connection.ScalarAsync<string>(Revoke, [tenant, key, now], ct) is not { } name)
        {
            return false;
        }

        await work.AuditAsync(new AuditEvent(
            tenant, Guid.CreateVersion7(now), now, null, actor, "api_key.revoked", Ids.Format(Ids.ApiKey, key), new { name }), ct);
        await work.CommitAsync(ct);
        return true;
    }
}

/// <inheritdoc cref="IApiKeyQueries"/>
internal sealed class ApiKeyQueries(ScopedReads reads, CentralDatabase central) : IApiKeyQueries
{
    internal const string Columns = "key_id, tenant_id, name, scopes, created_at";

    private const string List =
        $"""
        select {Columns} from api_key where tenant_id = $1 and revoked_at is null and ($2::uuid is null or key_id < $2)
        order by key_id desc limit $3
        """;

    private const string Find = $"select {Columns} from api_key where tenant_id = $1 and key_id = $2 and revoked_at is null";

    private const string FindBySecret = $"select {Columns} from api_key where secret_hash = $1 and revoked_at is null";

    public async Task<Page<ApiKeyView>> ListAsync(Scope scope, string tenantId, int limit, string? cursor, CancellationToken ct)
    {
        var after = Cursor.Read(cursor);
        await using var read = await reads.OpenAsync(scope, ct);
        var found = await read.Connection.ListAsync(List, [Ids.Parse(Ids.Tenant, tenantId), after, Cursor.Fetch(limit)], Read, ct);
        return Cursor.Cut(found, limit, key => Ids.Parse(Ids.ApiKey, key.Id));
    }

    public async Task<ApiKeyView?> FindAsync(Scope scope, string tenantId, string keyId, CancellationToken ct)
    {
        if (!Ids.TryParse(Ids.ApiKey, keyId, out var key))
        {
            return null;
        }

        await using var read = await reads.OpenAsync(scope, ct);
        return await read.Connection.FindAsync(Find, [Ids.Parse(Ids.Tenant, tenantId), key], Read, ct);
    }

    public async Task<ApiKeyView?> FindBySecretAsync(string secretHash, CancellationToken ct)
    {
        await using var connection = await central.OpenSystemAsync(ct);
        return await connection.FindAsync(FindBySecret, [Convert.FromHexString(secretHash)], Read, ct);
    }

    internal static ApiKeyView Read(NpgsqlDataReader row) => new(
        Ids.Format(Ids.ApiKey, row.GetGuid(0)), Ids.Format(Ids.Tenant, row.GetGuid(1)), row.GetString(2),
        [.. row.GetFieldValue<string[]>(3)], row.Time(4));
}
