using System;
using System.Collections.Immutable;
using System.Linq;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Orleans;
using PrizeDraw.Domain.Campaigns;
using PrizeDraw.Domain.Pools;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Pools;
using PrizeDraw.Grains.Provisioning;
using PrizeDraw.Storage;
using PrizeDraw.Storage.Campaign;
using PrizeDraw.Storage.Central;
using PrizeDraw.Storage.Central.Campaigns;

namespace PrizeDraw.Grains.Campaigns;

/// <summary>Changes of pools, prizes and draw: judged here, told to the parts that live by them, then stored.</summary>
public sealed partial class CampaignGrain
{
    /// <summary>Within an activation a change is stored, or the activation ends: what was left under way was so before it.</summary>
    private bool isPoolChangeFinished;

    /// <param name="EffectiveFrom">Number of the first entry that a live change judges; null for every other change.</param>
    private sealed record Replaced(Refusal? Refusal, long? EffectiveFrom = null);

    public async Task<Result<PoolSettings>> AddPoolAsync(AddPool command) =>
        await ChangeAsync<PoolSettings>(CampaignCommandKind.ChangePools, null, async () =>
        {
            if (settings.Pools.FirstOrDefault(p => p.Id == command.Pool.Id) is { } there)
            {
                return there with { Moments = [] }; // The same request again, cut short or sent twice.
            }

            // The pool that a campaign without pools was given makes way for the first real one.
            var others = settings.Pools.Where(p => !(p.Name == "Entries" && p.Prizes.IsEmpty && p.Modes.IsEmpty)).ToImmutableArray();
            var next = Completed(settings with { Pools = others.Add(command.Pool) }, settings, command.Pool.Id);
            var replaced = await ReplaceSettingsAsync(command.Actor, next, "pool.added");
            return replaced.Refusal is { } refusal ? refusal : settings.Pools[^1] with { Moments = [] };
        });

    public async Task<Result<PrizeAdded>> AddPrizeAsync(AddPrize command) =>
        await ChangePoolAsync<PrizeAdded>(
            command.Actor, CampaignCommandKind.ChangePrizes, null, command.PoolId,
            pool => pool.Prizes.Any(p => p.Id == command.Prize.Id) ? pool : pool with { Prizes = pool.Prizes.Add(command.Prize) }, "prize.added",
            (pool, from) => new PrizeAdded(pool.Prizes.FirstOrDefault(p => p.Id == command.Prize.Id) ?? pool.Prizes[^1], from), command.Prize.Id);

    public async Task<Result<PoolEdited>> EditPoolAsync(EditPool command) =>
        await ChangePoolAsync<PoolEdited>(
            command.Actor, CampaignCommandKind.ChangePrizes, command.IfMatch, command.Pool.Id!, _ => command.Pool, "pool.edited",
            (_, from) => new PoolEdited(View(), from));

    public async Task<Result<int>> AddMomentsAsync(AddMoments command) =>
        await ChangePoolAsync<int>(
            command.Actor, CampaignCommandKind.ChangePools, null, command.PoolId,
            pool => pool.Moments.Any(m => m.Addition == command.Addition)
                ? pool
                : pool with { Moments = pool.Moments.AddRange(command.Moments.Select(m => m with { Addition = command.Addition })) },
            "moments.added",
            (_, _) => command.Moments.Sum(m => m.Generate?.Count ?? 1));

    private async Task<Result<T>> ChangePoolAsync<T>(
        Actor actor, CampaignCommandKind kind, long? ifMatch, string poolId, Func<PoolSettings, PoolSettings> change, string action,
        Func<PoolSettings, long?, T> answer, string? added = null) =>
        await ChangeAsync<T>(kind, ifMatch, async () =>
        {
            if (settings.Pools.FirstOrDefault(p => p.Id == poolId) is not { } pool)
            {
                return new Refusal("pool.not_found", "There is no such pool.");
            }

            var changed = change(pool);
            if (ReferenceEquals(changed, pool))
            {
                return answer(pool, null); // The same request again, cut short or sent twice.
            }

            var next = Completed(settings with { Pools = settings.Pools.Replace(pool, changed) }, settings, added);
            var replaced = await ReplaceSettingsAsync(actor, next, action);
            return replaced.Refusal is { } refusal ? refusal : answer(settings.Pools.First(p => p.Id == poolId), replaced.EffectiveFrom);
        });

