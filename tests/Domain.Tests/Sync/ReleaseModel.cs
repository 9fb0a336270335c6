using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using PrizeDraw.Domain.Sync;
using Shouldly;

namespace PrizeDraw.Domain.Tests.Sync;

/// <summary>A release in a world where sites come out as chance has it, and people pause, resume and roll back when they like.</summary>
internal sealed class ReleaseModel
{
    private static readonly TimeSpan Soak = TimeSpan.FromMinutes(10);
    private readonly Random random;
    private readonly ReleasePace pace = new() { UnderWayMax = 5, PerAccountMax = 3 };
    private readonly double unhealthy;
    private readonly HashSet<Guid> merged = [], lost;
    private DateTimeOffset now = new(2026, 12, 1, 0, 0, 0, TimeSpan.Zero);
    private ReleaseStand release;

    public ReleaseModel(Random random)
    {
        this.random = random;
        unhealthy = random.Next(4) switch { 0 => 0, 1 => 0.3, _ => 0.02 };
        var (sites, waves) = (random.Next(0, 40), random.Next(1, 5));
        release = new ReleaseStand(
            random.Next(4) == 0 ? ReleaseStates.Planning : ReleaseStates.Running, null, random.Next(3) * 10,
            [.. Enumerable.Range(1, waves).Select(w => new WaveStand(w, WaveStates.Pending, null, null))],
            [.. Enumerable.Range(0, sites).Select(i => new SiteStand(
                new Guid(i, 0, 0, new byte[8]), random.Next(1, waves + 1), ReleaseSiteStates.Pending, false, null, false, [$"account {random.Next(2)}"]))]);
        lost = [.. release.Sites.Where(_ => random.Next(20) == 0).Select(s => s.Campaign)];
    }

    public ReleaseStand Release => release;

    /// <summary>How often each site was begun to be put back.</summary>
    public Dictionary<Guid, int> PutBack { get; } = [];

    public bool HasEnded => release.State is ReleaseStates.Succeeded or ReleaseStates.RolledBack;

    /// <summary>One thing happens: the release moves, a site comes on, or somebody says something.</summary>
    public void Step(bool withPeople)
    {
        if (withPeople && random.Next(25) == 0)
        {
            PeopleAct();
        }

        // A crash between two writes is nothing but asking again: so every move is asked for twice.
        var move = Releases.Next(release, pace, now);
        Releases.Next(release, pace, now).GetType().ShouldBe(move.GetType());
        var before = release;
        Apply(move);
        if (before.State == ReleaseStates.Paused)
        {
            move.ShouldBe(new ReleaseMove.Wait(null));
        }

        if (move is ReleaseMove.Wait or ReleaseMove.Begin)
        {
            SomethingComesOn(move);
        }
    }

    /// <summary>Whoever paused it comes back.</summary>
    public void ResumeIfPaused()
    {
        if (release.State == ReleaseStates.Paused)
        {
            Resume();
        }
        else if (release.State == ReleaseStates.Planned)
        {
            Start();
        }
    }

    private void Apply(ReleaseMove move)
    {
        switch (move)
        {
            case ReleaseMove.Begin(var sites):
                BeginAll(sites);
                break;
            case ReleaseMove.GiveUp(var late):
                late.ShouldNotBeEmpty();
                release.State.ShouldBeOneOf(ReleaseStates.Planning, ReleaseStates.RollingBack);
                release.Sites.Where(s => late.Contains(s.Campaign)).ShouldAllBe(s => s.State == ReleaseSiteStates.Running && s.IsLate);
                release = release with
                {
                    Sites = [.. release.Sites.Select(s => late.Contains(s.Campaign) ? s with { State = ReleaseSiteStates.Failed, IsIn = release.State == ReleaseStates.RollingBack, IsLate = false } : s)],
                };
                break;
            case ReleaseMove.EndPlanning:
                release = release with { State = ReleaseStates.Planned };
                break;
            case ReleaseMove.BeginWave(var n):
                release.Waves.Where(w => w.Number < n).ShouldAllBe(w => w.State == WaveStates.Succeeded);
                release.Sites.Where(s => s.Wave < n && !merged.Contains(s.Campaign))
                    .ShouldAllBe(s => s.State != ReleaseSiteStates.Pending && (s.State != ReleaseSiteStates.Running || s.IsLate));
                SetWave(n, w => w with { State = WaveStates.Running });
                break;
            case ReleaseMove.BeginSoak(var n):
                SetWave(n, w => w with { State = WaveStates.Soaking, SoaksUntil = now + Soak });
                break;
            case ReleaseMove.Look(var n):
                Look(n);
                break;
            case ReleaseMove.PassWave(var n):
                Pass(n);
                break;
            case ReleaseMove.FailWave(var n):
                Fail(n);
                break;
            case ReleaseMove.EndRollBack:
                release = release with { State = ReleaseStates.RolledBack };
                break;
            case ReleaseMove.Succeed:
                // Whatever was merged until now was built and judged; what is open is nobody's to wait for.
                release.Sites.ShouldAllBe(s => !ReleaseSiteStates.IsUnderWay(s.State) && s.State != ReleaseSiteStates.Pending);
                release.Waves.ShouldAllBe(w => w.IsAccepted || !Releases.IsWorse(release, w.Number));
                release = release with { State = ReleaseStates.Succeeded };
                break;
        }
    }

