using System;
using System.IO;
using System.Runtime.CompilerServices;

namespace PrizeDraw.TestKit;

/// <summary>The clone that the tests were built from.</summary>
public static class RepositoryRoot
{
    /// <summary>Full path of the folder that holds Platform.sln.</summary>
    public static string Path { get; } = FindAbove(AppContext.BaseDirectory) ?? FindAbove(SourceFolder())
        ?? throw new InvalidOperationException("Platform.sln was found neither above the tests' binaries nor above their sources.");

    private static string? FindAbove(string? folder)
    {
        while (folder is not null && !File.Exists(System.IO.Path.Combine(folder, "Platform.sln")))
        {
            folder = System.IO.Path.GetDirectoryName(folder);
        }

        return folder;
    }

    // Binaries may lie outside the clone (another artifacts path); the sources never do.
    private static string SourceFolder([CallerFilePath] string file = "") => System.IO.Path.GetDirectoryName(file)!;
}
