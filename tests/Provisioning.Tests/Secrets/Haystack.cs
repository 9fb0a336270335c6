using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.IO.Compression;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using Npgsql;
using Shouldly;

namespace PrizeDraw.Provisioning.Tests.Secrets;

/// <summary>Everything that a server or a folder holds, each piece with the name of where it stands.</summary>
internal static class Haystack
{
    private const string Databases = "select datname::text from pg_database where datallowconn order by datname";

    private const string Tables =
        """
        select format('%I.%I', n.nspname, c.relname) from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where c.relkind in ('r', 'm', 'p') and n.nspname not like 'pg\_%' and n.nspname <> 'information_schema'
        union all select unnest(array['pg_catalog.pg_description', 'pg_catalog.pg_shdescription', 'pg_catalog.pg_db_role_setting', 'pg_catalog.pg_proc',
          'pg_catalog.pg_stat_activity'])
        """;

    /// <summary>Every row of every table of every database, as text: binary columns are in hex.</summary>
    public static async Task<List<(string Where, string Text)>> OfServerAsync(string superuser)
    {
        var found = new List<(string, string)>();
        foreach (var database in await ListAsync(superuser, Databases))
        {
            var at = new NpgsqlConnectionStringBuilder(superuser) { Database = database, Pooling = false }.ConnectionString;
            foreach (var table in await ListAsync(at, Tables))
            {
                var rows = await ListAsync(at, $"select t::text from {table} t");
                found.Add(($"{database} {table}", string.Join('\n', rows)));
                // Binary columns that hold text in turn: what is base64 within is seen only as bytes.
                found.Add(($"{database} {table} (bytes)", string.Join('\n', rows.SelectMany(Bytes))));
            }
        }

        return found;
    }

    /// <summary>
    /// What the server itself wrote down: every statement as it was told, where <see cref="LogEverythingAsync"/> came first. Whoever runs the
    /// platform on a server of their own may have it log so.
    /// </summary>
    public static async Task<string> OfServersLogAsync(string superuser)
    {
        var cluster = (await ListAsync(superuser, "show data_directory"))[0];
        await using var log = new FileStream(
            Path.Combine(Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(cluster))!, "server.log"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(log, Encoding.Latin1);
        return await reader.ReadToEndAsync();
    }

    /// <summary>From now on the server logs each statement, but those of sessions that ask for <see cref="Unlogged"/>.</summary>
    public static async Task LogEverythingAsync(string superuser)
    {
        await RunAsync(superuser, "alter system set log_statement = 'all'");
        await RunAsync(superuser, "select pg_reload_conf()");
    }

    /// <summary>For what the test itself tells the server.</summary>
    public static string Unlogged(string connectionString) => new NpgsqlConnectionStringBuilder(connectionString) { Options = "-c log_statement=none" }.ConnectionString;

    /// <summary>Every file below a folder, dot folders too.</summary>
    public static IEnumerable<(string Where, string Text)> OfFolder(string folder)
    {
        foreach (var file in new DirectoryInfo(folder).EnumerateFiles("*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint }))
        {
            byte[] content;
            try
            {
                content = File.ReadAllBytes(file.FullName);
            }
            catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
            {
                continue; // A running server's files come and go.
            }

            yield return (Path.GetRelativePath(folder, file.FullName), Encoding.Latin1.GetString(content));
        }
    }

    /// <summary>Every file of an archive.</summary>
    public static IEnumerable<(string Where, string Text)> OfArchive(string file)
    {
        using var archive = ZipFile.OpenRead(file);
        foreach (var entry in archive.Entries)
        {
            using var reader = new StreamReader(entry.Open(), Encoding.Latin1);
            var text = reader.ReadToEnd();
            yield return (entry.FullName, text);
            yield return ($"{entry.FullName} (bytes)", string.Join('\n', text.Split('\n').SelectMany(Bytes)));
        }
    }

    /// <summary>Every object of every git repository below a folder, whose files are packed.</summary>
    public static IEnumerable<(string Where, string Text)> OfRepositories(string folder)
    {
        foreach (var objects in Directory.EnumerateDirectories(folder, "objects", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint }))
        {
            var start = new ProcessStartInfo("git", ["--git-dir", Path.GetDirectoryName(objects)!, "cat-file", "--batch-all-objects", "--batch"])
            {
                RedirectStandardOutput = true, StandardOutputEncoding = Encoding.Latin1,
            };
            using var git = Process.Start(start)!;
            var text = git.StandardOutput.ReadToEnd();
            git.WaitForExit();
            git.ExitCode.ShouldBe(0, $"the objects of {objects} could not be read");
            yield return (Path.GetRelativePath(folder, objects), text);
        }
    }

    private static IEnumerable<string> Bytes(string row)
    {
        for (var at = row.IndexOf("\\x", StringComparison.Ordinal); at >= 0; at = row.IndexOf("\\x", at + 2, StringComparison.Ordinal))
        {
            var end = at + 2;
            while (end < row.Length && char.IsAsciiHexDigitLower(row[end]) | char.IsAsciiDigit(row[end]))
            {
                end++;
            }

            if ((end - at) % 2 == 0)
            {
                yield return Encoding.Latin1.GetString(Convert.FromHexString(row.AsSpan(at + 2, end - at - 2)));
            }
        }
    }

    private static async Task RunAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<List<string>> ListAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(Unlogged(connectionString));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await using var rows = await command.ExecuteReaderAsync();
        var found = new List<string>();
        while (await rows.ReadAsync())
        {
            found.Add(rows.GetString(0));
        }

        return found;
    }
}
