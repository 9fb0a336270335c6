using System;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Shared;
using PrizeDraw.Storage.Central;
using PrizeDraw.Storage.Secrets;

namespace PrizeDraw.Storage.Campaign;

/// <summary>
/// A campaign's database once its connection string stands under <see cref="SecretNames.DatabaseAtRest"/>, for the one who settles it alone:
/// everybody else looks for it in vain.
/// </summary>
public sealed class PutAwayDatabase(ISecrets secrets, CampaignConnectionOptions options, CampaignSchema? schema = null)
{
    // What was begun before the database was put away is ended here, so that nothing is written after it was looked at. A session that does not
    // end in time is counted. Chosen first: the planner may ask a condition of every session of the server.
    private const string EndOthers =
        """
        with others as materialized (
          select pid from pg_stat_activity where datname = current_database() and usename = current_user and pid <> pg_backend_pid())
        select count(*) from others where not pg_terminate_backend(pid, 2000)
        """;

    /// <summary>
    /// A connection of its own, when every other session of the campaign's role has ended; null when the campaign's database is not put away. Throws
    /// <see cref="NpgsqlException"/> when the database is away, <see cref="StorageUnavailableException"/> when a session goes on.
    /// </summary>
    public async Task<NpgsqlConnection?> OpenAsync(string tenantId, string campaignId, CancellationToken ct)
    {
        var tenant = Ids.Parse(Ids.Tenant, tenantId);
        if (await secrets.GetAsync(tenant, campaignId, SecretNames.DatabaseAtRest, ct) is not { } stored)
        {
            return null;
        }

        var address = await PasswordsInTurn.OfCampaignAsync(
            secrets, tenant, campaignId, CampaignConnections.Limited(stored, null, 1, options), ct);
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(address) { Pooling = false }.ConnectionString);
        try
        {
            await connection.OpenSteadilyAsync(ct);
            if (schema is not null && !await CampaignSchema.IsCurrentAsync(connection, ct))
            {
                await schema.BringUpAsync(tenantId, campaignId, null, options.WaitMax, ct);
            }

            // One that ended by itself just then is counted as one that goes on: a second look does not find it.
            return await connection.ScalarAsync<long>(EndOthers, [], ct) == 0 || await connection.ScalarAsync<long>(EndOthers, [], ct) == 0 ? connection
                : throw new StorageUnavailableException("Somebody is still at work in the campaign's database.");
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }
}
