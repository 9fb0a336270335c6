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
                """
                with counted as (
                  select pool_id, 'entries' as what, count(*) as n from entry group by pool_id
                  union all select pool_id, 'outcome:' || outcome, count(*) from entry group by pool_id, outcome)
                select c.what from counted c left join pool_count p using (pool_id, what) where c.n is distinct from p.n
                """),
            ("the entrants counted are not those who entered",
                """
                select p.n::text from (select sum(n) as n from pool_count where what = 'entrants') p
                where p.n <> (select count(distinct entrant_id) from entry)
                """),
            ("the hours do not add up to the counters",
                """
                select c.what from pool_count c where c.what not like 'refused:%'
                  and n <> (select coalesce(sum(h.n), 0) from pool_hour h where h.pool_id = c.pool_id and h.what = c.what)
                """),
            ("a prize's hour is not what was awarded in it",
                """
                select h.prize_id::text from prize_hour h where allocated <> (select count(*) from entry e where e.prize_id = h.prize_id
                  and e.entered_at >= h.hour and e.entered_at < h.hour + interval '1 hour')
                """),
            ("an hourly cap is exceeded",
                """
                select p.name from entry e join prize p using (campaign_id, prize_id) where p.hourly_cap is not null
                group by p.name, p.hourly_cap, date_trunc('hour', e.entered_at) having count(*) > p.hourly_cap
                """),
            ("a prize went beyond what one entrant may have",
                """
                select e.entrant_id::text from entry e join prize p using (campaign_id, prize_id) where p.per_entrant_max is not null
                group by e.entrant_id, p.prize_id, p.per_entrant_max having count(*) > p.per_entrant_max
                """),
            ("a moment was claimed before its time", "select moment_id::text from moment where awarded_at < due_at"),
            ("an every-n-th prize went out twice in a block",
                """
                select p.name from entry e join prize p using (campaign_id, prize_id) where p.every_nth is not null
                group by p.name, p.every_nth, (e.number - 1) / p.every_nth having count(*) > 1
                """),
            ("a coupon prize came without its code, or another prize with one",
                """
                select e.entry_id::text from entry e join prize p using (campaign_id, prize_id)
                left join code_taken t on t.campaign_id = e.campaign_id and t.pool_id = e.pool_id and t.number = e.number
                where (p.coupon_batch_id is null) <> (t.seq is null) or t.batch_id <> p.coupon_batch_id
                """),
            ("a coupon was not told to its entrant",
                """
                select t.seq::text from code_taken t join code_batch b using (campaign_id, batch_id) join code c using (campaign_id, batch_id, seq)
                join entry e on e.campaign_id = t.campaign_id and e.pool_id = t.pool_id and e.number = t.number
                where b.kind = 'coupon' and coalesce(regexp_replace(e.told::jsonb ->> 'coupon', '[^A-Z0-9]', '', 'g'), '') <> c.code
                """),
            ("a batch's counter is not what was handed out",
                "select b.name from code_batch b where assigned <> (select count(*) from code_taken t where t.batch_id = b.batch_id)"),
            ("a batch's codes are not as many as it says",
                "select b.name from code_batch b where generated <> (select count(*) from code c where c.batch_id = b.batch_id)"),
            ("two pools set one coupon aside",
                """
                select a.batch_id::text from code_reservation a join code_reservation b on a.batch_id = b.batch_id and a.first_seq < b.first_seq
                where a.last_seq >= b.first_seq
                """),
            ("a low stock was not told of",
                """
                select name from prize where alert_level < case when allocated >= stock then 2
                  when stock - allocated <= coalesce(low_stock_units, ceil(stock * low_stock_percent / 100.0), -1) then 1 else 0 end
                """),
        ];
        var breaches = new List<string>();
        await ColumnAsync<string>(campaignDatabase, "analyze");
        foreach (var (what, sql) in invariants)
        {
            breaches.AddRange((await ColumnAsync<string>(campaignDatabase, sql)).Select(row => $"{what}: {row}"));
        }

        return [.. breaches];
    }
}
