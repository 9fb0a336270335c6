using System;
using System.Globalization;
using System.Security.Cryptography;
using Shouldly;
using Xunit;
using Xunit.Abstractions;

namespace PrizeDraw.Domain.Tests.Pools;

/// <summary>
/// The simulation: one seed decides everything. It is printed, and PLATFORM_SIMULATION_SEED replays it.
/// </summary>
public sealed class Surviving_crashes(ITestOutputHelper output)
{
    private const string SeedVariable = "PLATFORM_SIMULATION_SEED";
    private const int Pools = 100, StepsPerPool = 100;

    [Fact]
    public void keeps_every_promise_whatever_happens_and_when()
    {
        var given = Environment.GetEnvironmentVariable(SeedVariable);
        var seed = given is null ? RandomNumberGenerator.GetInt32(int.MaxValue) : int.Parse(given, CultureInfo.InvariantCulture);
        output.WriteLine($"{SeedVariable}={seed}");
        var random = new Random(seed);
        var happened = new PoolSimulation.Happenings();
        for (var pool = 0; pool < Pools; pool++)
        {
            var simulation = new PoolSimulation(new Random(random.Next()), happened);
            for (var step = 0; step < StepsPerPool; step++)
            {
                try
                {
                    simulation.Step();
                    simulation.CheckInvariants();
                }
                catch (Exception e)
                {
                    throw new SimulationFailedException($"Pool {pool}, step {step}. Replay it with {SeedVariable}={seed}", e);
                }
            }
        }

        output.WriteLine(happened.ToString());
        // A simulation in which nothing goes wrong proves nothing.
        happened.ShouldSatisfyAllConditions(
            h => h.Acknowledged.ShouldBeGreaterThan(100), h => h.Replays.ShouldBeGreaterThan(100), h => h.Lost.ShouldBeGreaterThan(10),
            h => h.Unanswered.ShouldBeGreaterThan(10), h => h.Fenced.ShouldBeGreaterThan(10), h => h.KeysReused.ShouldBeGreaterThan(10),
            h => h.Won.ShouldBeGreaterThan(50));
    }

    private sealed class SimulationFailedException(string message, Exception inner) : Exception(message, inner);
}
