using System;
using System.Diagnostics;
using System.IO;
using System.Threading.Tasks;

namespace PrizeDraw.Walk.Support;

/// <summary>Somebody who changes a campaign's repository with git, as anybody would.</summary>
internal static class Developer
{
    /// <summary>Clones the repository, changes its files, commits and pushes.</summary>
    public static async Task CommitAsync(string repository, string workFolder, Action<string> change)
    {
        await GitAsync(Path.GetTempPath(), "clone", "--quiet", repository, workFolder);
        change(workFolder);
        await GitAsync(workFolder, "add", "--all");
        await GitAsync(workFolder, "commit", "--quiet", "-m", "Our own words");
        await GitAsync(workFolder, "push", "--quiet", "origin", "HEAD");
    }

    /// <summary>A file as the repository's branch has it.</summary>
    public static Task<string> ReadAsync(string repository, string path) => GitAsync(repository, "show", $"main:{path}");

    /// <summary>How many commits the branch has.</summary>
    public static async Task<int> CommitsAsync(string repository) =>
        int.Parse(await GitAsync(repository, "rev-list", "--count", "main"), System.Globalization.CultureInfo.InvariantCulture);

    private static async Task<string> GitAsync(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo("git") { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder };
        string[] always = ["-c", "safe.directory=*", "-c", "user.name=Site developer", "-c", "user.email=developer@example.com"];
        foreach (var argument in (string[])[.. always, .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? await output : throw new InvalidOperationException($"git {arguments[0]}: {errors}");
    }
}
