using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Threading.Tasks;
using Npgsql;

namespace PrizeDraw.Benchmarks.Deep;

/// <summary>
/// Fills a campaign's one pool with entries by SQL alone: rows as the platform writes them (people with scattered identities, keys without
/// order, two consents, a path of eight hashes, a journal record for each 256), and counters to match. Indexes and keys are taken off
/// meanwhile and put back as they were.
/// </summary>
internal sealed class DeepPool(string database, Action<string> say)
{
    private const long ChunkRows = 1_000_000;

    private const string Keys = """
        select c.conrelid::regclass::text, quote_ident(c.conname), pg_get_constraintdef(c.oid), c.contype::text from pg_constraint c
        where c.contype in ('p', 'u', 'f') and (c.conrelid in ('entrant'::regclass, 'entry'::regclass, 'consent'::regclass)
          or c.confrelid in ('entrant'::regclass, 'entry'::regclass, 'consent'::regclass))
        order by c.contype = 'f', c.contype, c.conname
        """;

    private const string Indexes = """
        select indexname::text, indexdef from pg_indexes i where schemaname = current_schema() and tablename in ('entrant', 'entry', 'consent')
          and not exists (select from pg_constraint c where c.conname = i.indexname)
        """;

    private const string Fill = """
        with fixed as (select p.campaign_id, p.pool_id, g.prize_id, $3::timestamptz as opened, 'Europe/London' as zone
            from pool p join prize g using (campaign_id, pool_id) where g.kind = 'gift' limit 1),
          people as (insert into entrant (campaign_id, entrant_id, identity, person_key, email, first_name, last_name, phone, date_of_birth,
              postcode, county, country, created_at)
            select campaign_id, ('01900000-0000-7000-8000-' || lpad(to_hex(i), 12, '0'))::uuid, sha256(('i' || i)::bytea), sha256(('k' || i)::bytea),
              'deep' || i || '@example.com', 'Ann', 'Smith', case when i % 4 = 0 then '+447' || lpad(i::text, 9, '0') end, '1990-05-01', 'LS1 4AP',
              'West Yorkshire', 'GB', opened + i * interval '0.0001 s'
            from fixed, generate_series($1::bigint, $2::bigint) as i),
          agreed as (insert into consent (campaign_id, entry_id, purpose, version, granted, at)
            select campaign_id, ('01900000-0000-7000-8001-' || lpad(to_hex(i), 12, '0'))::uuid, what, 1, what <> 'marketing-email',
              opened + i * interval '0.0001 s'
            from fixed, generate_series($1, $2) as i, unnest(array['marketing-email', 'partner-offers']) as what)
        insert into entry (campaign_id, pool_id, batch, number, entry_id, entrant_id, idempotency_key, fingerprint, entered_at, day, terms_version,
          answers, outcome, prize_id, told, draws_at, path, person_ref, phone_identity)
        select campaign_id, pool_id, (i - 1) / 256 + 1, i, ('01900000-0000-7000-8001-' || lpad(to_hex(i), 12, '0'))::uuid,
          ('01900000-0000-7000-8000-' || lpad(to_hex(i), 12, '0'))::uuid, md5(i::text), sha256(('f' || i)::bytea), opened + i * interval '0.0001 s',
          ((opened + i * interval '0.0001 s') at time zone zone)::date, 1, '{"favourite": "Paris"}', 'gift', prize_id,
          '{"claimUrl":null,"coupon":null,"kind":"gift","prize":{"id":"prz_' || replace(prize_id::text, '-', '') || '","name":"Sticker"}}',
          opened + interval '30 days', decode(repeat(md5(i::text), 16), 'hex'), sha256(('r' || i)::bytea),
          case when i % 4 = 0 then sha256(('p' || i)::bytea) end
        from fixed, generate_series($1, $2) as i
        """;

