using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Domain.Pools;
using PrizeDraw.Storage.Secrets;

namespace PrizeDraw.Storage.Campaign.Pools;

/// <summary>Loads and writes a pool in its campaign's database. Called by the pool's grain alone.</summary>
public sealed class PoolStore(CampaignConnections connections, MomentSeal seal, SecretBox box)
{
    private const int SeenSeconds = 300;

    /// <summary>Takes the pool and loads it in the same transaction; null when there is no such pool.</summary>
    /// <param name="address">Which pool.</param>
    /// <param name="unclaimed">The pool's unclaimed moments where they are known: a million of them take seconds to open.</param>
    /// <param name="ct">Ends the wait for storage.</param>
    public async Task<TakenPool?> TakeAsync(PoolAddress address, IReadOnlyList<WinningMoment>? unclaimed, CancellationToken ct)
    {
        await using var lease = await connections.OpenAsync(address, ct);
        if (lease is null)
        {
            return null;
        }

        await using var transaction = await lease.Connection.BeginTransactionAsync(ct);
        await using var batch = new NpgsqlBatch(lease.Connection, transaction);
        var reader = new PoolReader(address, seal, box);
        reader.AddTo(batch, withMoments: unclaimed is null);
        var taken = await reader.ReadAsync(batch, unclaimed, ct);
        await transaction.CommitAsync(ct);
        return taken;
    }

    /// <summary>One query for all that a batch must know.</summary>
    public async Task<BatchFacts> LoadFactsAsync(PoolAddress address, FactsWanted wanted, CancellationToken ct)
    {
        await using var lease = await connections.RequireAsync(address, ct);
        return await new FactsReader(lease.Connection, address, wanted).ReadAsync(ct);
    }

    /// <summary>About how many keys, persons and phone numbers <see cref="ReadSeenAsync"/> will read.</summary>
    public async Task<long> CountSeenAsync(PoolAddress address, CancellationToken ct)
    {
        await using var lease = await connections.RequireAsync(address, ct);
        var entries = await lease.Connection.ScalarAsync<decimal?>(PoolSql.CountNumbers, [address.Campaign.Value], ct);
        return (long)(entries ?? 0) * 9 / 4;
    }

    /// <summary>Reads every key and person of the campaign and every phone number of the pool: once in an activation, streamed.</summary>
    public async Task ReadSeenAsync(PoolAddress address, Action<string> key, Action<byte[]> person, Action<byte[]> phone, CancellationToken ct)
    {
        await ReadAsync(PoolSql.SeenKeys, [address.Campaign.Value], row => key(row.GetString(0)));
        await ReadAsync(PoolSql.SeenPersons, [address.Campaign.Value], row => person(row.GetFieldValue<byte[]>(0)));
        await ReadAsync(PoolSql.SeenPhones, [address.Campaign.Value, address.Pool.Value], row => phone(row.GetFieldValue<byte[]>(0)));

        async Task ReadAsync(string sql, object[] values, Action<NpgsqlDataReader> each)
        {
            await using var lease = await connections.RequireAsync(address, ct);
            await using var batch = new NpgsqlBatch(lease.Connection) { Timeout = SeenSeconds };
            batch.Add(sql, values);
            await using var reader = await batch.ExecuteReaderAsync(ct);
            while (await reader.ReadAsync(ct))
            {
                each(reader);
            }
        }
    }

    /// <summary>Puts together what <see cref="WriteAsync(PoolAddress, PreparedWrite, CancellationToken)"/> sends, ahead of its turn.</summary>
    public static PreparedWrite Prepare(PoolAddress address, BatchWrite write) => new(new PoolBatchCommands(address, write));

    /// <summary>
    /// Writes a batch as one transaction that begins with the fence. A thrown exception means that it is unknown whether the batch was
    /// written: the caller ends its activation and lets the next one load the truth.
    /// </summary>
    public Task<BatchResult> WriteAsync(PoolAddress address, BatchWrite write, CancellationToken ct) =>
        WriteAsync(address, Prepare(address, write), ct);

    /// <inheritdoc cref="WriteAsync(PoolAddress, BatchWrite, CancellationToken)"/>
    public async Task<BatchResult> WriteAsync(PoolAddress address, PreparedWrite write, CancellationToken ct)
    {
        await using var lease = await connections.RequireAsync(address, ct);
        return await write.Commands.RunAsync(lease.Connection, ct);
    }

    /// <summary>Adds to the counters of refusals, fenced like a batch. False when another activation holds the pool.</summary>
    public async Task<bool> CountAsync(PoolAddress address, long epoch, IReadOnlyDictionary<string, long> counts, CancellationToken ct)
    {
        await using var lease = await connections.RequireAsync(address, ct);
        await using var transaction = await lease.Connection.BeginTransactionAsync(ct);
        await using var batch = new NpgsqlBatch(lease.Connection, transaction);
        batch.Add(PoolSql.FenceAlone, address.Campaign.Value, address.Pool.Value, epoch);
        PoolBatchCommands.AddCounts(batch, address, counts);
        await batch.ExecuteNonQueryAsync(ct);
        if (batch.BatchCommands[0].RecordsAffected != 1)
        {
            return false;
        }

        await transaction.CommitAsync(ct);
        return true;
    }
}
