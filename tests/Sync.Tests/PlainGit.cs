using System;
using System.Diagnostics;
using System.Threading.Tasks;

namespace PrizeDraw.Sync.Tests;

/// <summary>git as anybody has it, to say what is in a repository.</summary>
internal static class PlainGit
{
    public static async Task<string> RunAsync(string repository, params string[] arguments)
    {
        var start = new ProcessStartInfo("git") { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = repository };
        foreach (var argument in (string[])["-c", "safe.directory=*", "--git-dir", repository, .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? (await output).TrimEnd('\n') : throw new InvalidOperationException(errors);
    }
}
