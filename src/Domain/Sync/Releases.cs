using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;

namespace PrizeDraw.Domain.Sync;

/// <summary>A site of a release as far as what is next depends on it.</summary>
/// <param name="IsIn">Whether what the release brought stands in the site, or waits in a pull request: a roll-back has to reach it.</param>
/// <param name="IsHealthy">Of a site that was pushed to; null before it was looked at.</param>
/// <param name="IsSuspect">Whether the newest look found something that a second look must bear out.</param>
/// <param name="Accounts">The provider accounts that doing anything to it uses.</param>
public sealed record SiteStand(Guid Campaign, int Wave, string State, bool IsIn, bool? IsHealthy, bool IsSuspect, ImmutableArray<string> Accounts)
{
    /// <summary>Whether its repository can't be reached for so long that nobody waits for it any more, though it is followed to its end.</summary>
    public bool IsLate { get; init; }

    /// <summary>Whether it was pushed to, and judged with its wave.</summary>
    public bool IsPushed => IsIn && State == ReleaseSiteStates.Pushed;
}

/// <param name="SoaksUntil">While it soaks.</param>
/// <param name="LookedAt">When its sites were last looked at while it soaked; null before the first look.</param>
/// <param name="IsAccepted">Whether a person has let the release go on although the wave was worse.</param>
public sealed record WaveStand(int Number, string State, DateTimeOffset? SoaksUntil, DateTimeOffset? LookedAt, bool IsAccepted = false);

/// <summary>A release as far as what is next depends on it.</summary>
/// <param name="RollsBackFrom">What was pushed from this wave on is put back, and every pull request that is open closed; while it is rolling back.</param>
/// <param name="UnhealthyMax">So many percent of a wave's pushed sites may be unhealthy.</param>
public sealed record ReleaseStand(
    string State, int? RollsBackFrom, int UnhealthyMax, ImmutableArray<WaveStand> Waves, ImmutableArray<SiteStand> Sites);

/// <summary>How much a release does at once, and how often it looks.</summary>
public sealed record ReleasePace
{
    /// <summary>Sites that something is done to at once; 1 to 100, default 8.</summary>
    public int UnderWayMax { get; init; } = 8;

    /// <summary>Of these, sites of one provider account; 1 to 100, default 4.</summary>
    public int PerAccountMax { get; init; } = 4;

