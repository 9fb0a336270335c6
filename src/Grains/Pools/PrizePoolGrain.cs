using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Concurrency;
using Orleans.Runtime;
using PrizeDraw.Domain.Pools;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Pools;
using PrizeDraw.Storage.Campaign;
using PrizeDraw.Storage.Campaign.Pools;
using PrizeDraw.Storage.Secrets;

namespace PrizeDraw.Grains.Pools;

/// <summary>
/// The one writer of a pool. Entries that arrive while a batch is being written form the next one; nobody is answered before their
/// batch has committed. One batch is decided while another is written. On any unexpected failure the activation ends, and the next one loads the truth.
/// </summary>
[Reentrant, GrainType("prize-pool")]
public sealed partial class PrizePoolGrain(
    PoolStore store, PoolSetupStore setups, PoolEndStore ends, CouponStore coupons, OutboxRelay relay, SigningKeys keys, ISecrets secrets,
    IOptions<PoolOptions> options, TimeProvider clock, ILogger<PrizePoolGrain> log) : Grain, IPrizePoolGrain
{
    private readonly PoolQueue queue = new();
    private HeldPool pool = null!;
    private PoolWriter writer = null!;
    private PoolChanges changes = null!;
    private CouponRefill refill = null!;
    private BatchPipeline pipeline = null!;
    private readonly CancellationTokenSource ended = new();
    private bool pumping;
    private Exception? broken;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var address = PoolAddress.Of(this.GetPrimaryKeyString());
        pool = new HeldPool(address, clock);
        writer = new PoolWriter(pool, store, new EntryAnswers(address, keys), clock);
        changes = new PoolChanges(pool, setups, ends, clock);
        refill = new CouponRefill(pool, coupons, options.Value, clock);
        pipeline = new BatchPipeline(
            writer, () => TakeAsync(pool.Unclaimed, CancellationToken.None), OnCommitted, options.Value.ConflictRetriesMax,
            Refusals.StorageUnavailable(options.Value.RetryAfterSeconds));
        await TakeAsync(null, cancellationToken);
        await changes.RecordRulesAsync();
        LoadSeen();
        this.RegisterGrainTimer(
            FlushCountsAsync, new GrainTimerCreationOptions(options.Value.CountersInterval, options.Value.CountersInterval) { Interleave = true });
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        await ended.CancelAsync();
        if (broken is null)
        {
            await QueueChangeAsync(writer.WriteCountsAsync);
        }
    }

    public Task<Result<EntryAnswer>> SubmitAsync(SubmitEntry command)
    {
        if (broken is not null || queue.Count >= options.Value.QueueMax)
        {
            return Task.FromResult<Result<EntryAnswer>>(Refusals.StorageUnavailable(options.Value.RetryAfterSeconds));
        }

        if (pool.Rules is null)
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
            var secret = await setups.EnsureAsync(pool.Address, command.Pool.Name, CancellationToken.None);
            var setup = PoolSettingsMap.Setup(command, command.Campaign, pool.Address.PoolId, secret);
            var written = await setups.ConfigureAsync(
                pool.Address, setup, changes.Event(command.Actor, "pool.configured", null, PoolAudit.Of(setup)), CancellationToken.None);
            result = written ? true : new Refusal("pool.has_entries", "This pool has taken entries: its prizes cannot be replaced any more.");
            pool.IdentityKey = null; // A campaign that is provisioned anew has another key to know people by.
            await TakeAsync(null, CancellationToken.None);
        });
        await RelayAsync();
        return result;
    }

    public async Task<Result<bool>> SetPhaseAsync(SetPoolPhase command)
    {
        await QueueChangeAsync(() => changes.SetPhaseAsync(command));
        LoadSeen();
        await RelayAsync();
        return true;
    }

    public Task ReloadAsync() => QueueChangeAsync(async () =>
    {
        await TakeAsync(null, CancellationToken.None);
        await changes.RecordRulesAsync();
    });

    public async Task<Result<long>> ChangeAsync(ChangePool command)
    {
        Result<long> result = 0L;
        await QueueChangeAsync(async () => result = await changes.ChangeAsync(command));
        await RelayAsync();
        return result;
    }

    public async Task<Result<long>> CloseAsync(ClosePool command)
    {
        await QueueChangeAsync(async () =>
        {
            await changes.CloseAsync(command);
            await writer.WriteCountsAsync();
        });
        await RelayAsync();
        return pool.Configured.State.LastNumber;
    }

    public async Task<Result<long>> FreezeAsync(FreezePool command)
    {
        var last = 0L;
        await QueueChangeAsync(async () => last = await changes.FreezeAsync(command));
        await RelayAsync();
        return last;
    }

    public async Task<Result<bool>> SealAsync(SealPool command)
    {
        var isSealed = false;
        await QueueChangeAsync(async () => isSealed = await changes.SealAsync(command));
        await RelayAsync();
        return isSealed;
    }

    // Nobody waits for it; until it is there everything is looked up.
    private void LoadSeen()
    {
        if (pool.IsTaking)
        {
            _ = pool.Seen.LoadAsync(store, pool.Address, ended.Token);
        }
    }

    private async Task TakeAsync(IReadOnlyList<WinningMoment>? unclaimed, CancellationToken ct)
    {
        var taken = await store.TakeAsync(pool.Address, unclaimed, ct);
        if (taken is not null)
        {
            pool.IdentityKey ??= Convert.FromBase64String(
                await secrets.GetAsync(Ids.Parse(Ids.Tenant, pool.Address.TenantId), pool.Address.CampaignId, SecretNames.Identity, ct)
                ?? throw new InvalidOperationException("The campaign has no identity key."));
        }

        pool.Put(taken);
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
        try
        {
            do
            {
                while (queue.Count > 0 || pipeline.IsWriting)
                {
                    await StepAsync();
                }

                await pipeline.DrainAsync();
            }
            while (queue.Count > 0);
        }
        catch (Exception e)
        {
            Break(e);
        }

        pumping = false;
    }

    private async Task StepAsync()
    {
        if (queue.IsChangeNext || (queue.Count > 0 && refill.Low() is not null))
        {
            // What changes the pool runs on what is stored, with nothing on its way.
            await pipeline.DrainAsync();
            if (queue.TakeChange() is { } change)
            {
                await change.RunAsync();
            }
            else if (refill.Low() is { } prize)
            {
                await refill.RunAsync(prize);
            }

            return;
        }

        // While a batch is written the next one gathers: as large as the one before it is worth deciding ahead of the commit.
        var worthDeciding = Math.Clamp(pipeline.WritingCount, 1, options.Value.BatchMax);
        if (queue.Count < worthDeciding && pipeline.IsWriting)
        {
            await Task.WhenAny(pipeline.WriteEnds, queue.WhenGrown(worthDeciding));
            return;
        }

        var pending = queue.TakeEntries(options.Value.BatchMax);
        if (pool.Rules is null)
        {
            pending.ForEach(p => p.Answer(Refusals.Of(new CampaignNotOpen(null))));
            return;
        }

        await pipeline.AddAsync(pending);
    }

    private void Break(Exception e)
    {
        LogBroken(pool.Address.PoolId, e);
        broken = e;
        var refusal = Refusals.StorageUnavailable(options.Value.RetryAfterSeconds);
        foreach (var pending in pipeline.Unanswered())
        {
            pending.Answer(refusal);
        }

        queue.FailAll(refusal, e);
        DeactivateOnIdle();
    }

    private void OnCommitted(DecidedBatch batch)
    {
        if (batch.Write is { Notices.Count: > 0 } or { Audit.Count: > 0 })
        {
            // What is to be told is stored; nobody waits for its way on.
            _ = RelayAsync();
        }
    }

    private async Task FlushCountsAsync(CancellationToken ct)
    {
        if (writer.HasCounts && broken is null)
        {
            await QueueChangeAsync(writer.WriteCountsAsync);
        }
    }

    // What a rehearsal leaves is of no concern to anybody outside it.
    private Task RelayAsync() => 
        pool.Address.Rehearsal is null ? relay.TryRelayAsync(pool.Address.TenantId, pool.Address.CampaignId) : Task.CompletedTask;

    [LoggerMessage(Level = LogLevel.Error, Message = "Pool {Pool} ends its activation: what it wrote last is unknown or was refused.")]
    private partial void LogBroken(string pool, Exception e);
}

/// <summary>Another activation holds the pool: nothing was written.</summary>
public sealed class PoolTakenOverException() : StorageUnavailableException("Another activation has taken over this pool.");
