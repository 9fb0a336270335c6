using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using NpgsqlTypes;
using PrizeDraw.Domain.Pools;

namespace PrizeDraw.Storage.Campaign.Pools;

/// <summary>
/// The statements of one batch, in one round trip: fence, entrants, entries, consents, prizes, moments, codes, journal, counters. Rows that
/// several pools may claim (entrants, keys, codes) go in sorted order, so that two pools never wait for each other in a circle.
/// </summary>
internal sealed class PoolBatchCommands : IAsyncDisposable
{
    private readonly NpgsqlBatch batch;
    private readonly Guid campaign, pool;
    private readonly List<(NpgsqlBatchCommand Command, int Rows)> expected = [];

    public PoolBatchCommands(NpgsqlConnection connection, NpgsqlTransaction transaction, PoolAddress address, BatchWrite write)
    {
        batch = new NpgsqlBatch(connection, transaction);
        (campaign, pool) = (address.Campaign.Value, address.Pool.Value);
        var (first, last) = (write.Entries[0].Entry, write.Entries[^1].Entry);
        batch.Add(PoolSql.Fence, campaign, pool, write.Epoch, last.Number, last.EnteredAt, write.Batch, write.Head);
        AddEntrants(write);
        AddEntries(write);
        AddConsents(write);
        AddAwards(write);
        AddMoments(write);
        AddAlerts(write);
        foreach (var keyedIn in write.Audit)
        {
            batch.AddAudit(campaign, keyedIn);
        }

        batch.Add(PoolSql.InsertJournal, campaign, pool, write.Batch, first.Number, last.Number,
            write.PreviousHead, write.Root, write.Head, write.Record, write.Signature, write.KeyId, write.At);
        AddCounts(batch, address, write.Counts.All);
        AddHours(write);
        AddCodes(write);
        foreach (var audit in write.Audits)
        {
            batch.AddAudit(campaign, audit);
        }
    }

    /// <summary>Whether the pool is still ours.</summary>
    public bool IsFenceHeld => batch.BatchCommands[0].RecordsAffected == 1;

    /// <summary>Whether every entrant, entry, moment and code found its row: anything less is a conflict with another pool.</summary>
    public bool IsAllWritten => expected.TrueForAll(static e => e.Command.RecordsAffected == e.Rows);

    public Task RunAsync(CancellationToken ct) => batch.ExecuteNonQueryAsync(ct);

    public ValueTask DisposeAsync() => batch.DisposeAsync();

    public static void AddCounts(NpgsqlBatch batch, PoolAddress address, IReadOnlyDictionary<string, long> counts) =>
        batch.Add(PoolSql.Count, address.Campaign.Value, address.Pool.Value, counts.Keys.ToArray(), counts.Values.ToArray());

    private void AddExpecting(int rows, string sql, params ReadOnlySpan<object?> values)
    {
        if (rows > 0)
        {
            batch.Add(sql, values);
            expected.Add((batch.BatchCommands[^1], rows));
        }
    }

    private void AddEntrants(BatchWrite write)
    {
        var rows = write.Entries.Where(e => e.Entry.IsNewEntrant).Select(e => e.Entry)
            .OrderBy(e => e.Command.Identity.Hex, StringComparer.Ordinal).ToArray();
        T[] Column<T>(Func<AcceptedEntry, T> value) => Array.ConvertAll(rows, e => value(e));
        AddExpecting(rows.Length, PoolSql.InsertEntrants, campaign,
            Column(e => e.Entrant.Id.Value), Column(e => Convert.FromHexString(e.Command.Identity.Hex)), Column(e => e.Entrant.PersonKey),
            Column(e => e.Command.Entrant.Email!), Column(e => e.Command.Entrant.FirstName), Column(e => e.Command.Entrant.LastName),
            Column(e => e.Command.Entrant.Phone), Column(e => e.Command.Entrant.DateOfBirth), Column(e => e.Command.Entrant.Postcode),
            Column(e => e.Command.Entrant.County), Column(e => e.Command.Entrant.Country), Column(e => e.EnteredAt));
    }

    private void AddEntries(BatchWrite write)
    {
        var rows = write.Entries.OrderBy(e => e.Entry.Command.Key, StringComparer.Ordinal).ToArray();
        T[] Column<T>(Func<EntryRow, T> value) => Array.ConvertAll(rows, e => value(e));
        AddExpecting(rows.Length, PoolSql.InsertEntries, campaign, pool, write.Batch,
            Column(e => e.Entry.Number), Column(e => e.Entry.Id.Value), Column(e => e.Entry.Entrant.Id.Value),
            Column(e => e.Entry.Command.Key), Column(e => e.Entry.Fingerprint), Column(e => e.Entry.EnteredAt), Column(e => e.Entry.Day),
            Column(e => e.Entry.Command.TermsVersion ?? 0),
            new NpgsqlParameter
            {
                Value = Column(e => e.Entry.Command.Answers.IsEmpty ? null : JsonSerializer.Serialize(e.Entry.Command.Answers)),
                NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Jsonb,
            },
            Column(e => e.Entry.Outcome), Column(e => e.Entry.Prize?.Id.Value), Column(e => e.Told), Column(e => e.DrawsAt),
            Column(e => e.Path), Column(e => e.PersonRef),
            Column(e => e.Entry.Command.PhoneIdentity.IsNone ? null : Convert.FromHexString(e.Entry.Command.PhoneIdentity.Hex)),
            Column(e => e.Entry.Command.Channel));
    }

