using System;
using System.Collections.Immutable;
using System.IO;
using System.IO.Compression;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace PrizeDraw.Storage.Backups;

/// <summary>What of the data folder is copied: repositories, built sites, and what stands beside them. Not the key, the server, logs and caches.</summary>
internal static class FileCopy
{
    private static readonly string[] Kept = ["repositories", "sites", "template.git", "demo.done"];

    /// <summary>Each folder in these is one campaign's.</summary>
    private static readonly string[] OfCampaigns = ["repositories", "sites"];

    /// <summary>
    /// A repository's objects come last: what a reference names was written before the reference was, so that it is there when they are
    /// copied. Whatever is being built or deleted (its folder's name begins with a dot) is left out.
    /// </summary>
    /// <param name="archive">Where they go.</param>
    /// <param name="dataFolder">Where they are.</param>
    /// <param name="earlier">What was copied before: of its repositories and sites nothing is copied again, since it would be of another moment.</param>
    /// <param name="ct">Ends it.</param>
    public static async Task<ImmutableArray<BackupFile>> RunAsync(ZipArchive archive, string dataFolder, ImmutableArray<BackupFile> earlier, CancellationToken ct)
    {
        var known = earlier.Select(f => Whole(f.Path)).ToHashSet(StringComparer.Ordinal);
        var copied = ImmutableArray.CreateBuilder<BackupFile>();
        foreach (var kept in Kept)
        {
            foreach (var file in Below(Path.Combine(dataFolder, kept)))
            {
                if (!known.Contains(Whole(Path.GetRelativePath(dataFolder, file))) && await CopyAsync(archive, dataFolder, file, ct) is { } one)
                {
                    copied.Add(one);
                }
            }
        }

        return copied.ToImmutable();
    }

    /// <summary>The repository, site or other thing that a file is part of.</summary>
    private static string Whole(string path) =>
        path.Split('/') is var parts && OfCampaigns.Contains(parts[0]) ? string.Join('/', parts.Take(2)) : parts[0];

    /// <summary>Whether a path of an archive stays within what is copied.</summary>
    public static bool IsKept(string path) =>
        path.Split('/') is var parts && Kept.Contains(parts[0]) && parts.All(p => p is not ("" or "." or "..")) && !path.Contains('\\');

    /// <summary>What is there already of what a restore would write.</summary>
    public static string? FirstPresent(string dataFolder) => Kept.Select(k => Path.Combine(dataFolder, k))
        .FirstOrDefault(path => File.Exists(path) || (Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any()));

    /// <summary>Takes away what a restore that failed has written into a folder that had nothing of it before.</summary>
    public static void Undo(string dataFolder)
    {
        foreach (var kept in Kept.Select(k => Path.Combine(dataFolder, k)))
        {
            if (Directory.Exists(kept))
            {
                Directory.Delete(kept, recursive: true);
            }
            else
            {
                File.Delete(kept);
            }
        }
    }

    /// <summary>Writes the files of an archive that was checked.</summary>
    public static async Task RestoreAsync(ZipArchive archive, BackupManifest manifest, string dataFolder, CancellationToken ct)
    {
        foreach (var folder in manifest.Files.Where(f => f.Path.Contains('/')).Select(f => f.Path.Split('/')[0]).Distinct())
        {
            MakeOwn(Path.Combine(dataFolder, folder));
        }

        foreach (var file in manifest.Files)
        {
            var target = Path.Combine(dataFolder, file.Path);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            await using (var content = await archive.GetEntry("files/" + file.Path)!.OpenAsync(ct))
            await using (var written = new FileStream(target, FileMode.CreateNew, FileAccess.Write))
            {
                await content.CopyToAsync(written, ct);
            }

            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(target, (UnixFileMode)file.Mode);
            }

            if (Path.GetFileName(target) == "HEAD")
            {
                // Git knows a repository by folders that may be empty.
                Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(target)!, "refs", "heads"));
                Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(target)!, "objects"));
            }
        }
    }

    private static void MakeOwn(string folder)
    {
        Directory.CreateDirectory(folder);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private static string[] Below(string path)
    {
        if (!Directory.Exists(path))
        {
            return File.Exists(path) ? [path] : [];
        }

        return
        [
            .. new DirectoryInfo(path).EnumerateFiles("*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint })
                .Select(f => f.FullName)
                .Where(f => !Path.GetRelativePath(path, f).Split('/')[0].StartsWith('.'))
                .OrderBy(f => f.Contains("/objects/", StringComparison.Ordinal)).ThenBy(f => f, StringComparer.Ordinal),
        ];
    }

    private static async Task<BackupFile?> CopyAsync(ZipArchive archive, string dataFolder, string file, CancellationToken ct)
    {
        FileStream content;
        try
        {
            content = File.OpenRead(file);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null; // Deleted since it was listed.
        }

        await using (content)
        {
            var path = Path.GetRelativePath(dataFolder, file);
            await using var entry = await archive.CreateEntry("files/" + path, CompressionLevel.Fastest).OpenAsync(ct);
            var copied = await HashedCopy.RunAsync(content, entry, ct);
            var mode = OperatingSystem.IsWindows() ? 0 : (int)File.GetUnixFileMode(content.SafeFileHandle) & 0x1ff;
            return new BackupFile(path, mode, copied.Bytes, copied.Sha256);
        }
    }
}
