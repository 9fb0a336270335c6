using System.Collections.Immutable;
using System.IO;
using System.IO.Compression;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;

namespace PrizeDraw.Storage.Backups;

/// <summary>
/// Fills a database that has the schema of the copy's migrations, in one transaction, as the role that owns the tables. Foreign keys are
/// taken away for that time and checked again at its end, so that the order of the tables does not matter.
/// </summary>
internal static class DatabaseLoad
{
    private const string ForeignKeys =
        """
        select format('alter table %I drop constraint %I', r.relname, c.conname),
          format('alter table %I add constraint %I %s', r.relname, c.conname, pg_get_constraintdef(c.oid))
        from pg_constraint c join pg_class r on r.oid = c.conrelid
        where c.contype = 'f' and c.connamespace = to_regnamespace(quote_ident(current_schema())) order by 1
        """;

    // COPY does not go into a table whose rows are confined for its owner too.
    private const string Confined =
        """
        select relname::text from pg_class
        where relnamespace = to_regnamespace(quote_ident(current_schema())) and relkind = 'r' and relforcerowsecurity order by 1
        """;

    /// <summary>The transaction is the caller's to commit.</summary>
    public static async Task RunAsync(NpgsqlConnection connection, ZipArchive archive, BackupDatabase copy, CancellationToken ct)
    {
        var keys = await connection.ListAsync(ForeignKeys, [], row => (Drop: row.GetString(0), Add: row.GetString(1)), ct);
        var confined = await connection.ListAsync(Confined, [], row => DatabaseCopy.Quoted(row.GetString(0)), ct);
        await RunAllAsync(connection, [.. keys.Select(k => k.Drop), .. confined.Select(t => $"alter table {t} no force row level security")], ct);
        // Migrations have put rows of their own into some.
        await connection.RunAsync($"truncate {string.Join(", ", copy.Tables.Select(t => DatabaseCopy.Quoted(t.Name)))}", [], ct);
        foreach (var table in copy.Tables)
        {
            await TableAsync(connection, archive, copy, table, ct);
        }

        foreach (var sequence in copy.Sequences)
        {
            await connection.ScalarAsync<long>(
                "select setval(quote_ident($1)::regclass, $2, $3)", [sequence.Name, sequence.LastValue, sequence.IsCalled], ct);
        }

        await RunAllAsync(connection, [.. keys.Select(k => k.Add), .. confined.Select(t => $"alter table {t} force row level security")], ct);
    }

    private static async Task TableAsync(NpgsqlConnection connection, ZipArchive archive, BackupDatabase copy, BackupTable table, CancellationToken ct)
    {
        if (table.Rows > 0)
        {
            await using var content = await archive.GetEntry($"{copy.Folder}/{table.Name}.copy")!.OpenAsync(ct);
            await using var rows = (StreamWriter)await connection.BeginTextImportAsync(
                $"copy {DatabaseCopy.Quoted(table.Name)} ({DatabaseCopy.Listed(table.Columns)}) from stdin", ct);
            await HashedCopy.RunAsync(content, rows.BaseStream, ct);
        }

        var stored = await connection.ScalarAsync<long>($"select count(*) from {DatabaseCopy.Quoted(table.Name)}", [], ct);
        if (stored != table.Rows)
        {
            throw new BackupException($"The table {table.Name} of {copy.Name} came to {stored} rows instead of {table.Rows}.");
        }
    }

    private static async Task RunAllAsync(NpgsqlConnection connection, ImmutableArray<string> statements, CancellationToken ct)
    {
        foreach (var statement in statements)
        {
            await connection.RunAsync(statement, [], ct);
        }
    }
}
