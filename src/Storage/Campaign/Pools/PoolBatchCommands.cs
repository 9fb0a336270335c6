using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Domain.Pools;

namespace PrizeDraw.Storage.Campaign.Pools;

/// <summary>
/// One batch in storage, in one round trip and one transaction: the fence with all counters and the journal, the rows of entrants, entries and
/// consents, the codes. Sent together without a "begin" they are a transaction of their own, committed at the end. A statement that does not
/// change exactly the rows that it should ends it by a calculation that fails: the fence divides by zero, the others take its logarithm. Rows that several pools may claim (entrants, keys, codes) go in
/// sorted order, so that two pools never wait for each other in a circle.
/// </summary>
internal sealed class PoolBatchCommands
{
    private readonly BatchWrite write;
    private readonly PoolAddress address;
    private readonly Guid campaign, pool;
    private readonly NpgsqlBatch batch = new();

    /// <summary>Puts the statements together, before there is a connection: while the batch before is being written.</summary>
    public PoolBatchCommands(PoolAddress address, BatchWrite write)
    {
        (this.address, this.write) = (address, write);
        (campaign, pool) = (address.Campaign.Value, address.Pool.Value);
        AddFence();
        AddEntrants();
        AddEntries();
        AddKeyed();
        AddConsents();
        // Last of all: other pools may count in the same batches of codes, and wait from here to the commit alone.
        AddCodes();
    }

