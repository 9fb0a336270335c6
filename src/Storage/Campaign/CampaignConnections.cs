using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Data.Common;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Shared;
using PrizeDraw.Storage.Campaign.Pools;
using PrizeDraw.Storage.Central;
using PrizeDraw.Storage.Secrets;

namespace PrizeDraw.Storage.Campaign;

/// <summary>
/// Connections to campaign databases as the campaign's own role: at most three per campaign, closed after thirty idle seconds,
/// behind one gate for all campaigns of this host. The connection string is the secret <c>database</c> of the campaign's scope.
/// A rehearsal has connections of its own, at most two, so that its traffic never holds up the campaign's: their search path is part of
/// how they connect, and no connection ever changes it. A database is first brought to the current schema, where
/// <paramref name="schema"/> is given.
/// </summary>
public sealed class CampaignConnections(
    ISecrets secrets, CampaignConnectionOptions options, CampaignSchema? schema = null, CampaignStanding? standing = null) : IAsyncDisposable
{
    /// <summary>Name of the secret that holds the connection string; its scope is the campaign's id.</summary>
    public const string SecretName = "database";

    internal const int PerCampaign = 3, PerRehearsal = 2;

    /// <summary>Each may meet a password that is replaced just then, once on its way there and once on its way back, and each time the stored address changes too.</summary>
    private const int AttemptsMax = 6;

    private readonly ConcurrentDictionary<PoolKey, CampaignPool> _pools = new();
    private readonly SemaphoreSlim _gate = new(options.ConnectionsMax, options.ConnectionsMax);

    /// <summary>
    /// A connection to give back by disposing of it; null when the campaign has no database. Throws
    /// <see cref="CampaignPutAwayException"/> when its database is put away, <see cref="StorageUnavailableException"/> when none came free in time, <see cref="NpgsqlException"/> when the database is away.
    /// </summary>
    public Task<CampaignLease?> OpenAsync(string tenantId, string campaignId, CancellationToken ct) =>
        OpenAsync(new PoolKey(tenantId, campaignId, null), ct);

    /// <summary>As <see cref="OpenAsync(string, string, CancellationToken)"/>, to a rehearsal's rows; null is the campaign's own.</summary>
    public Task<CampaignLease?> OpenAsync(string tenantId, string campaignId, string? rehearsalId, CancellationToken ct) =>
        OpenAsync(new PoolKey(tenantId, campaignId, rehearsalId), ct);

    /// <summary>As <see cref="OpenAsync(string, string, CancellationToken)"/>, to the rows that the address means.</summary>
    public Task<CampaignLease?> OpenAsync(PoolAddress address, CancellationToken ct) =>
        OpenAsync(new PoolKey(address.TenantId, address.CampaignId, address.Rehearsal), ct);

    /// <summary>For a campaign that must have its database: otherwise an <see cref="InvalidOperationException"/>.</summary>
    public async Task<CampaignLease> RequireAsync(string tenantId, string campaignId, CancellationToken ct) =>
        Required(await OpenAsync(tenantId, campaignId, ct));

    /// <inheritdoc cref="RequireAsync(string, string, CancellationToken)"/>
    public async Task<CampaignLease> RequireAsync(PoolAddress address, CancellationToken ct) => Required(await OpenAsync(address, ct));

    /// <summary>
    /// Closes the campaign's connections, those of its rehearsals too, and forgets where its database is. To be called before that is
    /// deleted.
    /// </summary>
    public async Task ForgetAsync(string tenantId, string campaignId)
    {
        foreach (var key in _pools.Keys)
        {
            if (key.Tenant == tenantId && key.Campaign == campaignId)
            {
                await ForgetAsync(key);
            }
        }
    }

    /// <summary>Closes a rehearsal's connections.</summary>
    public Task ForgetAsync(string tenantId, string campaignId, string rehearsalId) =>
        ForgetAsync(new PoolKey(tenantId, campaignId, rehearsalId));

    /// <summary>
    /// Closes the campaign's sessions at once where nobody works with one: for whoever asks all campaigns in turn, of which each would keep a session for half a
    /// minute, more together than a server takes.
    /// </summary>
    internal void LetRest(string tenantId, string campaignId)
    {
        if (_pools.TryGetValue(new PoolKey(tenantId, campaignId, null), out var pool) && pool.Turns.CurrentCount == PerCampaign)
        {
            pool.Source.Clear();
        }
    }

    private static CampaignLease Required(CampaignLease? lease) =>
        lease ?? throw new InvalidOperationException("The campaign has no database.");

    private async Task<CampaignLease?> OpenAsync(PoolKey key, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            CampaignPool? pool = null;
            try
            {
                pool = await FindPoolAsync(key, isOutOfDate: attempt > 1, ct);
                return pool is null ? null : await LeaseCurrentAsync(key, pool, ct);
            }
            catch (PostgresException error) when (attempt < AttemptsMax && IsOutOfDate(error))
            {
                // Another host has provisioned the campaign anew, or its password is being replaced.
                await ForgetAsync(key, pool);
            }
            catch (Exception error) when (attempt < AttemptsMax && pool is not null && error is ObjectDisposedException or AddressReplacedException)
            {
                // Another call has just found out the same and forgot the pool that this one had; or the campaign was put away meanwhile.
                await ForgetAsync(key, pool);
            }
        }
    }

    private async Task ForgetAsync(PoolKey key)
    {
        if (_pools.TryRemove(key, out var pool))
        {
            await pool.Source.DisposeAsync();
        }
    }

    // This very pool: another call may have made a better one since.
    private async Task ForgetAsync(PoolKey key, CampaignPool? pool)
    {
        if (pool is not null && _pools.TryRemove(KeyValuePair.Create(key, pool)))
        {
            await pool.Source.DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var pool in _pools.Values)
        {
            await pool.Source.DisposeAsync();
        }

        _pools.Clear();
        _gate.Dispose();
    }

    private static bool IsOutOfDate(PostgresException error) => error.SqlState is PostgresErrorCodes.InvalidPassword
        or PostgresErrorCodes.InvalidAuthorizationSpecification or PostgresErrorCodes.InvalidCatalogName;

    private async Task<CampaignPool?> FindPoolAsync(PoolKey key, bool isOutOfDate, CancellationToken ct)
    {
        if (_pools.TryGetValue(key, out var pool))
        {
            return pool;
        }

        var stored = await StoredAsync(key, ct);
        if (stored is null)
        {
            await (standing?.RequireInUseAsync(key.Tenant, key.Campaign, ct) ?? Task.CompletedTask);
            return null;
        }

        var most = key.Rehearsal is null ? PerCampaign : PerRehearsal;
        var address = Limited(stored, key.Rehearsal, most, options);
        if (isOutOfDate)
        {
            address = await PasswordsInTurn.OfCampaignAsync(secrets, Ids.Parse(Ids.Tenant, key.Tenant), key.Campaign, address, ct);
        }

        var made = new CampaignPool(address, key.Rehearsal, most, () => IsStoredStillAsync(key, stored));
        var kept = _pools.GetOrAdd(key, made);
        if (!ReferenceEquals(kept, made))
        {
            await made.Source.DisposeAsync();
        }

        return kept;
    }

    /// <summary>
    /// Whoever asks holds a turn. The central database's failures are none of the campaign's: as they are they would end its sound sessions, or be taken for a
    /// refused password.
    /// </summary>
    private async Task<bool> IsStoredStillAsync(PoolKey key, string stored)
    {
        using var limit = new CancellationTokenSource(options.WaitMax);
        try
        {
            return await StoredAsync(key, limit.Token) == stored;
        }
        catch (Exception error) when (error is DbException or SocketException or TimeoutException or OperationCanceledException)
        {
            throw new StorageUnavailableException("The central database could not be asked whether the campaign's database is in use.");
        }
    }

    private Task<string?> StoredAsync(PoolKey key, CancellationToken ct) =>
        secrets.GetAsync(Ids.Parse(Ids.Tenant, key.Tenant), key.Campaign, SecretName, ct);

    /// <summary>The first lease of a pool sees to it that the database has the schema that this platform was built for.</summary>
    private async Task<CampaignLease> LeaseCurrentAsync(PoolKey key, CampaignPool pool, CancellationToken ct)
    {
        var lease = await LeaseAsync(pool, ct);
        if (schema is null || pool.HasCurrentSchema)
        {
            return lease;
        }

        try
        {
            if (await CampaignSchema.IsCurrentAsync(lease.Connection, ct))
            {
                pool.HasCurrentSchema = true;
                return lease;
            }
        }
        catch
        {
            await lease.DisposeAsync();
            throw;
        }

        // Given back meanwhile: what waits for the migration must not hold what others could work with.
        await lease.DisposeAsync();
        await schema.BringUpAsync(key.Tenant, key.Campaign, key.Rehearsal, options.WaitMax, ct);
        pool.HasCurrentSchema = true;
        return await LeaseAsync(pool, ct);
    }

    // The campaign's own limit comes first, so that one busy campaign never fills the gate with those that wait for it.
    private async Task<CampaignLease> LeaseAsync(CampaignPool pool, CancellationToken ct)
    {
        await EnterAsync(pool.Turns, ct);
        try
        {
            await EnterAsync(_gate, ct);
            try
            {
                return new CampaignLease(await pool.Source.OpenSteadilyAsync(ct), pool.Turns, _gate);
            }
            catch
            {
                _gate.Release();
                throw;
            }
        }
        catch
        {
            pool.Turns.Release();
            throw;
        }
    }

    private async Task EnterAsync(SemaphoreSlim semaphore, CancellationToken ct)
    {
        if (!await semaphore.WaitAsync(options.WaitMax, ct))
        {
            throw new StorageUnavailableException("No connection to the campaign's database came free in time.");
        }
    }

    internal static string Limited(string connectionString, string? rehearsalId, int most, CampaignConnectionOptions options)
    {
        var builder = (options.Times ?? new ConnectionTimes()).Set(new NpgsqlConnectionStringBuilder(connectionString));

        // What is reached by checked TLS is somebody else's, also where it stands in for a cloud provider on this machine.
        var isOurs = builder.Host == IPAddress.Loopback.ToString() && builder.SslMode != SslMode.VerifyFull;
        builder.Port = isOurs ? options.EmbeddedPort ?? builder.Port : builder.Port;
        builder.Pooling = true;
        builder.MinPoolSize = 0;
        builder.MaxPoolSize = most;
        builder.ConnectionIdleLifetime = 30;
        builder.ConnectionPruningInterval = 10;
        if (rehearsalId is not null)
        {
            // Set as the session begins, so that resetting a pooled connection leads back to it; and nothing else is in the path, so
            // that a table that the rehearsal lacks is never looked for among the real ones.
            CampaignSchema.Lead(builder, CampaignSchema.Of(rehearsalId));
        }

        return builder.ConnectionString;
    }
}
