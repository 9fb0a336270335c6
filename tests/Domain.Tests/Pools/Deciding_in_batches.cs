using System;
using System.Collections.Generic;
using System.Linq;
using FsCheck;
using FsCheck.Fluent;
using PrizeDraw.Domain.Pools;
using Shouldly;
using Xunit;

namespace PrizeDraw.Domain.Tests.Pools;

/// <summary>For any pool, any entries and any way to cut them into batches.</summary>
public sealed class Deciding_in_batches
{
    private static readonly Config Many = Config.QuickThrowOnFailure.WithMaxTest(400);

    private static readonly Arbitrary<(int Seed, int Count)> Pools =
        (from seed in Gen.Choose(0, int.MaxValue)
         from count in Gen.Choose(1, 90)
         select (seed, count)).ToArbitrary();

    [Fact]
    public void never_goes_beyond_a_limit_and_gives_what_is_due() => Check.One(Many, Prop.ForAll(Pools, pool =>
    {
        var (world, _) = Run(pool.Seed, pool.Count, cuts => cuts.Next(1, 12));
        new AllocationOracle(world).Follow();
    }));

    [Fact]
    public void decides_alike_however_the_sequence_is_cut() => Check.One(Many, Prop.ForAll(Pools, pool =>
    {
        var (_, alone) = Run(pool.Seed, pool.Count, _ => 1);
        Run(pool.Seed, pool.Count, _ => int.MaxValue).Answers.ShouldBe(alone);
        Run(pool.Seed, pool.Count, cuts => cuts.Next(1, 12)).Answers.ShouldBe(alone);
    }));

    [Fact]
    public void answers_a_repeated_entry_as_the_first_time() => Check.One(Many, Prop.ForAll(Pools, pool =>
    {
        var (world, _) = Run(pool.Seed, pool.Count, cuts => cuts.Next(1, 12));
        var before = world.Book.Entries.ToArray();
        var commands = new RandomPools(new Random(pool.Seed)).CommandsOf(pool.Count);
        foreach (var entry in before)
        {
            var first = commands.First(c => c.Key == entry.Key && c.Identity == entry.Identity);
            var again = world.Submit(RandomPools.Retry(first, world.Rules.ClosesAt.AddDays(1))).Single();
            again.ShouldBe(Answer.Of(entry));
            again.Replayed.ShouldBeTrue();
        }

        world.Book.Entries.ShouldBe(before);
    }));

    /// <summary>The whole sequence that belongs to a seed, in batches of the sizes that are drawn.</summary>
    private static (PoolWorld World, List<Answer> Answers) Run(int seed, int count, Func<Random, int> size)
    {
        var pools = new RandomPools(new Random(seed));
        var world = pools.World();
        var commands = Numbered(pools.Commands(world, count));
        var cuts = new Random(~seed);
        var answers = new List<Answer>();
        for (var done = 0; done < commands.Count;)
        {
            var batch = commands.Skip(done).Take(Math.Min(size(cuts), commands.Count)).ToArray();
            answers.AddRange(world.Submit(batch));
            done += batch.Length;
        }

        return (world, answers);
    }

    /// <summary>Ids by place in the sequence, so that runs of one sequence can be compared.</summary>
    private static List<EntryCommand> Numbered(List<EntryCommand> commands) =>
        [.. commands.Select((c, i) => c with { NewEntryId = new EntryId(PoolWorld.IdOf($"entry {i}")) })];
}

internal static class SequenceOfSeed
{
    /// <summary>The entries that follow from the generator's seed, as the runs use them.</summary>
    public static List<EntryCommand> CommandsOf(this RandomPools pools, int count) => pools.Commands(pools.World(), count);
}
