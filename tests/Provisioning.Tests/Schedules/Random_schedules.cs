using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using System.Threading.Tasks;
using Shouldly;
using Xunit;
using Xunit.Abstractions;

namespace PrizeDraw.Provisioning.Tests.Schedules;

/// <summary>
/// Campaigns that are provisioned at once while calls fail, users cancel and begin again, and hosts die, all by one seed. It is printed;
/// <c>PLATFORM_SEED</c> gives it again, and <c>PLATFORM_SCHEDULES</c> says how many campaigns, 40 by default.
/// </summary>
public sealed class Random_schedules(CloudStage stage, ITestOutputHelper output) : IClassFixture<CloudStage>
{
    private const int CampaignsPerRound = 8;

    [Fact]
    public async Task end_with_one_of_everything_or_nothing()
    {
        int Given(string variable, int otherwise) =>
            Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
        var (seed, schedules) = (Given("PLATFORM_SEED", Environment.TickCount & 0xFFFFFF), Given("PLATFORM_SCHEDULES", 40));
        output.WriteLine($"PLATFORM_SEED={seed} PLATFORM_SCHEDULES={schedules}");
        await stage.StopHostAsync();
        var (before, began, results) = (stage.Left, Stopwatch.GetTimestamp(), new List<RoundResult>());
        try
        {
            for (var round = 0; round * CampaignsPerRound < schedules; round++)
            {
                // Each round by a seed of its own, so that one that fails can be had again alone.
                results.Add(await new Round(
                    stage, seed + round, Math.Min(CampaignsPerRound, schedules - (round * CampaignsPerRound)), round switch { 0 => Certain.Kill, 1 => Certain.Fates, _ => null }).RunAsync());
            }
        }
        finally
        {
            Tell(results, Stopwatch.GetElapsedTime(began));
        }

        results.Sum(r => r.Ready).ShouldBeGreaterThan(0);
        results[0].Killed.ShouldBeGreaterThan(0, $"PLATFORM_SEED={seed}");
        if (schedules >= CampaignsPerRound + 4)
        {
            (results[1].Cancelled > 0, results[1].Paused > 0, results[1].Quarantined > 0).ShouldBe((true, true, true), $"PLATFORM_SEED={seed}");
        }

        stage.Doubles.SelectMany(d => d.Violations).ShouldBeEmpty($"PLATFORM_SEED={seed}");

        // What was ready was taken away by the test, as what others had.
        stage.Left.ShouldBe(before, $"PLATFORM_SEED={seed}");
    }

    private void Tell(List<RoundResult> results, TimeSpan took)
    {
        int Sum(Func<RoundResult, int> of) => results.Sum(of);
        output.WriteLine(
            $"{Sum(r => r.Ready) + Sum(r => r.Undone)} schedules in {results.Count} rounds and {took.TotalSeconds:0} s: {Sum(r => r.Ready)} ready, "
            + $"{Sum(r => r.Undone)} undone ({Sum(r => r.Cancelled)} cancelled), {Sum(r => r.Paused)} paused and resumed, {Sum(r => r.Quarantined)} in quarantine "
            + $"for a while, {Sum(r => r.Faults)} faults in {Sum(r => r.Calls)} calls, {Sum(r => r.Killed)} hosts killed, {Sum(r => r.Dropped)} dropped.");
    }
}
