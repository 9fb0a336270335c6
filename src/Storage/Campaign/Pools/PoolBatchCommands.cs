using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using Npgsql;
using NpgsqlTypes;

namespace PrizeDraw.Storage.Campaign.Pools;

/// <summary>
/// The statements of one batch, in one round trip: fence, entrants, entries, consents, prizes, moments, journal, counters. Rows that
/// several pools may claim (entrants, keys) go in sorted order, so that two pools never wait for each other in a circle.
/// </summary>
internal static class PoolBatchCommands
{
    public static NpgsqlBatch For(NpgsqlConnection connection, NpgsqlTransaction transaction, PoolAddress address, BatchWrite write)
    {
        var batch = new NpgsqlBatch(connection, transaction);
        var last = write.Entries[^1].Entry;
        batch.Add(PoolSql.Fence, address.Campaign.Value, address.Pool.Value, write.Epoch, last.Number, last.EnteredAt, write.Batch, write.Head);
        AddEntrants(batch, address, write);
        AddEntries(batch, address, write);
        AddConsents(batch, address, write);
        AddAwards(batch, address, write);
        AddMoments(batch, address, write);
        batch.Add(PoolSql.InsertJournal, address.Campaign.Value, address.Pool.Value, write.Batch, write.Entries[0].Entry.Number, last.Number,
            write.PreviousHead, write.Root, write.Head, write.Record, write.Signature, write.KeyId, write.At);
        AddCounts(batch, address, write.Counts);
        return batch;
    }

    /// <summary>Whether every entrant, entry and moment found its row: anything less is a conflict with another pool.</summary>
    public static bool AllWritten(NpgsqlBatch batch, BatchWrite write) =>
        batch.BatchCommands[1].RecordsAffected == write.Entries.Count(e => e.Entry.IsNewEntrant)
        && batch.BatchCommands[2].RecordsAffected == write.Entries.Count
        && batch.BatchCommands[6].RecordsAffected == write.Entries.Count(e => e.Entry.Moment is not null);

    public static void AddCounts(NpgsqlBatch batch, PoolAddress address, IReadOnlyDictionary<string, long> counts) =>
        batch.Add(PoolSql.Count, address.Campaign.Value, address.Pool.Value, counts.Keys.ToArray(), counts.Values.ToArray());

    private static void AddEntrants(NpgsqlBatch batch, PoolAddress address, BatchWrite write)
    {
        var rows = write.Entries.Where(e => e.Entry.IsNewEntrant).Select(e => e.Entry)
            .OrderBy(e => e.Command.Identity.Hex, StringComparer.Ordinal).ToArray();
        T[] Column<T>(Func<Domain.Pools.AcceptedEntry, T> value) => Array.ConvertAll(rows, e => value(e));
        batch.Add(PoolSql.InsertEntrants, address.Campaign.Value,
            Column(e => e.Entrant.Id.Value), Column(e => Convert.FromHexString(e.Command.Identity.Hex)), Column(e => e.Entrant.PersonKey),
            Column(e => e.Command.Entrant.Email!), Column(e => e.Command.Entrant.FirstName), Column(e => e.Command.Entrant.LastName),
            Column(e => e.Command.Entrant.Phone), Column(e => e.Command.Entrant.DateOfBirth), Column(e => e.Command.Entrant.Postcode),
            Column(e => e.Command.Entrant.County), Column(e => e.Command.Entrant.Country), Column(e => e.EnteredAt));
    }

    private static void AddEntries(NpgsqlBatch batch, PoolAddress address, BatchWrite write)
    {
        var rows = write.Entries.OrderBy(e => e.Entry.Command.Key, StringComparer.Ordinal).ToArray();
        T[] Column<T>(Func<EntryRow, T> value) => Array.ConvertAll(rows, e => value(e));
        batch.Add(PoolSql.InsertEntries, address.Campaign.Value, address.Pool.Value, write.Batch,
            Column(e => e.Entry.Number), Column(e => e.Entry.Id.Value), Column(e => e.Entry.Entrant.Id.Value),
            Column(e => e.Entry.Command.Key), Column(e => e.Entry.Fingerprint), Column(e => e.Entry.EnteredAt), Column(e => e.Entry.Day),
            Column(e => e.Entry.Command.TermsVersion ?? 0),
            new NpgsqlParameter
            {
                Value = Column(e => e.Entry.Command.Answers.IsEmpty ? null : JsonSerializer.Serialize(e.Entry.Command.Answers)),
                NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Jsonb,
            },
            Column(e => e.Entry.Outcome), Column(e => e.Entry.Prize?.Id.Value), Column(e => e.Told), Column(e => e.DrawsAt),
            Column(e => e.Path));
    }

    private static void AddConsents(NpgsqlBatch batch, PoolAddress address, BatchWrite write)
    {
        var rows = write.Entries.SelectMany(e => e.Entry.Command.Consents.Select(c => (e.Entry, Consent: c))).ToArray();
        batch.Add(PoolSql.InsertConsents, address.Campaign.Value, Array.ConvertAll(rows, r => r.Entry.Id.Value),
            Array.ConvertAll(rows, r => r.Consent.Purpose), Array.ConvertAll(rows, r => r.Consent.Version),
            Array.ConvertAll(rows, r => r.Consent.Granted), Array.ConvertAll(rows, r => r.Entry.EnteredAt));
    }

    private static void AddAwards(NpgsqlBatch batch, PoolAddress address, BatchWrite write)
    {
        var won = write.Entries.Where(e => e.Entry.Prize is not null).Select(e => e.Entry).ToArray();
        var byPrize = won.GroupBy(e => e.Prize!.Id.Value).OrderBy(g => g.Key).ToArray();
        batch.Add(PoolSql.AwardPrizes, address.Campaign.Value, Array.ConvertAll(byPrize, g => g.Key),
            Array.ConvertAll(byPrize, g => (long)g.Count()));
        var byDay = won.GroupBy(e => (Prize: e.Prize!.Id.Value, e.Day)).OrderBy(g => g.Key).ToArray();
        batch.Add(PoolSql.AwardPrizeDays, address.Campaign.Value, Array.ConvertAll(byDay, g => g.Key.Prize),
            Array.ConvertAll(byDay, g => g.Key.Day), Array.ConvertAll(byDay, g => g.Count()));
    }

    private static void AddMoments(NpgsqlBatch batch, PoolAddress address, BatchWrite write)
    {
        var claimed = write.Entries.Where(e => e.Entry.Moment is not null).Select(e => e.Entry).ToArray();
        batch.Add(PoolSql.AwardMoments, address.Campaign.Value, Array.ConvertAll(claimed, e => e.Moment!.Id.Value),
            Array.ConvertAll(claimed, e => e.Number), Array.ConvertAll(claimed, e => e.EnteredAt), Array.ConvertAll(claimed, e => e.Moment!.At));
    }
}
