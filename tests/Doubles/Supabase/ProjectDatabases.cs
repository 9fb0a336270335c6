using System;
using System.Threading.Tasks;
using Npgsql;

namespace PrizeDraw.Doubles.Supabase;

/// <summary>
/// The projects' databases, on one PostgreSQL server of the test: roles are shared by all of them, rights are not. What a new project has
/// follows Supabase's: an owner who is no superuser, three roles behind the keys, and everything in <c>public</c> granted to them.
/// </summary>
internal sealed class ProjectDatabases(string superuserConnectionString)
{
    /// <summary>A table in <c>public</c> of every project, which every key may read: what shows that the front door works.</summary>
    public const string OpenTable = "notes";

    public int ServerPort => new NpgsqlConnectionStringBuilder(superuserConnectionString).Port;

    public async Task CreateAsync(DoubleProject project, string password, bool isOwned)
    {
        // The comment tells the projects' owners from services: on the real service each has a server of its own, with no other project's owner on it.
        await RunAsync(null, $"""
            {Roles};
            CREATE ROLE {project.Owner} LOGIN CREATEDB CREATEROLE REPLICATION BYPASSRLS PASSWORD '{password.Replace("'", "''", StringComparison.Ordinal)}';
            COMMENT ON ROLE {project.Owner} IS 'prizedraw:owner of a project'
            """);
        await RunAsync(null, $"CREATE DATABASE {project.Database} {(isOwned ? "OWNER " + project.Owner : "")}");
        await RunAsync(project, $"GRANT ALL ON DATABASE {project.Database} TO {project.Owner}; {Public.Replace("{owner}", project.Owner, StringComparison.Ordinal)}");
    }

    // In a session of its own: the server tells a session's last statement for as long as that stays open.
    public Task SetPasswordAsync(DoubleProject project, string password) =>
        RunAsync(null, $"ALTER ROLE {project.Owner} PASSWORD '{password.Replace("'", "''", StringComparison.Ordinal)}'", isKept: false);

    /// <summary>Drops the database and what its owner made in it; on the real service the whole server goes.</summary>
    /// <param name="project">What to drop.</param>
    /// <param name="hasTwin">Another project has the same campaign's role, which on the real service would be a role of its own server.</param>
    public async Task DropAsync(DoubleProject project, bool hasTwin)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                await RunAsync(null, $"DROP DATABASE IF EXISTS {project.Database} WITH (FORCE)");
                break;
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.ObjectInUse && tries < 20)
            {
                // The server waits five seconds for the sessions that it ended.
            }
        }

        await RunAsync(null, $"{(hasTwin ? "" : $"DROP ROLE IF EXISTS \"{project.Name}\";")} DROP ROLE IF EXISTS {project.Owner}");
    }

    /// <summary>All rows of a table as JSON, read as a role behind a key reads it; throws <see cref="PostgresException"/> when it may not.</summary>
    public async Task<string> ReadAsync(DoubleProject project, string role, string schema, string table)
    {
        // Kept: a test that reads every table with every key would spend its time on connecting.
        await using var connection = await OpenAsync(project, pooled: true);
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var become = new NpgsqlCommand($"SET LOCAL ROLE {role}", connection))
        {
            await become.ExecuteNonQueryAsync();
        }

        await using var read = new NpgsqlCommand($"SELECT coalesce(json_agg(t), '[]')::text FROM {Quote(schema)}.{Quote(table)} t", connection);
        return (string)(await read.ExecuteScalarAsync())!;
    }

    private async Task RunAsync(DoubleProject? project, string sql, bool isKept = true)
    {
        // Connections to the server itself are kept; one to a project's database would be in the way of dropping it.
        await using var connection = await OpenAsync(project, pooled: project is null && isKept);
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 120 };
        await command.ExecuteNonQueryAsync();
    }

    private async Task<NpgsqlConnection> OpenAsync(DoubleProject? project, bool pooled = false)
    {
        var target = new NpgsqlConnectionStringBuilder(superuserConnectionString) { Pooling = pooled, MaxPoolSize = 4, IncludeErrorDetail = true };
        target.Database = project?.Database ?? target.Database;
        var connection = new NpgsqlConnection(target.ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    private static string Quote(string name) => '"' + name.Replace("\"", "\"\"", StringComparison.Ordinal) + '"';

    private const string Roles =
        """
        DO $$
        DECLARE
          one text;
        BEGIN
          PERFORM pg_advisory_xact_lock(7070);
          FOREACH one IN ARRAY ARRAY['anon', 'authenticated', 'service_role'] LOOP
            IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = one) THEN
              EXECUTE format('CREATE ROLE %I NOLOGIN NOINHERIT %s', one, CASE one WHEN 'service_role' THEN 'BYPASSRLS' ELSE '' END);
            END IF;
          END LOOP;
          IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'authenticator') THEN
            CREATE ROLE authenticator LOGIN NOINHERIT PASSWORD 'authenticator';
            GRANT anon, authenticated, service_role TO authenticator;
          END IF;
        END $$
        """;

    private const string Public =
        $$"""
        GRANT USAGE ON SCHEMA public TO anon, authenticated, service_role;
        GRANT ALL ON SCHEMA public TO {owner};
        ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public GRANT ALL ON TABLES TO anon, authenticated, service_role;
        ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public GRANT ALL ON SEQUENCES TO anon, authenticated, service_role;
        ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public GRANT ALL ON ROUTINES TO anon, authenticated, service_role;
        CREATE TABLE public.{{OpenTable}} (text text);
        INSERT INTO public.{{OpenTable}} VALUES ('open to all');
        GRANT ALL ON public.{{OpenTable}} TO anon, authenticated, service_role;
        """;
}