    /// <summary>A wave does not wait longer for a site that can't be reached, such as one whose account has used up its requests; default 30 minutes.</summary>
    public TimeSpan LateAfter { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>How often the pages of a wave are asked while it soaks; default 2 minutes.</summary>
    public TimeSpan LookEvery { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>When a page that did not answer is asked again; default 15 seconds.</summary>
    public TimeSpan LookAgain { get; init; } = TimeSpan.FromSeconds(15);
}

/// <summary>What a release does next.</summary>
public abstract record ReleaseMove
{
    /// <summary>These sites are begun: looked at in a dry run, synced, or put back.</summary>
    public sealed record Begin(ImmutableArray<Guid> Sites) : ReleaseMove;

    /// <summary>Nobody waits for these sites any more, which can't be reached: they count as failed.</summary>
    public sealed record GiveUp(ImmutableArray<Guid> Sites) : ReleaseMove;

    /// <summary>The dry run is through.</summary>
    public sealed record EndPlanning : ReleaseMove;

    public sealed record BeginWave(int Wave) : ReleaseMove;

    public sealed record BeginSoak(int Wave) : ReleaseMove;

    /// <summary>The sites of a wave that soaks are looked at.</summary>
    public sealed record Look(int Wave) : ReleaseMove;

    public sealed record PassWave(int Wave) : ReleaseMove;

    /// <summary>Too many sites of the wave are worse than before.</summary>
    public sealed record FailWave(int Wave) : ReleaseMove;

    public sealed record EndRollBack : ReleaseMove;

    public sealed record Succeed : ReleaseMove;

    /// <summary>Nothing before this instant, or, when it is null, before something under way has come on or somebody says so.</summary>
    public sealed record Wait(DateTimeOffset? Until) : ReleaseMove;
}

/// <summary>Decides what a release does next, from what is stored of it alone: so it goes on after a crash as if nothing had been.</summary>
public static class Releases
{
    public static ReleaseMove Next(ReleaseStand release, ReleasePace pace, DateTimeOffset now) => release.State switch
    {
        ReleaseStates.Planning => Planning(release, pace),
        ReleaseStates.Running => Running(release, pace, now),
        ReleaseStates.RollingBack => RollingBack(release, pace),
        _ => new ReleaseMove.Wait(null),
    };

    /// <summary>Whether so many of the wave's sites are unhealthy that it is worse however those turn out that are still to come.</summary>
    public static bool IsWorse(ReleaseStand release, int wave)
    {
        var sites = release.Sites.Where(s => s.Wave == wave).ToArray();
        var unhealthy = sites.Count(s => s.IsPushed && s.IsHealthy == false);
        var pushedMax = sites.Count(s => s.IsPushed || s.State is ReleaseSiteStates.Pending or ReleaseSiteStates.Running);
        return unhealthy > 0 && unhealthy * 100 > release.UnhealthyMax * pushedMax;
    }

    /// <summary>Whether a roll-back from this wave on has to reach the site.</summary>
    public static bool IsPutBack(SiteStand site, int from) => site.IsIn && (site.Wave >= from || ReleaseSiteStates.IsReview(site.State));

    /// <summary>
    /// Whether of a site that is put back only an open pull request is closed. The waves before the one that is worse were well: what people have
    /// merged there stays, even when nobody has told the release of it yet.
    /// </summary>
    public static bool ClosesOnly(int wave, int from) => wave < from;

    /// <summary>
    /// Whether the release looks what people do with the site's pull request while it goes on: merged, it is built and judged with its wave. Nothing
    /// waits for that.
    /// </summary>
    public static bool FollowsReview(string release, SiteStand site) =>
        release is ReleaseStates.Running or ReleaseStates.Paused && site.IsIn && ReleaseSiteStates.IsReview(site.State);

    private static ReleaseMove Planning(ReleaseStand release, ReleasePace pace) =>
        Begin(release, pace, release.Sites.Where(s => s.State == ReleaseSiteStates.Pending).OrderBy(s => s.Wave))
        ?? GiveUp(release) ?? (IsAnyUnderWay(release) ? new ReleaseMove.Wait(null) : new ReleaseMove.EndPlanning());

    private static ReleaseMove Running(ReleaseStand release, ReleasePace pace, DateTimeOffset now) =>
        // A wave that has passed may turn out worse by a site that came late.
        release.Waves.FirstOrDefault(w => w is { IsAccepted: false, State: not WaveStates.Pending } && IsWorse(release, w.Number)) is { } worse
            ? new ReleaseMove.FailWave(worse.Number)
            : Widening(release, pace, now);

    private static ReleaseMove Widening(ReleaseStand release, ReleasePace pace, DateTimeOffset now) =>
        release.Waves.FirstOrDefault(w => !WaveStates.HasPassed(w.State)) switch
        {
            null => IsAnyUnderWay(release) ? new ReleaseMove.Wait(null) : new ReleaseMove.Succeed(),
            { State: WaveStates.Pending } wave => new ReleaseMove.BeginWave(wave.Number),
            { State: WaveStates.Running } wave => Widening(release, wave, pace),
            { State: WaveStates.Soaking } wave => Soaking(release, wave, pace, now),
            _ => new ReleaseMove.Wait(null),
        };

    private static ReleaseMove Widening(ReleaseStand release, WaveStand wave, ReleasePace pace)
    {
        var sites = release.Sites.Where(s => s.Wave == wave.Number).ToArray();
        return Begin(release, pace, sites.Where(s => s.State == ReleaseSiteStates.Pending))
            ?? (sites.Any(s => s.State == ReleaseSiteStates.Pending || s is { State: ReleaseSiteStates.Running, IsLate: false }) ? new ReleaseMove.Wait(null)
            // Nothing was deployed: there is nothing to watch.
            : sites.Any(s => s.IsPushed) ? new ReleaseMove.BeginSoak(wave.Number) : new ReleaseMove.PassWave(wave.Number));
    }

    private static ReleaseMove Soaking(ReleaseStand release, WaveStand wave, ReleasePace pace, DateTimeOffset now)
    {
        var until = wave.SoaksUntil ?? now;
        var isSuspect = release.Sites.Any(s => s.Wave == wave.Number && s.IsPushed && s.IsSuspect);
        if (wave.LookedAt is not { } lookedAt)
        {
            return new ReleaseMove.Look(wave.Number);
        }

        // It passes on a look that was made after its time, and that left no doubt; and once what people have merged meanwhile is built.
        if (lookedAt >= until && !isSuspect)
        {
            return release.Sites.Any(s => s.Wave == wave.Number && s is { State: ReleaseSiteStates.Running, IsLate: false })
                ? new ReleaseMove.Wait(null)
                : new ReleaseMove.PassWave(wave.Number);
        }

        var next = lookedAt + (isSuspect ? pace.LookAgain : pace.LookEvery);
        next = !isSuspect && until < next ? until : next;
        return next <= now ? new ReleaseMove.Look(wave.Number) : new ReleaseMove.Wait(next);
    }

    private static ReleaseMove RollingBack(ReleaseStand release, ReleasePace pace)
    {
        var from = release.RollsBackFrom ?? 1;
        var left = release.Sites.Where(s => IsPutBack(s, from) && (s.State == ReleaseSiteStates.Pushed || ReleaseSiteStates.IsReview(s.State)));
        return Begin(release, pace, left.OrderByDescending(s => s.Wave))
            ?? GiveUp(release) ?? (IsAnyUnderWay(release) ? new ReleaseMove.Wait(null) : new ReleaseMove.EndRollBack());
    }

    /// <summary>The sites that nothing is pushed to any more and that can't be reached: neither a dry run nor a roll-back keeps others waiting for those.</summary>
    private static ReleaseMove? GiveUp(ReleaseStand release) =>
        release.Sites.Where(s => s is { State: ReleaseSiteStates.Running, IsLate: true }).Select(s => s.Campaign).ToImmutableArray() is { IsEmpty: false } late
            ? new ReleaseMove.GiveUp(late)
            : null;

    private static bool IsAnyUnderWay(ReleaseStand release) => release.Sites.Any(s => ReleaseSiteStates.IsUnderWay(s.State));

    /// <summary>As many of these as may be begun now; null where none may.</summary>
    private static ReleaseMove? Begin(ReleaseStand release, ReleasePace pace, IEnumerable<SiteStand> waiting)
    {
        var underWay = release.Sites.Where(s => ReleaseSiteStates.IsUnderWay(s.State) && !s.IsLate).ToArray();
        var (all, byAccount) = (underWay.Length, underWay.SelectMany(s => s.Accounts).CountBy(a => a).ToDictionary());
        var begun = ImmutableArray.CreateBuilder<Guid>();
        foreach (var site in waiting)
        {
            if (all >= pace.UnderWayMax)
            {
                break;
            }

            if (site.Accounts.Any(a => byAccount.GetValueOrDefault(a) >= pace.PerAccountMax))
            {
                continue;
            }

            begun.Add(site.Campaign);
            all++;
            foreach (var account in site.Accounts)
            {
                byAccount[account] = byAccount.GetValueOrDefault(account) + 1;
            }
        }

        return begun.Count > 0 ? new ReleaseMove.Begin(begun.ToImmutable()) : null;
    }
}
