using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Storage.Central;

namespace PrizeDraw.Storage.Backups;

/// <summary>An earlier restore's database is not there any more, or is somebody's by now: nothing of it is touched.</summary>
public sealed class RestoreNotOursException(string message) : Exception(message);

/// <summary>A restore failed, and what it had made could not be taken away: its mark stays, and the same call again takes that away first.</summary>
public sealed class RestoreHalfDoneException(string message, Exception why) : Exception(message, why);

/// <summary>What a restore that was killed has left on the server.</summary>
public sealed partial class BackupRestore
{
    // Written with all the rows in one transaction, which is the last.
    private const string IsWhole =
        "select exists (select from audit_event where action = 'installation.restored' and (after ->> 'takenAt')::timestamptz = $1)";

    private const string IsUsed = "select exists (select from audit_event) or exists (select from tenant) or exists (select from platform_user)";

    /// <summary>
    /// Whether the restore that was cut short had stored everything: then it is brought to its end. If not, all that it left is taken away,
    /// here and in the folder: databases by name and marker, the central one only while it holds nothing.
    /// </summary>
    /// <param name="manifest">Of the backup that was being restored.</param>
    /// <param name="engineScripts">The engine's own tables.</param>
    /// <param name="dataFolder">Where repositories and sites went.</param>
    /// <param name="note">Is told when all was taken away.</param>
    /// <param name="ct">Ends it; it may be called again.</param>
    /// <exception cref="RestoreNotOursException">The central database holds something that this backup did not bring.</exception>
    public async Task<bool> WasWholeAsync(
        BackupManifest manifest, ImmutableArray<(string Name, string Sql)> engineScripts, string dataFolder, IRestoreNote note, CancellationToken ct)
    {
        if (await HasAsync("select exists (select from pg_database where datname = $1)", options.Database, ct))
        {
            await using var owner = await OpenAsync(connections.OwnerConnectionString, ct);
            if (await HasTablesAsync(owner, ct))
            {
                if (await owner.ScalarAsync<bool>(IsWhole, [manifest.TakenAt], ct))
                {
                    await bootstrap.RunAsync(engineScripts, ct);
                    return true;
                }

                if (await owner.ScalarAsync<bool>(IsUsed, [], ct))
                {
                    throw new RestoreNotOursException(
                        $"The server's database '{options.Database}' holds an installation that this backup did not bring. Nothing was changed. Restore onto another server, "
                        + "into another folder.");
                }
            }
        }

        // Without its roles the earlier restore has made nothing on this server.
        if (await HasAsync("select exists (select from pg_roles where rolname = $1)", CentralRoles.Provisioner, ct))
        {
            await UndoAsync([.. manifest.Databases.Where(IsRestored)], dataFolder);
        }
        else
        {
            FileCopy.Undo(dataFolder);
        }

        note.HasNothing();
        return false;
    }

    private async Task<bool> HasAsync(string sql, string name, CancellationToken ct)
    {
        await using var admin = await OpenAsync(options.AdminConnectionString, ct);
        return await admin.ScalarAsync<bool>(sql, [name], ct);
    }

    private static async Task<bool> HasTablesAsync(NpgsqlConnection owner, CancellationToken ct) => await owner.ScalarAsync<bool>(
        "select to_regclass('audit_event') is not null and to_regclass('tenant') is not null and to_regclass('platform_user') is not null", [], ct);
}
