using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Xunit;

namespace PrizeDraw.TestKit.Draws;

/// <summary>The program <c>openssl</c>, for a second opinion on time stamps.</summary>
public static class OpenSsl
{
    /// <summary>Whether this machine has it.</summary>
    public static bool IsThere { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Any(folder => folder.Length > 0 && File.Exists(Path.Combine(folder, "openssl")));

    /// <summary>Runs it to its end, within five minutes; gives its exit code and all that it printed.</summary>
    public static async Task<(int ExitCode, string Printed)> RunAsync(params IEnumerable<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("openssl", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var printed = Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        try
        {
            await Task.WhenAll(process.WaitForExitAsync(), printed).WaitAsync(TimeSpan.FromMinutes(5));
        }
        catch (TimeoutException)
        {
            process.Kill();
            throw;
        }

        return (process.ExitCode, string.Concat(await printed));
    }
}

/// <summary>
/// A test that asks openssl: skipped, loudly, where there is none, unless PLATFORM_REQUIRE_CONTRACTS=1 (then it fails for want of it).
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class OpenSslFactAttribute : FactAttribute
{
    public OpenSslFactAttribute()
    {
        if (!OpenSsl.IsThere && Environment.GetEnvironmentVariable("PLATFORM_REQUIRE_CONTRACTS") != "1")
        {
            Skip = "NO OPENSSL: the program was not found, so what it says of time stamps was not heard. Install the package 'openssl'.";
        }
    }
}
