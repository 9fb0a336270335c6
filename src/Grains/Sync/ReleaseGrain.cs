using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Concurrency;
using PrizeDraw.Domain;
using PrizeDraw.Domain.Sync;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Installations;
using PrizeDraw.Grains.Abstractions.Sync;
using PrizeDraw.Grains.Installations;
using PrizeDraw.Storage.Central.Sync;

namespace PrizeDraw.Grains.Sync;

/// <inheritdoc cref="IReleaseGrain"/>
[Reentrant, GrainType("release")]
public sealed partial class ReleaseGrain : DueWorkGrain, IReleaseGrain
{
    private const string ReleaseReminder = "release";
    private static readonly TimeSpan StandBy = TimeSpan.FromMinutes(5);
    private readonly ReleaseStore store;
    private readonly SiteLook looks;
    private readonly ISiteSyncs syncs;
    private readonly IIncarnation incarnation;
    private readonly ReleaseOptions options;
    private readonly ILogger<ReleaseGrain> log;

    // Calls and the work take turns at what is decided and written, and at nothing that takes long.
    private readonly SemaphoreSlim gate = new(1, 1);
    private ReleaseRow? release;
    private ImmutableArray<ReleaseSiteRow> sites = [];
    private long epoch;
    private Guid id;

    public ReleaseGrain(ReleaseParts parts, TimeProvider clock, ILogger<ReleaseGrain> log)
        : base(clock, log) => (store, looks, syncs, incarnation, options, this.log) =
            (parts.Store, parts.Looks, parts.Syncs, parts.Incarnation, parts.Options, log);