    /// <summary>Writes everything, once.</summary>
    /// <exception cref="NpgsqlException">Whether it was written is unknown, or it broke a constraint that no other pool can have to do with.</exception>
    public async Task<BatchResult> RunAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using (batch)
        {
            batch.Connection = connection;
            try
            {
                // Prepared once per connection: a batch is a dozen statements, and planning them anew each time cost as much as running them.
                // The plans are made without sequential scans, since one that was made while a table was small would be kept when it is large.
                await batch.PrepareAsync(ct);
                await batch.ExecuteNonQueryAsync(ct);
                return BatchResult.Committed;
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.DivisionByZero)
            {
                return BatchResult.Fenced;
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InvalidArgumentForLogarithm || IsClaimedElsewhere(e))
            {
                // Another pool was quicker between our look and our write: nothing is written, and all is decided again.
                return BatchResult.Conflict;
            }
        }
    }

    /// <summary>Whether this tells that another pool of the campaign has claimed one of the batch's persons or keys.</summary>
    private static bool IsClaimedElsewhere(PostgresException e) =>
        (e.SqlState == PostgresErrorCodes.UniqueViolation && e.ConstraintName is "entrant_identity_is_unique" or "entry_key_is_unique")
        // Codes that were taken meanwhile are not inserted again, but counted: the last ones of a batch would be more than it has.
        || (e.SqlState == PostgresErrorCodes.CheckViolation && e.ConstraintName == "code_batch_counts_fit");

    public static void AddCounts(NpgsqlBatch batch, PoolAddress address, IReadOnlyDictionary<string, long> counts) =>
        batch.Add(PoolSql.Count, address.Campaign.Value, address.Pool.Value, counts.Keys.ToArray(), counts.Values.ToArray());

    private void AddFence()
    {
        var (first, last) = (write.Entries[0].Entry, write.Entries[^1].Entry);
        batch.Add(PoolSql.ByIndex);
        batch.Add(PoolSql.Fence, campaign, pool, write.Epoch, last.Number, last.EnteredAt, write.Batch, write.Head);
        AddAwards();
        AddMoments();
        AddAlerts();
        foreach (var keyedIn in write.Audit)
        {
            batch.AddAudit(campaign, keyedIn);
        }

        batch.Add(PoolSql.InsertJournal, campaign, pool, write.Batch, first.Number, last.Number,
            write.PreviousHead, write.Root, write.Head, write.Record, write.Signature, write.KeyId, write.At);
        AddCounts(batch, address, write.Counts.All);
        AddHours();
    }

    private void AddExpecting(int rows, string sql, params ReadOnlySpan<object?> values)
    {
        if (rows > 0)
        {
            batch.Add($"with changed as ({sql} returning 1) select ln((count(*) = ${values.Length + 1})::int) from changed", [.. values, (long)rows]);
        }
    }

    private void AddRows(int rows, string sql, params ReadOnlySpan<object?> values)
    {
        if (rows > 0)
        {
            batch.Add(sql, values);
        }
    }

    private void AddEntrants()
    {
        var rows = new List<AcceptedEntry>(write.Entries.Count);
        foreach (var row in write.Entries)
        {
            if (row.Entry.IsNewEntrant)
            {
                rows.Add(row.Entry);
            }
        }

        rows.Sort(static (a, b) => string.CompareOrdinal(a.Command.Identity.Hex, b.Command.Identity.Hex));
        AddRows(rows.Count, PoolSql.InsertEntrants, campaign, Of(rows, r => r.Entrant.Id.Value),
            Of(rows, r => Convert.FromHexString(r.Command.Identity.Hex)), Of(rows, r => r.Entrant.PersonKey), Of(rows, r => r.Command.Entrant.Email),
            Of(rows, r => r.Command.Entrant.FirstName), Of(rows, r => r.Command.Entrant.LastName), Of(rows, r => r.Command.Entrant.Phone),
            Of(rows, r => r.Command.Entrant.DateOfBirth), Of(rows, r => r.Command.Entrant.Postcode), Of(rows, r => r.Command.Entrant.County),
            Of(rows, r => r.Command.Entrant.Country), Of(rows, r => r.EnteredAt));
    }

    private void AddEntries()
    {
        List<EntryRow> rows = [.. write.Entries];
        rows.Sort(static (a, b) => string.CompareOrdinal(a.Entry.Command.Key, b.Entry.Command.Key));
        AddRows(rows.Count, PoolSql.InsertEntries, campaign, pool, write.Batch, Of(rows, r => r.Entry.Number), Of(rows, r => r.Entry.Id.Value),
            Of(rows, r => r.Entry.Entrant.Id.Value), Of(rows, r => r.Entry.Command.Key), Of(rows, r => r.Entry.Fingerprint),
            Of(rows, r => r.Entry.EnteredAt), Of(rows, r => r.Entry.Day), Of(rows, r => r.Entry.Command.TermsVersion ?? 0),
            Of(rows, r => r.Entry.Command.Answers.IsEmpty ? null : JsonSerializer.Serialize(r.Entry.Command.Answers)),
            Of(rows, r => r.Entry.Outcome), Of(rows, r => r.Entry.Prize?.Id.Value), Of(rows, r => r.Told), Of(rows, r => r.DrawsAt),
            Of(rows, r => r.Path), Of(rows, r => r.PersonRef),
            Of(rows, r => r.Entry.Command.PhoneIdentity is { IsNone: false } phone ? Convert.FromHexString(phone.Hex) : null),
            Of(rows, r => r.Entry.Command.Channel));
    }

    private void AddKeyed()
    {
        var rows = new List<AcceptedEntry>();
        foreach (var row in write.Entries)
        {
            if (row.Entry.Command.IsKeyed)
            {
                rows.Add(row.Entry);
            }
        }

        AddRows(rows.Count, PoolSql.InsertKeyed, campaign, pool, Of(rows, r => r.Number), Of(rows, r => r.Command.ReceivedAt), Of(rows, r => r.Command.Channel));
    }

    private void AddConsents()
    {
        var rows = new List<(AcceptedEntry Entry, ConsentGiven Consent)>(write.Entries.Count);
        foreach (var row in write.Entries)
        {
            foreach (var consent in row.Entry.Command.Consents)
            {
                rows.Add((row.Entry, consent));
            }
        }

        AddRows(rows.Count, PoolSql.InsertConsents, campaign, Of(rows, r => r.Entry.Id.Value), Of(rows, r => r.Consent.Purpose),
            Of(rows, r => r.Consent.Version), Of(rows, r => r.Consent.Granted), Of(rows, r => r.Entry.EnteredAt));
    }

    private static T[] Of<TRow, T>(List<TRow> rows, Func<TRow, T> column)
    {
        var values = new T[rows.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = column(rows[i]);
        }

        return values;
    }

    private void AddAwards()
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

    private void AddMoments()
    {
        var claimed = write.Entries.Where(e => e.Entry.Moment is not null).Select(e => e.Entry).ToArray();
        AddExpecting(claimed.Length, PoolSql.AwardMoments, campaign, Array.ConvertAll(claimed, e => e.Moment!.Id.Value),
            Array.ConvertAll(claimed, e => e.Number), Array.ConvertAll(claimed, e => e.EnteredAt), Array.ConvertAll(claimed, e => e.Moment!.At));
    }

    private void AddAlerts()
    {
        foreach (var alert in write.Alerts)
        {
            AddExpecting(1, PoolSql.Alert, campaign, alert.Prize.Id.Value, (short)alert.Level);
        }

        foreach (var notice in write.Notices)
        {
            AddRows(1, PoolSql.InsertNotice, campaign, notice.Id, notice.Body, notice.At);
        }
    }

    private void AddHours()
    {
        var rows = write.Counts.ByHour.ToArray();
        AddRows(rows.Length, PoolSql.CountByHour, campaign, pool, Array.ConvertAll(rows, r => r.Key.Hour),
            Array.ConvertAll(rows, r => r.Key.What), Array.ConvertAll(rows, r => r.Value));
    }

    private void AddCodes()
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
