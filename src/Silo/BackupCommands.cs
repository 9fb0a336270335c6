using System;
using System.Collections.Generic;
using System.CommandLine;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Providers;
using PrizeDraw.Providers.Databases;
using PrizeDraw.Providers.Postgres;
using PrizeDraw.Storage.Backups;
using PrizeDraw.Storage.Campaign;
using PrizeDraw.Storage.Central;
using PrizeDraw.Storage.Migrations;
using PrizeDraw.Storage.Secrets;

namespace PrizeDraw.Silo;

/// <summary>The commands <c>backup [FILE]</c> and <c>restore FILE</c>. Exit code 0 when all is done, 1 with what is wrong and what to do.</summary>
public static class BackupCommands
{
    public static Command Backup(Func<ParseResult, PlatformOptions> options)
    {
        var file = new Argument<string?>("file") { Description = "Where the backup goes; by default into backups/ of the data folder.", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("backup", "Copy the whole installation into one file, also while the platform runs.") { file };
        command.SetAction((parsed, ct) => ToldAsync(() => BackupAsync(options(parsed), parsed.GetValue(file), Console.WriteLine, TimeProvider.System, ct)));
        return command;
    }

    public static Command Restore(Func<ParseResult, PlatformOptions> options)
    {
        var file = new Argument<string>("file") { Description = "A file that backup has made." };
        var campaign = new Option<string?>("--campaign") { Description = "Only this campaign's copy (cmp_…), whose database at a cloud provider is lost: into a new one on this installation's own server." };
        var lost = new Option<bool>("--lost") { Description = "With --campaign: you have looked at the provider, and its project is deleted there or can't be woken any more." };
        var command = new Command("restore", "Put a backup into an empty data folder (and an empty server).") { file, campaign, lost };
        command.SetAction((parsed, ct) => ToldAsync(
            () => RestoreAsync(options(parsed), parsed.GetValue(file)!, Console.WriteLine, TimeProvider.System, ct, parsed.GetValue(campaign), parsed.GetValue(lost))));
        return command;
    }

    /// <summary>Where the backup is.</summary>
    public static async Task<string> BackupAsync(PlatformOptions options, string? file, Action<string> say, TimeProvider clock, CancellationToken ct)
    {
        var key = MasterKeyFile.Find(options.DataFolder) ?? throw new BackupException(
            $"There is no installation in {options.DataFolder}: it has no {Path.GetFileName(MasterKeyFile.PathIn(options.DataFolder))}. Name its data folder with --data.");
        RestoreMark.RequireNone(options.DataFolder);
        var target = file ?? Path.Combine(
            options.DataFolder, "backups", $"prizedraw-{clock.GetUtcNow().UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture)}.zip");
        await using var server = await Maintenance.OpenAsync(options, key, ct);
        var box = new SecretBox(key, MasterKeyFile.Previous(options.DataFolder) is { } old ? new PreviousMasterKey(old) : null);
        var manifest = await new BackupWriter(server.Connections, box, key, clock).RunAsync(target, options.DataFolder, say, ct);
        BackupRecord.Write(options.DataFolder, new BackupRecord(manifest.TakenAt, Path.GetFullPath(target), manifest.Missing.Length));
        foreach (var missing in manifest.Missing)
        {
            say($"NOT in it: {missing.CampaignId}: {missing.Reason}");
        }

        say($"""
            The backup is {target} ({new FileInfo(target).Length / 1024.0 / 1024.0:n1} MB).
            It holds people's data in clear: keep it as safe as the database. Secrets in it are encrypted under the master key {key.Id}, which is NOT
            in it: keep {MasterKeyFile.PathIn(options.DataFolder)} (or PLATFORM_MASTER_KEY) in another place. Without the key the backup can't be restored.
            """);
        return target;
    }

    public static async Task RestoreAsync(
        PlatformOptions options, string file, Action<string> say, TimeProvider clock, CancellationToken ct, string? campaign = null, bool isLost = false)
    {
        var data = Path.GetFullPath(options.DataFolder);
        var key = MasterKeyFile.Find(data) ?? throw new BackupException(
            $"A backup holds no master key, and there is none here. Put the file master.key of the installation that made the backup into {data}, "
            + "or set PLATFORM_MASTER_KEY to its content. Nothing was changed.");
        using var backup = await BackupArchive.OpenAsync(file, key, say, ct);
        if (campaign is not null)
        {
            await RestoreCommand.CampaignAsync(options, backup, key, data, campaign, isLost, say, clock, ct);
            return;
        }

        await RestoreCommand.RunAsync(options, backup, key, data, say, clock, ct);
        Tell(backup.Manifest, say);
    }

    internal static ICampaignDatabaseMaker MakerOn(CentralConnections connections) => new Maker(new LocalDatabaseProvider(connections.ProvisionerConnectionString));

    private static void Tell(BackupManifest manifest, Action<string> say)
    {
        foreach (var remote in manifest.Databases.Where(d => d is { IsRemote: true, IsSuperseded: false }))
        {
            say($"{remote.CampaignId}: its database is at a cloud provider and was left as it is there; the copy ({remote.Tables.Sum(t => t.Rows):n0} rows) stays in the backup. "
                + $"Should it be lost there, './run restore FILE --campaign {remote.CampaignId} --lost' puts the copy into a new database on this server.");
        }

        foreach (var missing in manifest.Missing)
        {
            say($"{missing.CampaignId}: its database is not in the backup. {missing.Reason}");
        }

        say($"""
            Restored as it stood at {manifest.TakenAt:u}. Everybody logs in anew. This is a new incarnation of the installation: nothing is drawn,
            deleted or sent, and no deployment of what was there before goes on, until a super_admin has looked and confirmed it (page Reconciliation, or
            POST /v1/installation/confirm). Entries are taken and campaigns close by their dates. See that the old installation does not run any more.
            """);
    }

    internal static async Task<int> ToldAsync(Func<Task> work)
    {
        try
        {
            await work();
            return 0;
        }
        catch (Exception e) when (e is BackupException or RestoreNotOursException or RestoreHalfDoneException or ArgumentException or StartException or EmbeddedPostgresException or SecretException or MigrationException
            or ProviderException or IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 1;
        }
        catch (NpgsqlException e)
        {
            await Console.Error.WriteLineAsync($"PostgreSQL: {(e as PostgresException)?.MessageText ?? e.Message}. See that it runs, and call this again.");
            return 1;
        }
    }

    private sealed class Maker(LocalDatabaseProvider databases) : ICampaignDatabaseMaker
    {
        public async Task<string> MakeAsync(string name, string nonce, string password, CancellationToken ct) =>
            databases.CampaignConnectionString(await databases.CreateAsync(new DatabaseRequest(name, nonce, password), ct), password);

        public Task DeleteAsync(string name, string nonce, CancellationToken ct) => databases.DeleteIfOwnedAsync(new DatabaseRequest(name, nonce, ""), ct);
    }
}
