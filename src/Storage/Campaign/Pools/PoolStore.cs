using System;
using System.Collections.Generic;

using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;

using PrizeDraw.Domain;
using PrizeDraw.Domain.Pools;
using PrizeDraw.Grains.Abstractions;

namespace PrizeDraw.Storage.Campaign.Pools;

/// <summary>Loads and writes a pool in its campaign's database. Called by the pool's grain alone.</summary>
public sealed class PoolStore(CampaignConnections connections, MomentSeal seal)
{
    /// <summary>Takes the pool and loads it in the same transaction; null when there is no such pool.</summary>
    public async Task<TakenPool?> TakeAsync(PoolAddress address, CancellationToken ct)
    {
        await using var lease = await connections.OpenAsync(address, ct);
        if (lease is null)
        {
            return null;
        }

        await using var transaction = await lease.Connection.BeginTransactionAsync(ct);
        await using var batch = new NpgsqlBatch(lease.Connection, transaction);
        batch.Add(PoolSql.Take, address.Campaign.Value, address.Pool.Value);
        batch.Add(PoolSql.Prizes, address.Campaign.Value, address.Pool.Value);
        batch.Add(PoolSql.UnclaimedMoments, address.Campaign.Value, address.Pool.Value);
        batch.Add(PoolSql.TermsHashes, address.Campaign.Value);
        TakenPool? taken;
        await using (var reader = await batch.ExecuteReaderAsync(ct))
        {
            taken = await ReadPoolAsync(reader, address.PoolId, ct);
        }

        await transaction.CommitAsync(ct);
        return taken;
    }

    private async Task<TakenPool?> ReadPoolAsync(NpgsqlDataReader reader, string publicId, CancellationToken ct)
    {
        if (!await reader.ReadAsync(ct))
        {
            return null;
        }

        var (epoch, published, paused) = (reader.GetInt64(0), reader.GetBoolean(1), reader.GetBoolean(2));
        var (closedAt, settings, lastNumber) = (reader.TimeOrNull(3), reader.TextOrNull(4), reader.GetInt64(5));
        var (lastEnteredAt, batch, head) = (reader.TimeOrNull(6), reader.GetInt64(7), reader.BytesOrNull(8));
        await reader.NextResultAsync(ct);
        var prizes = new List<PrizeState>();
        while (await reader.ReadAsync(ct))
        {
            prizes.Add(ReadPrize(reader));
        }

        await reader.NextResultAsync(ct);
        var moments = new List<WinningMoment>();
        while (await reader.ReadAsync(ct))
        {
            var id = new MomentId(reader.GetGuid(0));
            moments.Add(new WinningMoment(id, new PrizeId(reader.GetGuid(1)), seal.Open(id, reader.GetFieldValue<byte[]>(2)).At));
        }

        await reader.NextResultAsync(ct);
        var terms = new Dictionary<int, byte[]>();
        while (await reader.ReadAsync(ct))
        {
            terms[reader.GetInt32(0)] = reader.GetFieldValue<byte[]>(1);
        }

        var state = new PoolState(publicId, null, prizes, moments, lastNumber, lastEnteredAt ?? DateTimeOffset.MinValue);
        return new TakenPool(epoch, published, paused, closedAt, settings, state, batch, head, terms);
    }

    private static PrizeState ReadPrize(NpgsqlDataReader reader)
    {
        var id = new PrizeId(reader.GetGuid(0));
        var prize = new PrizeState(new PrizeTerms
        {
            Id = id,
            PublicId = Ids.Format(Ids.Prize, id.Value),
            Name = reader.GetString(1),
            Kind = reader.GetString(2) == "gift" ? PrizeKind.Gift : PrizeKind.Prize,
            Mode = reader.GetString(3) == "consolation" ? AllocationMode.Consolation : AllocationMode.Moments,
            Stock = reader.IsDBNull(4) ? null : reader.GetInt64(4),
            DailyCap = reader.IsDBNull(5) ? null : reader.GetInt32(5),
            PerEntrantMax = reader.IsDBNull(6) ? null : reader.GetInt32(6),
            Paused = reader.GetBoolean(7),
        });
        prize.Restore(
            reader.GetInt64(8), reader.IsDBNull(9) ? default : reader.GetFieldValue<DateOnly>(9), reader.IsDBNull(10) ? 0 : reader.GetInt32(10));
        return prize;
    }

