using System;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Grains.Abstractions;

namespace PrizeDraw.Storage.Campaign;

/// <summary>Whose rows a pool leads to; <paramref name="Rehearsal"/> is null for the campaign's own.</summary>
internal sealed record PoolKey(string Tenant, string Campaign, string? Rehearsal);

/// <summary>
/// A campaign's connections by the address that was stored when the pool was made. Each session asks, once it is open, whether that is the stored one still:
/// other hosts are not told when a campaign is put away, and whoever settles it ends the sessions that are open once the address is gone.
/// So a session is either seen and ended there, or finds the address gone here.
/// </summary>
internal sealed class CampaignPool
{
    private readonly string? _rehearsalId;
    private readonly Func<Task<bool>> _isStoredStill;

    public CampaignPool(string connectionString, string? rehearsalId, int most, Func<Task<bool>> isStoredStill)
    {
        (_rehearsalId, _isStoredStill, Turns) = (rehearsalId, isStoredStill, new SemaphoreSlim(most, most));
        var source = new NpgsqlDataSourceBuilder(connectionString);
        source.UsePhysicalConnectionInitializer(connection => CheckAsync(connection).GetAwaiter().GetResult(), CheckAsync);
        Source = source.Build();
    }

    public NpgsqlDataSource Source { get; }

    public SemaphoreSlim Turns { get; }

    /// <summary>Whether a lease has seen that the database has the schema that this platform was built for.</summary>
    public volatile bool HasCurrentSchema;

    private async Task CheckAsync(NpgsqlConnection connection)
    {
        if (!await _isStoredStill())
        {
            throw new AddressReplacedException();
        }

        // A pooler between us and the database may drop what a session asks for: then a rehearsal's rows would go among the real ones.
        if (_rehearsalId is not null)
        {
            await CampaignSchema.RequireWithinAsync(connection, CampaignSchema.Of(_rehearsalId));
        }
    }
}

/// <summary>The campaign's address was taken away or replaced while a connection was made by it.</summary>
internal sealed class AddressReplacedException() : StorageUnavailableException("The campaign's database was put away or replaced just now. Try again.");
