using System;
using System.IO;
using System.Linq;
using System.Text;
using PrizeDraw.Storage.Backups;

namespace PrizeDraw.Silo;

/// <summary>
/// Stands in the data folder while a backup is being restored into it, so that nobody starts on half of it; held open by who restores. One that
/// nobody holds was left by a restore that was killed: all that is in the folder beside the key is of that restore, since it was empty before. Its
/// first line is the server; the second says that the server was found to be empty and something may have been made there since. Without it nothing there
/// is the restore's own.
/// </summary>
internal sealed class RestoreMark : IRestoreNote, IDisposable
{
    private const string Name = "restore.begun", Making = "making";

    private readonly FileStream held;

    private readonly string server;

    private RestoreMark(FileStream held, string server, bool mayHaveMade) => (this.held, this.server, MayHaveMade) = (held, server, mayHaveMade);

    public bool MayHaveMade { get; private set; }

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
        var earlier = reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (earlier.Length > 0 && earlier[0] != server)
        {
            file.Dispose();
            throw new BackupException(
                $"An earlier restore into {dataFolder} was cut short, and its databases were to be on {earlier[0]}, not on {server}. Name the same server. Nothing was changed.");
        }

        var mark = new RestoreMark(file, server, earlier.Contains(Making));
        if (earlier.Length == 0)
        {
            mark.Write();
        }

        return mark;
    }

    public void Makes()
    {
        MayHaveMade = true;
        Write();
    }

    public void HasNothing()
    {
        MayHaveMade = false;
        Write();
    }

    // The first line is the same each time: cut short anywhere, what is read is the one or the other.
    private void Write()
    {
        var content = Encoding.UTF8.GetBytes($"{server}\n{(MayHaveMade ? Making + "\n" : "")}");
        held.Position = 0;
        held.Write(content);
        held.SetLength(content.Length);
        held.Flush(flushToDisk: true);
    }

    public void Remove() => File.Delete(held.Name);

    public void Dispose() => held.Dispose();
}
