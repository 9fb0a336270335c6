using System;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.TestKit;

namespace PrizeDraw.Walk.Support;

/// <summary>
/// A write that stands still in the database until this is disposed of: whoever is killed in it has done all that leads to it, and nothing is
/// stored of it.
/// </summary>
internal sealed class HeldWrite : IAsyncDisposable
{
    private const int Key = 4711;
    private const string Waiting =
        "pg_locks where locktype = 'advisory' and objid = 4711 and not granted and database = (select oid from pg_database where datname = current_database())";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private readonly NpgsqlConnection connection;
    private readonly string table;

    private HeldWrite(NpgsqlConnection connection, string table) => (this.connection, this.table) = (connection, table);

    /// <param name="database">The superuser's connection string to it.</param>
    /// <param name="write">Such as <c>update on draw</c>.</param>
    /// <param name="when">Of the rows old and new.</param>
    public static async Task<HeldWrite> OnAsync(string database, string write, string when)
    {
        var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        var held = new HeldWrite(connection, write.Split(' ')[^1]);
        await held.RunAsync(
            $"""
            create function hold() returns trigger language plpgsql as 'begin perform pg_advisory_xact_lock({Key}); return new; end';
            create trigger hold before {write} for each row when ({when}) execute function hold();
            select pg_advisory_lock({Key})
            """);
        return held;
    }

    /// <summary>Waits until somebody stands at the write.</summary>
    public Task ReachedAsync(Func<string> otherwise) =>
        Polling.UntilAsync(async () => await RunAsync("select count(*) from " + Waiting) is not 0L, Patience, () => Task.FromResult(otherwise()));

    /// <summary>
    /// Ends the sessions on this database: theirs are processes that are gone, whose writes must not come to pass after all, neither where one stands here
    /// nor where it is still on its way here.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        await RunAsync(
            "select pg_terminate_backend(pid, 120000) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'");
        await RunAsync($"drop trigger hold on {table}; drop function hold()");
        await connection.DisposeAsync();
    }

    private async Task<object?> RunAsync(string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }
}
