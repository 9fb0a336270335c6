using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Npgsql;

namespace PrizeDraw.Walk.Support;

/// <summary>Looks into a campaign's database as nobody but a test does: past the platform, to see what is really stored.</summary>
internal static class CampaignTables
{
    /// <summary>The campaign databases on the server: all that the platform makes begin with cmp_.</summary>
    public static async Task<string[]> DatabasesAsync(string superuser) =>
        await ColumnAsync<string>(superuser, "select datname::text from pg_database where datname like 'cmp\\_%' order by 1");

    public static string In(string superuser, string database) =>
        new NpgsqlConnectionStringBuilder(superuser) { Database = database, Pooling = false }.ConnectionString;

    public static async Task<T[]> ColumnAsync<T>(string connectionString, string sql)
    {
        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        await using var command = source.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync();
        var values = new List<T>();
        while (await reader.ReadAsync())
        {
            values.Add(reader.GetFieldValue<T>(0));
        }

        return [.. values];
    }

    /// <summary>Each of these finds nothing in a campaign's database that is as it must be.</summary>
    public static async Task<string[]> BreachesAsync(string campaignDatabase)
    {
        (string What, string Sql)[] invariants =
        [
            ("entry numbers have gaps", "select pool_id::text from entry group by pool_id having count(*) <> max(number) or min(number) <> 1"),
            ("the pool's last number is not the last entry's",
                "select p.pool_id::text from pool p where p.last_number <> (select coalesce(max(number), 0) from entry e where e.pool_id = p.pool_id)"),
            ("a prize's counter is not what was awarded",
                "select name from prize p where allocated <> (select count(*) from entry e where e.prize_id = p.prize_id)"),
            ("a prize is allocated beyond its stock", "select name from prize where allocated > stock"),
            ("a prize's day is not what was awarded on it",
                "select d.prize_id::text from prize_day d where allocated <> (select count(*) from entry e where e.prize_id = d.prize_id and e.day = d.day)"),
            ("a daily cap is exceeded", "select p.name from prize p join prize_day d using (campaign_id, prize_id) where d.allocated > p.daily_cap"),
            ("a moment's entry did not win its prize",
                """
                select m.moment_id::text from moment m where awarded_number is not null and not exists (select from entry e
                  where e.pool_id = m.pool_id and e.number = m.awarded_number and e.prize_id = m.prize_id)
                """),
            ("a prize by moments was awarded without a moment",
                """
                select e.number::text from entry e join prize p using (campaign_id, prize_id) where p.mode = 'moments'
                  and not exists (select from moment m where m.pool_id = e.pool_id and m.awarded_number = e.number)
                """),
            ("the journal does not cover the entries",
                "select pool_id::text from journal group by pool_id having sum(last_number - first_number + 1) <> max(last_number) or min(first_number) <> 1"),
            ("the journal's chain is broken",
                """
                select batch::text from (select batch, previous_head, lag(head) over (partition by pool_id order by batch) as before from journal) j
                where before is not null and previous_head <> before
                """),
            ("an entrant won more prizes than one", "select entrant_id::text from entry where outcome = 'prize' group by entrant_id having count(*) > 1"),
            ("the counters are not the counts",
                "select what from pool_count c where what = 'entries' and n <> (select count(*) from entry e where e.pool_id = c.pool_id)"),
        ];
        var breaches = new List<string>();
        foreach (var (what, sql) in invariants)
        {
            breaches.AddRange((await ColumnAsync<string>(campaignDatabase, sql)).Select(row => $"{what}: {row}"));
        }

        return [.. breaches];
    }
}
