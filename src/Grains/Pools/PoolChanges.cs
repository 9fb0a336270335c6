using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Domain;
using PrizeDraw.Domain.Evidence;
using PrizeDraw.Domain.Pools;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Pools;
using PrizeDraw.Storage.Campaign;
using PrizeDraw.Storage.Campaign.Pools;

namespace PrizeDraw.Grains.Pools;

/// <summary>
/// Changes of a pool, between two batches: each is written with its audit event and, where it changes what entries are judged by, with a
/// line of the rules from the next number on. Then it is put in force.
/// </summary>
internal sealed class PoolChanges(HeldPool pool, PoolSetupStore setups, PoolEndStore ends, TimeProvider clock)
{
    private readonly RuleLines lines = new(pool.Address);

    public async Task SetPhaseAsync(SetPoolPhase command)
    {
        var before = pool.Configured;
        var next = before with { Published = command.Published, Paused = command.Paused, Settings = PoolSettingsMap.ToJson(command.Settings) };
        var (version, hash) = (command.Settings.Terms?.Version ?? 0, PoolSettingsMap.TermsHash(command.Settings));
        var line = LineFor(next, command.Settings, RuledPrizes());
        Holds(await setups.SetPhaseAsync(
            pool.Address, before.Epoch, new PhaseWrite(next.Published, next.Paused, next.Settings, version, hash, line),
            Event(command.Actor, "pool.phase_set", PoolAudit.Phase(before.Published, before.Paused), PoolAudit.Phase(next.Published, next.Paused)),
            CancellationToken.None));
        pool.Put(next with
        {
            Rules = RuleLines.After(before.Rules, line),
            TermsHashes = version == 0 ? before.TermsHashes : new Dictionary<int, byte[]>(before.TermsHashes) { [version] = hash },
        });
    }

    /// <summary>Changes a pool that takes entries; answers the first number that is judged by the change.</summary>
    public async Task<Result<long>> ChangeAsync(ChangePool command)
    {
        var (before, state) = (pool.Configured, pool.Configured.State);
        if (pool.Rules?.EndedAt is not null)
        {
            return Refusals.Of(new PoolHasClosed());
        }

        var (change, error) = PoolChange.Decide(state, [.. command.Pool.Prizes.Select(PoolSettingsMap.Terms)]);
        error ??= FixedError(before, command.Pool);
        if (change is null || error is not null)
        {
            return Refusals.Of(error!);
        }

        var next = before with { Name = command.Pool.Name, Modes = [.. command.Pool.Modes], Held = command.Pool.Paused };
        if (change.IsNone && next.Held == before.Held && next.Name == before.Name && next.Modes.SequenceEqual(before.Modes))
        {
            return state.LastNumber + 1;
        }

        var supplies = await SuppliesAsync(state, change.Added);
        var line = pool.Settings is null ? null : LineFor(next, pool.Settings, RuledPrizes(change, supplies));
        Holds(await setups.ChangeAsync(
            pool.Address, before.Epoch, WriteOf(next, change, command.Pool, line),
            Event(command.Actor, "pool.changed", PoolAudit.BeforeChange(before, change), PoolAudit.AfterChange(next, change, state.LastNumber + 1)),
            CancellationToken.None));
        change.ApplyTo(state, terms => new PrizeState(terms, terms.CouponBatch is { } batch ? supplies[batch] : null));
        pool.Put(next with { Rules = RuleLines.After(before.Rules, line) });
        return state.LastNumber + 1;
    }

    /// <summary>Ends the taking of sites' entries; for good, unless a draw is still to be frozen.</summary>
    public async Task CloseAsync(ClosePool command)
    {
        if (pool.Configured.EndedAt is null)
        {
            await EndAsync(new PoolEnd(command.At, null, null), end => Event(
                command.Actor, "pool.closed", null, PoolAudit.Closed(pool.Configured.State.LastNumber, end.ClosedAt is not null)));
        }
    }

    /// <summary>From here on no entry counts as received before; answers the last number.</summary>
    public async Task<long> FreezeAsync(FreezePool command)
    {
        var (taken, until) = (pool.Configured, command.Until);
        if (!(taken.FrozenUntil >= until))
        {
            taken.State.MoveOnTo(until);
            await EndAsync(new PoolEnd(null, until, taken.State.LastEnteredAt), end => Event(
                command.Actor, "pool.frozen", null, PoolAudit.Frozen(until, taken.State.LastNumber, end.ClosedAt is not null)));
        }

        return pool.Configured.State.LastNumber;
    }

    /// <summary>Closes the pool for good where nothing more can come; whether it is closed for good.</summary>
    public async Task<bool> SealAsync(SealPool command)
    {
        if (pool.Configured is { ClosedAt: null, EndedAt: not null })
        {
            await EndAsync(new PoolEnd(null, null, null), end => end.IsSealedNow
                ? Event(command.Actor, "pool.sealed", null, PoolAudit.Closed(pool.Configured.State.LastNumber, true))
                : null);
        }

        return pool.Configured.ClosedAt is not null;
    }

