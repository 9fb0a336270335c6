using System.Collections.Generic;
using PrizeDraw.Domain.Pools;

namespace PrizeDraw.Domain.Tests.Pools.Simulation;

/// <summary>A batch that was decided and may be on its way to storage.</summary>
/// <param name="Version">Of the campaign's rows when its facts were loaded.</param>
public sealed record DecidedBatch(EntryCommand[] Commands, EntryDecision[] Decisions, EntryBatch Batch, int Version);

/// <summary>A pool's activation as it runs: it believes what it loaded when it took the pool, and what it has decided since.</summary>
public sealed class Activation(PoolRows rows)
{
    private readonly (long Epoch, PoolState State, IReadOnlyDictionary<CodeBatchId, CouponSupply> Supplies) taken = rows.Take();

    public long Epoch => taken.Epoch;
    public PoolState State => taken.State;
    public IReadOnlyDictionary<CodeBatchId, CouponSupply> Supplies => taken.Supplies;
    public PoolRules Rules { get; set; } = rows.Rules;

    /// <summary>The batch that is being written; the next may be decided meanwhile, on what it expects.</summary>
    public DecidedBatch? Written { get; set; }

    /// <summary>Whether another has taken the pool since, known or not.</summary>
    public bool IsStale => Epoch != rows.Epoch;

    public DecidedBatch Decide(EntryCommand[] commands, EntryFacts stored, int version)
    {
        var batch = new EntryBatch(State, Rules, Written is null ? stored : OnTopOf(Written.Batch, stored));
        var decisions = new EntryDecision[commands.Length];
        for (var i = 0; i < commands.Length; i++)
        {
            decisions[i] = batch.Decide(commands[i]);
        }

        return new DecidedBatch(commands, decisions, batch, version);
    }

    /// <summary>What is stored, and on top of it what the batch that is being written leaves behind, stored by now or not.</summary>
    private static EntryFacts OnTopOf(EntryBatch before, EntryFacts stored)
    {
        var keys = new Dictionary<string, KnownEntry>(stored.Keys);
        var people = new Dictionary<IdentityHash, EntrantState>(stored.Entrants);
        var phones = new Dictionary<IdentityHash, IdentityCounts>(stored.Phones);
        var codes = new Dictionary<string, EntryCode>(stored.Codes);
        foreach (var entry in before.Accepted)
        {
            keys[entry.Command.Key] = new KnownEntry(entry.Id, entry.Entrant.PersonKey, entry.Fingerprint);
            people[entry.Command.Identity] = entry.Entrant;
            if (entry.Phone is not null)
            {
                phones[entry.Command.PhoneIdentity] = entry.Phone;
            }

            if (entry.Code is not null)
            {
                codes.Remove(entry.Command.Code!);
            }
        }

        return new EntryFacts(keys, people, phones, codes);
    }
}
