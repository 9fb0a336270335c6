using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Doubles;
using PrizeDraw.Doubles.Faults;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Provisioning.Tests.Faults;
using PrizeDraw.TestKit;
using PrizeDraw.TestKit.Hosts;
using Shouldly;

namespace PrizeDraw.Provisioning.Tests.Schedules;

/// <summary>What a round has for certain.</summary>
public enum Certain
{
    /// <summary>A process of the platform's own is killed.</summary>
    Kill,

    /// <summary>A campaign is cancelled, one waits for a credential, and the undoing of one comes to rest in quarantine.</summary>
    Fates,
}

/// <summary>What came of a round.</summary>
public sealed record RoundResult(int Seed, int Ready, int Undone, int Cancelled, int Paused, int Quarantined, int Killed, int Dropped, int Faults, int Calls);

/// <summary>
/// Some campaigns at once, each with its schedule, on one host or two that die now and then. It ends when every campaign is ready or undone; then
/// there is one of everything or nothing, and all that others have is untouched.
/// </summary>
public sealed class Round
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(8), UntilAsked = TimeSpan.FromSeconds(4);

    private readonly CloudStage _stage;
    private readonly int _seed;
    private readonly CampaignSchedule[] _schedules;
    private readonly IMortalHost<UserOrder>[] _hosts;
    private readonly HashSet<int> _deaths;
    private readonly Dictionary<string, Planted> _planted;
    private readonly HashSet<string> _paused = [], _quarantined = [];
    private readonly Random _whom;
    private readonly SemaphoreSlim _dying = new(1);
    private readonly bool _isKilled;
    private int _calls, _died;

    /// <summary>Plans a round; all of it follows from the seed.</summary>
    /// <param name="certain">What there is in it for certain; null for what the seed says alone.</param>
    public Round(CloudStage stage, int seed, int campaigns, Certain? certain = null)
    {
        (_stage, _seed, _whom) = (stage, seed, new Random(seed));
        _isKilled = _whom.Next(5) == 0 ? certain != Certain.Fates : certain == Certain.Kill;
        _schedules = [.. Enumerable.Range(0, campaigns).Select(n => new CampaignSchedule(
            seed, n, stage.NextSlug(), Ids.New(Ids.Campaign, TimeProvider.System.GetUtcNow()), certain == Certain.Fates && n < 4 ? (Fate)n : Fate.Open))];
        _hosts = _isKilled ? [PlatformHosts.Killed(stage)] : [.. Enumerable.Range(0, 1 + _whom.Next(2)).Select(_ => PlatformHosts.Dropped(stage))];
        _deaths = [.. Enumerable.Range(0, _whom.Next(4)).Select(_ => _whom.Next(3, 45 * campaigns))];
        if (certain is { } what)
        {
            // Early enough to come, whatever else happens; no death where it might take with it what is to happen.
            _deaths = what == Certain.Kill ? [.. _deaths, _whom.Next(5, 20)] : [];
        }

        _planted = _schedules.ToDictionary(s => s.Slug, s => Planted.At(stage, s.Slug));
    }

    public async Task<RoundResult> RunAsync()
    {
        foreach (var host in _hosts)
        {
            await host.StartAsync();
        }

        foreach (var provider in _stage.Doubles)
        {
            provider.Faults.Meanwhile = MeanwhileAsync;
        }

        try
        {
            foreach (var schedule in _schedules)
            {
                Send("begin", schedule, 0);
                if (schedule.IsBegunTwice)
                {
                    Send("begin", schedule, ^1);
                }
            }

            var ended = await Task.WhenAll(_schedules.Select(EndAsync));
            return new RoundResult(
                _seed, ended.Count(e => e == "succeeded"), ended.Count(e => e != "succeeded"), ended.Count(e => e == "cancelled"), _paused.Count, _quarantined.Count,
                _isKilled ? _died : 0, _isKilled ? 0 : _died, _schedules.Sum(s => s.Faults), _schedules.Sum(s => s.Calls));
        }
        finally
        {
            foreach (var provider in _stage.Doubles)
            {
                provider.Faults.Clear();
            }

            await Task.WhenAll(_hosts.Select(h => h.DieAsync()));
            foreach (var planted in _planted.Values)
            {
                await planted.ClearAsync(_stage);
            }
        }
    }

    private void Send(string act, CampaignSchedule schedule, Index host, string deployment = "") =>
        _hosts[host].Send(new UserOrder(act, _stage.TenantId, schedule.Id, schedule.Slug, deployment));

    // Runs while the platform waits for a call.
    private async Task<Fault?> MeanwhileAsync(SeenRequest request, string operation)
    {
        var schedule = _schedules.FirstOrDefault(s => _stage.IsAbout(request, s.Slug));
        var fault = schedule?.At(operation);
        if (_deaths.Contains(Interlocked.Increment(ref _calls)))
        {
            await DieAsync();

            // Before the call, after it, or with it.
            fault = (_calls % 3) switch { 0 => Fault.DropBefore, 1 => Fault.DropAfter, _ => fault };
        }

        if (schedule is not null && schedule.CancelAt == schedule.Calls)
        {
            await CancelAsync(schedule);
        }

        return fault;
    }

    private async Task DieAsync()
    {
        await _dying.WaitAsync();
        try
        {
            var host = _hosts[_died++ % _hosts.Length];
            await host.DieAsync();

            // Reminders are due when it starts again.
            _stage.Clock.Leap(TimeSpan.FromMinutes(2));
            await host.StartAsync();
        }
        finally
        {
            _dying.Release();
        }
    }

    private async Task CancelAsync(CampaignSchedule schedule)
    {
        if (await _stage.FindDeploymentAsync(schedule.Id) is { } deployment)
        {
            Send("cancel", schedule, 0, deployment);
            if (schedule.IsFated)
            {
                // Before anything else goes on: it might be done by the time that the order comes.
                await Polling.UntilAsync(() => _stage.IsCancelledAsync(schedule.Id), TimeSpan.FromMinutes(1));
            }
        }
    }

    private async Task<string> EndAsync(CampaignSchedule schedule)
    {
        var (began, asked, last) = (Stopwatch.GetTimestamp(), Stopwatch.GetTimestamp(), 0);
        while (true)
        {
            var which = await _stage.FindDeploymentAsync(schedule.Id);
            var (campaign, deployment) = await _stage.FindStateAsync(schedule.Id);
            if (campaign is "ready" or "rolled_back" && deployment is "succeeded" or "rolled_back" or "cancelled")
            {
                try
                {
                    await CheckAsync(schedule, campaign == "ready");
                    return deployment;
                }
                catch (Exception)
                {
                    // Asked again just as the undoing came through, that began another one, whose end is waited for.
                    if (await _stage.FindDeploymentAsync(schedule.Id) == which)
                    {
                        throw;
                    }
                }
            }

            await NoteAsync(schedule, deployment);
            if (schedule.Calls != last)
            {
                (last, asked) = (schedule.Calls, Stopwatch.GetTimestamp());
            }
            else if (Stopwatch.GetElapsedTime(asked) > (deployment is "paused" or "quarantined" ? TimeSpan.FromMilliseconds(300) : UntilAsked))
            {
                // Nothing has gone on for a while: its user looks, and asks again.
                asked = Stopwatch.GetTimestamp();
                Send(campaign is null or "draft" ? "begin" : "ask", schedule, _whom.Next(_hosts.Length));
            }

            Stopwatch.GetElapsedTime(began).ShouldBeLessThan(Patience, await ToldAsync(schedule, $"{campaign} {deployment}"));
            await Task.Delay(50);
        }
    }

    private Task NoteAsync(CampaignSchedule schedule, string deployment)
    {
        if (deployment is "paused" or "quarantined")
        {
            schedule.Mend();
            lock (_paused)
            {
                (deployment == "paused" ? _paused : _quarantined).Add(schedule.Slug);
            }
        }

        return Task.CompletedTask;
    }

    private async Task CheckAsync(CampaignSchedule schedule, bool isReady)
    {
        await _planted[schedule.Slug].ShouldBeUntouchedAsync(_stage, schedule.Id, isReady, await ToldAsync(schedule, "ended"));
    }

    private async Task<string> ToldAsync(CampaignSchedule schedule, string state) =>
        $"PLATFORM_SEED={_seed}, {schedule.Slug}, {state}: {string.Join('\n', await _stage.LogAsync(schedule.Id))}";
}
