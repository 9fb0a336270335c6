using System;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Providers.Processes;
using PrizeDraw.Shared;

namespace PrizeDraw.Providers.Postgres;

/// <summary>
/// The superuser's password, in a file for its owner alone. While it is replaced the next one lies beside it: told to the server and stored are two moments, with a
/// crash between them at worst, and whoever starts the server then finds out which one it takes. Only the one who holds the host's lock may use this.
/// </summary>
internal sealed class SuperuserPassword(string dataFolder, int port)
{
    private string Present => EmbeddedFiles.PasswordOf(dataFolder);

    private string Next => Present + ".next";

    /// <summary>Whether there is one: otherwise nobody can open the cluster.</summary>
    public bool Exists => File.Exists(Present);

    /// <summary>Makes and stores the first one.</summary>
    public string Make()
    {
        var password = New();
        FolderModes.WriteSecret(Present, password);
        return password;
    }

    /// <summary>The login that the running server takes; an interrupted replacing ends here, as far as it had come. Throws <see cref="NpgsqlException"/>.</summary>
    public async Task<string> LoginAsync(CancellationToken ct)
    {
        // A power cut may have lost the file's renaming, too.
        string[] candidates = [Next, Next + FolderModes.BeingWritten];
        foreach (var file in candidates.Where(File.Exists))
        {
            var next = EmbeddedFiles.Login(port, await ReadAsync(file, ct));
            if (await IsTakenAsync(next, ct))
            {
                File.Move(file, Present, overwrite: true);
                return next;
            }
        }

        var present = EmbeddedFiles.Login(port, await ReadAsync(Present, ct));
        await using var connection = await OpenAsync(present, ct);

        // The server was never told of another.
        Array.ForEach(candidates, File.Delete);
        return present;
    }

    /// <summary>The new login; the old one is void. Cut short anywhere, one of the two files has what the server takes.</summary>
    public async Task<string> ReplaceAsync(CancellationToken ct)
    {
        // Opened first: a server that is restarted meanwhile, and decides by the files, ends this session.
        await using var connection = await OpenAsync(await LoginAsync(ct), ct);
        var next = New();
        FolderModes.WriteSecret(Next, next);
        await using var command = new NpgsqlCommand($"ALTER ROLE {EmbeddedPostgres.Superuser} PASSWORD '{next}'", connection);
        await command.ExecuteNonQueryAsync(ct);
        File.Move(Next, Present, overwrite: true);
        return EmbeddedFiles.Login(port, next);
    }

    private static string New() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));

    private static async Task<string> ReadAsync(string file, CancellationToken ct) => (await File.ReadAllTextAsync(file, ct)).Trim();

    private static async Task<bool> IsTakenAsync(string login, CancellationToken ct)
    {
        try
        {
            await using var connection = await OpenAsync(login, ct);
            return true;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InvalidPassword)
        {
            return false;
        }
    }

    private static async Task<NpgsqlConnection> OpenAsync(string login, CancellationToken ct)
    {
        var connection = new NpgsqlConnection(login + ";Pooling=false;Timeout=15");
        try
        {
            await connection.OpenSteadilyAsync(ct);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }
}
