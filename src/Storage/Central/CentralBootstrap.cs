using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Shared;
using PrizeDraw.Storage.Migrations;

namespace PrizeDraw.Storage.Central;

/// <summary>
/// Makes the central database ready: login roles with their passwords, the database, its schema. Safe at every start and from
/// several hosts at once. Throws <see cref="MigrationException"/> when a role has more rights than it may have or an applied
/// migration was edited.
/// </summary>
public sealed class CentralBootstrap(CentralOptions options, CentralConnections connections, TimeProvider time)
{
    // Roles belong to the whole server, so the lock is taken on the admin's database.
    private const long BootstrapLock = 0x7072_697a_6564_7262;

    /// <param name="engineScripts">The engine's own tables, in order; created after ours and granted to the writing role.</param>
    public Task RunAsync(IEnumerable<(string Name, string Sql)> engineScripts, CancellationToken ct) => RunAsync(engineScripts, _ => true, ct);

    /// <param name="engineScripts">As above.</param>
    /// <param name="isWanted">Which migrations are applied, by name: a copy of an older state wants no later ones yet.</param>
    /// <param name="ct">Ends it between two migrations.</param>
    internal async Task RunAsync(IEnumerable<(string Name, string Sql)> engineScripts, Func<string, bool> isWanted, CancellationToken ct)
    {
        // Held to the end: two hosts that grant the same right at once would make each other fail.
        await using var admin = new NpgsqlConnection(Unpooled(options.AdminConnectionString));
        await admin.OpenSteadilyAsync(ct);
        await admin.RunAsync("select pg_advisory_lock($1)", [BootstrapLock], ct);
        await new RoleSetup(admin, options.MasterKey).RunAsync(ct);
        await CreateDatabaseAsync(admin, ct);
        await MigrateAsync(
            [.. MigrationScript.Embedded("Central.Migrations").Where(script => isWanted(script.Name))],
            [.. engineScripts.Where(script => isWanted(script.Name)).Select(script => new MigrationScript(script.Name, script.Sql))], ct);
    }

    private async Task CreateDatabaseAsync(NpgsqlConnection admin, CancellationToken ct)
    {
        var name = QuotedName(options.Database);
        var exists = await admin.ScalarAsync<bool>(
            "select exists (select from pg_database where datname = $1)", [options.Database], ct);
        if (!exists)
        {
            await admin.RunAsync($"create database {name} owner {CentralRoles.Owner}", [], ct);
        }
    }

    private async Task MigrateAsync(MigrationScript[] ours, MigrationScript[] engineScripts, CancellationToken ct)
    {
        await using var owner = new NpgsqlConnection(connections.OwnerConnectionString);
        await owner.OpenSteadilyAsync(ct);
        var name = QuotedName(options.Database);
        await owner.RunAsync(
            $"""
            revoke all on database {name} from public;
            grant connect on database {name} to {CentralRoles.App}, {CentralRoles.Reader}, {CentralRoles.System}
            """, [], ct);
        var migrator = new SqlMigrator(time);
        await migrator.RunAsync(owner, ours, ct);
        await migrator.RunAsync(owner, engineScripts, ct);
        await owner.RunAsync(GrantEngineTables, [], ct);
    }

    // The engine's tables hold no tenant's rows of ours; their names all begin with "orleans".
    private const string GrantEngineTables =
        $$"""
        do $grant$
        declare engine_table text;
        begin
          for engine_table in select tablename from pg_tables where schemaname = current_schema() and tablename like 'orleans%' loop
            execute format('grant select, insert, update, delete on %I to {{CentralRoles.App}}', engine_table);
          end loop;
        end $grant$
        """;

    private static string QuotedName(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    // Not pooled, so that the advisory lock ends with the connection. Another host's migrations may be long to wait for.
    private static string Unpooled(string connectionString) =>
        new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false, CommandTimeout = 300 }.ConnectionString;
}
