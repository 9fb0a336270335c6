using System;
using System.Collections.Generic;
using System.Linq;
using PrizeDraw.Domain.Pools;

namespace PrizeDraw.Domain.Tests.Pools.Simulation;

/// <summary>
/// One campaign under misfortune. Two activations may hold a pool at once; a batch is decided while another is being written; batches are
/// lost before they are written or their answer after; callers who got no answer, and some who did, send again; clocks jump; stock, caps,
/// prizes, limits and coupons change between entries; pools are paused, resumed and closed. The recount follows each step.
/// </summary>
public sealed class CampaignSimulation
{
    private readonly Random random;
    private readonly Coverage coverage;
    private readonly RandomCampaign campaign;
    private readonly RandomPeople people;
    private readonly CampaignRows rows;
    private readonly Recount recount;
    private readonly LiveChanges changes;
    private readonly Activation?[][] activations;
    private readonly List<EntryCommand> sent = [];
    private DateTimeOffset now;
    private int steps;

    public CampaignSimulation(int seed, Coverage coverage, Action<Happening>? witness = null)
    {
        (random, this.coverage) = (new Random(seed), coverage);
        campaign = new RandomCampaign(random);
        people = new RandomPeople(random, campaign);
        rows = new CampaignRows(campaign.Codes, [.. campaign.Pools.Select(p => new PoolRows(p.Origin, p.Rules, p.Prizes, campaign.Batches, random))]);
        recount = new Recount(new ZoneTable(campaign.Zone), campaign.FoldPlusTags, [.. campaign.Pools.Select(p => p.Origin)], campaign.Codes);
        Happened = happening =>
        {
            recount.Follow(happening);
            witness?.Invoke(happening);
        };
        changes = new LiveChanges(random, campaign, rows, recount, coverage, Happened);
        activations = [.. campaign.Pools.Select(_ => new Activation?[2])];
        now = campaign.Opens.AddHours(-1);
        for (var pool = 0; pool < activations.Length; pool++)
        {
            changes.Open(pool);
        }
    }

    private Action<Happening> Happened { get; }

    /// <summary>One random step, after which everything that happened has been judged.</summary>
    /// <param name="isLate">Whether a pool may close for good.</param>
    public void Step(bool isLate)
    {
        now = random.Next(80) switch
        {
            0 => now.AddMinutes(-random.Next(360)),
            1 => now.AddMinutes(random.Next(300)),
            _ => now.AddSeconds(random.Next(500)),
        };
        var (pool, slot) = (random.Next(rows.Pools.Count), random.Next(12) == 0 ? 1 : 0);
        switch (random.Next(100))
        {
            case 0:
                activations[pool][slot] = null;
                break;
            case < 4:
            case < 12 when rows.Pools[pool].Rules.Paused:
                Change(pool, slot, isLate);
                break;
            case < 10:
                Settle(pool, slot);
                break;
            default:
                Submit(pool, slot, NextCommands(rows.Pools[pool].Rules));
                break;
        }

        if (++steps % 64 == 0)
        {
            CompareStates(pool, slot);
        }
    }

    /// <summary>Everything once more from the rows alone.</summary>
    public void CheckAll()
    {
        recount.Compare([.. rows.Pools.Select(p => p.Rows)]);
        foreach (var pool in recount.Pools)
        {
            FullRecount.Check(pool);
        }
    }

    private EntryCommand[] NextCommands(PoolRules rules)
    {
        var commands = new EntryCommand[random.Next(20) == 0 ? random.Next(4, 12) : random.Next(1, 3)];
        for (var i = 0; i < commands.Length; i++)
        {
            sent.Add(commands[i] = NextCommand(rules));
        }

        return commands;
    }

    private EntryCommand NextCommand(PoolRules rules)
    {
        var at = random.Next(200) switch
        {
            0 => now.AddHours(-random.Next(40)),
            1 when random.Next(20) == 0 => now.AddHours(random.Next(80)),
            < 6 => now = campaign.EdgeAfter(now).AddMilliseconds(random.Next(-1, 2)),
            _ => now.AddMilliseconds(-random.Next(3000)),
        };
        // Mostly of late, as a client does that got no answer; now and then of long ago.
        var earlier = sent.Count == 0 ? null : sent[random.Next(4) == 0 ? random.Next(sent.Count) : Math.Max(0, sent.Count - 1 - random.Next(6))];
        return (earlier is null ? 99 : random.Next(20)) switch
        {
            < 3 => people.Retry(earlier!, at),
            3 => people.Entry(rules, at, earlier!.Key),
            _ => people.Entry(rules, at),
        };
    }

    private void Submit(int pool, int slot, EntryCommand[] commands)
    {
        var activation = Activated(pool, slot);
        if (activation.Written is null || random.Next(3) == 0)
        {
            if (Settle(pool, slot))
            {
                activation = Activated(pool, slot);
                activation.Written = activation.Decide(commands, rows.FactsOf(pool, commands), rows.Version);
            }
        }
        else
        {
            Pipeline(activation, pool, slot, commands);
        }

        if (random.Next(3) > 0)
        {
            Settle(pool, slot);
        }
    }

