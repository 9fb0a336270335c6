using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.TestKit;
using Shouldly;
using Xunit;

namespace PrizeDraw.Walk.Benchmarks;

/// <summary>Benchmarks that build and no longer run measure nothing; how fast they are is no test's matter.</summary>
public sealed class StillRunning
{
    [Fact]
    public async Task The_benchmark_of_draws_runs_through_and_ends_with_a_line_of_JSON()
    {
        // Built with this project, beside it and alike.
        var here = new DirectoryInfo(AppContext.BaseDirectory);
        var program = Path.Combine(here.Parent!.Parent!.FullName, "Benchmarks", here.Name, "PrizeDraw.Benchmarks.dll");
        using var bench = Process.Start(new ProcessStartInfo("dotnet", [program, "draw", "--entries", "2000"])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, WorkingDirectory = RepositoryRoot.Path,
        })!;
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(10));
        try
        {
            var errors = bench.StandardError.ReadToEndAsync(limit.Token);
            var said = await bench.StandardOutput.ReadToEndAsync(limit.Token);
            await bench.WaitForExitAsync(limit.Token);
            bench.ExitCode.ShouldBe(0, said + await errors);
            var last = JsonNode.Parse(said.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1])!;
            ((int)last["entries"]!).ShouldBe(2000);
            last.AsObject().Select(field => field.Key).ShouldBe(["entries", "seconds", "peakMb"], ignoreOrder: true);
        }
        finally
        {
            if (!bench.HasExited)
            {
                bench.Kill(entireProcessTree: true);
            }
        }
    }
}
