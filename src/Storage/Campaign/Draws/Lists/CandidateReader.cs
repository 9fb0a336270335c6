using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Data;
using System.Globalization;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Storage.Central.DrawLists;

namespace PrizeDraw.Storage.Campaign.Draws.Lists;

/// <summary>
/// Reads people's keys and every entry up to the last numbers, both in whole from one snapshot, and leaves it to files to bring them together:
/// the database would take several times as long to join tables of millions.
/// </summary>
internal sealed class CandidateReader(CampaignConnections connections, CandidateFiles files, ReasonCodes reasons, TimeProvider time)
{
    private static readonly TimeSpan ReadTimeMax = TimeSpan.FromMinutes(5);

    private long _entries;

    /// <summary>How many entries were read; may be looked at while more are.</summary>
    public long Entries => Volatile.Read(ref _entries);

    /// <summary>Reads all; <paramref name="tell"/> is called each second.</summary>
    public async Task ReadAsync(DrawListAddress address, DrawListFreeze freeze, Func<Task> tell, CancellationToken ct)
    {
        await using var lease = await connections.RequireAsync(address.TenantId, address.CampaignId, ct);
        // Both statements see what was there when the first began.
        await using var transaction = await lease.Connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, ct);
        using (var people = files.People.NewWriter())
        {
            await EachAsync(lease.Connection, PeopleOf(address), 2, row => AddPerson(people, row), () => Task.CompletedTask, ct);
            people.Complete();
        }

        using (var entries = files.Entries.NewWriter())
        {
            await EachAsync(lease.Connection, EntriesOf(address, freeze), 5, row => AddEntry(entries, row), tell, ct);
            entries.Complete();
        }
    }

    // COPY takes no parameters: what stands in these texts are UUIDs, numbers and instants that this code spells.
    private static string PeopleOf(DrawListAddress address) =>
        $"copy (select entrant_id, person_key from entrant where campaign_id = {Text(address.Campaign)} and person_key is not null) to stdout (format binary)";

    private static string EntriesOf(DrawListAddress address, DrawListFreeze freeze)
    {
        var numbers = freeze.LastNumbers.Select(pool => string.Create(
            CultureInfo.InvariantCulture, $"(e.pool_id = {Text(pool.Key)} and e.number <= {pool.Value})"));
        return $"""
            copy (
              select e.entrant_id, e.entry_id, e.tickets + coalesce(p.tickets, 1) - 1, e.person_ref,
                case when coalesce(k.received_at, e.entered_at) < {Text(freeze.From)} or coalesce(k.received_at, e.entered_at) >= {Text(freeze.Until)}
                  then 'outside-period' else coalesce(e.excluded, x.reason) end
              from entry e
              left join pool p on p.campaign_id = e.campaign_id and p.pool_id = e.pool_id
              left join keyed_entry k on k.campaign_id = e.campaign_id and k.pool_id = e.pool_id and k.number = e.number
              left join draw_exclusion x on x.campaign_id = e.campaign_id and x.draw_id = {Text(address.Draw)} and x.entrant_id = e.entrant_id
              where e.campaign_id = {Text(address.Campaign)} and ({string.Join(" or ", numbers.DefaultIfEmpty("false"))})
            ) to stdout (format binary)
            """;
    }

    private static string Text(Guid id) => $"'{id:d}'::uuid";

    private static string Text(DateTimeOffset? at) =>
        at is { } instant ? $"'{instant.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture)}+00'::timestamptz" : "null::timestamptz";

    private async Task EachAsync(
        NpgsqlConnection connection, string sql, int fields, Action<CopyRows> read, Func<Task> tell, CancellationToken ct)
    {
        await using var copy = await connection.BeginRawBinaryCopyAsync(sql, ct);
        copy.ReadTimeout = (int)ReadTimeMax.TotalMilliseconds;
        var rows = new CopyRows(copy, fields);
        await LongWork.RunAsync([Read], tell, time, ct);

        void Read(CancellationToken ending)
        {
            while (rows.Next())
            {
                ending.ThrowIfCancellationRequested();
                read(rows);
            }
        }
    }

    private static void AddPerson(PartitionedFile.Writer people, CopyRows row)
    {
        var person = people.Next(CandidateFiles.PartOf(row.Field(0)));
        row.Field(0).CopyTo(person);
        row.Field(1).CopyTo(person[CandidateFiles.IdSize..]);
    }

    private void AddEntry(PartitionedFile.Writer entries, CopyRows row)
    {
        var entry = entries.Next(CandidateFiles.PartOf(row.Field(0)));
        row.Field(0).CopyTo(entry);
        row.Field(1).CopyTo(entry[CandidateFiles.IdSize..]);
        var excluded = !row.IsNull(4);
        BinaryPrimitives.WriteInt32LittleEndian(entry[CandidateFiles.NumberAt..], excluded ? reasons.PlaceOf(row.Field(4)) : row.Integer(2));
        entry[CandidateFiles.FlagsAt] = (byte)((excluded ? CandidateFiles.IsExcluded : 0) | (row.IsNull(3) ? 0 : CandidateFiles.HasPersonRef));
        if (!row.IsNull(3))
        {
            row.Field(3).CopyTo(entry.Slice(CandidateFiles.RefAt, CandidateFiles.HashSize));
        }

        Volatile.Write(ref _entries, _entries + 1);
    }
}