    /// <summary>Decides a batch while another is being written, whose end may come before or after the decision.</summary>
    private void Pipeline(Activation activation, int pool, int slot, EntryCommand[] commands)
    {
        var (facts, version) = (rows.FactsOf(pool, commands), rows.Version);
        DecidedBatch? next = null;
        if (random.Next(2) == 0)
        {
            next = activation.Decide(commands, facts, version);
        }

        coverage.Count("pipelined");
        var before = activation.Written!;
        if (!Settle(pool, slot))
        {
            // Both are discarded: the activation has ended.
            coverage.Count("pipelined and discarded");
            return;
        }

        if (next is null)
        {
            activation.Written = before;
            next = activation.Decide(commands, facts, version);
        }

        activation.Written = next;
    }

    /// <summary>Ends the write of what was decided, one way or another. False when the activation has ended.</summary>
    private bool Settle(int pool, int slot)
    {
        if (activations[pool][slot] is not { Written: { } decided } activation)
        {
            return true;
        }

        activation.Written = null;
        var fate = random.Next(40);
        List<EntryRow> written = [];
        var result = decided.Batch.Accepted.Count == 0 ? WriteResult.Committed
            : fate == 0 ? WriteResult.Fenced
            : rows.Write(pool, activation.Epoch, decided.Batch, out written);
        coverage.Count(fate == 0 ? "lost before the write" : fate == 1 ? "unanswered" : result == WriteResult.Fenced ? "fenced" : "answered");
        if (result == WriteResult.Committed)
        {
            Follow(pool, activation, decided, written, isTold: fate != 1);
        }

        if (result == WriteResult.Committed && fate > 1)
        {
            return true;
        }

        // Whoever cannot be sure of what is stored ends, answers nothing, and lets the next one load the truth.
        activations[pool][slot] = null;
        if (result == WriteResult.Conflict)
        {
            coverage.Count("conflicts");
            Submit(pool, slot, decided.Commands);
        }

        return false;
    }

    private void Follow(int pool, Activation activation, DecidedBatch decided, List<EntryRow> written, bool isTold)
    {
        for (var i = 0; i < decided.Commands.Length; i++)
        {
            var command = decided.Commands[i];
            switch (decided.Decisions[i])
            {
                case EntryDecision.Accepted a:
                    Happened(new Stored(pool, written[a.AcceptedIndex]));
                    coverage.Count(written[a.AcceptedIndex], decided.Batch.Accepted[a.AcceptedIndex].Prize?.Terms);
                    Cover(written[a.AcceptedIndex], recount.Pools[pool]);
                    break;
                case EntryDecision.ReplayedInBatch r:
                    Replay(pool, command, written[r.AcceptedIndex]);
                    break;
                case EntryDecision.Replayed r:
                    Replay(pool, command, rows.Find(command.Key)!.Id == r.Known.Id ? rows.Find(command.Key)! : throw new BrokenPromiseException(Promises.Replays, command.Key));
                    break;
                // Another may have taken key or code between this decision and its answer; nobody had been told of it by then.
                case EntryDecision.Refused when rows.WasTakenSince(decided.Version, command, pool, activation.Epoch):
                    break;
                case EntryDecision.Refused r:
                    coverage.Count(r.Error.Code);
                    Happened(new Refused(pool, command, r.Error.Code, activation.IsStale));
                    break;
                default:
                    throw new InvalidOperationException("A decision of an unknown kind.");
            }
        }

        foreach (var row in isTold ? written : [])
        {
            Happened(Told.Of(row));
        }
    }

    private void Cover(EntryRow row, PoolCount pool)
    {
        coverage.Count("in the hours around a change of clocks", campaign.IsNearAChange(row.EnteredAt) ? 1 : 0);
        foreach (var prize in pool.Prizes)
        {
            if (prize.CouponBatch is { } batch && pool.Coupons.TryGetValue(batch, out var supply))
            {
                coverage.Count(supply.ExpiresAt <= row.EnteredAt ? "coupons expired" : supply.Codes.Count == 0 ? "coupons run dry" : "coupons at hand");
            }
        }
    }

    private void Replay(int pool, EntryCommand command, EntryRow row)
    {
        coverage.Count("replays");
        Happened(new Replayed(pool, command, row.Id));
        Happened(Told.Of(row) with { Pool = pool });
    }

    private void Change(int pool, int slot, bool isLate)
    {
        // A change stands in the same queue as entries: what was decided before it is written first.
        if (Settle(pool, slot) && !changes.Make(pool, Activated(pool, slot), now, isLate))
        {
            activations[pool][slot] = null;
        }
    }

    private Activation Activated(int pool, int slot) => activations[pool][slot] ??= new Activation(rows.Pools[pool]);

    /// <summary>Whether an activation that is up to date believes what a new one would load.</summary>
    private void CompareStates(int pool, int slot)
    {
        if (activations[pool][slot] is { Written: null, IsStale: false } activation)
        {
            coverage.Count("states compared");
            FullRecount.Compare(activation.State, rows.Pools[pool].Load());
        }
    }
}
