using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Domain.Sync;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Sync;
using PrizeDraw.Storage.Central;
using PrizeDraw.Storage.Central.Sync;

namespace PrizeDraw.Grains.Sync;

/// <summary>What a release does by itself: it follows the sites that something is done to, and makes the next move.</summary>
public sealed partial class ReleaseGrain
{
    /// <summary>Pages that are asked at once.</summary>
    private const int LooksMax = 8;

    /// <summary>Syncs that this activation has followed: one that was begun before it may have been cut short with the host.</summary>
    private readonly HashSet<Guid> followed = [];

    /// <summary>When something falls due by the clock alone; null for nothing.</summary>
    private DateTimeOffset? due;

    protected override async Task WorkAsync(CancellationToken ct)
    {
        while (true)
        {
            var hasCome = await FollowAsync(ct);
            switch (await InGateAsync(MoveAsync))
            {
                case ReleaseMove.Look(var wave):
                    await LookAsync(wave, ct);
                    break;
                case ReleaseMove.GiveUp(var late):
                    if (!await GiveUpAsync(late.ToHashSet(), ct) && !hasCome)
                    {
                        due = null;
                        return;
                    }

                    break;
                case ReleaseMove.Wait(var until) when !hasCome:
                    due = until;
                    return;
            }
        }
    }

    protected override Task<DateTimeOffset?> NextDueAsync(CancellationToken ct) => InGateAsync(() =>
    {
        DateTimeOffset? looks = release is null ? null
            : sites.Any(s => ReleaseSiteStates.IsUnderWay(s.State)) ? Clock.GetUtcNow() + options.FollowEvery
            : FollowsReviews(release) ? Clock.GetUtcNow() + options.Pace.LookEvery
            : null;
        return Task.FromResult(release is null ? null : due < looks ? due : looks ?? due);
    });

    private bool FollowsReviews(ReleaseRow now) => sites.Any(s => Releases.FollowsReview(now.State, s.Stand));

    /// <summary>Brings on what is under way, and what people have merged or closed; answers whether anything has come on.</summary>
    private async Task<bool> FollowAsync(CancellationToken ct)
    {
        if (await InGateAsync(async () => await LoadAsync() ? release : null) is not { } now)
        {
            return false;
        }

        var ended = FollowsReviews(now) ? await syncs.ReviewsEndedAsync(now.PublicId, ct) : [];
        var underWay = await InGateAsync(() => Task.FromResult(sites.Where(s => ReleaseSiteStates.IsUnderWay(s.State)
            || (ended.Contains(s.Campaign) && Releases.FollowsReview(now.State, s.Stand))).ToImmutableArray()));
        if (underWay.IsEmpty)
        {
            return false;
        }

        var come = await Task.WhenAll(underWay.Select(site => BroughtOnAsync(now, site, ct)));
        return await InGateAsync(async () =>
        {
            var changed = come.Where((after, i) => after != underWay[i]).ToArray();
            return changed.Length > 0 && await LoadAsync() && await SaveSitesAsync(release!, changed);
        });
    }

    private async Task<ReleaseSiteRow> BroughtOnAsync(ReleaseRow now, ReleaseSiteRow site, CancellationToken ct)
    {
        try
        {
            if (site is { State: ReleaseSiteStates.Running, Sync: not null } && release is { State: ReleaseStates.RollingBack } ends)
            {
                await WithdrawAsync(ends, site);
            }

            return site switch
            {
                { State: ReleaseSiteStates.RollingBack } => await PutBackAsync(release ?? now, site, ct),
                // Asked of the release as it stands now: somebody may have stopped it since this round began.
                { Sync: null } when (release ?? now).State is ReleaseStates.RollingBack or ReleaseStates.Paused => await FoundAsync(release ?? now, site, ct),
                { Sync: null } => await BegunAsync(now, site, ct),
                { Sync: { } sync } => await RunAsync(site, sync, ct) is not { } run ? site
                    : ReleaseSiteStates.IsReview(site.State) ? SiteOutcome.Reviewed(site, run, options.DeployMax, Clock.GetUtcNow())
                    : SiteOutcome.Of(site, run, now.StartedAt is null, options.DeployMax, Clock.GetUtcNow()),
            };
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            LogFailed(Ids.Format(Ids.Campaign, site.Campaign), e);
            return site;
        }
    }