    private void AddConsents(BatchWrite write)
    {
        var rows = write.Entries.SelectMany(e => e.Entry.Command.Consents.Select(c => (e.Entry, Consent: c))).ToArray();
        AddExpecting(rows.Length, PoolSql.InsertConsents, campaign, Array.ConvertAll(rows, r => r.Entry.Id.Value),
            Array.ConvertAll(rows, r => r.Consent.Purpose), Array.ConvertAll(rows, r => r.Consent.Version),
            Array.ConvertAll(rows, r => r.Consent.Granted), Array.ConvertAll(rows, r => r.Entry.EnteredAt));
    }

    private void AddAwards(BatchWrite write)
    {
        var won = write.Entries.Where(e => e.Entry.Prize is not null).Select(e => e.Entry).ToArray();
        var byPrize = won.CountBy(e => e.Prize!.Id.Value).ToArray();
        AddExpecting(byPrize.Length, PoolSql.AwardPrizes, campaign, Array.ConvertAll(byPrize, g => g.Key),
            Array.ConvertAll(byPrize, g => (long)g.Value));
        var byDay = won.CountBy(e => (Prize: e.Prize!.Id.Value, e.Day)).ToArray();
        AddExpecting(byDay.Length, PoolSql.AwardPrizeDays, campaign, Array.ConvertAll(byDay, g => g.Key.Prize),
            Array.ConvertAll(byDay, g => g.Key.Day), Array.ConvertAll(byDay, g => g.Value));
        var byHour = won.CountBy(e => (Prize: e.Prize!.Id.Value, e.Time.Hour)).ToArray();
        AddExpecting(byHour.Length, PoolSql.AwardPrizeHours, campaign, Array.ConvertAll(byHour, g => g.Key.Prize),
            Array.ConvertAll(byHour, g => g.Key.Hour), Array.ConvertAll(byHour, g => g.Value));
    }

    private void AddMoments(BatchWrite write)
    {
        var claimed = write.Entries.Where(e => e.Entry.Moment is not null).Select(e => e.Entry).ToArray();
        AddExpecting(claimed.Length, PoolSql.AwardMoments, campaign, Array.ConvertAll(claimed, e => e.Moment!.Id.Value),
            Array.ConvertAll(claimed, e => e.Number), Array.ConvertAll(claimed, e => e.EnteredAt), Array.ConvertAll(claimed, e => e.Moment!.At));
    }

    private void AddAlerts(BatchWrite write)
    {
        foreach (var alert in write.Alerts)
        {
            AddExpecting(1, PoolSql.Alert, campaign, alert.Prize.Id.Value, (short)alert.Level);
        }

        foreach (var notice in write.Notices)
        {
            AddExpecting(1, PoolSql.InsertNotice, campaign, notice.Id, notice.Body, notice.At);
        }
    }

    private void AddHours(BatchWrite write)
    {
        var rows = write.Counts.ByHour.ToArray();
        AddExpecting(rows.Length, PoolSql.CountByHour, campaign, pool, Array.ConvertAll(rows, r => r.Key.Hour),
            Array.ConvertAll(rows, r => r.Key.What), Array.ConvertAll(rows, r => r.Value));
    }

    // Last of all: other pools may count in the same batches of codes, and wait from here to the commit alone.
    private void AddCodes(BatchWrite write)
    {
        var taken = new List<(Guid Batch, long Seq, AcceptedEntry Entry)>();
        foreach (var (entry, _, _, _, _) in write.Entries)
        {
            if (entry.Coupon is { } coupon)
            {
                taken.Add((coupon.Batch.Value, coupon.Seq, entry));
            }

            if (entry.Code is { } code)
            {
                taken.Add((code.Batch.Value, code.Seq, entry));
            }
        }

        var rows = taken.OrderBy(t => t.Batch).ThenBy(t => t.Seq).ToArray();
        AddExpecting(rows.Length, PoolSql.TakeCodes, campaign, pool, Array.ConvertAll(rows, t => t.Batch), Array.ConvertAll(rows, t => t.Seq),
            Array.ConvertAll(rows, t => t.Entry.Number), Array.ConvertAll(rows, t => t.Entry.EnteredAt));
        var byBatch = rows.CountBy(t => t.Batch).ToArray();
        AddExpecting(byBatch.Length, PoolSql.AssignCodes, campaign, Array.ConvertAll(byBatch, b => b.Key), Array.ConvertAll(byBatch, b => (long)b.Value));
    }
}
