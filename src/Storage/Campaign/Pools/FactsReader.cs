using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Domain;
using PrizeDraw.Domain.Pools;

namespace PrizeDraw.Storage.Campaign.Pools;

/// <summary>
/// What a batch must know about its keys, persons and codes, in one round trip; in a second one what those have won who have won
/// something. Nothing is asked that nobody wants to know.
/// </summary>
internal sealed class FactsReader(NpgsqlConnection connection, PoolAddress address, FactsWanted wanted)
{
    private readonly Guid campaign = address.Campaign.Value, pool = address.Pool.Value;
    private readonly Dictionary<string, StoredEntry> known = [];
    private readonly Dictionary<IdentityHash, EntrantState> entrants = [];
    private readonly Dictionary<IdentityHash, IdentityCounts> phones = [];
    private readonly Dictionary<string, EntryCode> codes = [];
    private readonly List<EntrantState> entrantsWithUnits = [];
    private readonly List<IdentityHash> phonesWithUnits = [];

    public async Task<BatchFacts> ReadAsync(CancellationToken ct)
    {
        await RunAsync(
            [
                (wanted.Keys.Count, PoolSql.KnownKeys, [campaign, wanted.Keys.ToArray()], ReadKey),
                (wanted.Entrants.Count, PoolSql.KnownEntrants, [campaign, pool, Bytes(wanted.Entrants)], ReadEntrant),
                (wanted.Phones.Count, PoolSql.KnownPhones, [campaign, pool, Bytes(wanted.Phones)], ReadPhone),
                (wanted.Codes.Count, PoolSql.UnusedCodes, [campaign, wanted.Codes.ToArray()], ReadCode),
            ], ct);
        var byId = entrantsWithUnits.ToDictionary(e => e.Id.Value);
        await RunAsync(
            [
                (byId.Count, PoolSql.UnitsByEntrant, [campaign, pool, byId.Keys.ToArray()],
                    row => byId[row.GetGuid(0)].RestoreUnits(new PrizeId(row.GetGuid(1)), (int)row.GetInt64(2))),
                (phonesWithUnits.Count, PoolSql.UnitsByPhone, [campaign, pool, Bytes(phonesWithUnits)],
                    row => phones[HashAt(row)].RestoreUnits(new PrizeId(row.GetGuid(1)), (int)row.GetInt64(2))),
            ], ct);
        return new BatchFacts(known, entrants, phones, codes);
    }

    private async Task RunAsync((int Count, string Sql, object[] Values, Action<NpgsqlDataReader> Read)[] queries, CancellationToken ct)
    {
        var asked = Array.FindAll(queries, static q => q.Count > 0);
        if (asked.Length == 0)
        {
            return;
        }

        await using var batch = new NpgsqlBatch(connection);
        batch.Add(PoolSql.PlannedAnew);
        foreach (var (_, sql, values, _) in asked)
        {
            batch.Add(sql, values);
        }

        await batch.PrepareAsync(ct);
        await using var reader = await batch.ExecuteReaderAsync(ct);
        foreach (var (_, _, _, read) in asked)
        {
            await reader.NextResultAsync(ct);
            while (await reader.ReadAsync(ct))
            {
                read(reader);
            }
        }
    }

    private void ReadKey(NpgsqlDataReader row) => known[row.GetString(0)] = new StoredEntry(
        new KnownEntry(new EntryId(row.GetGuid(1)), row.BytesOrNull(10), row.GetFieldValue<byte[]>(5)),
        new PoolId(row.GetGuid(2)), row.GetInt64(3), row.Time(4), row.GetInt32(6), row.GetString(7),
        row.TimeOrNull(8), row.GetFieldValue<byte[]>(9), row.GetFieldValue<byte[]>(11), row.GetFieldValue<byte[]>(12));

    private void ReadEntrant(NpgsqlDataReader row)
    {
        var entrant = new EntrantState(new EntrantId(row.GetGuid(1)), row.GetFieldValue<byte[]>(2));
        entrants[HashAt(row)] = entrant;
        if (RestoreCounts(entrant, row, 3))
        {
            entrantsWithUnits.Add(entrant);
        }
    }

    private void ReadPhone(NpgsqlDataReader row)
    {
        var (identity, counts) = (HashAt(row), new IdentityCounts());
        phones[identity] = counts;
        if (RestoreCounts(counts, row, 1))
        {
            phonesWithUnits.Add(identity);
        }
    }

    private void ReadCode(NpgsqlDataReader row) =>
        codes[row.GetString(0)] = new EntryCode(new CodeBatchId(row.GetGuid(1)), row.GetInt64(2), row.TimeOrNull(3));

    /// <summary>Columns: entries, wins, last day, last instant, entries on that day, units won. Whether anything was won.</summary>
    private static bool RestoreCounts(IdentityCounts counts, NpgsqlDataReader row, int column)
    {
        counts.Restore(
            (int)row.GetInt64(column), (int)row.GetInt64(column + 1),
            row.IsDBNull(column + 2) ? default : row.GetFieldValue<DateOnly>(column + 2), (int)row.GetInt64(column + 4),
            row.TimeOrNull(column + 3) ?? DateTimeOffset.MinValue);
        return row.GetInt64(column + 5) > 0;
    }

    private static IdentityHash HashAt(NpgsqlDataReader row) => new(Convert.ToHexStringLower(row.GetFieldValue<byte[]>(0)));

    private static byte[][] Bytes(IReadOnlyCollection<IdentityHash> identities) => [.. identities.Select(i => Convert.FromHexString(i.Hex))];
}
