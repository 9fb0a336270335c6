using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Concurrency;
using Orleans.Runtime;
using PrizeDraw.Domain;
using PrizeDraw.Domain.Pools;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Pools;
using PrizeDraw.Storage.Campaign;
using PrizeDraw.Storage.Campaign.Pools;
using PrizeDraw.Storage.Secrets;

namespace PrizeDraw.Grains.Pools;

/// <summary>
/// The one writer of a pool. Entries that arrive while a batch is being written form the next one; nobody is answered before their
/// batch has committed. On any unexpected failure the activation ends, and the next one loads the truth.
/// </summary>
[Reentrant, GrainType("prize-pool")]
public sealed partial class PrizePoolGrain(
    PoolStore store, PoolSetupStore setups, OutboxRelay relay, SigningKeys keys, ISecrets secrets, IOptions<PoolOptions> options,
    TimeProvider clock, ILogger<PrizePoolGrain> log) : Grain, IPrizePoolGrain
{
    private readonly PoolQueue queue = new();
    private readonly Dictionary<string, long> counts = [];
    private PoolAddress address = null!;
    private EntryAnswers answers = null!;
    private EntryCommands? commands;
    private TakenPool? pool;
    private PoolRules? rules;
    private long batchNumber;
    private byte[]? head;
    private bool pumping;
    private Exception? broken;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        address = PoolAddress.Of(this.GetPrimaryKeyString());
        answers = new EntryAnswers(address, keys);
        await TakeAsync(cancellationToken);
        this.RegisterGrainTimer(
            FlushCountsAsync, new GrainTimerCreationOptions(options.Value.CountersInterval, options.Value.CountersInterval) { Interleave = true });
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        if (broken is null)
        {
            await QueueChangeAsync(WriteCountsAsync);
        }
    }

    public Task<Result<EntryAnswer>> SubmitAsync(SubmitEntry command)
    {
        if (broken is not null || queue.Count >= options.Value.QueueMax)
        {
            return Task.FromResult<Result<EntryAnswer>>(Refusals.StorageUnavailable(options.Value.RetryAfterSeconds));
        }

        if (pool is null || rules is null)
        {
            return Task.FromResult<Result<EntryAnswer>>(Refusals.Of(new CampaignNotOpen(null)));
        }

        var pending = new PendingEntry(command);
        queue.Add(pending);
        Pump();
        return pending.Answered;
    }

    public async Task<Result<bool>> ConfigureAsync(ConfigurePool command)
    {
        Result<bool> result = true;
        await QueueChangeAsync(async () =>
        {
            var secret = await setups.EnsureAsync(address, command.Pool.Name, CancellationToken.None);
            var setup = PoolSettingsMap.Setup(command, command.Campaign, address.PoolId, secret);
            var written = await setups.ConfigureAsync(
                address, setup, Event(command.Actor, "pool.configured", null, PoolAudit.Of(setup)), CancellationToken.None);
            result = written ? true : new Refusal("pool.has_entries", "This pool has taken entries: its prizes cannot be replaced any more.");
            commands = null; // A campaign that is provisioned anew has another key to know people by.
            await TakeAsync(CancellationToken.None);
        });
        await RelayAsync();
        return result;
    }

    public async Task<Result<bool>> SetPhaseAsync(SetPoolPhase command)
    {
        await QueueChangeAsync(async () =>
        {
            var taken = pool ?? throw new InvalidOperationException("The pool has not been configured.");
            var before = PoolAudit.Phase(rules?.Published ?? false, rules?.Paused ?? false);
            Holds(await setups.SetPhaseAsync(
                address, taken.Epoch, command.Published, command.Paused, PoolSettingsMap.ToJson(command.Settings),
                command.Settings.Terms?.Version ?? 0, PoolSettingsMap.TermsHash(command.Settings),
                Event(command.Actor, "pool.phase_set", before, PoolAudit.Phase(command.Published, command.Paused)), CancellationToken.None));
            await TakeAsync(CancellationToken.None);
        });
        await RelayAsync();
        return true;
    }

    public Task<Result<long>> ChangeAsync(ChangePool command) => throw new System.NotSupportedException("Changes while live.");

    public async Task<Result<long>> CloseAsync(ClosePool command)
    {
        await QueueChangeAsync(async () =>
        {
            var taken = pool ?? throw new InvalidOperationException("The pool has not been configured.");
            if (rules?.ClosedAt is null)
            {
                Holds(await setups.CloseAsync(
                    address, taken.Epoch, command.At, Event(command.Actor, "pool.closed", null, PoolAudit.Closed(taken.State.LastNumber)),
                    CancellationToken.None));
                rules = rules! with { ClosedAt = command.At };
            }

            await WriteCountsAsync();
        });
        await RelayAsync();
        return pool!.State.LastNumber;
    }

    private async Task TakeAsync(CancellationToken ct)
    {
        pool = await store.TakeAsync(address, ct);
        if (pool is null)
        {
            return;
        }

        (batchNumber, head) = (pool.Batch, pool.Head);
        commands ??= new EntryCommands(Convert.FromBase64String(
            await secrets.GetAsync(Ids.Parse(Ids.Tenant, address.TenantId), address.CampaignId, SecretNames.Identity, ct)
            ?? throw new InvalidOperationException("The campaign has no identity key.")), clock);
        rules = pool.Settings is null
            ? null
            : PoolSettingsMap.Rules(PoolSettingsMap.FromJson(pool.Settings), pool.Published, pool.Paused, pool.ClosedAt);
    }

    private CampaignEvent Event(Actor actor, string action, string? before, string? after) =>
        new(Guid.CreateVersion7(clock.GetUtcNow()), clock.GetUtcNow(), actor.Id, action, address.PoolId, before, after);

    private static void Holds(bool written)
    {
        if (!written)
        {
            throw new PoolTakenOverException();
        }
    }

    private async Task QueueChangeAsync(Func<Task> run)
    {
        if (broken is not null)
        {
            throw new PoolTakenOverException();
        }

        var change = new PendingChange(run);
        queue.Add(change);
        Pump();
        await change.Done;
    }

    private void Pump()
    {
        if (!pumping)
        {
            pumping = true;
            _ = PumpAsync();
        }
    }

    private async Task PumpAsync()
    {
        // Lets what has already arrived join the first batch.
        await Task.Yield();
        var batch = new List<PendingEntry>();
        try
        {
            while (queue.Count > 0)
            {
                if (queue.TakeChange() is { } change)
                {
                    await change.RunAsync();
                    continue;
                }

                batch = queue.TakeEntries(options.Value.BatchMax);
                await WriteBatchAsync(batch);
            }
        }
        catch (Exception e)
        {
            Break(batch, e);
        }

        pumping = false;
    }

    private void Break(List<PendingEntry> batch, Exception e)
    {
        LogBroken(address.PoolId, e);
        broken = e;
        var refusal = Refusals.StorageUnavailable(options.Value.RetryAfterSeconds);
        batch.ForEach(p => p.Answer(refusal));
        queue.FailAll(refusal, e);
        DeactivateOnIdle();
    }

    private async Task WriteBatchAsync(List<PendingEntry> pending)
    {
        // Once a batch is decided its state is ahead of storage, so a conflict takes the pool anew before deciding again.
        for (var attempt = 0; attempt <= options.Value.ConflictRetriesMax; attempt++)
        {
            if (await TryWriteBatchAsync(pending))
            {
                return;
            }

            await TakeAsync(CancellationToken.None);
        }

        throw new InvalidOperationException("Other pools kept taking this batch's keys and persons.");
    }

    private async Task<bool> TryWriteBatchAsync(List<PendingEntry> pending)
    {
        if (pool is not { } taken || rules is null)
        {
            pending.ForEach(p => p.Answer(Refusals.Of(new CampaignNotOpen(null))));
            return true;
        }

        var entries = pending.ConvertAll(p => commands!.Of(p.Command));
        var facts = await store.LoadFactsAsync(
            address, [.. entries.Select(c => c.Key).Distinct()], [.. entries.Select(c => c.Identity).Where(i => !i.IsNone).Distinct()],
            CancellationToken.None);
        var batch = new EntryBatch(taken.State, rules, new EntryFacts(
            facts.Known.ToDictionary(k => k.Key, k => k.Value.Known), facts.Entrants, new Dictionary<IdentityHash, IdentityCounts>(),
            new Dictionary<string, EntryCode>()));
        var decisions = entries.ConvertAll(batch.Decide);
        BatchWrite? write = null;
        if (batch.Accepted.Count > 0)
        {
            var added = EntryCounts.Of(batch.Accepted, counts);
            write = await answers.ProveAsync(batch.Accepted, taken, batchNumber + 1, head, rules, clock.GetUtcNow(), added);
            var result = await store.WriteAsync(address, write, CancellationToken.None);
            if (result == BatchResult.Conflict)
            {
                return false;
            }

            Holds(result == BatchResult.Committed);
            (batchNumber, head) = (write.Batch, write.Head);
            counts.Clear();
        }

        for (var i = 0; i < pending.Count; i++)
        {
            pending[i].Answer(AnswerOf(decisions[i], entries[i], facts, write, taken));
        }

        return true;
    }

    private Result<EntryAnswer> AnswerOf(EntryDecision decision, EntryCommand command, BatchFacts facts, BatchWrite? write, TakenPool taken) =>
        decision switch
        {
            EntryDecision.Accepted a => answers.Answer(write!.Entries[a.AcceptedIndex], write, taken),
            EntryDecision.ReplayedInBatch r => answers.Answer(write!.Entries[r.AcceptedIndex], write, taken),
            EntryDecision.Replayed => answers.Answer(facts.Known[command.Key], taken),
            EntryDecision.Refused r => Refuse(r.Error),
            _ => throw new InvalidOperationException("A decision of an unknown kind."),
        };

    private Refusal Refuse(DomainError error)
    {
        counts[$"refused:{error.Code}"] = counts.GetValueOrDefault($"refused:{error.Code}") + 1;
        return Refusals.Of(error);
    }

    private async Task FlushCountsAsync(CancellationToken ct)
    {
        if (counts.Count > 0 && broken is null && pool is not null)
        {
            await QueueChangeAsync(WriteCountsAsync);
        }
    }

    private async Task WriteCountsAsync()
    {
        if (counts.Count == 0 || pool is null)
        {
            return;
        }

        Holds(await store.CountAsync(address, pool.Epoch, counts, CancellationToken.None));
        counts.Clear();
    }

    // What a rehearsal leaves is of no concern to anybody outside it.
    private Task RelayAsync() => address.Rehearsal is null ? relay.TryRelayAsync(address.TenantId, address.CampaignId) : Task.CompletedTask;

    [LoggerMessage(Level = LogLevel.Error, Message = "Pool {Pool} ends its activation: what it wrote last is unknown or was refused.")]
    private partial void LogBroken(string pool, Exception e);
}

/// <summary>Another activation holds the pool: nothing was written.</summary>
public sealed class PoolTakenOverException() : StorageUnavailableException("Another activation has taken over this pool.");
