using System;
using System.Collections.Generic;
using System.IO;
using System.IO.Compression;
using System.Linq;
using System.Security.Cryptography;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Storage.Secrets;

namespace PrizeDraw.Storage.Backups;

/// <summary>A backup that was opened and checked: every byte is what the installation's master key vouches for.</summary>
public sealed class BackupArchive : IDisposable
{
    /// <summary>A manifest with a million files is far below.</summary>
    private const long ManifestBytesMax = 512L * 1024 * 1024;

    private readonly ZipArchive archive;

    private BackupArchive(ZipArchive archive, BackupManifest manifest) => (this.archive, Manifest) = (archive, manifest);

    public BackupManifest Manifest { get; }

    internal ZipArchive Entries => archive;

    /// <summary>Opens and checks the whole archive; reads all of it. <see cref="BackupException"/> says what is wrong with it.</summary>
    public static async Task<BackupArchive> OpenAsync(string file, MasterKey key, Action<string> say, CancellationToken ct)
    {
        if (!File.Exists(file))
        {
            throw new BackupException($"There is no backup at {file}.");
        }

        ZipArchive? archive = null;
        try
        {
            archive = await ZipFile.OpenReadAsync(file, ct);
            var manifest = await ReadManifestAsync(archive, key, ct);
            say($"Checking the backup of {manifest.TakenAt:u} …");
            await CheckAsync(archive, manifest, ct);
            return new BackupArchive(archive, manifest);
        }
        catch (InvalidDataException)
        {
            archive?.Dispose();
            throw new BackupException($"{file} is not a whole backup: it is damaged or was cut short. Nothing was changed. Take another copy of it.");
        }
        catch
        {
            archive?.Dispose();
            throw;
        }
    }

    public void Dispose() => archive.Dispose();

    /// <summary>What a manifest is vouched for with.</summary>
    internal static byte[] CodeOf(MasterKey key, byte[] manifest) => HMACSHA256.HashData(key.Derive("backup/manifest"), manifest);

    private static async Task<BackupManifest> ReadManifestAsync(ZipArchive archive, MasterKey key, CancellationToken ct)
    {
        var content = await ReadAsync(archive, BackupManifest.EntryName, ct);
        var code = await ReadAsync(archive, BackupManifest.CodeName, ct);
        BackupManifest manifest;
        try
        {
            manifest = JsonSerializer.Deserialize<BackupManifest>(content, BackupManifest.Json) ?? throw Changed("its manifest says nothing");
        }
        catch (JsonException)
        {
            throw Changed("its manifest can't be read");
        }

        if (manifest.Format != BackupManifest.CurrentFormat)
        {
            throw new BackupException($"This backup has format {manifest.Format}; this version of the platform reads {BackupManifest.CurrentFormat}. Use the version that made it.");
        }

        if (manifest.MasterKeyId != key.Id)
        {
            throw new BackupException(
                $"This backup was made under the master key {manifest.MasterKeyId}, and the key here is {key.Id}. A backup holds no key: put the one of that "
                + "installation (the file master.key of its data folder) into the data folder, or set PLATFORM_MASTER_KEY to it. Nothing was changed.");
        }

        return CryptographicOperations.FixedTimeEquals(code, CodeOf(key, content)) ? manifest : throw Changed("its manifest is not what the installation wrote");
    }

    private static async Task CheckAsync(ZipArchive archive, BackupManifest manifest, CancellationToken ct)
    {
        var expected = new Dictionary<string, (long Bytes, string Hash)>(StringComparer.Ordinal);
        foreach (var (database, table) in manifest.Databases.SelectMany(d => d.Tables.Select(t => (d, t))))
        {
            expected.Add($"{database.Folder}/{table.Name}.copy", (table.Bytes, table.Sha256));
        }

        foreach (var file in manifest.Files)
        {
            expected.Add("files/" + file.Path, FileCopy.IsKept(file.Path) ? (file.Bytes, file.Sha256) : throw Changed($"{file.Path} is no file of a data folder"));
        }

        foreach (var entry in archive.Entries.Where(e => e.FullName is not (BackupManifest.EntryName or BackupManifest.CodeName)))
        {
            if (!expected.Remove(entry.FullName, out var said))
            {
                throw Changed($"{entry.FullName} stands in it and not in its manifest");
            }

            await using var content = await entry.OpenAsync(ct);
            var read = await HashedCopy.RunAsync(content, Stream.Null, ct);
            if (read.Bytes != said.Bytes || read.Sha256 != said.Hash)
            {
                throw Changed($"{entry.FullName} is not what was copied");
            }
        }

        if (expected.Count > 0)
        {
            throw Changed($"{expected.Keys.First()} is missing");
        }
    }

    private static async Task<byte[]> ReadAsync(ZipArchive archive, string name, CancellationToken ct)
    {
        if (archive.GetEntry(name) is not { } entry || entry.Length > ManifestBytesMax)
        {
            throw new BackupException($"This is not a backup of the platform, or it was changed: it has no {name}. Nothing was changed here.");
        }

        await using var content = await entry.OpenAsync(ct);
        using var memory = new MemoryStream();
        await content.CopyToAsync(memory, ct);
        return memory.ToArray();
    }

    private static BackupException Changed(string what) =>
        new($"This backup was changed or damaged since it was made: {what}. Nothing was restored. Take another copy of it.");
}
