using System;
using System.Diagnostics;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Providers.Processes;

namespace PrizeDraw.Providers.Postgres;

/// <summary>What lies in the data folder of a server that comes with the platform, for those who did not start it.</summary>
public static class EmbeddedFiles
{
    /// <summary>
    /// The superuser's login at the server of a data folder that somebody else has started. Never logged. Throws
    /// <see cref="EmbeddedPostgresException"/> where there is no such server.
    /// </summary>
    public static string ConnectionStringOf(string dataFolder, int port)
    {
        var file = PasswordOf(dataFolder);
        return File.Exists(file)
            ? Login(port, File.ReadAllText(file).Trim())
            : throw new EmbeddedPostgresException($"Port {port} is taken, and not by the PostgreSQL of {dataFolder}, which is not there. Choose another with --postgres-port.");
    }

    /// <summary>Deletes the server's data, wherever it was put. It must not run. Gone already is fine.</summary>
    public static void Delete(string dataFolder)
    {
        if (!Directory.Exists(dataFolder))
        {
            return;
        }

        if (Relocation.Find(Path.Combine(dataFolder, "server"), "database") is { } elsewhere && Directory.Exists(elsewhere))
        {
            Directory.Delete(elsewhere, recursive: true);
        }

        Directory.Delete(dataFolder, recursive: true);
    }

    /// <summary>
    /// Deletes the server's data once a server that a killed process has left behind has ended, as it does by itself; false when it still runs
    /// after <paramref name="patience"/>: then nothing is deleted.
    /// </summary>
    public static async Task<bool> DeleteOnceEndedAsync(string dataFolder, TimeSpan patience, CancellationToken ct)
    {
        var server = Relocation.Find(Path.Combine(dataFolder, "server"), "database") ?? Path.Combine(dataFolder, "server");
        var folders = new ServerFolders("", server, null);
        var began = Stopwatch.GetTimestamp();
        using var poll = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (true)
        {
            try
            {
                if (InstanceFile.Read(folders)?.IsRunningOn(folders) != true)
                {
                    Delete(dataFolder);
                    return true;
                }
            }
            catch (IOException) when (Stopwatch.GetElapsedTime(began) < patience)
            {
                // Something of it is still being written: it ends in a moment.
            }

            if (Stopwatch.GetElapsedTime(began) >= patience)
            {
                return false;
            }

            await poll.WaitForNextTickAsync(ct);
        }
    }

    internal static string PasswordOf(string dataFolder) => Path.Combine(dataFolder, "superuser.password");

    internal static string Login(int port, string password) => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = port,
        Username = EmbeddedPostgres.Superuser,
        Password = password,
        Database = "postgres",
    }.ConnectionString;
}
