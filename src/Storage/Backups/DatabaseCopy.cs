using System;
using System.Collections.Immutable;
using System.Data;
using System.IO;
using System.IO.Compression;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;

namespace PrizeDraw.Storage.Backups;

/// <summary>Copies the tables of a database's schema into an archive, all as they stood at one instant.</summary>
internal static class DatabaseCopy
{
    /// <summary>How long one table may take, in seconds.</summary>
    public const int TableSeconds = 4 * 3600;

    /// <summary>Made anew by whoever restores: the schema itself, who is logged in, which hosts there are.</summary>
    private static readonly string[] Skipped =
        ["schema_migration", "user_session", "session_refresh", "orleansmembershiptable", "orleansmembershipversiontable"];

    private const string Tables =
        """
        select c.relname::text, array_agg(a.attname::text order by a.attnum)
        from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
        where c.relnamespace = to_regnamespace(quote_ident(current_schema())) and c.relkind = 'r' and c.relname <> all($1)
        group by 1 order by 1
        """;

    private const string Sequences =
        "select relname::text from pg_class where relnamespace = to_regnamespace(quote_ident(current_schema())) and relkind = 'S' order by 1";

    /// <param name="of">Whose copy it is; its lists are filled in.</param>
    /// <param name="begun">Called once the instant is fixed, with the connection.</param>
    public static async Task<BackupDatabase> RunAsync(
        NpgsqlConnection connection, ZipArchive archive, BackupDatabase of, Func<Task> begun, Action<string> say, CancellationToken ct)
    {
        await using var snapshot = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, ct);
        await connection.RunAsync("set transaction read only", [], ct);
        of = of with
        {
            Migrations = await connection.ListAsync(
                "select name, hash from schema_migration order by applied_at, name", [], row => new AppliedMigration(row.GetString(0), row.GetString(1)), ct),
        };
        await begun();
        var tables = ImmutableArray.CreateBuilder<BackupTable>();
        foreach (var (name, columns) in await connection.ListAsync(
            Tables, [Skipped], row => (row.GetString(0), row.GetFieldValue<string[]>(1)), ct))
        {
            tables.Add(await TableAsync(connection, archive, of, name, [.. columns], ct));
        }

        of = of with { Tables = tables.ToImmutable(), Sequences = await SequencesAsync(connection, ct) };
        say($"{of.Name}: {of.Tables.Length} tables, {of.Tables.Sum(t => t.Rows):n0} rows");
        return of;
    }

    internal static string Quoted(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    internal static string Listed(ImmutableArray<string> columns) => string.Join(", ", columns.Select(Quoted));

    private static async Task<BackupTable> TableAsync(
        NpgsqlConnection connection, ZipArchive archive, BackupDatabase of, string name, ImmutableArray<string> columns, CancellationToken ct)
    {
        await using var entry = await archive.CreateEntry($"{of.Folder}/{name}.copy", CompressionLevel.Fastest).OpenAsync(ct);
        using var rows = (StreamReader)await connection.BeginTextExportAsync($"copy {Quoted(name)} ({Listed(columns)}) to stdout", ct);
        var copied = await HashedCopy.RunAsync(rows.BaseStream, entry, ct);
        return new BackupTable(name, columns, copied.Lines, copied.Bytes, copied.Sha256);
    }

    private static async Task<ImmutableArray<BackupSequence>> SequencesAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        var found = ImmutableArray.CreateBuilder<BackupSequence>();
        foreach (var name in await connection.ListAsync(Sequences, [], row => row.GetString(0), ct))
        {
            found.Add((await connection.FindAsync(
                $"select last_value, is_called from {Quoted(name)}", [], row => new BackupSequence(name, row.GetInt64(0), row.GetBoolean(1)), ct))!);
        }

        return found.ToImmutable();
    }
}
