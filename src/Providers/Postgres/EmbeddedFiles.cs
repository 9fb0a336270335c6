using System.IO;
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
