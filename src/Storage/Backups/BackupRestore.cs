using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Shared;
using PrizeDraw.Storage.Campaign;
using PrizeDraw.Storage.Central;
using PrizeDraw.Storage.Migrations;
using PrizeDraw.Storage.Secrets;

namespace PrizeDraw.Storage.Backups;

/// <summary>Makes the databases that campaigns of this installation's own server are restored into.</summary>
public interface ICampaignDatabaseMaker
{
    /// <summary>Makes database and role, marked with the nonce; the campaign's own connection string, which is never logged.</summary>
    Task<string> MakeAsync(string name, string nonce, string password, CancellationToken ct);

    /// <summary>Takes both away again, if they carry the nonce.</summary>
    Task DeleteAsync(string name, string nonce, CancellationToken ct);
}

/// <summary>Knows, beyond a crash, whether a restore may have made something that is not taken away yet.</summary>
public interface IRestoreNote
{
    bool MayHaveMade { get; }

    /// <summary>All was found to be empty: what is there from now on is the restore's own.</summary>
    void Makes();

    /// <summary>All that was made is taken away again.</summary>
    void HasNothing();
}

/// <summary>
/// Puts a checked backup into an empty installation: the schema of its time, its rows, then the migrations that have come since. The result
/// is a new incarnation, which acts only once somebody has confirmed it. What fails is taken away again; where that fails too, the note says so.
/// </summary>
public sealed partial class BackupRestore(
    CentralOptions options, CentralConnections connections, CentralBootstrap bootstrap, CampaignDatabaseMigrator migrator, SecretBox box,
    ICampaignDatabaseMaker maker, TimeProvider clock)
{
    private const int NonceLength = 16;

    internal const string Renew =
        "update installation set incarnation = gen_random_uuid(), began_at = $1, confirmed_at = null, looks = looks + 1 returning incarnation";

    private const string Audit =
        """
        insert into audit_event (tenant_id, event_id, at, actor, action, subject, before, after)
        values ($1, $2, $3, 'system', $7, $4, jsonb_build_object('incarnation', $5::text), jsonb_build_object('incarnation', $4::text, 'takenAt', $6::timestamptz))
        """;

    // As JSON writes it, but for the quote at its end: what is stored goes on from there.
    private const string Relocate =
        """
        update deployment_step set result = replace(result::text, rtrim(to_jsonb($1::text)::text, '"'), rtrim(to_jsonb($2::text)::text, '"'))::jsonb
        where position(rtrim(to_jsonb($1::text)::text, '"') in result::text) > 0
        """;

    private readonly CampaignPlaces places = new(connections, box);

    /// <param name="backup">Opened and checked.</param>
    /// <param name="engineScripts">The engine's own tables.</param>
    /// <param name="dataFolder">Where repositories and sites go.</param>
    /// <param name="note">Is told when making begins, and when all of it was taken away.</param>
    /// <param name="say">Told of progress.</param>
    /// <param name="ct">Ends it, and undoes what was done.</param>
    /// <exception cref="BackupException">The installation is not empty, or the backup is of a version that is not known here.</exception>
    public async Task RunAsync(
        BackupArchive backup, ImmutableArray<(string Name, string Sql)> engineScripts, string dataFolder, IRestoreNote note, Action<string> say,
        CancellationToken ct)
    {
        var manifest = backup.Manifest;
        RequireKnown(manifest, engineScripts);
        await RequireEmptyAsync(manifest, dataFolder, ct);
        note.Makes();
        var made = new List<BackupDatabase>();
        try
        {
            var central = manifest.Databases.Single(d => d.CampaignId is null);
            await bootstrap.RunAsync(engineScripts, Named(central), ct);
            await using (var owner = await OpenAsync(connections.OwnerConnectionString, ct))
            await using (var transaction = await owner.BeginTransactionAsync(ct))
            {
                await DatabaseLoad.RunAsync(owner, backup.Entries, central, ct);
                say($"{central.Name}: {central.Tables.Sum(t => t.Rows):n0} rows");
                await RestoreCampaignsAsync(owner, backup, made, say, ct);
                await BeginAnewAsync(owner, manifest, dataFolder, ct);
                await FileCopy.RestoreAsync(backup.Entries, manifest, dataFolder, ct);
                await transaction.CommitAsync(ct);
            }
        }
        catch
        {
            await UndoAsync(made, dataFolder);
            note.HasNothing();
            throw;
        }

        // The migrations since. Should they fail, the next start goes on with them.
        await bootstrap.RunAsync(engineScripts, ct);
    }

    private static Func<string, bool> Named(BackupDatabase database) => database.Migrations.Select(m => m.Name).ToHashSet(StringComparer.Ordinal).Contains;

    private static void RequireKnown(BackupManifest manifest, ImmutableArray<(string Name, string Sql)> engineScripts)
    {
        var central = MigrationScript.Embedded("Central.Migrations").Concat(engineScripts.Select(s => new MigrationScript(s.Name, s.Sql)))
            .ToDictionary(s => s.Name, s => s.Hash, StringComparer.Ordinal);
        foreach (var database in manifest.Databases)
        {
            var known = database.CampaignId is null ? (IReadOnlyDictionary<string, string>)central : CampaignDatabaseMigrator.Known;
            RequireKnown(database, known);
        }
    }

    internal static void RequireKnown(BackupDatabase database, IReadOnlyDictionary<string, string> known)
    {
        if (database.Migrations.FirstOrDefault(m => known.GetValueOrDefault(m.Name) != m.Hash) is { } migration)
        {
            throw new BackupException(
                $"The {database.Name} of this backup has the migration '{migration.Name}', which this version of the platform does not have: a newer version made "
                + "the backup. Restore it with that version. Nothing was changed.");
        }
    }

    private async Task RequireEmptyAsync(BackupManifest manifest, string dataFolder, CancellationToken ct)
    {
        RequireEmptyFolder(dataFolder);
        await using var admin = await OpenAsync(options.AdminConnectionString, ct);
        string[] names = [options.Database, .. manifest.Databases.Where(IsRestored).Select(d => d.Name)];
        var taken = await admin.ListAsync(
            "select datname::text from pg_database where datname = any($1) union select rolname::text from pg_roles where rolname = any($1) order by 1",
            [names], row => row.GetString(0), ct);
        if (taken.Length > 0)
        {
            throw NotEmpty($"the server has a database or role '{taken[0]}' already");
        }
    }

    /// <summary>Throws <see cref="BackupException"/> when the folder has anything that a restore would write.</summary>
    public static void RequireEmptyFolder(string dataFolder)
    {
        if (FileCopy.FirstPresent(dataFolder) is { } present)
        {
            throw NotEmpty($"{present} is there already");
        }
    }

    /// <summary>Takes the files of a restore away again, from a folder that had none of them before.</summary>
    public static void TakeAwayFiles(string dataFolder) => FileCopy.Undo(dataFolder);

    private static BackupException NotEmpty(string why) =>
        new($"A backup is only restored into an empty installation, and {why}. Name another data folder with --data (and another server with --database). Nothing was changed.");

    private static bool IsRestored(BackupDatabase database) => database is { CampaignId: not null, IsRemote: false, IsSuperseded: false };

    private async Task RestoreCampaignsAsync(NpgsqlConnection central, BackupArchive backup, List<BackupDatabase> made, Action<string> say, CancellationToken ct)
    {
        var stored = (await places.ListAsync(central, ct)).ToDictionary(p => p.CampaignId);
        foreach (var database in backup.Manifest.Databases.Where(IsRestored))
        {
            var place = stored[database.CampaignId!];
            var password = new NpgsqlConnectionStringBuilder(place.Own).Password!;
            made.Add(database);
            var own = await maker.MakeAsync(database.Name, database.Name[^NonceLength..], password, ct);
            var login = places.LocalOwner(database.Name);
            await using (var owner = await OpenAsync(login, ct))
            {
                await migrator.MigrateToAsync(owner, Named(database), ct);
                await using var transaction = await owner.BeginTransactionAsync(ct);
                await DatabaseLoad.RunAsync(owner, backup.Entries, database, ct);
                await transaction.CommitAsync(ct);
            }

            await migrator.MigrateAsync(login, database.Name, ct);
            await central.RunAsync(
                "update secret set envelope = $4 where tenant_id = $1 and scope = $2 and name = $3",
                [
                    place.TenantId, place.CampaignId, place.SecretName,
                    box.SealText(own, "secret", SecretStore.Row(place.TenantId, place.CampaignId, place.SecretName)),
                ], ct);
            say($"{database.Name}: {database.Tables.Sum(t => t.Rows):n0} rows");
        }
    }

    private async Task BeginAnewAsync(NpgsqlConnection central, BackupManifest manifest, string dataFolder, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var incarnation = await central.ScalarAsync<Guid>(Renew, [now], ct);
        await central.RunAsync(
            Audit,
            [
                CentralDatabase.PlatformTenant, Guid.CreateVersion7(now), now, incarnation.ToString("n"), manifest.Incarnation.ToString("n"), manifest.TakenAt,
                "installation.restored",
            ], ct);
        if (manifest.DataFolder != dataFolder)
        {
            foreach (var folder in (string[])["repositories/", "sites/"])
            {
                await central.RunAsync(Relocate, [$"{manifest.DataFolder}/{folder}", $"{dataFolder}/{folder}"], ct);
            }
        }
    }

    private async Task UndoAsync(List<BackupDatabase> made, string dataFolder)
    {
        FileCopy.Undo(dataFolder);
        foreach (var database in made)
        {
            await maker.DeleteAsync(database.Name, database.Name[^NonceLength..], CancellationToken.None);
        }

        await using var admin = await OpenAsync(options.AdminConnectionString, CancellationToken.None);
        await admin.RunAsync($"drop database if exists {DatabaseCopy.Quoted(options.Database)} with (force)", [], CancellationToken.None);
    }

    private static async Task<NpgsqlConnection> OpenAsync(string connectionString, CancellationToken ct)
    {
        var patient = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false, CommandTimeout = DatabaseCopy.TableSeconds };
        var connection = new NpgsqlConnection(patient.ConnectionString);
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
