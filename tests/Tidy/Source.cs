using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Diagnostics;
using System.IO;
using System.Linq;
using PrizeDraw.TestKit;

namespace PrizeDraw.Tidy;

/// <summary>One text file of the project: its path from the root, with slashes, and its lines.</summary>
public sealed record SourceFile(string Path, string Text)
{
    public ImmutableArray<string> Lines { get; } = [.. Text.ReplaceLineEndings("\n").Split('\n')];

    public bool IsIn(string folder) => Path.StartsWith(folder + "/", StringComparison.Ordinal);

    public bool Ends(params ReadOnlySpan<string> endings)
    {
        foreach (var ending in endings)
        {
            if (Path.EndsWith(ending, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>What belongs to the project: what git tracks or would track. Without git's folder, everything that isn't built.</summary>
public static class Source
{
    private static readonly string[] Built =
        [".git", "artifacts", "bin", "obj", "node_modules", ".data", ".next", "out", "dist", "test-results"];

    private static readonly string[] Pictures = [".png", ".jpg", ".ico", ".woff2", ".zip", ".gz"];

    private static readonly Lazy<ImmutableArray<SourceFile>> Read = new(() =>
    [
        .. Paths().Where(p => !Pictures.Contains(Path.GetExtension(p))).Select(p => (Path: p, Text: TextOf(Path.Combine(RepositoryRoot.Path, p))))
            .Where(p => p.Text is not null).Select(p => new SourceFile(p.Path, p.Text!)),
    ]);

    public static ImmutableArray<SourceFile> Files => Read.Value;

    public static IEnumerable<SourceFile> CSharp(string folder) => Files.Where(f => f.IsIn(folder) && f.Ends(".cs"));

    public static SourceFile One(string path) => Files.Single(f => f.Path == path);

    // Deleted and not committed, or somebody's for a moment while we read.
    private static string? TextOf(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    private static IEnumerable<string> Paths() => Directory.Exists(Path.Combine(RepositoryRoot.Path, ".git"))
        ? Git().Order(StringComparer.Ordinal)
        : Walk(RepositoryRoot.Path).Select(p => Path.GetRelativePath(RepositoryRoot.Path, p).Replace('\\', '/')).Order(StringComparer.Ordinal);

    // Files that are new and not ignored are the project's too; a checkout that belongs to another user is read all the same.
    private static string[] Git()
    {
        var start = new ProcessStartInfo("git") { WorkingDirectory = RepositoryRoot.Path, RedirectStandardOutput = true };
        foreach (var argument in (string[])["-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        {
            start.ArgumentList.Add(argument);
        }

        using var git = Process.Start(start)!;
        var output = git.StandardOutput.ReadToEnd();
        git.WaitForExit();
        return git.ExitCode == 0
            ? [.. output.Split('\0', StringSplitOptions.RemoveEmptyEntries).Distinct()]
            : throw new InvalidOperationException("git could not list the project's files.");
    }

    private static IEnumerable<string> Walk(string folder) => Directory.EnumerateFiles(folder).Concat(
        Directory.EnumerateDirectories(folder).Where(d => !Built.Contains(Path.GetFileName(d))).SelectMany(Walk));
}
