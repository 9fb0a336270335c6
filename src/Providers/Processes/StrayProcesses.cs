using System;
using System.Globalization;
using System.IO;

namespace PrizeDraw.Providers.Processes;

/// <summary>Ends what a build started and hid from its process group by taking a session of its own.</summary>
internal static class StrayProcesses
{
    /// <summary>SIGKILL to every process that was started with this home folder or works below it. Linux only; else nothing.</summary>
    public static void Kill(string home)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        foreach (var folder in Directory.GetDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id) && BelongsTo(folder, home))
            {
                Posix.Signal(id, Posix.SigKill);
            }
        }
    }

    private static bool BelongsTo(string process, string home)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "environ")).Split('\0').AsSpan().Contains("HOME=" + home)
                || IsBelow(new FileInfo(Path.Combine(process, "cwd")).LinkTarget, Path.GetDirectoryName(home)!);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false; // It has ended, or is another user's.
        }
    }

    private static bool IsBelow(string? path, string folder) =>
        path is not null && (path == folder || path.StartsWith(folder + "/", StringComparison.Ordinal));
}
