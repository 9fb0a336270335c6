using System;
using System.Diagnostics;
using System.Threading.Tasks;

namespace PrizeDraw.Benchmarks.Draws;

/// <summary>
/// Fills a campaign's one pool by SQL: rows as wide as the platform writes them, two thirds as many people as entries, each person's entries far
/// apart, one entry in a hundred excluded, some with bonus tickets. Only the primary keys stand afterwards: a freeze reads whole tables.
/// </summary>
internal sealed class DrawPool(string database, Action<string> say)
{
    private const long ChunkRows = 1_000_000;

    private const string Bare = """
        do $$
        declare one record;
        begin
          for one in select conrelid::regclass as on_table, conname from pg_constraint
              where contype in ('p', 'u', 'f') and (conrelid in ('entrant'::regclass, 'entry'::regclass)
                or confrelid in ('entrant'::regclass, 'entry'::regclass)) order by contype = 'f' desc loop
            execute format('alter table %s drop constraint %I', one.on_table, one.conname);
          end loop;
          for one in select indexname from pg_indexes where schemaname = current_schema() and tablename in ('entrant', 'entry') loop
            execute format('drop index %I', one.indexname);
          end loop;
        end $$
        """;

    private const string People = """
        insert into entrant (campaign_id, entrant_id, identity, person_key, email, first_name, last_name, phone, date_of_birth,
          postcode, county, country, created_at)
        select campaign_id, ('01900000-0000-7000-8000-' || lpad(to_hex(i), 12, '0'))::uuid, sha256(('i' || i)::bytea), sha256(('k' || i)::bytea),
          'draw' || i || '@example.com', 'Ann', 'Smith', case when i % 4 = 0 then '+447' || lpad(i::text, 9, '0') end, '1990-05-01', 'LS1 4AP',
          'West Yorkshire', 'GB', $3::timestamptz
        from pool, generate_series($1::bigint, $2::bigint) as i
        """;

    private const string Entries = """
        insert into entry (campaign_id, pool_id, batch, number, entry_id, entrant_id, idempotency_key, fingerprint, entered_at, day, terms_version,
          answers, outcome, prize_id, told, draws_at, path, excluded, person_ref, phone_identity, tickets)
        select p.campaign_id, p.pool_id, (i - 1) / 256 + 1, i, ('01900000-0000-7000-8001-' || lpad(to_hex(i), 12, '0'))::uuid,
          ('01900000-0000-7000-8000-' || lpad(to_hex(1 + i * 7919 % $4::bigint), 12, '0'))::uuid, md5(i::text), sha256(('f' || i)::bytea),
          $3::timestamptz + i * interval '0.0001 s', $3::timestamptz::date, 1, '{"favourite": "Paris"}', 'gift', g.prize_id,
          '{"claimUrl":null,"coupon":null,"kind":"gift","prize":{"id":"prz_' || replace(g.prize_id::text, '-', '') || '","name":"Sticker"}}',
          $3::timestamptz + interval '30 days', decode(repeat(md5(i::text), 16), 'hex'), case when i % 100 = 0 then 'duplicate' end,
          sha256(('r' || 1 + i * 7919 % $4)::bytea), case when i % 4 = 0 then sha256(('p' || i)::bytea) end, case when i % 20 = 0 then 3 else 1 end
        from pool p join prize g using (campaign_id, pool_id), generate_series($1::bigint, $2::bigint) as i where g.kind = 'gift'
        """;

    private static readonly string[] Finish =
    [
        "alter table entrant add primary key (campaign_id, entrant_id)",
        "alter table entry add primary key (campaign_id, pool_id, number)",
        "update pool set epoch = epoch + 1, last_number = (select max(number) from entry)",
        "vacuum analyze",
        "checkpoint",
    ];

    /// <summary>Answers how many people there are.</summary>
    public async Task<long> FillAsync(long entries, DateTimeOffset opened)
    {
        var began = Stopwatch.GetTimestamp();
        var people = Math.Max(1, entries * 2 / 3);
        await using var connection = await Database.OpenAsync(database);
        await Database.RunAsync(connection, "set synchronous_commit = off; set maintenance_work_mem = '512MB'");
        await Database.RunAsync(connection, Bare);
        for (var first = 1L; first <= people; first += ChunkRows)
        {
            await Database.RunAsync(connection, People, first, Math.Min(people, first + ChunkRows - 1), opened);
        }

        for (var first = 1L; first <= entries; first += ChunkRows)
        {
            await Database.RunAsync(connection, Entries, first, Math.Min(entries, first + ChunkRows - 1), opened, people);
        }

        foreach (var statement in Finish)
        {
            await Database.RunAsync(connection, statement);
        }

        var size = await Database.ScalarAsync<string>(connection, "select pg_size_pretty(pg_database_size(current_database()))");
        say($"{entries:n0} entries of {people:n0} people written in {Stopwatch.GetElapsedTime(began).TotalSeconds:f0} s, {size}");
        return people;
    }
}
