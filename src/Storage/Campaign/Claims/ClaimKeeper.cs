using System;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Grains.Abstractions;

namespace PrizeDraw.Storage.Campaign.Claims;

/// <summary>
/// Changes of a campaign's claims, each in one transaction that begins by naming the epoch that its writer holds: an activation that has been
/// taken over writes nothing more, and no two changes overlap.
/// </summary>
public sealed class ClaimKeeper(CampaignConnections connections)
{
    /// <summary>Takes the claims: whoever kept them before writes nothing more. Null for a campaign without a database.</summary>
    public async Task<long?> TakeAsync(ClaimAddress address, CancellationToken ct)
    {
        await using var lease = await connections.OpenAsync(address.TenantId, address.CampaignId, ct);
        return lease is null ? null : await lease.Connection.FindAsync<long?>(
            """
            insert into claim_keeper as k (campaign_id, epoch) values ($1, 1)
            on conflict (campaign_id) do update set epoch = k.epoch + 1 returning epoch
            """, [address.Campaign], row => row.GetInt64(0), ct);
    }

    /// <summary>
    /// Runs the change; what it adds to the batch is sent at its end, in the same transaction. Throws <see cref="ClaimsTakenOverException"/>
    /// when somebody else keeps the claims.
    /// </summary>
    internal async Task<T> ChangeAsync<T>(
        ClaimAddress address, long epoch, Func<NpgsqlConnection, NpgsqlBatch, Task<T>> change, CancellationToken ct)
    {
        await using var lease = await connections.RequireAsync(address.TenantId, address.CampaignId, ct);
        await using var transaction = await lease.Connection.BeginTransactionAsync(ct);
        if (await lease.Connection.RunAsync(
            "update claim_keeper set epoch = epoch where campaign_id = $1 and epoch = $2", [address.Campaign, epoch], ct) != 1)
        {
            throw new ClaimsTakenOverException();
        }

        await using var batch = new NpgsqlBatch(lease.Connection, transaction);
        var result = await change(lease.Connection, batch);
        if (batch.BatchCommands.Count > 0)
        {
            await batch.ExecuteNonQueryAsync(ct);
        }

        await transaction.CommitAsync(ct);
        return result;
    }
}

/// <summary>Another activation keeps the campaign's claims by now.</summary>
public sealed class ClaimsTakenOverException() : StorageUnavailableException("Another activation keeps the claims of this campaign.");