    protected override string DueReminderName => ReleaseReminder;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        id = Ids.Parse(Ids.Release, GrainKeys.Split(this.GetPrimaryKeyString())[1]);
        return Task.CompletedTask;
    }

    // Once decided, a write is not cancelled because the caller left.
    public async Task<Result<ReleaseView>> CreateAsync(CreateRelease command)
    {
        if (await incarnation.RefusalAsync() is { } held)
        {
            return held;
        }

        if (ReleaseAsking.ErrorOf(command) is { } invalid)
        {
            return Refusals.Of(invalid);
        }

        return await ToldAsync(() => AddAsync(command));
    }

    public async Task<Result<ReleaseView>> StartAsync(ReleaseCommand command) => await incarnation.RefusalAsync() ?? await ToldAsync(() => MoveAsync(
        command, "release.started", "planned", r => r.State == ReleaseStates.Planned, r => r.State == ReleaseStates.Running && r.StartedAt is not null,
        (r, now) => (r with { State = ReleaseStates.Running, StartedAt = now, StartedBy = command.Actor.Id, Message = null }, [.. sites.Select(s => ReleaseAsking.Fresh(r, s, now))])));

    public Task<Result<ReleaseView>> PauseAsync(ReleaseCommand command) => ToldAsync(() => MoveAsync(
        command, "release.paused", "running", r => r.State == ReleaseStates.Running, r => r.State == ReleaseStates.Paused,
        (r, _) => (r with { State = ReleaseStates.Paused, Message = "Paused by hand." }, [])));

    public async Task<Result<ReleaseView>> ResumeAsync(ReleaseCommand command) => await incarnation.RefusalAsync() ?? await ToldAsync(() => MoveAsync(
        command, "release.resumed", "paused", r => r.State == ReleaseStates.Paused, r => r.State == ReleaseStates.Running,
        (r, _) => (r with
        {
            State = ReleaseStates.Running, Message = null,
            // Whoever lets a wave go on that was worse has looked, and takes it as it is.
            Waves = [.. r.Waves.Select(w => w.State == WaveStates.Failed ? w with { State = WaveStates.Running, IsAccepted = true } : w)],
        }, [])));

    public async Task<Result<ReleaseView>> RollBackAsync(ReleaseCommand command) => await incarnation.RefusalAsync() ?? await ToldAsync(() => MoveAsync(
        command, "release.roll_back_asked", "one that has something to put back", MayRollBack,
        r => r is { State: ReleaseStates.RollingBack, RollsBackFrom: 1 } or { State: ReleaseStates.RolledBack, StartedAt: null },
        (r, now) => r.State == ReleaseStates.Planned ? Dropped(r, now) : (r with
        {
            State = ReleaseStates.RollingBack, RollsBackFrom = 1, EndedAt = null, Message = "Put back by hand.",
            Waves = [.. r.Waves.Select(w => w.State is WaveStates.Pending or WaveStates.RolledBack ? w : w with { State = WaveStates.RollingBack })],
        }, [
            .. sites.Where(s => s is { IsIn: true, State: ReleaseSiteStates.Failed }).Select(s => s with { State = ReleaseSiteStates.Pushed }),
            .. ReleaseMoves.Withdrawn(sites, now),
        ])));

    protected override Task<bool> MayWorkAsync(CancellationToken ct) => incarnation.IsConfirmedAsync(ct);

    /// <summary>A dry run that is through has nothing to put back: it ends at once, whatever else is under way.</summary>
    private (ReleaseRow Release, ImmutableArray<ReleaseSiteRow> Sites) Dropped(ReleaseRow planned, DateTimeOffset now)
    {
        var ended = ReleaseMoves.Of(planned, sites, new ReleaseMove.EndRollBack(), now);
        return (ended.Release, [.. ended.Sites]);
    }

    private bool MayRollBack(ReleaseRow r) => ReleaseStates.IsUnderWay(r.State) || r.State == ReleaseStates.Planned || sites.Any(s => s.IsIn);

    private async Task<Refusal?> AddAsync(CreateRelease command)
    {
        if (await LoadAsync())
        {
            return null;
        }

        if (command.Version is { } version && !await store.KnowsVersionAsync(version, CancellationToken.None))
        {
            await syncs.LookForVersionsAsync(command.Actor);
            return Refusals.Of(new ReleaseVersionUnknown(version));
        }

        var tenants = command.Settings.TenantIds.Select(t => Ids.Parse(Ids.Tenant, t)).ToArray();
        var candidates = await store.CandidatesAsync(tenants, ReleaseRules.SitesMax + 1, CancellationToken.None);
        if (ReleaseAsking.ErrorOf(command, candidates) is { } invalid)
        {
            return Refusals.Of(invalid);
        }

        var now = Clock.GetUtcNow();
        var (row, dealt) = ReleaseAsking.RowsOf(id, command, candidates, now);
        await StandByAsync();
        var audit = ReleaseRecord.Audit(
            row, command.Actor.Id, "release.created", now, null, new { row.Version, row.Picks, row.Settings, command.Waves, command.IsDryRun, sites = dealt.Length });
        return await store.AddAsync(new ReleaseWrite(row, dealt, [audit], []), CancellationToken.None) is { } other
            ? UnderWay(other)
            : await LoadAsync() ? null : Refusals.Of(new ReleaseNotFound());
    }

    /// <summary>Somebody moves the release on; nothing where it is there already.</summary>
    private async Task<Refusal?> MoveAsync(
        ReleaseCommand command, string action, string allowed, Func<ReleaseRow, bool> may, Func<ReleaseRow, bool> isThere,
        Func<ReleaseRow, DateTimeOffset, (ReleaseRow Release, ImmutableArray<ReleaseSiteRow> Sites)> change)
    {
        if (!await LoadAsync())
        {
            return Refusals.Of(new ReleaseNotFound());
        }

        if (isThere(release!))
        {
            return null;
        }

        if (!may(release!))
        {
            return Refusals.Of(new ReleaseIsElsewhere(release!.State, allowed));
        }

        await FreshFactsAsync();
        var now = Clock.GetUtcNow();
        var (moved, changed) = change(release!, now);
        await StandByAsync();
        var audit = ReleaseRecord.Audit(moved, command.Actor.Id, action, now, new { release!.State }, new { moved.State });
        return await SaveAsync(new ReleaseWrite(moved, changed, [audit], [])) is { } other ? UnderWay(other) : null;
    }

    private static Refusal UnderWay(Guid other) => Refusals.Of(new ReleaseIsUnderWay(Ids.Format(Ids.Release, other)));

    private async Task<Result<ReleaseView>> ToldAsync(Func<Task<Refusal?>> act)
    {
        var (refusal, view) = await InGateAsync(async () => (await act(), release?.ToView(sites.GroupBy(s => (s.Wave, s.State))
            .ToLookup(g => g.Key.Wave, g => (g.Key.State, g.Count())))));
        if (refusal is not null)
        {
            return refusal;
        }

        await WakeAsync();
        return view!;
    }

    /// <summary>Before what it is to go on with is written, so that no crash leaves a release that nobody takes further.</summary>
    private Task StandByAsync() => this.RegisterOrUpdateReminder(ReleaseReminder, StandBy, StandBy);

    private async Task<bool> LoadAsync()
    {
        if (release is null && await store.TakeAsync(id, CancellationToken.None) is { } taken)
        {
            (release, sites, epoch) = taken;
        }

        return release is not null;
    }

    private async Task FreshFactsAsync() => sites = await store.SitesAsync(id, CancellationToken.None);

    /// <summary>Writes, and answers another release that stands in the way. After a failure nobody knows what was written: it is read again.</summary>
    private async Task<Guid?> SaveAsync(ReleaseWrite write)
    {
        try
        {
            if (await store.SaveAsync(write, epoch, CancellationToken.None) is { } other)
            {
                return other;
            }
        }
        catch (Exception e)
        {
            release = null;
            if (e is ReleaseWasTakenException)
            {
                DeactivateOnIdle();
            }

            throw;
        }

        var changed = write.Sites.ToDictionary(s => s.Campaign);
        (release, sites) = (write.Release, [.. sites.Select(s => changed.GetValueOrDefault(s.Campaign, s))]);
        return null;
    }

    private async Task<T> InGateAsync<T>(Func<Task<T>> act)
    {
        await gate.WaitAsync();
        try
        {
            return await act();
        }
        finally
        {
            gate.Release();
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The release could not bring {Campaign} on just now; it will be tried again.")]
    private partial void LogFailed(string campaign, Exception e);
}

/// <summary>What the grain of a release works with.</summary>
public sealed class ReleaseParts
{
    internal ReleaseParts(ReleaseStore store, SiteLook looks, ISiteSyncs syncs, IIncarnation incarnation, ReleaseOptions options) =>
        (Store, Looks, Syncs, Incarnation, Options) = (store, looks, syncs, incarnation, options);

    internal ReleaseStore Store { get; }

    internal SiteLook Looks { get; }

    internal ISiteSyncs Syncs { get; }

    internal IIncarnation Incarnation { get; }

    internal ReleaseOptions Options { get; }
}
