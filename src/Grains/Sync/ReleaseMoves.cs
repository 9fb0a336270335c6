using System;
using System.Collections.Immutable;
using System.Linq;
using PrizeDraw.Domain.Sync;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Storage.Central;
using PrizeDraw.Storage.Central.Notices;
using PrizeDraw.Storage.Central.Sync;

namespace PrizeDraw.Grains.Sync;

/// <summary>What each move of a release writes.</summary>
internal static class ReleaseMoves
{
    /// <summary>Why a site was left as it is when the release was put back.</summary>
    public const string NoTurn = "The release ended before its turn.";

    public static ReleaseWrite Of(ReleaseRow release, ImmutableArray<ReleaseSiteRow> sites, ReleaseMove move, DateTimeOffset now) => move switch
    {
        ReleaseMove.EndPlanning => Told(release, release with { State = ReleaseStates.Planned }, "release.planned", null, now),
        ReleaseMove.BeginWave(var n) => Told(
            release, release.WithWave(n, w => w with { State = WaveStates.Running, StartedAt = now }), "release.wave_began", n, now),
        ReleaseMove.BeginSoak(var n) => new ReleaseWrite(
            release.WithWave(n, w => w with { State = WaveStates.Soaking, SoaksUntil = now + TimeSpan.FromMinutes(w.Settings.SoakMinutes), LookedAt = null }), [], [], []),
        ReleaseMove.PassWave(var n) => Told(release, release.WithWave(n, w => w with { State = WaveStates.Succeeded }), "release.wave_passed", n, now),
        ReleaseMove.FailWave(var n) => Failed(release, sites, n, now),
        ReleaseMove.EndRollBack => RolledBack(release, sites, now),
        ReleaseMove.Succeed => Told(release, release with { State = ReleaseStates.Succeeded, EndedAt = now }, "release.succeeded", null, now),
        _ => throw new ArgumentOutOfRangeException(nameof(move)),
    };

    /// <summary>A site after a look. One page that does not answer may be chance; who was found unhealthy once stays so for this release.</summary>
    public static ReleaseSiteRow Looked(ReleaseSiteRow site, SiteFinding? finding) => finding switch
    {
        // That a page is gone which was taken away says nothing of what was pushed.
        _ when site.IsHealthy == false || site.Facts is not { IsUp: true } => site with { IsSuspect = false },
        { Page: { } page } when site.IsSuspect => site with { IsHealthy = false, IsSuspect = false, Reason = page },
        { Page: not null } => site with { IsSuspect = true },
        { Rate: { } rate } => site with { IsHealthy = false, IsSuspect = false, Reason = rate },
        _ => site with { IsHealthy = true, IsSuspect = false },
    };

    private static ReleaseWrite Failed(ReleaseRow release, ImmutableArray<ReleaseSiteRow> sites, int wave, DateTimeOffset now)
    {
        var rollsBack = release.Settings.RollsBack;
        var stopped = release with
        {
            // What came after a wave that turns out worse late is put back with it.
            Waves = [.. release.Waves.Select((w, i) => i + 1 < wave || w.State == WaveStates.Pending ? w
                : rollsBack ? w with { State = WaveStates.RollingBack } : i + 1 == wave ? w with { State = WaveStates.Failed } : w)],
            State = rollsBack ? ReleaseStates.RollingBack : ReleaseStates.Paused, RollsBackFrom = rollsBack ? wave : null,
            Message = ReleaseRecord.Worse(wave, sites, rollsBack),
        };
        var told = Told(release, stopped, "release.wave_failed", wave, now) with { Sites = rollsBack ? Withdrawn(sites, now) : [] };
        return rollsBack ? told : told with { Notices = [ReleaseRecord.NoticeOfPause(stopped, now)] };
    }

    /// <summary>Sites whose syncs are withdrawn from now on: until then they may have been waited for already.</summary>
    public static ImmutableArray<ReleaseSiteRow> Withdrawn(ImmutableArray<ReleaseSiteRow> sites, DateTimeOffset now) =>
        [.. sites.Where(s => s.State == ReleaseSiteStates.Running).Select(s => s with { StartedAt = now })];

    private static ReleaseWrite RolledBack(ReleaseRow release, ImmutableArray<ReleaseSiteRow> sites, DateTimeOffset now)
    {
        ReleaseSiteRow[] left = [.. sites.Where(s => s.State == ReleaseSiteStates.Pending)
            .Select(s => s with { State = ReleaseSiteStates.Skipped, Reason = NoTurn, EndedAt = now })];
        var ended = release with
        {
            State = ReleaseStates.RolledBack, EndedAt = now, Message = ReleaseRecord.RolledBack(release, sites),
            Waves = [.. release.Waves.Select(w => w.State == WaveStates.RollingBack ? w with { State = WaveStates.RolledBack } : w)],
        };
        NoticeBody[] notices = release.StartedAt is null ? [] : [ReleaseRecord.NoticeOfRollBack(ended, now)];
        return Told(release, ended, "release.rolled_back", null, now) with { Sites = left, Notices = notices };
    }

    private static ReleaseWrite Told(ReleaseRow before, ReleaseRow after, string action, int? wave, DateTimeOffset now)
    {
        AuditEvent audit = ReleaseRecord.Audit(after, Actor.System.Id, action, now, new { before.State }, new { after.State, wave, after.Message });
        return new ReleaseWrite(after, [], [audit], []);
    }
}
