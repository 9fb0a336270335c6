using System;
using System.Collections.Generic;
using System.Linq;
using FsCheck;
using FsCheck.Fluent;
using PrizeDraw.Domain.Pools;
using PrizeDraw.Domain.Tests.Pools.Simulation;
using Shouldly;
using Xunit;

namespace PrizeDraw.Domain.Tests.Pools;

/// <summary>For any pool, any entries and any way to cut them into batches.</summary>
public sealed class Deciding_in_batches
{
    private static readonly Config Many = Config.QuickThrowOnFailure.WithMaxTest(100);

    private static readonly Arbitrary<(int Seed, int Count)> Pools =
        (from seed in Gen.Choose(0, int.MaxValue)
         from count in Gen.Choose(1, 90)
         select (seed, count)).ToArbitrary();

    private enum Writing
    {
        /// <summary>Each batch by an activation of its own, which loads what the one before has written.</summary>
        Reloaded,

        /// <summary>All by one activation, each batch written before the next is decided.</summary>
        Kept,

        /// <summary>All by one activation, each batch decided before the one before it is written.</summary>
        Ahead,
    }

    [Fact]
    public void keeps_every_promise_and_decides_alike_however_the_sequence_is_cut() => Check.One(Many, Prop.ForAll(Pools, pool =>
    {
        var alone = Run(pool.Seed, pool.Count, Writing.Reloaded, _ => 1);
        foreach (var writing in Enum.GetValues<Writing>())
        {
            Run(pool.Seed, pool.Count, writing, _ => int.MaxValue).ShouldBe(alone);
            Run(pool.Seed, pool.Count, writing, cuts => cuts.Next(1, 12)).ShouldBe(alone);
        }
    }));

    /// <summary>What is answered to the whole sequence that belongs to a seed, in batches of the sizes that are drawn.</summary>
    private static List<string> Run(int seed, int count, Writing writing, Func<Random, int> size)
    {
        var random = new Random(seed);
        var campaign = new RandomCampaign(random);
        var (origin, rules, prizes) = campaign.Pools[0];
        var rows = new CampaignRows(campaign.Codes, [new PoolRows(origin, rules, prizes, campaign.Batches, new Random(~seed))]);
        var recount = new Recount(new ZoneTable(campaign.Zone), campaign.FoldPlusTags, [origin], campaign.Codes);
        recount.Follow(new RulesChanged(0, 1, rules, prizes));
        var (activation, cuts, answers) = (new Activation(rows.Pools[0]), new Random(seed + count), new List<string>());
        var commands = Commands(random, campaign, rules, count);
        for (var done = 0; done < commands.Count;)
        {
            EntryCommand[] batch = [.. commands.Skip(done).Take(Math.Min(size(cuts), count))];
            done += batch.Length;
            activation = writing == Writing.Reloaded ? new Activation(rows.Pools[0]) : activation;
            var (before, facts) = (activation.Written, rows.FactsOf(0, batch));
            var decided = activation.Decide(batch, facts, 0);
            Write(before, activation, rows, recount, answers);
            activation.Written = decided;
            if (writing != Writing.Ahead)
            {
                Write(decided, activation, rows, recount, answers);
                activation.Written = null;
            }
        }

        Write(activation.Written, activation, rows, recount, answers);
        FullRecount.Compare(activation.State, rows.Pools[0].Load());
        return answers;
    }

    private static void Write(DecidedBatch? decided, Activation activation, CampaignRows rows, Recount recount, List<string> answers)
    {
        if (decided is null)
        {
            return;
        }

        rows.Write(0, activation.Epoch, decided.Batch, out var written).ShouldBe(WriteResult.Committed);
        for (var i = 0; i < decided.Commands.Length; i++)
        {
            var command = decided.Commands[i];
            Happening happening = decided.Decisions[i] switch
            {
                EntryDecision.Accepted a => new Stored(0, written[a.AcceptedIndex]),
                EntryDecision.Refused r => new Refused(0, command, r.Error.Code, false),
                _ => new Replayed(0, command, rows.Find(command.Key)!.Id),
            };
            recount.Follow(happening);
            answers.Add(happening switch
            {
                Refused r => r.Code,
                _ => Told.Of(rows.Find(command.Key)!) + (happening is Replayed ? " again" : ""),
            });
        }
    }

    private static List<EntryCommand> Commands(Random random, RandomCampaign campaign, PoolRules rules, int count)
    {
        var (people, commands, now) = (new RandomPeople(random, campaign), new List<EntryCommand>(), rules.OpensAt.AddHours(-1));
        while (commands.Count < count)
        {
            now = now.AddMinutes(random.Next(10) == 0 ? -random.Next(300) : random.Next(180));
            var earlier = commands.Count == 0 ? null : commands[random.Next(commands.Count)];
            commands.Add((earlier is null ? 99 : random.Next(12)) switch
            {
                0 or 1 => people.Retry(earlier!, now),
                2 => people.Entry(rules, now, earlier!.Key),
                _ => people.Entry(rules, now),
            });
        }

        return commands;
    }
}