    /// <summary>Judges and stores new settings, and tells the parts that live by them.</summary>
    private async Task<Replaced> ReplaceSettingsAsync(Actor actor, CampaignSettings next, string action)
    {
        if (await RefusedAsync(next) is { } refused)
        {
            return new Replaced(refused);
        }

        var before = settings;
        var told = row!.State == CampaignLife.Ready ? new Replaced(await ConfigureAsync(actor, before, next))
            : CampaignLife.IsPublished(row.State) ? await ChangeLiveAsync(actor, before, next, action)
            : new Replaced(null);
        if (told.Refusal is not null)
        {
            return told;
        }

        settings = next;
        var refusal = await SaveAsync(await StateWithAsync(row.With(next), before), new CampaignChange(Audit(
            actor, action, CampaignMap.WithoutMoments(before), told.EffectiveFrom is { } from
                ? new { effectiveFrom = from, settings = CampaignMap.WithoutMoments(next) }
                : CampaignMap.WithoutMoments(next)))
        {
            Parts = CampaignMap.PartsOf(next),
            Terms = next.Terms?.Version != before.Terms?.Version ? CampaignMap.TermsOf(next) : null,
            Also = told.EffectiveFrom is not null ? [ForgetPoolChangeAsync, FixPlansAsync]
                : CampaignLife.IsPublished(row.State) ? [FixPlansAsync]
                : [(work, ct) => secrets.PutAsync(work, tenantId, CampaignId, SecretNames.Moments, CampaignMap.MomentsOf(next), ct)],
        });
        if (refusal is null && CampaignLife.IsPublished(row.State))
        {
            await ScheduleAddedAsync(before);
        }

        return told with { Refusal = refusal };
    }

    /// <summary>With ids, versions and levels: nothing that is stored is left to be found out later.</summary>
    private CampaignSettings Completed(CampaignSettings next, CampaignSettings? before, string? added = null) =>
        levels.Resolve(CampaignMap.Completed(next, before, clock.GetUtcNow(), added)) with
        {
            Providers = next.Providers ?? (before is null ? plan.Defaults : before.Providers),
        };

    private async Task<Refusal?> RefusedAsync(CampaignSettings next)
    {
        var refused = CampaignSettingsCheck.Of(next) ?? CampaignSettingsCheck.Levels(settings, next, levels)
            ?? (row!.State is CampaignLife.Draft or CampaignLife.RolledBack ? null : CampaignSettingsCheck.ForProvisioning(next))
            ?? FixedSettings.Changed(row.State, settings, next) ?? AddedDraws.Refused(row.State, settings, next, clock.GetUtcNow());
        if (refused is null && CampaignLife.ChangesLive(row!.State) && LiveChanges.Changed(settings, next).Any(CodesGate.HandsOutCodes))
        {
            var lacking = await CodesGate.CheckAsync(codes, TenantId, CampaignId, next, CancellationToken.None);
            refused = lacking.Count > 0 ? new PoolNotChangeable(lacking) : null;
        }

        return refused is null ? null : Refusals.Of(refused);
    }

    private async Task<Refusal?> ConfigureAsync(Actor actor, CampaignSettings before, CampaignSettings next)
    {
        var removed = before.Pools.Where(p => next.Pools.All(n => n.Id != p.Id));
        return await CampaignParts.ConfigureAsync(GrainFactory, TenantId, CampaignId, next, actor)
            ?? await CampaignParts.EmptyAsync(GrainFactory, TenantId, CampaignId, next, removed, actor);
    }

