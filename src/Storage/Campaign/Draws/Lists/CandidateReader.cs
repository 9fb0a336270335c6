using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using NpgsqlTypes;
using PrizeDraw.Domain.Draws;
using PrizeDraw.Storage.Central.DrawLists;

namespace PrizeDraw.Storage.Campaign.Draws.Lists;

/// <summary>
/// Reads every entry up to the last numbers, by one statement and so from one snapshot, with what it is excluded for: the first that applies of
/// <c>erased</c> (the person's key is gone), the entry's own reason, the person's for this draw, and <c>outside-period</c>.
/// </summary>
internal sealed class CandidateReader(CampaignConnections connections, DrawListOptions options)
{
    /// <summary>The first row may come late: the database joins two tables of millions first.</summary>
    private const int Seconds = 900;

    private const string Rows =
        """
        select e.entry_id, e.entrant_id, p.person_key, e.person_ref, e.tickets,
          case when p.person_key is null then 'erased'
            else coalesce(e.excluded, x.reason, case when e.entered_at < $4::timestamptz or e.entered_at >= $5::timestamptz then 'outside-period' end) end
        from entry e
        join unnest($2::uuid[], $3::bigint[]) as l (pool_id, last_number) on l.pool_id = e.pool_id and e.number <= l.last_number
        left join entrant p on p.campaign_id = e.campaign_id and p.entrant_id = e.entrant_id
        left join draw_exclusion x on x.campaign_id = e.campaign_id and x.draw_id = $6 and x.entrant_id = e.entrant_id
        where e.campaign_id = $1
        """;

    private readonly List<string> _reasons = [];

    /// <summary>Reason codes in the order in which they were met.</summary>
    public IReadOnlyList<string> Reasons => _reasons;

    /// <summary>
    /// Fills batch after batch: <paramref name="take"/> gives an empty one and <paramref name="give"/> takes it full. A reason that is no code is
    /// an <see cref="InvalidDataException"/>.
    /// </summary>
    public async Task ReadAsync(
        DrawListAddress address, DrawListFreeze freeze, Func<ValueTask<CandidateBatch>> take, Func<CandidateBatch, ValueTask> give, CancellationToken ct)
    {
        await using var lease = await connections.RequireAsync(address.TenantId, address.CampaignId, ct);
        await using var transaction = await lease.Connection.BeginTransactionAsync(ct);
        await lease.Connection.RunAsync("select set_config('work_mem', $1, true)", [$"{options.JoinMegabytes}MB"], ct);
        await using var command = Command(lease.Connection, address, freeze);
        await using var row = await command.ExecuteReaderAsync(ct);
        var batch = await take();
        while (await row.ReadAsync(ct))
        {
            Fill(batch, row);
            if (batch.IsFull)
            {
                await give(batch);
                batch = await take();
            }
        }

        await give(batch);
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, DrawListAddress address, DrawListFreeze freeze)
    {
        var command = new NpgsqlCommand(Rows, connection) { CommandTimeout = Seconds };
        var pools = freeze.LastNumbers.ToArray();
        command.Parameters.Add(new NpgsqlParameter { Value = address.Campaign });
        command.Parameters.Add(new NpgsqlParameter { Value = pools.Select(p => p.Key).ToArray() });
        command.Parameters.Add(new NpgsqlParameter { Value = pools.Select(p => p.Value).ToArray() });
        command.Parameters.Add(Instant(freeze.From));
        command.Parameters.Add(Instant(freeze.Until));
        command.Parameters.Add(new NpgsqlParameter { Value = address.Draw });
        return command;
    }

    private static NpgsqlParameter Instant(DateTimeOffset? at) =>
        new() { Value = (object?)at?.ToUniversalTime() ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz };

    private void Fill(CandidateBatch batch, NpgsqlDataReader row)
    {
        var candidate = batch.Add();
        row.GetGuid(0).TryWriteBytes(candidate.EntryId, bigEndian: true, out _);
        row.GetGuid(1).TryWriteBytes(candidate.EntrantId, bigEndian: true, out _);
        if (!row.IsDBNull(2))
        {
            row.GetFieldValue<byte[]>(2).CopyTo(candidate.SetKey());
        }

        if (!row.IsDBNull(3))
        {
            row.GetFieldValue<byte[]>(3).CopyTo(candidate.SetPersonRef());
        }

        var excluded = !row.IsDBNull(5);
        candidate.SetNumber(excluded ? PlaceOf(row.GetString(5)) : row.GetInt32(4), excluded);
    }

    private int PlaceOf(string reason)
    {
        // A handful at most: looking through them is quicker than hashing.
        var place = _reasons.IndexOf(reason);
        if (place >= 0)
        {
            return place;
        }

        if (reason.Length is 0 or > ListedLeaf.ReasonMax || reason.AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            throw new InvalidDataException($"'{reason}' is not a reason code.");
        }

        _reasons.Add(reason);
        return _reasons.Count - 1;
    }
}
