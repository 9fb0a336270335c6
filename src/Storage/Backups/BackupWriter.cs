using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.IO.Compression;
using System.Linq;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Shared;
using PrizeDraw.Storage.Central;
using PrizeDraw.Storage.Secrets;

namespace PrizeDraw.Storage.Backups;

/// <summary>
/// Copies a whole installation into one archive while it runs. Campaigns' databases come first and the central one last, each as it stood at
/// one instant: what a restored campaign has done, the restored centre knows of, or is told of again. Secrets stay as they are stored,
/// encrypted; the master key is not in it.
/// </summary>
public sealed class BackupWriter(CentralConnections connections, SecretBox box, MasterKey key, TimeProvider clock)
{
    /// <summary>How often it is looked for campaigns that were made meanwhile.</summary>
    private const int RoundsMax = 5;

    private readonly CampaignPlaces places = new(connections, box);

    /// <param name="file">Where the archive goes; it is there only once it is whole.</param>
    /// <param name="dataFolder">Whose repositories and sites are copied too.</param>
    /// <param name="say">Told of progress.</param>
    /// <param name="ct">Ends it; nothing is left then.</param>
    /// <exception cref="BackupException">The file is there already, or the central database can't be read.</exception>
    public async Task<BackupManifest> RunAsync(string file, string dataFolder, Action<string> say, CancellationToken ct)
    {
        if (File.Exists(file))
        {
            throw new BackupException($"{file} exists already. A backup is never written over another: choose another name.");
        }

        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
        var building = file + ".partial";
        try
        {
            BackupManifest manifest;
            await using (var stream = new FileStream(building, Private()))
            {
                await using (var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
                {
                    manifest = await CopyAsync(archive, Path.GetFullPath(dataFolder), say, ct);
                    await SealAsync(archive, manifest, ct);
                }

                stream.Flush(flushToDisk: true);
            }

            File.Move(building, file);
            return manifest;
        }
        finally
        {
            File.Delete(building);
        }
    }

    // People's data is in it in clear.
    private static FileStreamOptions Private()
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Options = FileOptions.Asynchronous };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return options;
    }

    private async Task<BackupManifest> CopyAsync(ZipArchive archive, string dataFolder, Action<string> say, CancellationToken ct)
    {
        var files = await FileCopy.RunAsync(archive, dataFolder, [], ct);
        say($"{files.Length:n0} files of repositories and sites");
        await using var central = await OpenCentralAsync(ct);
        var (copied, missing) = (new Dictionary<string, BackupDatabase>(), new Dictionary<string, MissingCampaign>());
        for (var round = 1; ; round++)
        {
            await CopyCampaignsAsync(archive, [.. (await places.ListAsync(central, ct)).Where(p => !copied.ContainsKey(p.CampaignId))], copied, missing, say, ct);
            var present = ImmutableArray<CampaignPlace>.Empty;
            var facts = default((Guid Installation, Guid Incarnation));
            try
            {
                var whole = await DatabaseCopy.RunAsync(central, archive, Central, async () =>
                {
                    facts = await central.FindAsync("select identity, incarnation from installation", [], row => (row.GetGuid(0), row.GetGuid(1)), ct);
                    present = await places.ListAsync(central, ct);
                    var late = present.Where(p => !copied.ContainsKey(p.CampaignId) && !missing.ContainsKey(p.CampaignId)).ToArray();
                    if (late.Length > 0 && round < RoundsMax)
                    {
                        throw new CampaignsWereMadeMeanwhile();
                    }

                    Array.ForEach(late, p => missing[p.CampaignId] = new MissingCampaign(p.CampaignId, "It was made while the backup was."));

                    // Whatever the centre knows of by now stands there.
                    files = [.. files, .. await FileCopy.RunAsync(archive, dataFolder, files, ct)];
                }, say, ct);
                var known = present.Select(p => p.CampaignId).ToHashSet();
                return new BackupManifest(
                    BackupManifest.CurrentFormat, clock.GetUtcNow(), facts.Installation, facts.Incarnation, key.Id, dataFolder,
                    [whole, .. copied.Values.Select(c => c with { IsSuperseded = !known.Contains(c.CampaignId!) }).OrderBy(c => c.CampaignId, StringComparer.Ordinal)],
                    files, [.. missing.Values.Where(m => known.Contains(m.CampaignId)).OrderBy(m => m.CampaignId, StringComparer.Ordinal)]);
            }
            catch (CampaignsWereMadeMeanwhile)
            {
                // Nothing of the central database has been written yet: they first.
            }
        }
    }

    private static BackupDatabase Central { get; } = new(null, null, "central database", IsRemote: false, IsSuperseded: false, [], [], []);

    private async Task CopyCampaignsAsync(
        ZipArchive archive, ImmutableArray<CampaignPlace> campaigns, Dictionary<string, BackupDatabase> copied, Dictionary<string, MissingCampaign> missing,
        Action<string> say, CancellationToken ct)
    {
        foreach (var place in campaigns)
        {
            NpgsqlConnection connection;
            try
            {
                connection = new NpgsqlConnection(place.Owner);
                await connection.OpenSteadilyAsync(ct);
            }
            catch (Exception e) when (e is NpgsqlException or TimeoutException or SocketException)
            {
                missing[place.CampaignId] = new MissingCampaign(place.CampaignId, Reason(place, e));
                say($"{place.CampaignId}: NOT copied: its database could not be reached");
                continue;
            }

            await using (connection)
            {
                var name = place.IsRemote ? place.CampaignId : new NpgsqlConnectionStringBuilder(place.Own).Database!;
                copied[place.CampaignId] = await DatabaseCopy.RunAsync(
                    connection, archive, new BackupDatabase(place.TenantId, place.CampaignId, name, place.IsRemote, IsSuperseded: false, [], [], []),
                    () => Task.CompletedTask, say, ct);
                missing.Remove(place.CampaignId);
            }
        }
    }

    private static string Reason(CampaignPlace place, Exception error)
    {
        var code = error is PostgresException p ? $" ({p.SqlState})" : "";
        return place is { IsAtRest: true, IsRemote: true }
            ? $"It is archived, and its database rests at the provider and did not answer{code}. An earlier backup may have it; to have it in the next, bring the campaign back first."
            : $"Its database could not be reached{code}.";
    }

    private async Task<NpgsqlConnection> OpenCentralAsync(CancellationToken ct)
    {
        var patient = new NpgsqlConnectionStringBuilder(connections.OwnerConnectionString) { CommandTimeout = DatabaseCopy.TableSeconds };
        var connection = new NpgsqlConnection(patient.ConnectionString);
        try
        {
            await connection.OpenSteadilyAsync(ct);
            return connection;
        }
        catch (PostgresException e)
        {
            await connection.DisposeAsync();
            throw new BackupException(e.SqlState == PostgresErrorCodes.InvalidPassword
                ? $"The central database refuses this master key ({key.Id}): it is not the one that the installation runs with."
                : $"The central database can't be read ({e.SqlState}): is this an installation that has been started before?");
        }
    }

    private async Task SealAsync(ZipArchive archive, BackupManifest manifest, CancellationToken ct)
    {
        var content = JsonSerializer.SerializeToUtf8Bytes(manifest, BackupManifest.Json);
        await WriteAsync(archive, BackupManifest.EntryName, content, ct);
        await WriteAsync(archive, BackupManifest.CodeName, BackupArchive.CodeOf(key, content), ct);
    }

    private static async Task WriteAsync(ZipArchive archive, string name, byte[] content, CancellationToken ct)
    {
        await using var entry = await archive.CreateEntry(name, CompressionLevel.Fastest).OpenAsync(ct);
        await entry.WriteAsync(content, ct);
    }

    private sealed class CampaignsWereMadeMeanwhile : Exception;
}
