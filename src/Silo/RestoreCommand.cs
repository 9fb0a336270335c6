using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Providers.Postgres;
using PrizeDraw.Storage.Backups;
using PrizeDraw.Storage.Campaign;
using PrizeDraw.Storage.Central;
using PrizeDraw.Storage.Secrets;

namespace PrizeDraw.Silo;

/// <summary>
/// Restores a checked backup into an empty folder. Killed anywhere it leaves its mark, and nothing starts there; called again it takes away
/// what the first call left, or finds that all of it was stored already, and comes to its end.
/// </summary>
internal static class RestoreCommand
{
    /// <summary>A server whose process was killed notices that by itself within seconds.</summary>
    private static readonly TimeSpan ServerEndsWithin = TimeSpan.FromMinutes(1);

    public static async Task RunAsync(
        PlatformOptions options, BackupArchive backup, MasterKey key, string data, Action<string> say, TimeProvider clock, CancellationToken ct)
    {
        var postgres = Path.Combine(data, "postgres");
        var isAgain = RestoreMark.IsIn(data);
        if (!isAgain)
        {
            RequireEmpty(options, data, postgres);
        }

        using var mark = RestoreMark.Take(data, PlaceOf(options));
        if (isAgain)
        {
            say("An earlier restore into this folder was cut short: what it left is taken away first.");
            await EndServerAsync(options, postgres, ct);
        }

        try
        {
            await FillAsync(options, backup, key, data, mark, say, clock, ct);
        }
        catch (Exception e) when (e is not RestoreNotOursException)
        {
            TakeAway(options, data, postgres, mark, e);
            throw;
        }

        mark.Remove();
    }

    /// <summary>The mark goes only with the last of what was made: on another's server that may stand there still.</summary>
    private static void TakeAway(PlatformOptions options, string data, string postgres, RestoreMark mark, Exception why)
    {
        if (options.Database is null)
        {
            // All that there can be is in this folder, which had nothing of it before.
            EmbeddedFiles.Delete(postgres);
            if (mark.MayHaveMade)
            {
                BackupRestore.TakeAwayFiles(data);
            }
        }
        else if (mark.MayHaveMade)
        {
            throw new RestoreHalfDoneException(
                $"The restore did not come to its end ({(why as PostgresException)?.MessageText ?? why.Message}), and what it made on {PlaceOf(options)} is not taken away: databases "
                + $"with people's data may stand there. Nothing starts in {data} meanwhile. See that the server runs, then call the same command again: it takes away what was left, "
                + "or comes to its end.", why);
        }

        mark.Remove();
    }

    /// <summary>Before the mark: under it all that is there would be taken for a restore's own.</summary>
    private static void RequireEmpty(PlatformOptions options, string data, string postgres)
    {
        BackupRestore.RequireEmptyFolder(data);
        if (options.Database is null && Directory.Exists(postgres))
        {
            throw new BackupException($"A backup is only restored into an empty installation, and {postgres} is there already. Name another folder with --data. Nothing was changed.");
        }
    }

    private static async Task EndServerAsync(PlatformOptions options, string postgres, CancellationToken ct)
    {
        if (options.Database is null && !await EmbeddedFiles.DeleteOnceEndedAsync(postgres, ServerEndsWithin, ct))
        {
            throw new BackupException($"The PostgreSQL of the earlier restore still runs on {postgres}. End that process, then call this again. Nothing was changed.");
        }
    }

    /// <summary>Puts one campaign's copy into a new database of an installation that is there, and rests.</summary>
    public static async Task CampaignAsync(
        PlatformOptions options, BackupArchive backup, MasterKey key, string data, string campaignId, bool isLost, Action<string> say, TimeProvider clock, CancellationToken ct)
    {
        RestoreMark.RequireNone(data);
        if (options.EmbeddedPostgresPort is { } port && await Maintenance.ListensAsync(port, ct))
        {
            throw new BackupException("The platform runs. Stop it first: the campaign is led to another database. Nothing was changed.");
        }

        await using var server = await Maintenance.OpenAsync(options, key, ct);
        await LostKey.RequireFittingAsync(server.Central, data, isNew: false, ct);
        if (options.Database is not null && await CentralActivity.IsAnyAsync(server.Central, clock, ct))
        {
            throw new BackupException("A host of the platform is connected to the central database. Stop every host first: the campaign is led to another database. Nothing was changed.");
        }

        await new CampaignRestore(
            server.Connections, new CampaignDatabaseMigrator(clock), new SecretBox(key), BackupCommands.MakerOn(server.Connections), clock)
            .RunAsync(backup, campaignId, isLost, say, ct);
        say($"""
            {campaignId} is as it stood at {backup.Manifest.TakenAt:u}, in a database of this installation's own server; what came after is lost. What is left of its project at
            the provider is not used any more: delete it there. This is a new incarnation of the installation: nothing is drawn, deleted or sent until a
            super_admin has looked and confirmed it (page Reconciliation, or POST /v1/installation/confirm).
            """);
    }

    private static async Task FillAsync(
        PlatformOptions options, BackupArchive backup, MasterKey key, string data, RestoreMark mark, Action<string> say, TimeProvider clock, CancellationToken ct)
    {
        await using var server = await Maintenance.OpenAsync(options, key, ct);
        var restore = new BackupRestore(
            server.Central, server.Connections, new CentralBootstrap(server.Central, server.Connections, clock), new CampaignDatabaseMigrator(clock), new SecretBox(key),
            BackupCommands.MakerOn(server.Connections), clock);
        if (mark.MayHaveMade && await restore.WasWholeAsync(backup.Manifest, [.. EngineSchema.Scripts()], data, mark, ct))
        {
            say("The earlier restore had stored all of it.");
            return;
        }

        await restore.RunAsync(backup, [.. EngineSchema.Scripts()], data, mark, say, ct);
    }

    /// <summary>Where the databases go, without passwords.</summary>
    private static string PlaceOf(PlatformOptions options)
    {
        if (options.Database is null)
        {
            return "the PostgreSQL that comes with the platform";
        }

        var server = new NpgsqlConnectionStringBuilder(options.Database);
        return $"{server.Host}:{server.Port}";
    }
}
