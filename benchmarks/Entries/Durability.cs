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

    // The numbers that were told, too: their sum is that of the rows only if everybody was told the number of their own.
    private const string Rows = """
        select coalesce(string_agg(fault, '; '), '') from (
          select format('%s rows for %s acknowledged entries', count(*), $3::bigint) as fault from entry
            where idempotency_key >= $1 and idempotency_key < $2 having case when $5 = 0 then count(*) <> $3 else count(*) < $3 or count(*) > $3 + $5 end
          union all
          select 'the numbers told are not those of the rows' from entry
            where idempotency_key >= $1 and idempotency_key < $2 having $5 = 0 and coalesce(sum(number), 0) <> $4
          union all
          select 'the entry numbers have gaps' from entry having count(*) <> coalesce(max(number), 0) or min(number) <> 1
          union all
          select 'the pool''s last number is not the last entry''s' from pool p
            where p.last_number <> (select coalesce(max(number), 0) from entry e where e.pool_id = p.pool_id)
          union all
          select 'a prize''s counter is not what was awarded: ' || name from prize p
            where p.allocated <> (select count(*) from entry e where e.prize_id = p.prize_id)
        ) as faults
        """;

    /// <summary>fsync, synchronous_commit and full_page_writes as the server has them, and how many roles or databases have their own.</summary>
    public static async Task<string> SettingsAsync(RunningServer server)
    {
        await using var connection = await server.OpenAsync();
        return await RunningServer.ScalarAsync<string>(connection, Settings);
    }

    public static bool IsDurable(string settings) => settings == "on on on 0";

    /// <summary>What is wrong with the rows of a load; empty when nothing is. <paramref name="unknown"/>: requests that were never answered.</summary>
    public static async Task<string> FaultsAsync(RunningServer server, string firstKey, string nextKey, long acknowledged, long numbersSum, long unknown)
    {
        await using var connection = await server.OpenAsync();
        return await RunningServer.ScalarAsync<string>(connection, Rows, firstKey, nextKey, acknowledged, (decimal)numbersSum, unknown);
    }
}
