using System.Text.Json.Nodes;
using System.Threading.Tasks;
using PrizeDraw.Benchmarks.Servers;

namespace PrizeDraw.Benchmarks.Entries;

/// <summary>What PostgreSQL says of its durability, and whether every acknowledged entry stands in its rows.</summary>
internal static class Durability
{
    private const string Settings = """
        select current_setting('fsync') || ' ' || current_setting('synchronous_commit') || ' ' || current_setting('full_page_writes') || ' '
          || (select count(*) from pg_db_role_setting where array_to_string(setconfig, ',') ~ 'synchronous_commit|fsync|full_page_writes')
        """;

    // $1 the last number before the load; $2 acknowledged, $3 and $4 the sums of the numbers told and of the persons' serials, which end
    // their keys; $5 requests that were never answered, of which nobody knows.
    private const string Rows = """
        with mine as (select number, right(idempotency_key, 12)::bigint as serial from entry where number > $1),
          sums as (select count(*) as n, min(number) as first, max(number) as last, coalesce(sum(number), 0) as numbers,
            coalesce(sum(serial), 0) as serials from mine)
        select coalesce(string_agg(fault, '; '), '') from (
          select format('%s rows for %s acknowledged entries', n, $2::bigint) as fault from sums where n < $2 or n > $2 + $5::bigint
          union all
          select 'the numbers told are not those of the rows' from sums where $5 = 0 and numbers <> $3
          union all
          select 'the persons told are not those of the rows' from sums where $5 = 0 and serials <> $4
          union all
          select 'the entry numbers have gaps' from sums where n > 0 and (first <> $1 + 1 or last - first + 1 <> n)
          union all
          select 'the pool''s last number is not the last entry''s' from sums, pool where last_number <> coalesce(last, $1)
        ) as faults
        """;

    private const string Counters = """
        select coalesce(string_agg(fault, '; '), '') from (
          select 'a prize''s counter is not what was awarded: ' || name as fault from prize p
            where p.allocated <> (select count(*) from entry e where e.prize_id = p.prize_id)
          union all
          select 'the pool''s counter of entries is not their count' from pool_count c
            where what = 'entries' and n <> (select count(*) from entry e where e.pool_id = c.pool_id)
          union all
          select 'a moment''s entry did not win its prize' from moment m where awarded_number is not null and not exists (
            select from entry e where e.campaign_id = m.campaign_id and e.pool_id = m.pool_id and e.number = m.awarded_number and e.prize_id = m.prize_id)
        ) as faults
        """;

    /// <summary>fsync, synchronous_commit and full_page_writes as the server has them, and how many roles or databases have their own.</summary>
    public static async Task<string> SettingsAsync(RunningServer server)
    {
        await using var connection = await Database.OpenAsync(server.Superuser);
        return await Database.ScalarAsync<string>(connection, Settings);
    }

    public static bool IsDurable(string settings) => settings == "on on on 0";

    /// <summary>The number of the campaign's last entry.</summary>
    public static async Task<long> LastNumberAsync(string database)
    {
        await using var connection = await Database.OpenAsync(database);
        return await Database.ScalarAsync<long>(connection, "select last_number from pool");
    }

    /// <summary>What is wrong with the rows of a load on the campaign's one pool; empty when nothing is.</summary>
    /// <param name="before">The last number before the load.</param>
    /// <param name="result">What the load generator was told.</param>
    /// <param name="counters">Whether all rows are counted anew too.</param>
    public static async Task<string> FaultsAsync(string database, long before, JsonNode result, bool counters)
    {
        await using var connection = await Database.OpenAsync(database);
        var faults = await Database.ScalarAsync<string>(
            connection, Rows, before, (long)result["accepted"]!, (decimal)(long)result["numbersSum"]!, (decimal)(long)result["serialsSum"]!,
            (long)result["lost"]!);
        return faults + (counters ? await Database.ScalarAsync<string>(connection, Counters) : "");
    }

    /// <summary>Answers other than 201, in words; empty when there were none.</summary>
    public static string Refusals(JsonNode result) => ((JsonObject)result["refused"]!).Count > 0 || (long)result["lost"]! > 0
        ? $"refused {result["refused"]!.ToJsonString()}, lost {result["lost"]}"
        : "";
}
