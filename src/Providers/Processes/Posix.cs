using System;
using System.IO;
using System.Runtime.InteropServices;

namespace PrizeDraw.Providers.Processes;

/// <summary>The few system calls that .NET has no method for.</summary>
internal static class Posix
{
    public const int SigInt = 2;
    public const int SigKill = 9;

    /// <summary>Whether this process may switch to other users.</summary>
    public static bool IsRoot { get; } = !OperatingSystem.IsWindows() && geteuid() == 0;

    /// <summary>Starts what follows in a session of its own, so that Ctrl-C doesn't reach it and its group can be ended as one.</summary>
    public static string? Setsid { get; } = FindOnPath("setsid");

    /// <summary>Sends a signal to a process, or to a whole group where the id is negative. False when there is none.</summary>
    public static bool Signal(int processOrGroup, int signal) => kill(processOrGroup, signal) == 0;

    public static string? FindOnPath(string program)
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "") + ":/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin";
        foreach (var folder in folders.Split(':', StringSplitOptions.RemoveEmptyEntries))
        {
            var path = Path.Combine(folder, program);
            if (File.Exists(path))
            {
                return path;
            }
        }

        return null;
    }

    /// <summary>Sets the permission bits of a file or folder.</summary>
    public static void SetMode(string path, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, mode);
        }
    }

#pragma warning disable SYSLIB1054 // Generated marshalling would need unsafe blocks in the whole project for two integers.
    [DllImport("libc", SetLastError = true)]
    private static extern int kill(int pid, int sig);

    [DllImport("libc")]
    private static extern uint geteuid();
#pragma warning restore SYSLIB1054
}
