using System;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using System.Security.Cryptography;
using System.Threading.Tasks;
using PrizeDraw.Domain.Tests.Pools.Simulation;
using Shouldly;
using Xunit;
using Xunit.Abstractions;

namespace PrizeDraw.Domain.Tests.Pools;

/// <summary>
/// The simulation: one seed decides everything. It is printed, and PLATFORM_SIMULATION_SEED replays it; PLATFORM_SIMULATION_STEPS asks for
/// more or fewer steps.
/// </summary>
public sealed class Surviving_crashes(ITestOutputHelper output)
{
    private const string SeedVariable = "PLATFORM_SIMULATION_SEED", StepsVariable = "PLATFORM_SIMULATION_STEPS";
    private const int StepsPerCampaign = 1000, Late = 900;

    private static readonly string[] MustHappen =
    [
        "guaranteed", "every nth", "moments", "probability", "consolation", "won nothing", "coupons", "entry codes", "phones", "low stock", "out of stock",
        "replays", "lost before the write", "unanswered", "fenced", "conflicts", "pipelined", "pipelined and discarded", "states compared",
        "in the hours around a change of clocks", "coupons expired", "coupons run dry", "coupons at hand",
        "changes", "changes of prizes", "prize.stock_below_allocated", "pool.not_changeable",
        "idempotency.key_reused", "campaign.has_closed", "campaign.not_open", "campaign.paused", "entry.not_accepted", "entry.invalid",
        "entry.under_age", "entry.terms_not_accepted", "entry.code_invalid", "entry.limit_reached",
    ];

    [Fact]
    public void keeps_every_promise_whatever_happens_and_when()
    {
        var seed = Given(SeedVariable) ?? RandomNumberGenerator.GetInt32(int.MaxValue);
        var campaigns = (Given(StepsVariable) ?? 300_000) / StepsPerCampaign;
        output.WriteLine($"{SeedVariable}={seed}");
        var seeds = new Random(seed);
        var all = Enumerable.Range(0, campaigns).Select(i => (Index: i, Seed: seeds.Next())).ToArray();
        var covered = new ConcurrentBag<Coverage>();
        var started = Stopwatch.GetTimestamp();
        Parallel.ForEach(all, new ParallelOptions { MaxDegreeOfParallelism = 2 }, campaign => covered.Add(Run(campaign.Index, campaign.Seed, seed)));
        var coverage = new Coverage();
        covered.ToList().ForEach(coverage.Add);
        output.WriteLine($"{campaigns * StepsPerCampaign} steps in {Stopwatch.GetElapsedTime(started)}: {coverage}");
        // A simulation in which nothing goes wrong proves nothing.
        MustHappen.Where(what => coverage[what] < campaigns / 20).ShouldBeEmpty();
    }

    private static Coverage Run(int index, int seed, int firstSeed)
    {
        var coverage = new Coverage();
        var step = 0;
        try
        {
            var simulation = new CampaignSimulation(seed, coverage);
            for (; step < StepsPerCampaign; step++)
            {
                simulation.Step(isLate: step > Late);
            }

            simulation.CheckAll();
            return coverage;
        }
        catch (Exception e)
        {
            throw new SimulationFailedException($"Campaign {index}, step {step}: {e.Message} Replay it with {SeedVariable}={firstSeed}", e);
        }
    }

    private static int? Given(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;

    private sealed class SimulationFailedException(string message, Exception inner) : Exception(message, inner);
}
