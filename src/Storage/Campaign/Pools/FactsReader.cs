using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Domain;
using PrizeDraw.Domain.Pools;

namespace PrizeDraw.Storage.Campaign.Pools;

/// <summary>What a batch must know about its keys, persons and codes, in one round trip. Nothing is asked that nobody wants to know.</summary>
internal static class FactsReader
{
    private static readonly BatchFacts Nothing = new(
        new Dictionary<string, StoredEntry>(), new Dictionary<IdentityHash, EntrantState>(), new Dictionary<IdentityHash, IdentityCounts>(),
        new Dictionary<string, EntryCode>());

    public static async Task<BatchFacts> ReadAsync(NpgsqlConnection connection, PoolAddress address, FactsWanted wanted, CancellationToken ct)
    {
        await using var batch = new NpgsqlBatch(connection);
        Add(batch, address, wanted);
        if (batch.BatchCommands.Count == 0)
        {
            return Nothing;
        }

        await using var reader = await batch.ExecuteReaderAsync(ct);
        var facts = Nothing;
        if (wanted.Keys.Count > 0)
        {
            facts = facts with { Known = await ReadKeysAsync(reader, ct) };
        }

        if (wanted.Entrants.Count > 0)
        {
            facts = facts with { Entrants = await ReadEntrantsAsync(reader, ct) };
        }

        if (wanted.Phones.Count > 0)
        {
            facts = facts with { Phones = await ReadPhonesAsync(reader, ct) };
        }

        return wanted.Codes.Count > 0 ? facts with { Codes = await ReadCodesAsync(reader, ct) } : facts;
    }

    private static void Add(NpgsqlBatch batch, PoolAddress address, FactsWanted wanted)
    {
        var (campaign, pool) = (address.Campaign.Value, address.Pool.Value);
        if (wanted.Keys.Count > 0)
        {
            batch.Add(PoolSql.KnownKeys, campaign, wanted.Keys.ToArray());
        }

        if (wanted.Entrants.Count > 0)
        {
            var hashes = Bytes(wanted.Entrants);
            batch.Add(PoolSql.KnownEntrants, campaign, pool, hashes);
            batch.Add(PoolSql.UnitsByPrize, campaign, pool, hashes);
        }

        if (wanted.Phones.Count > 0)
        {
            var hashes = Bytes(wanted.Phones);
            batch.Add(PoolSql.KnownPhones, campaign, pool, hashes);
            batch.Add(PoolSql.UnitsByPrizeAndPhone, campaign, pool, hashes);
        }

        if (wanted.Codes.Count > 0)
        {
            batch.Add(PoolSql.UnusedCodes, campaign, wanted.Codes.ToArray());
        }
    }

    private static async Task<Dictionary<string, StoredEntry>> ReadKeysAsync(NpgsqlDataReader reader, CancellationToken ct)
    {
        var known = new Dictionary<string, StoredEntry>();
        while (await reader.ReadAsync(ct))
        {
            known[reader.GetString(0)] = ReadStored(reader);
        }

        await reader.NextResultAsync(ct);
        return known;
    }

    private static async Task<Dictionary<IdentityHash, EntrantState>> ReadEntrantsAsync(NpgsqlDataReader reader, CancellationToken ct)
    {
        var people = new Dictionary<IdentityHash, EntrantState>();
        var byId = new Dictionary<Guid, EntrantState>();
        while (await reader.ReadAsync(ct))
        {
            var entrant = new EntrantState(new EntrantId(reader.GetGuid(1)), reader.GetFieldValue<byte[]>(2));
            RestoreCounts(entrant, reader, 3);
            people[HashAt(reader)] = byId[entrant.Id.Value] = entrant;
        }

        await reader.NextResultAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            byId[reader.GetGuid(0)].RestoreUnits(new PrizeId(reader.GetGuid(1)), (int)reader.GetInt64(2));
        }

        await reader.NextResultAsync(ct);
        return people;
    }

    private static async Task<Dictionary<IdentityHash, IdentityCounts>> ReadPhonesAsync(NpgsqlDataReader reader, CancellationToken ct)
    {
        var phones = new Dictionary<IdentityHash, IdentityCounts>();
        while (await reader.ReadAsync(ct))
        {
            var counts = new IdentityCounts();
            RestoreCounts(counts, reader, 1);
            phones[HashAt(reader)] = counts;
        }

        await reader.NextResultAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            phones[HashAt(reader)].RestoreUnits(new PrizeId(reader.GetGuid(1)), (int)reader.GetInt64(2));
        }

        await reader.NextResultAsync(ct);
        return phones;
    }

    private static async Task<Dictionary<string, EntryCode>> ReadCodesAsync(NpgsqlDataReader reader, CancellationToken ct)
    {
        var codes = new Dictionary<string, EntryCode>();
        while (await reader.ReadAsync(ct))
        {
            codes[reader.GetString(0)] = new EntryCode(new CodeBatchId(reader.GetGuid(1)), reader.GetInt64(2), reader.TimeOrNull(3));
        }

        return codes;
    }

    /// <summary>Columns: entries, wins, last day, last instant, entries on that day.</summary>
    private static void RestoreCounts(IdentityCounts counts, NpgsqlDataReader reader, int column) => counts.Restore(
        (int)reader.GetInt64(column), (int)reader.GetInt64(column + 1),
        reader.IsDBNull(column + 2) ? default : reader.GetFieldValue<DateOnly>(column + 2), (int)reader.GetInt64(column + 4),
        reader.TimeOrNull(column + 3) ?? DateTimeOffset.MinValue);

    private static StoredEntry ReadStored(NpgsqlDataReader reader) => new(
        new KnownEntry(new EntryId(reader.GetGuid(1)), reader.BytesOrNull(10), reader.GetFieldValue<byte[]>(5)),
        new PoolId(reader.GetGuid(2)), reader.GetInt64(3), reader.Time(4), reader.GetInt32(6), reader.GetString(7),
        reader.TimeOrNull(8), reader.GetFieldValue<byte[]>(9), reader.GetFieldValue<byte[]>(11), reader.GetFieldValue<byte[]>(12));

    private static IdentityHash HashAt(NpgsqlDataReader reader) => new(Convert.ToHexStringLower(reader.GetFieldValue<byte[]>(0)));

    private static byte[][] Bytes(IReadOnlyCollection<IdentityHash> identities) => [.. identities.Select(i => Convert.FromHexString(i.Hex))];
}
