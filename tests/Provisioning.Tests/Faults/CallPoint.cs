using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using PrizeDraw.Doubles;
using PrizeDraw.Grains.Provisioning;
using PrizeDraw.Providers;

namespace PrizeDraw.Provisioning.Tests.Faults;

/// <summary>A call of a campaign's run: the <paramref name="Occurrence"/>-th of its operation that is about the campaign, made by this step.</summary>
/// <param name="IsShared">About no campaign, such as a look at the template: counted over all campaigns.</param>
/// <param name="IsUndo">Made while the step was being undone.</param>
public sealed record CallPoint(ProviderDouble Provider, string Step, string Operation, int Occurrence, bool IsShared, bool IsUndo)
{
    public override string ToString() => $"{Step}{(IsUndo ? " (undo)" : "")}: {Operation} #{Occurrence}";
}

/// <summary>The calls that campaigns make when nothing goes wrong: what faults are put at is read off a run, so that a new call is tried too.</summary>
public static class RecordedRun
{
    /// <summary>
    /// The calls and the steps of a run that becomes ready, or, with <paramref name="undone"/>, of one that is undone after its last step. Of calls that are
    /// made again and again while something is waited for, the first two of each step.
    /// </summary>
    public static async Task<(List<CallPoint> Calls, List<string> Steps)> OfAsync(CloudStage stage, bool undone)
    {
        var slug = stage.NextSlug();
        var (seen, isUndo) = (new List<CallPoint>(), false);
        stage.Observer.On(slug, (step, point) =>
        {
            isUndo |= point == SagaPoint.UndoStored;
            return undone && step == "verify-site" && point == SagaPoint.IntentStored
                ? throw new ProviderException(ProviderFault.Rejected, "A fault on order.") : Task.CompletedTask;
        });
        foreach (var provider in stage.Doubles)
        {
            provider.Faults.Meanwhile = (request, operation) =>
            {
                lock (seen)
                {
                    var isShared = !stage.IsAbout(request, slug);
                    var occurrence = seen.Count(c => c.Operation == operation && c.IsShared == isShared) + 1;
                    seen.Add(new CallPoint(provider, stage.Observer.StepOf(slug), operation, occurrence, isShared, isUndo));
                }

                return Task.FromResult<Doubles.Faults.Fault?>(null);
            };
        }

        var (id, _) = await stage.BeginAsync(slug);
        var ended = await stage.EndsAsync(id);
        foreach (var provider in stage.Doubles)
        {
            provider.Faults.Meanwhile = null;
        }

        var expected = undone ? "rolled_back" : "ready";
        if (ended != expected)
        {
            throw new InvalidOperationException($"The run without a fault is {ended}: {string.Join('\n', await stage.LogAsync(id))}");
        }

        return ([.. seen.GroupBy(c => (c.Step, c.Operation, c.IsShared, c.IsUndo)).SelectMany(same => same.Take(2))], await stage.StepsAsync(id));
    }
}
