using System;
using System.IO;
using PrizeDraw.Storage.Backups;

namespace PrizeDraw.Silo;

/// <summary>
/// Stands in the data folder while a backup is being restored into it, so that nobody starts on half of it; held open by who restores. One that
/// nobody holds was left by a restore that was killed: all that is in the folder beside the key is of that restore, since it was empty before.
/// </summary>
internal sealed class RestoreMark : IDisposable
{
    private const string Name = "restore.begun";

    private readonly FileStream held;

    private RestoreMark(FileStream held) => this.held = held;

    public static bool IsIn(string dataFolder) => File.Exists(Path.Combine(dataFolder, Name));

    /// <summary>Throws <see cref="StartException"/> when a restore was cut short, or still goes on.</summary>
    public static void RequireNone(string dataFolder)
    {
        if (IsIn(dataFolder))
        {
            throw new StartException(
                $"A backup is being restored into {dataFolder}, or was and did not come to its end: nothing starts on half of it. If nothing restores it now, restore "
                + "the same file again ('./run restore FILE', with the same --data and --database): what the first one left is taken away before.");
        }
    }

    /// <summary>Marks the folder. <see cref="BackupException"/> when somebody restores into it now, or an earlier restore went onto another server.</summary>
    /// <param name="dataFolder">The folder.</param>
    /// <param name="server">Where the databases go.</param>
    public static RestoreMark Take(string dataFolder, string server)
    {
        var path = Path.Combine(dataFolder, Name);
        FileStream file;
        try
        {
            file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException) when (File.Exists(path))
        {
            throw new BackupException($"Another process restores a backup into {dataFolder} just now. Wait for its end. Nothing was changed.");
        }

        using var reader = new StreamReader(file, leaveOpen: true);
        var earlier = reader.ReadToEnd();
        if (earlier.Length > 0 && earlier != server)
        {
            file.Dispose();
            throw new BackupException(
                $"An earlier restore into {dataFolder} was cut short, and its databases were to be on {earlier}, not on {server}. Name the same server. Nothing was changed.");
        }

        if (earlier.Length == 0)
        {
            using var writer = new StreamWriter(file, leaveOpen: true);
            writer.Write(server);
        }

        file.Flush(flushToDisk: true);
        return new RestoreMark(file);
    }

    public void Remove() => File.Delete(held.Name);

    public void Dispose() => held.Dispose();
}
