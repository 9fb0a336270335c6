using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Threading.Tasks;
using PrizeDraw.TestKit;
using Xunit;

namespace PrizeDraw.Walk.Support;

/// <summary>The independent verifier, as anybody runs it.</summary>
internal static class Verifier
{
    private static readonly string Program = Path.Combine(RepositoryRoot.Path, "verifier", "dist", "verify.mjs");

    public static bool IsExpected => File.Exists(Program) || Environment.GetEnvironmentVariable("PLATFORM_REQUIRE_CONTRACTS") == "1";

    /// <summary>Its exit code and lines.</summary>
    public static async Task<(int Exit, string Said)> RunAsync(IEnumerable<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("node", [Program, .. arguments])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        var errors = process.StandardError.ReadToEndAsync();
        var said = await process.StandardOutput.ReadToEndAsync() + await errors;
        await process.WaitForExitAsync();
        return (process.ExitCode, said);
    }
}

/// <summary>A test that runs the verifier: skipped, loudly, where it is not built, unless PLATFORM_REQUIRE_CONTRACTS=1 (then it fails for want of it).</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class VerifierFactAttribute : FactAttribute
{
    public VerifierFactAttribute()
    {
        if (!Verifier.IsExpected)
        {
            Skip = "verifier/dist/verify.mjs is not there: build it with 'npm ci --ignore-scripts && npm run build' in verifier/.";
        }
    }
}
