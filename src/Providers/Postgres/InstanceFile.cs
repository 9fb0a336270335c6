using System;
using System.Globalization;
using System.IO;
using PrizeDraw.Providers.Processes;

namespace PrizeDraw.Providers.Postgres;

/// <summary>
/// What a server wrote into its postmaster.pid: process id in the first line, state in the eighth. Only the server removes the
/// file.
/// </summary>
internal sealed record InstanceFile(int ProcessId, bool IsReady)
{
    public static InstanceFile? Read(ServerFolders folders)
    {
        try
        {
            var lines = File.ReadAllLines(folders.InstanceFile);
            return lines.Length > 0 && int.TryParse(lines[0], CultureInfo.InvariantCulture, out var id)
                ? new InstanceFile(id, lines.Length > 7 && lines[7].Trim() == "ready")
                : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>
    /// Whether that process lives and is a server on this very folder. After a reboot the id may be anybody's, so that where it
    /// can't be proved the answer is no.
    /// </summary>
    public bool IsRunningOn(ServerFolders folders)
    {
        try
        {
            var words = File.ReadAllText($"/proc/{ProcessId}/cmdline").Split('\0');
            return Path.GetFileName(words[0]) == "postgres" && Array.IndexOf(words, folders.Cluster) > 0;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    public void Signal(int signal) => Posix.Signal(ProcessId, signal);
}