    /// <summary>
    /// Tells the pool of a published campaign that changes. What it is told is noted first: when this ends between the pool and the
    /// campaign's own row, the next change finishes it, since what is in force already is answered alike.
    /// </summary>
    private async Task<Replaced> ChangeLiveAsync(Actor actor, CampaignSettings before, CampaignSettings next, string action)
    {
        if (await PlanAddedAsync(actor, before, next) is { } unplanned)
        {
            return new Replaced(unplanned);
        }

        long? from = null;
        foreach (var pool in LiveChanges.Changed(before, next).ToArray())
        {
            var change = new PoolChangeUnderWay(actor, pool with { Moments = [] }, action);
            await secrets.PutAsync(tenantId, CampaignId, SecretNames.PoolChange, JsonSerializer.Serialize(change, StorageJson.Options), CancellationToken.None);
            var changed = await PoolGrain(pool).ChangeAsync(new ChangePool(actor, change.Pool));
            if (changed.Refusal is { } refusal)
            {
                await secrets.PutAsync(tenantId, CampaignId, SecretNames.PoolChange, "null", CancellationToken.None);
                return new Replaced(refusal);
            }

            from = changed.Value;
        }

        // What is told of the whole campaign changes apart, and rarely.
        if (!LiveChanges.SameButPools(before, next) && CampaignLife.ChangesLive(row!.State))
        {
            await SetPhaseAsync(actor, row!.State == CampaignLife.Paused, next);
        }

        return new Replaced(null, from);
    }

    private IPrizePoolGrain PoolGrain(PoolSettings pool) => GrainFactory.GetGrain<IPrizePoolGrain>(GrainKeys.Pool(TenantId, CampaignId, pool.Id!));

    private Task ForgetPoolChangeAsync(CentralUnitOfWork work, CancellationToken ct) =>
        secrets.PutAsync(work, tenantId, CampaignId, SecretNames.PoolChange, "null", ct);

    /// <summary>Stores a change that a pool has taken, when an earlier activation ended before it could.</summary>
    private async Task FinishPoolChangeAsync()
    {
        if (row is null || isPoolChangeFinished || !CampaignLife.ChangesLive(row.State))
        {
            return;
        }

        var noted = await secrets.GetAsync(tenantId, CampaignId, SecretNames.PoolChange, CancellationToken.None);
        if (noted is not null && JsonSerializer.Deserialize<PoolChangeUnderWay>(noted, StorageJson.Options) is { } change
            && settings.Pools.FirstOrDefault(p => p.Id == change.Pool.Id) is { } old)
        {
            await FinishAsync(change, old);
        }

        isPoolChangeFinished = true;
    }

    private async Task FinishAsync(PoolChangeUnderWay change, PoolSettings old)
    {
        var changed = await PoolGrain(old).ChangeAsync(new ChangePool(change.Actor, change.Pool));
        if (changed.Refusal is not null)
        {
            // It never came into force, and nobody was told that it had.
            await secrets.PutAsync(tenantId, CampaignId, SecretNames.PoolChange, "null", CancellationToken.None);
            return;
        }

        var before = settings;
        settings = settings with { Pools = settings.Pools.Replace(old, change.Pool) };
        await SaveAsync(row!.With(settings), new CampaignChange(Audit(
            change.Actor, change.Action, CampaignMap.WithoutMoments(before), new { effectiveFrom = changed.Value, settings = CampaignMap.WithoutMoments(settings) }))
        {
            Parts = CampaignMap.PartsOf(settings),
            Also = [ForgetPoolChangeAsync],
        });
    }

    /// <param name="Pool">The pool as it was to be, with all its prizes and their ids.</param>
    private sealed record PoolChangeUnderWay(Actor Actor, PoolSettings Pool, string Action);
}