    private void BeginAll(ImmutableArray<Guid> sites)
    {
        sites.ShouldNotBeEmpty();
        foreach (var id in sites)
        {
            var site = release.Sites.Single(s => s.Campaign == id);
            var isBack = release.State == ReleaseStates.RollingBack;
            site.State.ShouldBeOneOf(isBack ? [ReleaseSiteStates.Pushed, ReleaseSiteStates.PullRequest] : [ReleaseSiteStates.Pending]);
            if (isBack)
            {
                PutBack[id] = PutBack.GetValueOrDefault(id) + 1;
            }
            else if (release.State == ReleaseStates.Running)
            {
                release.Waves.Take(site.Wave - 1).All(w => w.State == WaveStates.Succeeded).ShouldBeTrue();
                release.Waves[site.Wave - 1].State.ShouldBe(WaveStates.Running);
            }

            SetSite(id, s => s with { State = isBack ? ReleaseSiteStates.RollingBack : ReleaseSiteStates.Running });
        }

        var underWay = release.Sites.Where(s => ReleaseSiteStates.IsUnderWay(s.State) && !s.IsLate).ToArray();
        underWay.Length.ShouldBeLessThanOrEqualTo(pace.UnderWayMax);
        // What people merge comes beside: where that is too much already, nothing more is begun.
        var begun = release.Sites.Where(s => sites.Contains(s.Campaign)).Select(s => s.Accounts.Single()).ToHashSet();
        underWay.CountBy(s => s.Accounts.Single()).Where(a => begun.Contains(a.Key)).ShouldAllBe(a => a.Value <= pace.PerAccountMax);
    }

    private void Look(int wave)
    {
        foreach (var site in release.Sites.Where(s => s.Wave == wave && s.IsPushed))
        {
            var fails = site.IsHealthy == false || (site.IsSuspect ? random.NextDouble() < 0.5 : random.NextDouble() < unhealthy);
            SetSite(site.Campaign, s => s with { IsHealthy = fails && site.IsSuspect ? false : s.IsHealthy ?? true, IsSuspect = fails && s.IsHealthy != false && !site.IsSuspect });
        }

        SetWave(wave, w => w with { LookedAt = now });
    }

    private void Pass(int wave)
    {
        var pushed = release.Sites.Where(s => s.Wave == wave && s.IsPushed).ToArray();
        release.Sites.ShouldAllBe(s => s.Wave != wave || s.State != ReleaseSiteStates.Running || s.IsLate);
        if (pushed.Length > 0)
        {
            var stored = release.Waves[wave - 1];
            stored.SoaksUntil!.Value.ShouldBeLessThanOrEqualTo(now);
            stored.LookedAt!.Value.ShouldBeGreaterThanOrEqualTo(stored.SoaksUntil.Value);
            (stored.IsAccepted || pushed.Count(s => s.IsHealthy == false) * 100 <= release.UnhealthyMax * pushed.Length).ShouldBeTrue();
            pushed.ShouldAllBe(s => s.IsHealthy != null && !s.IsSuspect);
        }

        SetWave(wave, w => w with { State = WaveStates.Succeeded });
    }

    private void Fail(int wave)
    {
        release.Sites.Any(s => s.Wave == wave && s.IsHealthy == false).ShouldBeTrue();
        var rollsBack = random.Next(3) > 0;
        SetWave(wave, w => w with { State = rollsBack ? WaveStates.RollingBack : WaveStates.Failed });
        release = release with { State = ReleaseStates.Paused };
        if (rollsBack)
        {
            RollBack(wave);
        }
    }

