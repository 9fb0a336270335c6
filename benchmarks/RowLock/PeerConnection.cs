using System;
using System.Collections.Generic;
using System.Linq;
using System.Security.Cryptography;
using System.Text.Json;
using System.Threading.Tasks;
using Npgsql;
using NpgsqlTypes;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Pools;

namespace PrizeDraw.Benchmarks.RowLock;

/// <summary>
/// One connection of the peer: an entry is one transaction, a statement after the other as the textbook has it. Packed, it is two round
/// trips, one that locks and reads and one that writes and commits. Statements are prepared by the driver.
/// </summary>
internal sealed class PeerConnection(NpgsqlDataSource source, Guid campaign, Guid pool, FormRules rules, bool packed) : IAsyncDisposable
{
    private NpgsqlConnection? connection;

    /// <summary>The number and prize that the entry got, or why it was refused.</summary>
    public async Task<(long Number, DateTimeOffset At, PeerPrize? Prize, Refusal? Refusal)> EnterAsync(PeerEntry entry)
    {
        connection ??= await source.OpenConnectionAsync();
        try
        {
            var facts = await LockAndReadAsync(connection, entry);
            if (facts.Known is { } known)
            {
                await RunAsync(connection, [Of(RowLockSql.Commit)]);
                return known.Fingerprint.AsSpan().SequenceEqual(entry.Fingerprint)
                    ? (known.Number, known.At, null, null)
                    : (0, default, null, new Refusal("idempotency.key_reused", "The key was used for another entry."));
            }

            if (RefusalOf(facts, entry.Sent.ReceivedAt) is { } refusal)
            {
                await RunAsync(connection, [Of(RowLockSql.Commit)]);
                return (0, default, null, refusal);
            }

            var at = entry.Sent.ReceivedAt < facts.LastEnteredAt ? facts.LastEnteredAt.Value : entry.Sent.ReceivedAt;
            var prize = MayWin(facts) && facts.Moment is { } moment ? moment : facts.Consolation;
            await WriteAndCommitAsync(connection, entry, facts, at, prize);
            return (facts.LastNumber + 1, at, prize, null);
        }
        catch
        {
            await connection.DisposeAsync();
            connection = null;
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (connection is not null)
        {
            await connection.DisposeAsync();
        }
    }

    private bool MayWin(PeerFacts facts) =>
        rules.Settings.Limits.WinsPerEntrant is not { } wins || (facts.ByEmail.Wins < wins && facts.ByPhone.Wins < wins);

    private Refusal? RefusalOf(PeerFacts facts, DateTimeOffset at)
    {
        if (facts.ClosedAt is not null)
        {
            return new Refusal("campaign.has_closed", "The campaign has closed.");
        }

        if (!facts.Published || facts.Paused)
        {
            return new Refusal(facts.Paused ? "campaign.paused" : "campaign.not_open", "Entries are not taken now.");
        }

        return IsAtLimit(facts.ByEmail, at) || IsAtLimit(facts.ByPhone, at)
            ? new Refusal("entry.limit_reached", "The entrant has reached a limit.")
            : null;
    }

    private bool IsAtLimit(PeerCounts counts, DateTimeOffset at)
    {
        var limits = rules.Settings.Limits;
        return counts.Entries >= limits.EntriesPerEntrant || counts.Today >= limits.EntriesPerEntrantPerDay
            || (limits.EntryIntervalSeconds is { } seconds && counts.Last is { } last && at - last < TimeSpan.FromSeconds(seconds));
    }

    private async Task<PeerFacts> LockAndReadAsync(NpgsqlConnection open, PeerEntry entry)
    {
        var facts = new PeerFacts();
        List<Statement> statements =
        [
            Of(RowLockSql.Begin),
            Of(RowLockSql.LockPool, Value(campaign), Value(pool)) with
            {
                Read = row => (facts.LastNumber, facts.LastEnteredAt, facts.Published, facts.Paused, facts.ClosedAt) =
                    (row.GetInt64(0), Time(row, 1), row.GetBoolean(2), row.GetBoolean(3), Time(row, 4)),
            },
            Of(RowLockSql.KnownKey, Value(campaign), Value(entry.Sent.IdempotencyKey)) with
            {
                Read = row => facts.Known = (row.GetFieldValue<byte[]>(0), row.GetInt64(1), Time(row, 2)!.Value),
            },
            Of(RowLockSql.Entrant, Value(campaign), Value(pool), Value(entry.Identity), Value(entry.Day)) with
            {
                Read = row => (facts.Entrant, facts.ByEmail) = (row.GetGuid(0), Counts(row, 1)),
            },
            Of(RowLockSql.DueMoment, Value(campaign), Value(pool), Value(entry.Identity), Value(entry.Day), Value(entry.Hour), Value(entry.Sent.ReceivedAt)) with
            {
                Read = row => facts.Moment = Prize(row, row.GetGuid(3)),
            },
            Of(RowLockSql.Consolation, Value(campaign), Value(pool), Value(entry.Identity), Value(entry.Day), Value(entry.Hour)) with
            {
                Read = row => facts.Consolation = Prize(row, null),
            },
        ];
        if (entry.PhoneIdentity is { } phone)
        {
            statements.Add(Of(RowLockSql.Phone, Value(campaign), Value(pool), Value(phone), Value(entry.Day)) with
            {
                Read = row => facts.ByPhone = Counts(row, 0),
            });
        }

        await RunAsync(open, statements);
        return facts;
    }

    private async Task WriteAndCommitAsync(NpgsqlConnection open, PeerEntry entry, PeerFacts facts, DateTimeOffset at, PeerPrize? prize)
    {
        var (number, entrant, id) = (facts.LastNumber + 1, facts.Entrant ?? Guid.CreateVersion7(at), Guid.CreateVersion7(at));
        var batch = new List<Statement>(12);
        if (facts.Entrant is null)
        {
            var e = entry.Sent.Entrant;
            Add(batch, RowLockSql.InsertEntrant, Value(campaign), Value(entrant), Value(entry.Identity), Value(RandomNumberGenerator.GetBytes(32)),
                Value(e.Email!), Text(e.FirstName), Text(e.LastName), Text(e.Phone),
                new NpgsqlParameter { Value = (object?)e.DateOfBirth ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Date }, Text(e.Postcode),
                Text(e.County), Text(e.Country), Value(at));
        }

        Add(batch, RowLockSql.InsertEntry, Value(campaign), Value(pool), Value(number), Value(id), Value(entrant), Value(entry.Sent.IdempotencyKey),
            Value(entry.Fingerprint), Value(at), Value(entry.Day), Value(entry.Sent.TermsVersion ?? 0),
            new NpgsqlParameter { Value = JsonSerializer.Serialize(entry.Sent.Answers), NpgsqlDbType = NpgsqlDbType.Jsonb },
            Value(prize?.Kind ?? "none"), new NpgsqlParameter { Value = (object?)prize?.Id ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid },
            Value(Told(prize)), new NpgsqlParameter { Value = DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz },
            new NpgsqlParameter { Value = (object?)entry.PhoneIdentity ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bytea });
        if (!entry.Sent.Consents.IsEmpty)
        {
            Add(batch, RowLockSql.InsertConsents, Value(campaign), Value(id), Value(entry.Sent.Consents.Select(c => c.Purpose).ToArray()),
                Value(entry.Sent.Consents.Select(c => c.Version).ToArray()), Value(entry.Sent.Consents.Select(c => c.Granted).ToArray()), Value(at));
        }

        AddAward(batch, entry, prize, number, at);
        Add(batch, RowLockSql.MovePool, Value(campaign), Value(pool), Value(number), Value(at));
        string[] counted = ["entries", $"outcome:{prize?.Kind ?? "none"}", .. facts.Entrant is null ? ["entrants"] : Array.Empty<string>()];
        Add(batch, RowLockSql.Count, Value(campaign), Value(pool), Value(counted));
        Add(batch, RowLockSql.CountHour, Value(campaign), Value(pool), Value(counted), Value(entry.Hour));
        Add(batch, RowLockSql.Commit);
        await RunAsync(open, batch);
    }

    private void AddAward(List<Statement> batch, PeerEntry entry, PeerPrize? prize, long number, DateTimeOffset at)
    {
        if (prize is null)
        {
            return;
        }

        Add(batch, RowLockSql.AwardPrize, Value(campaign), Value(prize.Id));
        Add(batch, RowLockSql.AwardDay, Value(campaign), Value(prize.Id), Value(entry.Day));
        Add(batch, RowLockSql.AwardHour, Value(campaign), Value(prize.Id), Value(entry.Hour));
        if (prize.Moment is { } moment)
        {
            Add(batch, RowLockSql.AwardMoment, Value(campaign), Value(moment), Value(number), Value(at));
        }
    }

    private static string Told(PeerPrize? prize) => prize is null
        ? """{"kind":"none"}"""
        : $$"""{"kind":"{{prize.Kind}}","prize":{"id":"{{Ids.Format(Ids.Prize, prize.Id)}}","name":"{{prize.Name}}"} }""";

    private static PeerPrize Prize(NpgsqlDataReader reader, Guid? moment) => new(reader.GetGuid(0), reader.GetString(1), reader.GetString(2), moment);

    private static PeerCounts Counts(NpgsqlDataReader reader, int first) =>
        new(reader.GetInt64(first), reader.GetInt64(first + 1), reader.GetInt64(first + 2), Time(reader, first + 3));

    private static DateTimeOffset? Time(NpgsqlDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : reader.GetFieldValue<DateTimeOffset>(column);

    private async Task RunAsync(NpgsqlConnection open, List<Statement> statements)
    {
        var atOnce = packed ? statements.Count : 1;
        for (var first = 0; first < statements.Count; first += atOnce)
        {
            await using var batch = new NpgsqlBatch(open);
            foreach (var statement in statements.GetRange(first, atOnce))
            {
                var command = new NpgsqlBatchCommand(statement.Sql);
                Array.ForEach(statement.Values, value => command.Parameters.Add(value));
                batch.BatchCommands.Add(command);
            }

            await ReadAsync(batch, statements.GetRange(first, atOnce).FindAll(s => s.Read is not null));
        }
    }

    // Statements that answer no rows have no result of their own to step to.
    private static async Task ReadAsync(NpgsqlBatch batch, List<Statement> reading)
    {
        if (reading.Count == 0)
        {
            await batch.ExecuteNonQueryAsync();
            return;
        }

        await using var reader = await batch.ExecuteReaderAsync();
        foreach (var statement in reading)
        {
            if (await reader.ReadAsync())
            {
                statement.Read!(reader);
            }

            await reader.NextResultAsync();
        }
    }

    private static Statement Of(string sql, params NpgsqlParameter[] values) => new(sql, values, null);

    private static NpgsqlParameter Value<T>(T value) => new NpgsqlParameter<T> { TypedValue = value };

    private static NpgsqlParameter Text(string? value) => new() { Value = (object?)value ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text };

    private static void Add(List<Statement> batch, string sql, params NpgsqlParameter[] values) => batch.Add(Of(sql, values));

    private sealed record Statement(string Sql, NpgsqlParameter[] Values, Action<NpgsqlDataReader>? Read);
}