    private async Task EndAsync(PoolEnd end, Func<StoredEnd, CampaignEvent?> audit)
    {
        var taken = pool.Configured;
        var stored = await ends.EndAsync(pool.Address, taken.Epoch, end, audit, CancellationToken.None);
        Holds(stored is not null);
        pool.Put(taken with { EndedAt = stored!.EndedAt, FrozenUntil = stored.FrozenUntil, ClosedAt = stored.ClosedAt });
    }

    /// <summary>
    /// Writes the rules down where the last line does not say what is in force: for a pool from before there were lines, or after the
    /// codes of a prize got another expiry.
    /// </summary>
    public async Task RecordRulesAsync()
    {
        if (pool.IsTaking && LineFor(pool.Configured, pool.Settings!, RuledPrizes()) is { } line)
        {
            Holds(await setups.AppendAsync(pool.Address, pool.Configured.Epoch, line, CancellationToken.None));
            pool.Put(pool.Configured with { Rules = RuleLines.After(pool.Configured.Rules, line) });
        }
    }

    public CampaignEvent Event(Actor actor, string action, string? before, string? after) =>
        new(Guid.CreateVersion7(clock.GetUtcNow()), clock.GetUtcNow(), actor.Id, action, pool.Address.PoolId, before, after);

    public static void Holds(bool written)
    {
        if (!written)
        {
            throw new PoolTakenOverException();
        }
    }

    // Nothing is judged before the pool is published: its rules begin with that.
    private AddedLine? LineFor(TakenPool next, CampaignSettings settings, IEnumerable<RuledPrize> prizes) => !next.Published ? null : lines.Next(
        next.Rules, RuleLines.Of(settings, PoolSettingsMap.Rules(settings, next), next.Modes, prizes), next.State.LastNumber + 1, clock.GetUtcNow());

    private IEnumerable<RuledPrize> RuledPrizes() => pool.Configured.State.InOrder.Select(p => RuleLines.Ruled(p.Terms, p.Coupons));

    private IEnumerable<RuledPrize> RuledPrizes(PoolChange change, Dictionary<CodeBatchId, CouponSupply> supplies)
    {
        var changed = change.Changed.ToDictionary(t => t.Id);
        return pool.Configured.State.InOrder.Select(p => RuleLines.Ruled(changed.GetValueOrDefault(p.Id, p.Terms), p.Coupons))
            .Concat(change.Added.Select(t => RuleLines.Ruled(t, t.CouponBatch is { } batch ? supplies[batch] : null)));
    }

    private static PoolNotChangeable? FixedError(TakenPool pool, PoolSettings next) => pool.EntryCode != next.EntryCode
        ? new PoolNotChangeable([new("entryCode", "Whether an entry needs a code is fixed once the campaign is published.")])
        : pool.FreeRoute != next.FreeRoute
            ? new PoolNotChangeable([new("freeRoute", "The free route is fixed once the campaign is published.")])
        : pool.Tickets != next.Tickets
            ? new PoolNotChangeable([new("tickets", "How many tickets an entry has is fixed once the campaign is published.")])
            : null;

    /// <summary>Of the pool's batches of codes those that it holds already, and new ones for prizes that are added.</summary>
    private async Task<Dictionary<CodeBatchId, CouponSupply>> SuppliesAsync(PoolState state, IReadOnlyList<PrizeTerms> added)
    {
        var supplies = state.InOrder.Where(p => p.Coupons is not null).Select(p => p.Coupons!).DistinctBy(s => s.Batch).ToDictionary(s => s.Batch);
        foreach (var batch in added.Where(t => t.CouponBatch is not null).Select(t => t.CouponBatch!.Value))
        {
            if (!supplies.ContainsKey(batch))
            {
                supplies.Add(batch, new CouponSupply(batch, await setups.ExpiryOfAsync(pool.Address, batch, CancellationToken.None)));
            }
        }

        return supplies;
    }

    private ChangeWrite WriteOf(TakenPool next, PoolChange change, PoolSettings settings, AddedLine? line)
    {
        var fulfilments = settings.Prizes.ToDictionary(p => p.Id!, p => p.Fulfilment);
        var count = next.State.InOrder.Count;
        return new ChangeWrite(
            next.Name, next.Modes, next.Held, change.Changed,
            [.. change.Added.Select((t, i) => (count + i, new PrizeSetup(t, fulfilments[t.PublicId])))], line)
        {
            AlertLevels = change.Changed.ToDictionary(t => t.Id, t => StockAlert.LevelOf(t, next.State.Prize(t.Id).Allocated)),
            Notices = [.. change.AlertsOf(next.State).Select(a => StockNotice.Of(pool.Address, a, clock.GetUtcNow()))],
        };
    }
}