    private void SomethingComesOn(ReleaseMove move)
    {
        var underWay = release.Sites.Where(s => ReleaseSiteStates.IsUnderWay(s.State)).ToArray();
        if (underWay.Length > 0 && random.Next(3) > 0)
        {
            var site = underWay[random.Next(underWay.Length)];
            // Some can't be reached for long, and some not at all while nothing is pushed.
            var isLate = site.State == ReleaseSiteStates.Running
                && ((!site.IsLate && random.Next(8) == 0) || (release.State != ReleaseStates.Running && lost.Contains(site.Campaign)));
            SetSite(site.Campaign, s => isLate ? s with { IsLate = true } : s.State == ReleaseSiteStates.RollingBack ? PutBackOrKept(s) : Outcome(s));
        }

        PeopleReview();
        var until = (move as ReleaseMove.Wait)?.Until;
        now = until is { } at && (underWay.Length == 0 || random.Next(2) == 0) && at > now ? at : now.AddSeconds(random.Next(1, 90));
    }

    /// <summary>A pull request of a wave before may have been merged until it was to be closed.</summary>
    private SiteStand PutBackOrKept(SiteStand site) => Releases.ClosesOnly(site.Wave, release.RollsBackFrom!.Value) && random.Next(2) == 0
        ? site with { State = ReleaseSiteStates.Pushed }
        : site with { State = ReleaseSiteStates.RolledBack, IsIn = false };

    /// <summary>People merge a pull request, or close it, in whichever wave it is.</summary>
    private void PeopleReview()
    {
        var open = release.Sites.Where(s => Releases.FollowsReview(release.State, s)).ToArray();
        if (open.Length > 0 && random.Next(6) == 0)
        {
            var site = open[random.Next(open.Length)];
            var isMerged = random.Next(3) > 0 && merged.Add(site.Campaign);
            SetSite(site.Campaign, s => isMerged ? s with { State = ReleaseSiteStates.Running } : s with { State = ReleaseSiteStates.Refused, IsIn = false });
        }
    }

    private SiteStand Outcome(SiteStand came) => came with { IsLate = false } is var site && release.State == ReleaseStates.Planning
        ? site with { State = ReleaseSiteStates.Pushed }
        : merged.Contains(site.Campaign) ? site with { State = ReleaseSiteStates.Pushed, IsHealthy = random.NextDouble() >= unhealthy }
        : random.Next(10) switch
        {
            0 => site with { State = ReleaseSiteStates.Refused },
            1 => site with { State = ReleaseSiteStates.PullRequest, IsIn = true },
            2 => site with { State = ReleaseSiteStates.Failed },
            3 => site with { State = ReleaseSiteStates.UpToDate },
            _ => site with { State = ReleaseSiteStates.Pushed, IsIn = true, IsHealthy = random.NextDouble() >= unhealthy },
        };

    private void PeopleAct()
    {
        switch (release.State, random.Next(3))
        {
            case (ReleaseStates.Running, 0):
                release = release with { State = ReleaseStates.Paused };
                break;
            case (ReleaseStates.Running or ReleaseStates.Paused, 1) when random.Next(3) == 0:
                RollBack(1);
                break;
            case (ReleaseStates.Paused, _):
                Resume();
                break;
        }
    }

    private void Resume()
    {
        foreach (var wave in release.Waves.Where(w => w.State == WaveStates.Failed))
        {
            // A person has looked, and takes it as it is.
            SetWave(wave.Number, w => w with { State = WaveStates.Running, IsAccepted = true });
        }

        release = release with { State = ReleaseStates.Running };
    }

    /// <summary>What is withdrawn has its time anew.</summary>
    private void RollBack(int from) => release = release with
    {
        State = ReleaseStates.RollingBack, RollsBackFrom = from, Sites = [.. release.Sites.Select(s => s with { IsLate = false })],
    };

    private void Start() => release = release with
    {
        State = ReleaseStates.Running, Sites = [.. release.Sites.Select(s => s with { State = ReleaseSiteStates.Pending })],
    };

    private void SetSite(Guid id, Func<SiteStand, SiteStand> change) =>
        release = release with { Sites = [.. release.Sites.Select(s => s.Campaign == id ? change(s) : s)] };

    private void SetWave(int number, Func<WaveStand, WaveStand> change) =>
        release = release with { Waves = [.. release.Waves.Select(w => w.Number == number ? change(w) : w)] };
}
