using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Domain;
using PrizeDraw.Domain.Pools;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Pools;
using PrizeDraw.Storage.Campaign.Pools;

namespace PrizeDraw.Grains.Pools;

/// <summary>Decides batches of entries on top of the pool as it is held, writes them, and answers from what was written.</summary>
internal sealed class PoolWriter(HeldPool pool, PoolStore store, EntryAnswers answers, TimeProvider clock)
{
    private static readonly Dictionary<string, long> Nothing = [];

    private Dictionary<string, long> refused = [];

    /// <summary>Whether refusals wait for being counted.</summary>
    public bool HasCounts => refused.Count > 0;

    /// <summary>
    /// Decides the entries one after the other. The pool's state moves on, ahead of storage until the batch is written.
    /// </summary>
    /// <param name="pending">In the order of arrival.</param>
    /// <param name="before">The batch that is being written, on top of which this one is decided; null when there is none.</param>
    public async Task<DecidedBatch> DecideAsync(List<PendingEntry> pending, DecidedBatch? before)
    {
        var (taken, rules) = (pool.Configured, pool.Rules!);
        var draw = pool.Commands!.ForBatch(pending.Count);
        var entries = pending.ConvertAll(p => draw.Next(p.Command));
        var known = new KnownToBatch(before);
        known.Add(await store.LoadFactsAsync(pool.Address, known.WantedBy(entries, rules, pool.Seen), CancellationToken.None));
        entries.ForEach(pool.Seen.Add);
        var batch = new EntryBatch(taken.State, rules, known.Facts);
        var decisions = entries.ConvertAll(batch.Decide);
        var carried = batch.Accepted.Count > 0 ? Interlocked.Exchange(ref refused, []) : Nothing;
        var proven = batch.Accepted.Count == 0 ? null : await answers.ProveAsync(
            batch, PlaceAfter(before?.Write, taken), taken.TermsHashes, rules, clock.GetUtcNow(), EntryCounts.Of(batch.Accepted, carried),
            KeyedIn.EventsOf(pending, decisions, batch.Accepted, pool.Address, clock));
        return new DecidedBatch
        {
            Pending = pending,
            Commands = entries,
            Decisions = decisions,
            Known = known,
            Carried = carried,
            Accepted = batch.Accepted,
            Write = proven?.Write,
            Prepared = proven is null ? null : PoolStore.Prepare(pool.Address, proven.Write),
            Answers = proven?.Answers ?? [],
        };
    }

    /// <summary>Writes the batch, if there is something to write. False is a conflict: nothing was written.</summary>
    public async Task<bool> WriteAsync(DecidedBatch batch)
    {
        if (batch.Prepared is null)
        {
            return true;
        }

        var result = await store.WriteAsync(pool.Address, batch.Prepared, CancellationToken.None);
        PoolChanges.Holds(result != BatchResult.Fenced);
        return result == BatchResult.Committed;
    }

    /// <summary>Tells everybody in a batch whose write has committed.</summary>
    public void Answer(DecidedBatch batch)
    {
        if (batch.Write is not null)
        {
            pool.Committed(batch.Write);
        }

        for (var i = 0; i < batch.Pending.Count; i++)
        {
            batch.Pending[i].Answer(AnswerOf(batch, i));
        }
    }

    /// <summary>Takes back what was decided about a batch that will be decided again.</summary>
    public void Discard(DecidedBatch batch)
    {
        foreach (var (what, n) in batch.Carried)
        {
            refused[what] = refused.GetValueOrDefault(what) + n;
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

    private static JournalPlace PlaceAfter(BatchWrite? before, TakenPool taken) =>
        new(taken.Epoch, before?.Batch ?? taken.Batch, before?.Head ?? taken.Head, taken.Rules.Head);

    private Result<EntryAnswer> AnswerOf(DecidedBatch batch, int i) => batch.Decisions[i] switch
    {
        EntryDecision.Accepted a => batch.Answers[a.AcceptedIndex],
        EntryDecision.ReplayedInBatch r => batch.Answers[r.AcceptedIndex],
        EntryDecision.Replayed => batch.Known.AnswerOf(batch.Commands[i].Key, stored => answers.Answer(stored, pool.Configured.TermsHashes)),
        EntryDecision.Refused r => Refuse(r.Error),
        _ => throw new InvalidOperationException("A decision of an unknown kind."),
    };

    private Refusal Refuse(DomainError error)
    {
        var what = $"refused:{error.Code}";
        refused[what] = refused.GetValueOrDefault(what) + 1;
        return Refusals.Of(error);
    }
}
