using System.IO;

namespace PrizeDraw.Silo;

/// <summary>Stands in the data folder while a backup is being restored into it, so that nobody starts on half of it.</summary>
internal static class RestoreMark
{
    private const string Name = "restore.begun";

    /// <summary>Throws <see cref="StartException"/> when a restore was cut short, or still goes on.</summary>
    public static void RequireNone(string dataFolder)
    {
        if (File.Exists(Path.Combine(dataFolder, Name)))
        {
            throw new StartException(
                $"A backup is being restored into {dataFolder}, or was and did not come to its end. If nothing restores it now, delete everything in this folder "
                + "but master.key (and, on another server, the databases 'platform' and 'cmp_…' with their roles), and restore again.");
        }
    }

    public static void Set(string dataFolder) => File.WriteAllText(Path.Combine(dataFolder, Name), "");

    public static void Remove(string dataFolder) => File.Delete(Path.Combine(dataFolder, Name));
}
