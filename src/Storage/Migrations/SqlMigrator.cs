using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;

namespace PrizeDraw.Storage.Migrations;

/// <summary>
/// Applies migrations in the order given, each in a transaction of its own together with its line in
/// <c>schema_migration</c>, under an advisory lock, so that hosts that start together take turns.
/// A migration that was edited after it had been applied is refused: write a new one.
/// </summary>
internal sealed class SqlMigrator(TimeProvider time)
{
    /// <summary>Under which name a PostgreSQL error tells in its data which migration failed.</summary>
    internal const string FailedKey = "migration";

    // Any constant will do; it only has to be the same in every host.
    private const long MigrationLock = 0x7072_697a_6564_7277;

    public async Task RunAsync(NpgsqlConnection connection, IEnumerable<MigrationScript> scripts, CancellationToken ct)
    {
        await connection.RunAsync("select pg_advisory_lock($1)", [MigrationLock], ct);
        try
        {
            await connection.RunAsync(
                "create table if not exists schema_migration (name text primary key, hash text not null, applied_at timestamptz not null)",
                [], ct);
            var applied = await ReadAppliedAsync(connection, ct);
            foreach (var script in scripts)
            {
                if (!IsApplied(applied, script))
                {
                    await ApplyAsync(connection, script, ct);
                }
            }
        }
        finally
        {
            await connection.RunAsync("select pg_advisory_unlock($1)", [MigrationLock], CancellationToken.None);
        }
    }

    private static async Task<Dictionary<string, string>> ReadAppliedAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        var applied = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, hash) in await connection.ListAsync(
            "select name, hash from schema_migration", [], row => (row.GetString(0), row.GetString(1)), ct))
        {
            applied.Add(name, hash);
        }

        return applied;
    }

    private static bool IsApplied(Dictionary<string, string> applied, MigrationScript script)
    {
        if (!applied.TryGetValue(script.Name, out var hash))
        {
            return false;
        }

        return hash == script.Hash ? true : throw new MigrationException(
            $"The migration '{script.Name}' was edited after it had been applied to this database. "
            + "Restore its text and put the change into a new migration.");
    }

    private async Task ApplyAsync(NpgsqlConnection connection, MigrationScript script, CancellationToken ct)
    {
        await using var transaction = await connection.BeginTransactionAsync(ct);
        try
        {
            await connection.RunAsync(script.Sql, [], ct);
        }
        catch (PostgresException error)
        {
            error.Data[FailedKey] = script.Name;
            throw;
        }

        await connection.RunAsync(
            "insert into schema_migration (name, hash, applied_at) values ($1, $2, $3)",
            [script.Name, script.Hash, time.GetUtcNow()], ct);
        await transaction.CommitAsync(ct);
    }
}