    private static readonly string[] Finish =
    [
        """
        insert into journal (campaign_id, pool_id, batch, first_number, last_number, previous_head, root, head, record, signature, key_id, at)
        select campaign_id, pool_id, batch, min(number), max(number), sha256(('h' || batch - 1)::bytea), sha256(('m' || batch)::bytea),
          sha256(('h' || batch)::bytea), repeat('x', 400), sha256(('s' || batch)::bytea), 'deep', max(entered_at)
        from entry group by campaign_id, pool_id, batch
        """,
        """
        insert into prize_day (campaign_id, prize_id, day, allocated) select campaign_id, prize_id, day, count(*) from entry group by 1, 2, 3
        on conflict (campaign_id, prize_id, day) do update set allocated = excluded.allocated
        """,
        """
        insert into prize_hour (campaign_id, prize_id, hour, allocated)
        select campaign_id, prize_id, date_trunc('hour', entered_at), count(*) from entry group by 1, 2, 3
        on conflict (campaign_id, prize_id, hour) do update set allocated = excluded.allocated
        """,
        "update prize p set allocated = (select count(*) from entry e where e.prize_id = p.prize_id)",
        """
        insert into pool_count (campaign_id, pool_id, what, n)
        select campaign_id, pool_id, what, count(*) from entry, unnest(array['entries', 'entrants', 'outcome:gift']) as what group by 1, 2, 3
        on conflict (campaign_id, pool_id, what) do update set n = excluded.n
        """,
        // Raising the epoch makes the pool's activation end at its next batch, and the next one load what is here now.
        """
        update pool set epoch = epoch + 1, (last_number, last_entered_at, batch) = (select max(number), max(entered_at), max(batch) from entry),
          head = (select head from journal order by batch desc limit 1)
        """,
    ];

    public async Task FillAsync(long entries, DateTimeOffset opened)
    {
        await using var connection = await Database.OpenAsync(database);
        await Database.RunAsync(connection, "set synchronous_commit = off; set maintenance_work_mem = '1GB'; set work_mem = '256MB'");
        var keys = await RowsAsync(connection, Keys, 4);
        var indexes = await RowsAsync(connection, Indexes, 2);
        for (var i = keys.Count - 1; i >= 0; i--)
        {
            await Database.RunAsync(connection, $"alter table {keys[i][0]} drop constraint {keys[i][1]}");
        }

        foreach (var index in indexes)
        {
            await Database.RunAsync(connection, $"drop index {index[0]}");
        }

        await FillRowsAsync(connection, entries, opened);
        var began = Stopwatch.GetTimestamp();
        foreach (var key in keys)
        {
            await Database.RunAsync(connection, $"alter table {key[0]} add constraint {key[1]} {key[2]}");
        }

        foreach (var index in indexes)
        {
            await Database.RunAsync(connection, index[1]);
        }

        say($"keys and indexes put back in {Stopwatch.GetElapsedTime(began).TotalSeconds:f0} s");
        foreach (var statement in Finish)
        {
            await Database.RunAsync(connection, statement);
        }

        await Database.RunAsync(connection, "vacuum analyze");
    }

    private async Task FillRowsAsync(NpgsqlConnection connection, long entries, DateTimeOffset opened)
    {
        var began = Stopwatch.GetTimestamp();
        for (var first = 1L; first <= entries; first += ChunkRows)
        {
            var last = Math.Min(entries, first + ChunkRows - 1);
            await Database.RunAsync(connection, Fill, first, last, opened);
            say($"{last:n0} of {entries:n0} entries written, {last / Stopwatch.GetElapsedTime(began).TotalSeconds:n0} a second");
        }
    }

    private static async Task<List<string[]>> RowsAsync(NpgsqlConnection connection, string sql, int columns)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string[]>();
        while (await reader.ReadAsync())
        {
            var row = new string[columns];
            for (var i = 0; i < columns; i++)
            {
                row[i] = reader.GetString(i);
            }

            rows.Add(row);
        }

        return rows;
    }
}
