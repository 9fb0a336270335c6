using System;
using System.Collections.Generic;
using System.Linq;
using PrizeDraw.Domain.Pools;
using Shouldly;

namespace PrizeDraw.Domain.Tests.Pools;

/// <summary>
/// One pool under misfortune. Two activations may hold it at once; batches are lost before they are written or their answer after;
/// callers who got no answer, and some who did, send again; clocks jump; the pool is paused, resumed and closed.
/// </summary>
public sealed class PoolSimulation
{
    private readonly Random random;
    private readonly Happenings happened;
    private readonly RandomPools pools;
    private readonly PoolWorld world;
    private readonly AllocationOracle oracle;
    private readonly Dictionary<string, Answer> acknowledged = [];
    private readonly List<EntryCommand> sent = [];
    private readonly Activation?[] activations = new Activation?[2];
    private DateTimeOffset now;
    private int keys;

    public PoolSimulation(Random random, Happenings happened)
    {
        (this.random, this.happened) = (random, happened);
        pools = new RandomPools(random);
        world = pools.World();
        oracle = new AllocationOracle(world);
        now = world.Rules.OpensAt.AddHours(-2);
    }

    /// <summary>What has happened so far, so that a run can show that it met what it was made for.</summary>
    public sealed record Happenings
    {
        public int Acknowledged { get; set; }
        public int Replays { get; set; }
        public int Refusals { get; set; }
        public int KeysReused { get; set; }
        public int Lost { get; set; }
        public int Unanswered { get; set; }
        public int Fenced { get; set; }
        public int Won { get; set; }
    }

    private enum Fate
    {
        Answered,
        LostBeforeTheWrite,
        LostAfterTheWrite,
    }

    /// <summary>An activation as it runs: it believes what it loaded when it took the pool.</summary>
    private sealed record Activation(long Epoch, PoolState State);

    public void Step()
    {
        now = random.Next(12) switch
        {
            0 => now.AddHours(-random.Next(30)),
            1 => now.AddHours(random.Next(30)),
            _ => now.AddMinutes(random.Next(40)),
        };
        switch (random.Next(30))
        {
            case 0:
                world.Rules = world.Rules with { Paused = !world.Rules.Paused };
                break;
            case 1 when sent.Count > 150:
                world.Rules = world.Rules with { ClosedAt = world.Rules.ClosedAt ?? now };
                break;
            case 2:
                activations[random.Next(2)] = null;
                break;
            default:
                Submit(random.Next(2), [.. Enumerable.Range(0, random.Next(1, 9)).Select(_ => NextCommand())]);
                break;
        }
    }

    /// <summary>Acknowledged is stored, with the same outcome; and what is stored is as the oracle has it.</summary>
    public void CheckInvariants()
    {
        oracle.Follow();
        foreach (var (key, answer) in acknowledged)
        {
            Answer.Of(world.Book.Find(key).ShouldNotBeNull($"the acknowledged entry {key} is stored")).ShouldBe(answer, key);
        }
    }

    private EntryCommand NextCommand()
    {
        var earlier = sent.Count > 0 ? sent[random.Next(sent.Count)] : null;
        var command = (earlier is null ? 9 : random.Next(10)) switch
        {
            0 or 1 or 2 => RandomPools.Retry(earlier!, now),
            3 => PoolWorld.EntryOf(pools.Person(), earlier!.Key, now),
            _ => PoolWorld.EntryOf(pools.Person(), $"key-{++keys}", now),
        };
        sent.Add(command);
        return command;
    }

    private void Submit(int by, EntryCommand[] commands)
    {
        if (activations[by] is null)
        {
            var (epoch, state) = world.Book.Take();
            activations[by] = new Activation(epoch, state);
        }

        var activation = activations[by]!;
        var batch = new EntryBatch(activation.State, world.Rules, world.Book.FactsOf(commands));
        var decisions = Array.ConvertAll(commands, batch.Decide);
        var fate = (Fate)Math.Max(0, random.Next(10) - 7);
        var written = batch.Accepted.Count == 0
            || (fate != Fate.LostBeforeTheWrite && world.Book.Commit(activation.Epoch, batch.Accepted));
        if (!written || fate != Fate.Answered)
        {
            // Whoever cannot be sure of what is stored ends, answers nothing, and lets the next one load the truth.
            activations[by] = null;
            (happened.Lost, happened.Unanswered, happened.Fenced) = fate switch
            {
                Fate.LostBeforeTheWrite => (happened.Lost + 1, happened.Unanswered, happened.Fenced),
                Fate.LostAfterTheWrite when written => (happened.Lost, happened.Unanswered + 1, happened.Fenced),
                _ => (happened.Lost, happened.Unanswered, happened.Fenced + 1),
            };
            return;
        }

        for (var i = 0; i < commands.Length; i++)
        {
            Told(commands[i], Answer.Of(decisions[i], batch, world.Book, commands[i]));
        }
    }

    private void Told(EntryCommand command, Answer answer)
    {
        if (answer.Refusal is { } code)
        {
            happened.Refusals++;
            happened.KeysReused += code == "idempotency.key_reused" ? 1 : 0;
            // A key that was acknowledged is answered alike for ever; only another entry under it is refused.
            if (acknowledged.ContainsKey(command.Key))
            {
                code.ShouldBe("idempotency.key_reused");
                world.Book.Find(command.Key)!.Identity.ShouldNotBe(command.Identity);
            }

            return;
        }

        (happened.Acknowledged, happened.Replays) = (happened.Acknowledged + 1, happened.Replays + (answer.Replayed ? 1 : 0));
        happened.Won += answer.Prize is null ? 0 : 1;
        if (!acknowledged.TryAdd(command.Key, answer))
        {
            answer.ShouldBe(acknowledged[command.Key], $"a repeated answer to {command.Key}");
            answer.Replayed.ShouldBeTrue();
        }
    }
}
