using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions.Campaigns;
using Shouldly;

namespace PrizeDraw.Provisioning.Tests.Faults;

/// <summary>How a case ended.</summary>
public sealed record CaseResult(FaultCase Case, bool IsReady, bool Paused, bool Quarantined, int Deaths);

/// <summary>Runs cases to their end as users and operators would, who mend what lasts and ask again, and looks at what is left.</summary>
public sealed class CaseRunner(CloudStage stage)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly ConcurrentQueue<CaseResult> _results = new();

    public IReadOnlyCollection<CaseResult> Results => _results;

    /// <summary>Runs those cases that may run beside others so many at once, and the others one by one. Throws with all cases that did not end well.</summary>
    public async Task RunAsync(IReadOnlyCollection<FaultCase> cases, int atOnce = 4)
    {
        var failures = new ConcurrentQueue<string>();
        async Task RunOneAsync(FaultCase one)
        {
            try
            {
                _results.Enqueue(await RunAsync(one));
            }
            catch (Exception e)
            {
                failures.Enqueue($"{one}: {e.Message}");
            }
        }

        await Parallel.ForEachAsync(
            cases.Where(c => !c.IsAlone), new ParallelOptions { MaxDegreeOfParallelism = atOnce }, async (one, _) => await RunOneAsync(one));
        foreach (var one in cases.Where(c => c.IsAlone))
        {
            await RunOneAsync(one);
        }

        failures.ShouldBeEmpty();
    }

    private async Task<CaseResult> RunAsync(FaultCase one)
    {
        var run = new CaseRun(stage, stage.NextSlug());
        var planted = Planted.At(stage, run.Slug);
        one.Arrange(run);
        try
        {
            var id = await BeginAsync(run);
            var (state, paused, quarantined) = await EndAsync(run, id);
            run.Mend();
            var told = $"{one}, {run.Slug}: {string.Join('\n', await stage.LogAsync(id))}";
            // Asked to try again just after its undo came through at last, a campaign is provisioned anew.
            var endings = quarantined ? one.Ending | Ending.Ready : one.Ending;
            (state == "ready" ? Ending.Ready : Ending.Gone).ShouldBeOneOf(
                [.. new[] { Ending.Ready, Ending.Gone }.Where(e => endings.HasFlag(e))], $"{state}: {told}");
            (quarantined && one.IsNoQuarantine).ShouldBeFalse(told);
            await SaysWhyAtOnceAsync(one, id, told);
            await planted.ShouldBeUntouchedAsync(stage, id, state == "ready", told);
            return new CaseResult(one, state == "ready", paused, quarantined, run.Deaths);
        }
        finally
        {
            run.Mend();
            await stage.EnsureHostAsync();
            await planted.ClearAsync(stage);
        }
    }

    private async Task SaysWhyAtOnceAsync(FaultCase one, string id, string told)
    {
        if (one.GivesUpAtOnce is { } step)
        {
            var why = (await stage.FailureAsync(id)).ShouldNotBeNull();
            why.ShouldMatch($"^{step}: .*(plan|quota|limit|payment)", told);

            // An attempt before the refusal has waited for a limit of requests.
            var since = (await stage.LogAsync(id)).SkipWhile(line => !line.StartsWith(why, StringComparison.Ordinal)).ToArray();
            since.ShouldNotBeEmpty(told);
            since.ShouldNotContain(line => line.StartsWith($"{step}: Attempt", StringComparison.Ordinal), told);
        }
    }

    private async Task<string> BeginAsync(CaseRun run)
    {
        try
        {
            return (await stage.BeginAsync(run.Slug)).Id;
        }
        catch (Exception) when (run.Deaths > 0)
        {
            // The host died before it had answered, after the campaign was stored.
            return await stage.IdOfAsync(run.Slug);
        }
    }

    private async Task<(string State, bool Paused, bool Quarantined)> EndAsync(CaseRun run, string id)
    {
        var (began, asked, paused, quarantined, revived) = (Stopwatch.GetTimestamp(), 0L, false, false, 0);
        while (true)
        {
            if (run.Deaths > revived)
            {
                revived = run.Deaths;

                // Its reminder is due when it starts again: nobody has to ask.
                stage.Clock.Leap(TimeSpan.FromMinutes(2));
                await stage.StartHostAsync();
            }

            var (state, deployment) = await stage.StateAsync(id);
            if (state is "ready" or "rolled_back")
            {
                return (state, paused, quarantined);
            }

            (paused, quarantined) = (paused || deployment == "paused", quarantined || deployment == "quarantined");
            if (deployment is "paused" or "quarantined" && Stopwatch.GetElapsedTime(asked) > TimeSpan.FromMilliseconds(200))
            {
                // Somebody mends what it waits for, and asks for it to go on: refused if it has gone on by itself meanwhile.
                asked = Stopwatch.GetTimestamp();
                run.Mend();
                await stage.Campaign(id).ProvisionAsync(new CampaignCommand(CloudStage.Admin, null));
            }

            Stopwatch.GetElapsedTime(began).ShouldBeLessThan(Patience, string.Join('\n', await stage.LogAsync(id)));
            await Task.Delay(20);
        }
    }
}