    /// <summary>One query for all that a batch must know about its keys and persons.</summary>
    public async Task<BatchFacts> LoadFactsAsync(
        PoolAddress address, string[] keys, IReadOnlyCollection<IdentityHash> identities, CancellationToken ct)
    {
        await using var lease = await connections.RequireAsync(address, ct);
        var hashes = identities.Select(i => Convert.FromHexString(i.Hex)).ToArray();
        await using var batch = new NpgsqlBatch(lease.Connection);
        batch.Add(PoolSql.KnownKeys, address.Campaign.Value, keys);
        batch.Add(PoolSql.KnownEntrants, address.Campaign.Value, address.Pool.Value, hashes);
        batch.Add(PoolSql.UnitsByPrize, address.Campaign.Value, address.Pool.Value, hashes);
        await using var reader = await batch.ExecuteReaderAsync(ct);
        return await ReadFactsAsync(reader, ct);
    }

    private static async Task<BatchFacts> ReadFactsAsync(NpgsqlDataReader reader, CancellationToken ct)
    {
        var known = new Dictionary<string, StoredEntry>();
        while (await reader.ReadAsync(ct))
        {
            known[reader.GetString(0)] = ReadStored(reader);
        }

        await reader.NextResultAsync(ct);
        var people = new Dictionary<IdentityHash, EntrantState>();
        while (await reader.ReadAsync(ct))
        {
            people[new IdentityHash(Convert.ToHexStringLower(reader.GetFieldValue<byte[]>(0)))] = ReadEntrant(reader);
        }

        var byId = people.Values.ToDictionary(p => p.Id.Value);
        await reader.NextResultAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            byId[reader.GetGuid(0)].RestoreUnits(new PrizeId(reader.GetGuid(1)), (int)reader.GetInt64(2));
        }

        return new BatchFacts(known, people);
    }

    private static EntrantState ReadEntrant(NpgsqlDataReader reader)
    {
        var entrant = new EntrantState(new EntrantId(reader.GetGuid(1)), reader.GetFieldValue<byte[]>(2));
        entrant.Restore(
            (int)reader.GetInt64(3), (int)reader.GetInt64(4), reader.IsDBNull(5) ? default : reader.GetFieldValue<DateOnly>(5),
            (int)reader.GetInt64(7), reader.TimeOrNull(6) ?? DateTimeOffset.MinValue);
        return entrant;
    }

    private static StoredEntry ReadStored(NpgsqlDataReader reader) => new(
        new KnownEntry(new EntryId(reader.GetGuid(1)), reader.BytesOrNull(10), reader.GetFieldValue<byte[]>(5)),
        new PoolId(reader.GetGuid(2)), reader.GetInt64(3), reader.GetFieldValue<DateTimeOffset>(4), reader.GetInt32(6), reader.GetString(7),
        reader.TimeOrNull(8), reader.GetFieldValue<byte[]>(9), reader.GetFieldValue<byte[]>(11), reader.GetFieldValue<byte[]>(12));

    /// <summary>
    /// Writes a batch as one transaction that begins with the fence. A thrown exception means that it is unknown whether the batch was
    /// written: the caller ends its activation and lets the next one load the truth.
    /// </summary>
    public async Task<BatchResult> WriteAsync(PoolAddress address, BatchWrite write, CancellationToken ct)
    {
        await using var lease = await connections.RequireAsync(address, ct);
        await using var transaction = await lease.Connection.BeginTransactionAsync(ct);
        await using var batch = PoolBatchCommands.For(lease.Connection, transaction, address, write);
        try
        {
            await batch.ExecuteNonQueryAsync(ct);
        }
        catch (PostgresException) when (batch.BatchCommands[0].RecordsAffected == 0)
        {
            // Who has lost the pool meets what the new holder wrote: that is no conflict to be decided again.
            await transaction.RollbackAsync(ct);
            return BatchResult.Fenced;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.ForeignKeyViolation && e.ConstraintName == "entry_belongs_to_entrant")
        {
            // The person was added by another pool under another id, so that ours was not inserted.
            await transaction.RollbackAsync(ct);
            return BatchResult.Conflict;
        }

        if (batch.BatchCommands[0].RecordsAffected != 1)
        {
            await transaction.RollbackAsync(ct);
            return BatchResult.Fenced;
        }

        if (!PoolBatchCommands.AllWritten(batch, write))
        {
            await transaction.RollbackAsync(ct);
            return BatchResult.Conflict;
        }

        await transaction.CommitAsync(ct);
        return BatchResult.Committed;
    }

    /// <summary>Adds to the counters of refusals, fenced like a batch. False when another activation holds the pool.</summary>
    public async Task<bool> CountAsync(PoolAddress address, long epoch, IReadOnlyDictionary<string, long> counts, CancellationToken ct)
    {
        await using var lease = await connections.RequireAsync(address, ct);
        await using var transaction = await lease.Connection.BeginTransactionAsync(ct);
        await using var batch = new NpgsqlBatch(lease.Connection, transaction);
        batch.Add("update pool set epoch = epoch where campaign_id = $1 and pool_id = $2 and epoch = $3",
            address.Campaign.Value, address.Pool.Value, epoch);
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
