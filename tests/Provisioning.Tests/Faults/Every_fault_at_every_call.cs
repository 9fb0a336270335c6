using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using System.Threading.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;
using Xunit.Abstractions;

namespace PrizeDraw.Provisioning.Tests.Faults;

/// <summary>
/// The list of faults at every call and every step of a campaign's provisioning, read off recorded runs. Each campaign ends complete or with
/// nothing left, and what is not ours is untouched. <c>PLATFORM_FAULTS=all</c> runs every case, another value those whose name has it in it, such as
/// <c>killed</c> or <c>create-site</c>; otherwise every call and step has some, chosen by a seed that is printed and may be given as <c>PLATFORM_SEED</c>.
/// </summary>
public sealed class Every_fault_at_every_call(CloudStage stage, ITestOutputHelper output) : IClassFixture<CloudStage>
{
    private const int CasesPerPlace = 1;

    [Fact]
    public async Task ends_complete_or_with_nothing_left()
    {
        await HostAsync();
        var seed = Environment.GetEnvironmentVariable("PLATFORM_SEED") is { Length: > 0 } given ? int.Parse(given, CultureInfo.InvariantCulture) : Environment.TickCount;
        output.WriteLine($"PLATFORM_SEED={seed}");
        var (calls, steps) = await RecordedRun.OfAsync(stage, undone: false);
        var undoing = (await RecordedRun.OfAsync(stage, undone: true)).Calls.Where(c => c.IsUndo).ToArray();
        undoing.Length.ShouldBeGreaterThan(3);
        calls.Count.ShouldBeGreaterThan(20);
        var wanted = Environment.GetEnvironmentVariable("PLATFORM_FAULTS") is { Length: > 0 } text ? text : null;
        IEnumerable<FaultCase> Chosen(IEnumerable<FaultCase> cases) =>
            wanted == "all" ? cases
            : wanted is not null ? cases.Where(one => $"{one}".Contains(wanted, StringComparison.Ordinal))
            : cases.OrderBy(one => Dice(seed, one), StringComparer.Ordinal).Take(CasesPerPlace);
        FaultCase[] cases = [.. calls.SelectMany(c => Chosen(FaultRows.AtCall(c))), .. undoing.SelectMany(c => Chosen(FaultRows.AtUndo(c))),
            .. steps.SelectMany(s => Chosen(FaultRows.AtStep(s)))];
        cases.ShouldNotBeEmpty();
        var runner = new CaseRunner(stage);
        try
        {
            await runner.RunAsync(cases);
        }
        finally
        {
            Tell(runner.Results);
        }

        stage.Doubles.SelectMany(d => d.Violations).ShouldBeEmpty($"PLATFORM_SEED={seed}");
    }

    /// <summary>One that gives up a call that is not answered: that is a fault too.</summary>
    private async Task HostAsync()
    {
        await stage.StopHostAsync();
        stage.Also = services => services.AddSingleton(CloudHost.Providers(stage.Orders, attemptTimeout: TimeSpan.FromSeconds(10)));
        await stage.StartHostAsync();
    }

    /// <summary>By what the case is, not by when its call came in the recorded run: looks that are repeated come as often as they come.</summary>
    private static string Dice(int seed, FaultCase one) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{seed}/{one}")));

    private void Tell(IReadOnlyCollection<CaseResult> results)
    {
        output.WriteLine($"{"fault",-34} {"cases",6} {"ready",6} {"undone",6} {"paused",6} {"quarantined",11} {"deaths",6}");
        foreach (var row in results.GroupBy(r => r.Case.Row).Append(results.GroupBy(_ => "all").FirstOrDefault()).OfType<IGrouping<string, CaseResult>>())
        {
            output.WriteLine(
                $"{row.Key,-34} {row.Count(),6} {row.Count(r => r.IsReady),6} {row.Count(r => !r.IsReady),6} {row.Count(r => r.Paused),6} "
                + $"{row.Count(r => r.Quarantined),11} {row.Sum(r => r.Deaths),6}");
        }
    }
}