    private async Task<ReleaseSiteRow> BegunAsync(ReleaseRow now, ReleaseSiteRow site, CancellationToken ct)
    {
        var isDry = now.StartedAt is null;
        if (!isDry && site.Before is null)
        {
            // Stored before anything is pushed. What can't be counted is compared with nothing.
            return site with { Before = await looks.CountAsync(site, ct) ?? default };
        }

        var command = new SyncSite(new Actor(now.StartedBy ?? now.CreatedBy, Roles.SuperAdmin), now.Version, now.Picks, now.PublicId);
        var (tenant, campaign) = (Ids.Format(Ids.Tenant, site.Tenant), Ids.Format(Ids.Campaign, site.Campaign));
        var begun = isDry ? await syncs.PreviewAsync(tenant, campaign, command) : await syncs.SyncAsync(tenant, campaign, command);
        return begun.Refusal is { } refusal
            ? SiteOutcome.Of(site, refusal, options.Patience, Clock.GetUtcNow())
            : site with { Sync = Ids.Parse(Ids.Sync, begun.Value!) };
    }

    /// <summary>
    /// A site whose sync nobody begins any more: the answer to an earlier call may have been lost, so it is looked for. A call that is still on its
    /// way may begin it while the release is paused, but not once the release has ended.
    /// </summary>
    private async Task<ReleaseSiteRow> FoundAsync(ReleaseRow now, ReleaseSiteRow site, CancellationToken ct)
    {
        var (tenant, campaign) = (Ids.Format(Ids.Tenant, site.Tenant), Ids.Format(Ids.Campaign, site.Campaign));
        if (now.State == ReleaseStates.Paused)
        {
            return await syncs.FindBegunAsync(tenant, campaign, now.PublicId, ct) is { } begun ? site with { Sync = Ids.Parse(Ids.Sync, begun) } : site;
        }

        if (now.StartedAt is null)
        {
            // A preview pushes nothing, whenever it is made.
            return site with { State = ReleaseSiteStates.Skipped, Reason = ReleaseMoves.NoTurn, EndedAt = Clock.GetUtcNow() };
        }

        var forgone = await WithdrawAsync(now, site);
        return forgone.Refusal is { } refusal
            ? SiteOutcome.Of(site, refusal, options.Patience, Clock.GetUtcNow())
            : site with { Sync = Ids.Parse(Ids.Sync, forgone.Value!) };
    }

    private async Task<ReleaseSiteRow> PutBackAsync(ReleaseRow now, ReleaseSiteRow site, CancellationToken ct)
    {
        if (site.RollBack is { } undo)
        {
            return await RunAsync(site, undo, ct) is { } run ? SiteOutcome.PutBack(site, run, options.DeployMax, Clock.GetUtcNow()) : site;
        }

        var begun = await syncs.RollBackAsync(
            Ids.Format(Ids.Tenant, site.Tenant), Ids.Format(Ids.Campaign, site.Campaign),
            new RollBackSite(
                Actor.System, Ids.Format(Ids.Sync, site.Sync!.Value), now.PublicId, Releases.ClosesOnly(site.Wave, now.RollsBackFrom ?? 1)));
        return begun.Refusal is { } refusal
            ? SiteOutcome.PutBack(site, refusal, options.Patience, Clock.GetUtcNow())
            : site with { RollBack = Ids.Parse(Ids.Sync, begun.Value!) };
    }

    private async Task<SyncView?> RunAsync(ReleaseSiteRow site, Guid sync, CancellationToken ct)
    {
        var (tenant, campaign) = (Ids.Format(Ids.Tenant, site.Tenant), Ids.Format(Ids.Campaign, site.Campaign));
        if (followed.Add(sync))
        {
            await syncs.WakeAsync(tenant, campaign);
        }

        return await syncs.FindAsync(tenant, campaign, Ids.Format(Ids.Sync, sync), ct);
    }

