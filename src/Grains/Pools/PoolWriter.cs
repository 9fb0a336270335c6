using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Domain;
using PrizeDraw.Domain.Pools;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Pools;
using PrizeDraw.Storage.Campaign;
using PrizeDraw.Storage.Campaign.Pools;

namespace PrizeDraw.Grains.Pools;

/// <summary>A batch that was decided and, where entries were accepted, is ready to be written.</summary>
internal sealed class DecidedBatch
{
    public required List<PendingEntry> Pending { get; init; }
    public required List<EntryCommand> Commands { get; init; }
    public required List<EntryDecision> Decisions { get; init; }
    public required IReadOnlyDictionary<string, StoredEntry> Known { get; init; }

    /// <summary>Null when no entry was accepted.</summary>
    public required BatchWrite? Write { get; init; }

    /// <summary>The refusals of before that the write takes along.</summary>
    public required IReadOnlyDictionary<string, long> Carried { get; init; }
}

/// <summary>Decides batches of entries on top of the pool as it is held, writes them, and answers from what was written.</summary>
internal sealed class PoolWriter(HeldPool pool, PoolStore store, EntryAnswers answers, TimeProvider clock)
{
    private static readonly Dictionary<string, long> Nothing = [];

    private Dictionary<string, long> refused = [];

    /// <summary>Whether refusals wait for being counted.</summary>
    public bool HasCounts => refused.Count > 0;

    /// <summary>Decides the entries one after the other. The pool's state moves on, ahead of storage until the batch is written.</summary>
    public async Task<DecidedBatch> DecideAsync(List<PendingEntry> pending)
    {
        var (taken, rules) = (pool.Configured, pool.Rules!);
        var entries = pending.ConvertAll(p => pool.Commands!.Of(p.Command));
        var facts = await store.LoadFactsAsync(pool.Address, WantedBy(entries, rules), CancellationToken.None);
        var batch = new EntryBatch(taken.State, rules, new EntryFacts(
            facts.Known.ToDictionary(k => k.Key, k => k.Value.Known), facts.Entrants, facts.Phones, facts.Codes));
        var decisions = entries.ConvertAll(batch.Decide);
        var carried = batch.Accepted.Count > 0 ? Interlocked.Exchange(ref refused, []) : Nothing;
        return new DecidedBatch
        {
            Pending = pending,
            Commands = entries,
            Decisions = decisions,
            Known = facts.Known,
            Carried = carried,
            Write = batch.Accepted.Count == 0 ? null : await answers.ProveAsync(
                batch, new JournalPlace(taken.Epoch, taken.Batch, taken.Head, taken.Rules.Head), taken.TermsHashes, rules, clock.GetUtcNow(),
                EntryCounts.Of(batch.Accepted, carried)) with
            {
                Audits = KeyedIn(pending, decisions, batch.Accepted),
            },
        };
    }

    /// <summary>Writes the batch, if there is something to write. False is a conflict: nothing was written.</summary>
    public async Task<bool> WriteAsync(DecidedBatch batch)
    {
        if (batch.Write is null)
        {
            return true;
        }

        var result = await store.WriteAsync(pool.Address, batch.Write, CancellationToken.None);
        if (result == BatchResult.Conflict)
        {
            foreach (var (what, n) in batch.Carried)
            {
                refused[what] = refused.GetValueOrDefault(what) + n;
            }

            return false;
        }

        PoolChanges.Holds(result == BatchResult.Committed);
        pool.Committed(batch.Write);
        return true;
    }

    public void Answer(DecidedBatch batch)
    {
        for (var i = 0; i < batch.Pending.Count; i++)
        {
            batch.Pending[i].Answer(AnswerOf(batch, i));
        }
    }

    /// <summary>Writes the counters that no batch has carried.</summary>
    public async Task WriteCountsAsync()
    {
        if (HasCounts && pool.Taken is { } taken)
        {
            PoolChanges.Holds(await store.CountAsync(pool.Address, taken.Epoch, refused, CancellationToken.None));
            refused.Clear();
        }
    }

    /// <summary>What managers keyed in is audited with the entry itself, without what is personal in it.</summary>
    private List<CampaignEvent> KeyedIn(List<PendingEntry> pending, List<EntryDecision> decisions, IReadOnlyList<AcceptedEntry> accepted)
    {
        var events = new List<CampaignEvent>();
        for (var i = 0; i < pending.Count; i++)
        {
            if (pending[i].Command.KeyedBy is { } actor && decisions[i] is EntryDecision.Accepted { AcceptedIndex: var index })
            {
                var now = clock.GetUtcNow();
                events.Add(new CampaignEvent(
                    Guid.CreateVersion7(now), now, actor.Id, "entry.keyed_in", Ids.Format(Ids.Entry, accepted[index].Id.Value), null,
                    PoolAudit.KeyedIn(pool.Address.PoolId, accepted[index].Number, pending[i].Command)));
            }
        }

        return events;
    }

    private Result<EntryAnswer> AnswerOf(DecidedBatch batch, int i) => batch.Decisions[i] switch
    {
        EntryDecision.Accepted a => AnswerOf(batch.Write!, a.AcceptedIndex),
        EntryDecision.ReplayedInBatch r => AnswerOf(batch.Write!, r.AcceptedIndex),
        EntryDecision.Replayed => answers.Answer(batch.Known[batch.Commands[i].Key], pool.Configured.TermsHashes),
        EntryDecision.Refused r => Refuse(r.Error),
        _ => throw new InvalidOperationException("A decision of an unknown kind."),
    };

    private EntryAnswer AnswerOf(BatchWrite write, int index) => answers.Answer(answers.Stored(write.Entries[index], write), pool.Configured.TermsHashes);

    private Refusal Refuse(DomainError error)
    {
        var what = $"refused:{error.Code}";
        refused[what] = refused.GetValueOrDefault(what) + 1;
        return Refusals.Of(error);
    }

    private static FactsWanted WantedBy(List<EntryCommand> entries, PoolRules rules)
    {
        var (keys, people, phones, codes) = (new HashSet<string>(entries.Count), new HashSet<IdentityHash>(entries.Count), new HashSet<IdentityHash>(), new HashSet<string>());
        foreach (var entry in entries)
        {
            keys.Add(entry.Key);
            if (!entry.Identity.IsNone)
            {
                people.Add(entry.Identity);
            }

            if (!entry.PhoneIdentity.IsNone)
            {
                phones.Add(entry.PhoneIdentity);
            }

            if (rules.CodeRequired && !string.IsNullOrEmpty(entry.Code))
            {
                codes.Add(entry.Code);
            }
        }

        return new FactsWanted(keys, people, phones, codes);
    }
}
