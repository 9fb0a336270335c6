using System;
using System.Collections.Concurrent;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Storage.Central;
using PrizeDraw.Storage.Secrets;

namespace PrizeDraw.Storage.Campaign;

/// <summary>How many campaign connections a host holds.</summary>
public sealed record CampaignConnectionOptions
{
    /// <summary>Connections to campaign databases in use at once, over all campaigns of this host. 1 to 1000.</summary>
    public int ConnectionsMax { get; init; } = 60;

    /// <summary>How long to wait for one before <see cref="StorageUnavailableException"/>. 0.1 to 30 s.</summary>
    public TimeSpan WaitMax { get; init; } = TimeSpan.FromSeconds(5);
}

/// <summary>
/// Connections to campaign databases as the campaign's own role: at most three per campaign, closed after thirty idle seconds,
/// behind one gate for all campaigns of this host. The connection string is the secret <c>database</c> of the campaign's scope.
/// </summary>
public sealed class CampaignConnections(ISecrets secrets, CampaignConnectionOptions options) : IAsyncDisposable
{
    /// <summary>Name of the secret that holds the connection string; its scope is the campaign's id.</summary>
    public const string SecretName = "database";

    internal const int PerCampaign = 3;

    private readonly ConcurrentDictionary<(string Tenant, string Campaign), CampaignPool> _pools = new();
    private readonly SemaphoreSlim _gate = new(options.ConnectionsMax, options.ConnectionsMax);

    /// <summary>
    /// A connection to give back by disposing of it; null when the campaign has no database. Throws
    /// <see cref="StorageUnavailableException"/> when none came free in time, <see cref="NpgsqlException"/> when the database is away.
    /// </summary>
    public async Task<CampaignLease?> OpenAsync(string tenantId, string campaignId, CancellationToken ct)
    {
        var pool = await FindPoolAsync(tenantId, campaignId, ct);
        if (pool is null)
        {
            return null;
        }

        try
        {
            return await LeaseAsync(pool, ct);
        }
        catch (PostgresException error) when (IsOutOfDate(error))
        {
            // Another host has provisioned the campaign anew: its database and password are others now.
            await ForgetAsync(tenantId, campaignId);
            pool = await FindPoolAsync(tenantId, campaignId, ct);
            return pool is null ? null : await LeaseAsync(pool, ct);
        }
    }

    /// <summary>As <see cref="OpenAsync"/>, for a campaign that must have its database: otherwise an <see cref="InvalidOperationException"/>.</summary>
    public async Task<CampaignLease> RequireAsync(string tenantId, string campaignId, CancellationToken ct) =>
        await OpenAsync(tenantId, campaignId, ct) ?? throw new InvalidOperationException("The campaign has no database.");

    /// <summary>Closes the campaign's connections and forgets where its database is. To be called before that is deleted.</summary>
    public async Task ForgetAsync(string tenantId, string campaignId)
    {
        if (_pools.TryRemove((tenantId, campaignId), out var pool))
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

    private async Task<CampaignPool?> FindPoolAsync(string tenantId, string campaignId, CancellationToken ct)
    {
        var key = (tenantId, campaignId);
        if (_pools.TryGetValue(key, out var pool))
        {
            return pool;
        }

        var stored = await secrets.GetAsync(Ids.Parse(Ids.Tenant, tenantId), campaignId, SecretName, ct);
        if (stored is null)
        {
            return null;
        }

        var made = new CampaignPool(NpgsqlDataSource.Create(Limited(stored)), new SemaphoreSlim(PerCampaign, PerCampaign));
        var kept = _pools.GetOrAdd(key, made);
        if (!ReferenceEquals(kept, made))
        {
            await made.Source.DisposeAsync();
        }

        return kept;
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
                return new CampaignLease(await pool.Source.OpenConnectionAsync(ct), pool.Turns, _gate);
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

    private static string Limited(string connectionString)
    {
        var builder = CentralConnections.WithShortTimes(new NpgsqlConnectionStringBuilder(connectionString));
        builder.Pooling = true;
        builder.MinPoolSize = 0;
        builder.MaxPoolSize = PerCampaign;
        builder.ConnectionIdleLifetime = 30;
        builder.ConnectionPruningInterval = 10;
        return builder.ConnectionString;
    }

    private sealed record CampaignPool(NpgsqlDataSource Source, SemaphoreSlim Turns);
}

/// <summary>A borrowed connection to a campaign's database. Dispose of it to give it back.</summary>
public sealed class CampaignLease : IAsyncDisposable
{
    private readonly SemaphoreSlim _turns;
    private readonly SemaphoreSlim _gate;
    private bool _returned;

    internal CampaignLease(NpgsqlConnection connection, SemaphoreSlim turns, SemaphoreSlim gate)
    {
        Connection = connection;
        _turns = turns;
        _gate = gate;
    }

    public NpgsqlConnection Connection { get; }

    public async ValueTask DisposeAsync()
    {
        if (_returned)
        {
            return;
        }

        _returned = true;
        try
        {
            await Connection.DisposeAsync();
        }
        finally
        {
            _gate.Release();
            _turns.Release();
        }
    }
}