    /// <summary>Makes the next move, unless that takes long; answers it.</summary>
    private async Task<ReleaseMove> MoveAsync()
    {
        if (!await LoadAsync())
        {
            return new ReleaseMove.Wait(null);
        }

        var (now, row) = (Clock.GetUtcNow(), release!);
        var move = Releases.Next(StandOf(row, now), options.Pace, now);
        switch (move)
        {
            case ReleaseMove.Begin(var begun):
                await BeginAsync(row, begun.ToHashSet(), now);
                break;
            case ReleaseMove.Look or ReleaseMove.GiveUp or ReleaseMove.Wait:
                break;
            default:
                await SaveAsync(ReleaseMoves.Of(row, sites, move, now));
                break;
        }

        return move;
    }

    private ReleaseStand StandOf(ReleaseRow row, DateTimeOffset now) => new(
        row.State, row.RollsBackFrom, row.Settings.UnhealthyMax,
        [.. row.Waves.Select((w, i) => new WaveStand(i + 1, w.State, w.SoaksUntil, w.LookedAt, w.IsAccepted))], [.. sites.Select(s => s.StandAt(now, options.Pace.LateAfter))]);

    private async Task BeginAsync(ReleaseRow row, HashSet<Guid> begun, DateTimeOffset now)
    {
        await FreshFactsAsync();
        var isBack = row.State == ReleaseStates.RollingBack;
        await SaveSitesAsync(row, [.. sites.Where(s => begun.Contains(s.Campaign)).Select(site => isBack
            ? site with { State = ReleaseSiteStates.RollingBack, RollBack = null, StartedAt = now, PushedAt = null, EndedAt = null }
            : ReleaseAsking.HeldOf(row, site, now) is { } held
                ? site with { State = held.State, Reason = held.Reason, EndedAt = now }
                : site with { State = ReleaseSiteStates.Running, StartedAt = now, FromTag = site.Facts!.BaseTag })]);
    }

    /// <summary>Writes sites with an audit event for each that came to a result.</summary>
    private async Task<bool> SaveSitesAsync(ReleaseRow row, IReadOnlyCollection<ReleaseSiteRow> changed)
    {
        var (now, before) = (Clock.GetUtcNow(), sites.ToDictionary(s => s.Campaign));
        var audit = row.StartedAt is null ? [] : changed.Where(s => before.TryGetValue(s.Campaign, out var b) && !ReleaseSiteStates.IsUnderWay(s.State)
            && (b.State != s.State || b.IsHealthy != s.IsHealthy)).Select(s => ReleaseRecord.Audit(row, before[s.Campaign], s, now)).ToArray();
        await SaveAsync(new ReleaseWrite(row, changed, audit, Array.Empty<Storage.Central.Notices.NoticeBody>()));
        return true;
    }

    /// <summary>Asks every site of the wave that was pushed to, some at once.</summary>
    private async Task LookAsync(int wave, CancellationToken ct)
    {
        var began = Clock.GetUtcNow();
        var pushed = await InGateAsync(async () =>
        {
            await FreshFactsAsync();
            return sites.Where(s => s.Wave == wave && s.Stand.IsPushed && s.Facts is { IsUp: true }).ToImmutableArray();
        });
        var found = new Dictionary<Guid, SiteFinding>();
        foreach (var some in pushed.Chunk(LooksMax))
        {
            foreach (var (site, finding) in await Task.WhenAll(some.Select(async s => (s, await looks.LookAsync(s, ct)))))
            {
                found[site.Campaign] = finding;
            }
        }

        await InGateAsync(async () =>
        {
            if (await LoadAsync() && release!.State == ReleaseStates.Running && release.Waves[wave - 1].State == WaveStates.Soaking)
            {
                // As they are by now: one may have been taken away since it was looked at.
                await FreshFactsAsync();
                var looked = sites.Where(s => s.Wave == wave && s.Stand.IsPushed && (found.ContainsKey(s.Campaign) || s.Facts is not { IsUp: true }))
                    .Select(s => ReleaseMoves.Looked(s, found.GetValueOrDefault(s.Campaign))).ToArray();
                await SaveSitesAsync(release.WithWave(wave, w => w with { LookedAt = began }), looked);
            }

            return true;
        });
    }
}
