using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Providers;
using PrizeDraw.Providers.Cloud;
using PrizeDraw.Storage.Central.Campaigns;

namespace PrizeDraw.Grains.Provisioning;

/// <summary>Where a saga stands after it was advanced.</summary>
internal enum SagaState
{
    /// <summary>There is more to do: advance again.</summary>
    UnderWay,

    /// <summary>Every step is done.</summary>
    Succeeded,

    /// <summary>
    /// A credential is refused, or a failure may pass that harms nothing meanwhile: nothing is undone, and the step is tried again later.
    /// </summary>
    Paused,

    /// <summary>A limit is waited for, which is no failure: the step goes on at a known time, forwards or in the undoing.</summary>
    Waiting,

    /// <summary>A step failed for good, and what stood before stands: there is nothing to undo.</summary>
    LeftAsItWas,

    /// <summary>Everything done has been undone.</summary>
    RolledBack,

    /// <summary>An undo, or a removal, keeps failing: what is left is stored and retried later.</summary>
    Quarantined,
}

/// <summary>Where a saga stands; <paramref name="Until"/> is when a limit is over that it waits for.</summary>
internal readonly record struct SagaProgress(SagaState State, DateTimeOffset? Until = null)
{
    public static implicit operator SagaProgress(SagaState state) => new(state);
}

/// <summary>
/// Advances a deployment one step at a time. Before each call its intent is stored, after it its result; after a crash the step in
/// doubt is looked up before it is done again. What a failure leads to is the kind's to say (<see cref="OnFailure"/>).
/// </summary>
internal sealed class Saga(ProvisioningPlan plan, DeploymentStore store, ISagaObserver observer, TimeProvider clock)
{
    private const int AttemptsMax = 4, UndoAttemptsMax = 3, DisposalsMax = 10;

    /// <summary>For so long what may pass is waited for where nothing is harmed meanwhile, counted from the deployment's start.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromHours(24);

    public async Task<SagaProgress> AdvanceAsync(DeploymentRow row, CampaignDeployment deployment, CancellationToken ct) =>
        row.State == "rolling_back" || (row.State == "quarantined" && plan.Of(row.Kind).Undoes)
            ? await UndoNextAsync(row, deployment, ct)
            : await DoNextAsync(row, deployment, ct);

    private async Task<SagaProgress> DoNextAsync(DeploymentRow row, CampaignDeployment deployment, CancellationToken ct)
    {
        // Asked first: a cancellation that came during the last step was promised too.
        if (row.CancelRequested && plan.Of(row.Kind).OnFailure == OnFailure.LeaveAsItWas)
        {
            return SagaState.LeftAsItWas;
        }

        if (row.CancelRequested)
        {
            await RollBackAsync(row, "Cancelled.", ct);
            return SagaState.UnderWay;
        }

        var next = row.Steps.FirstOrDefault(s => s.State != "succeeded");
        if (next is null)
        {
            return SagaState.Succeeded;
        }

        return await DoAsync(row, next, deployment, ct);
    }

    private async Task<SagaProgress> DoAsync(DeploymentRow row, StepRow stored, CampaignDeployment deployment, CancellationToken ct)
    {
        var step = StepOf(row, stored);
        var current = await BoundAsync(row, step, stored, deployment, ct);
        for (var attempt = 1; ; attempt++)
        {
            // Started before: nobody knows how that ended, so it is looked up first.
            var inDoubt = current.State == "running";
            current = current with { State = "running", Attempts = current.Attempts + 1 };
            await store.SetStepAsync(row, current, clock.GetUtcNow(), "info", attempt == 1 && !inDoubt ? "Started." : $"Attempt {current.Attempts}.", ct);
            string result;
            try
            {
                await observer.AtAsync(deployment.Slug, step.Name, SagaPoint.IntentStored);
                result = await CallAsync(row, deployment, step, current, async (context, token) =>
                    (inDoubt ? await step.FindAsync(deployment, context, token) : null) ?? await step.DoAsync(deployment, context, token), ct);
                await observer.AtAsync(deployment.Slug, step.Name, SagaPoint.EffectDone);
            }
            catch (ProviderException e) when (e.LimitedUntil is not null && Waits(row, Patience) && !ct.IsCancellationRequested)
            {
                // The step stays in doubt, so that it is looked up before it is done again.
                return await WaitAsync(row, current, e, ct);
            }
            catch (Exception e) when (attempt < AttemptsMax && !IsEnding(e, current, ct) && MayPass(e))
            {
                await store.LogAsync(row, [new LogLine(clock.GetUtcNow(), step.Name, "warning", $"{FailureText.Of(e)} Trying again.") { Attempt = current.Attempts }], ct);
                await Task.Delay(plan.RetryDelay * Math.Pow(2, attempt - 1), clock, ct);
                continue;
            }
            catch (Exception e) when (!IsEnding(e, current, ct))
            {
                return await FailAsync(row, current, e, ct);
            }

            // Outside the try: that our own storage is away for a moment fails no step, it is gone on with from what is stored.
            await SucceedAsync(row, current with { State = "succeeded", Result = result, Message = step.Done }, deployment, ct);
            return SagaState.UnderWay;
        }
    }

    /// <summary>Where a step makes its part is stored before its first call, so that it is looked for and undone there and nowhere else.</summary>
    private async Task<StepRow> BoundAsync(DeploymentRow row, ISagaStep step, StepRow stored, CampaignDeployment deployment, CancellationToken ct)
    {
        if (stored.Account is not null || step.MadeAt(deployment.Settings) is not { } provider)
        {
            return stored;
        }

        var bound = stored with { Account = await store.BindAsync(row, stored, provider, ct) };
        deployment.Update(bound);
        return bound;
    }

    private async Task SucceedAsync(DeploymentRow row, StepRow done, CampaignDeployment deployment, CancellationToken ct)
    {
        await store.SetStepAsync(row, done, clock.GetUtcNow(), "info", done.Message!, ct);
        if (row.State is "paused" or "quarantined")
        {
            await store.SetStateAsync(row, "running", null, null, ct);
        }

        deployment.Update(done);
        await observer.AtAsync(deployment.Slug, done.Name, SagaPoint.ResultStored);
    }

    private async Task<SagaState> FailAsync(DeploymentRow row, StepRow current, Exception error, CancellationToken ct)
    {
        var (now, message, way) = (clock.GetUtcNow(), FailureText.Of(error), WayOf(row, error));
        var refused = error is ProviderException { Fault: ProviderFault.Unauthorized };
        var isPatient = now - row.StartedAt < Patience;
        if (way switch
        {
            OnFailure.WaitThenRollBack => isPatient,
            OnFailure.LeaveAsItWas => isPatient && (refused || MayPass(error)),
            _ => refused,
        })
        {
            // The step stays in doubt, so that it is looked up before it is done again.
            await store.SetStepAsync(
                row, current with { Message = message }, now, "error", $"{message} Waiting until it is {(refused || !MayPass(error) ? "mended" : "over")}.", ct);
            return SagaState.Paused;
        }

        if (way == OnFailure.Insist)
        {
            await store.SetStepAsync(
                row, current with { State = "quarantined", Message = message }, now, "error",
                $"Could not be done and is kept in quarantine; it will be tried again. {message}", ct);
            return SagaState.Quarantined;
        }

        await store.SetStepAsync(row, current with { State = "failed", Message = message }, now, "error", message, ct);
        if (way == OnFailure.LeaveAsItWas)
        {
            await store.SetStateAsync(row, row.State, $"{current.Name}: {message}", null, ct);
            await store.LogAsync(row, [new LogLine(now, null, "warning", "Given up: what stood before stays as it is.")], ct);
            return SagaState.LeftAsItWas;
        }

        await RollBackAsync(row, $"{current.Name}: {message}", ct);
        return SagaState.UnderWay;
    }

    /// <summary>A removal that meets what is still needed has not taken anything away yet: all stays as it was.</summary>
    private OnFailure WayOf(DeploymentRow row, Exception error) =>
        error is CampaignStillNeededException && plan.Of(row.Kind).OnFailure == OnFailure.Insist ? OnFailure.LeaveAsItWas : plan.Of(row.Kind).OnFailure;

    private ISagaStep StepOf(DeploymentRow row, StepRow step) => plan.Of(row.Kind).Steps.Single(s => s.Name == step.Name);

    private async Task<SagaProgress> UndoNextAsync(DeploymentRow row, CampaignDeployment deployment, CancellationToken ct)
    {
        var next = row.Steps.LastOrDefault(s => s.State is not ("pending" or "undone"));
        if (next is null)
        {
            return SagaState.RolledBack;
        }

        var step = StepOf(row, next);
        await store.SetStepAsync(row, next with { State = "undoing" }, clock.GetUtcNow(), "info", "Undoing.", ct);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await observer.AtAsync(deployment.Slug, step.Name, SagaPoint.UndoStored);
                await CallAsync(row, deployment, step, next, async (context, token) =>
                {
                    await step.UndoAsync(deployment, context, token);
                    return "";
                }, ct);
                await observer.AtAsync(deployment.Slug, step.Name, SagaPoint.UndoDone);
                break;
            }
            catch (Exception e) when (!ct.IsCancellationRequested)
            {
                if (await UndoFailedAsync(row, next, attempt, e, ct) is { } rests)
                {
                    return rests;
                }
            }
        }

        await store.SetStepAsync(row, next with { State = "undone" }, clock.GetUtcNow(), "info", "Undone.", ct);
        return SagaState.UnderWay;
    }

    /// <summary>Where the saga rests after an attempt to undo that failed; null when it is tried again, for which it has waited.</summary>
    private async Task<SagaProgress?> UndoFailedAsync(DeploymentRow row, StepRow next, int attempt, Exception e, CancellationToken ct)
    {
        if (e is ProviderException { LimitedUntil: not null } limit && Waits(row, Patience * 2))
        {
            return await WaitAsync(row, next with { State = "undoing" }, limit, ct);
        }

        if (attempt < UndoAttemptsMax)
        {
            await Task.Delay(plan.RetryDelay * attempt, clock, ct);
            return null;
        }

        await store.SetStepAsync(
            row, next with { State = "quarantined", Message = FailureText.Of(e) }, clock.GetUtcNow(), "error",
            $"Could not be undone and is kept in quarantine; it will be tried again. {FailureText.Of(e)}", ct);
        return SagaState.Quarantined;
    }

    /// <summary>Whether limits are still waited for: for a day from the deployment's start, and for another one while it is undone.</summary>
    private bool Waits(DeploymentRow row, TimeSpan patience) => clock.GetUtcNow() - row.StartedAt < patience;

    private async Task<SagaProgress> WaitAsync(DeploymentRow row, StepRow current, ProviderException limit, CancellationToken ct)
    {
        var until = limit.LimitedUntil!.Value;
        await store.SetStepAsync(
            row, current with { Message = limit.Message }, clock.GetUtcNow(), "warning",
            $"{limit.Message} Waiting until {until.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC.", ct);
        return new SagaProgress(SagaState.Waiting, until);
    }

    private async Task<string> CallAsync(
        DeploymentRow row, CampaignDeployment deployment, ISagaStep step, StepRow stored, Func<StepContext, CancellationToken, Task<string>> call, CancellationToken ct)
    {
        await using var log = new StepLog(store, row, stored, clock);
        using var time = new WorkTime(plan.TimeOf(step), clock, ct);
        using var waits = TurnWaits.To(time.Wait);
        using var tracing = CloudTracing.To(log.Add);
        try
        {
            return await call(new StepContext(stored.Nonce, log.Add, deployment.NoteOf(step.Name), NoteAsync) { IsFirst = stored.Attempts == 1 }, time.Token);
        }
        catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
        {
            throw new ProviderException(ProviderFault.Transient, $"Not done within {plan.TimeOf(step).TotalSeconds:0} seconds.", e);
        }

        async Task NoteAsync(string? note, CancellationToken token)
        {
            await store.NoteAsync(row, stored, note, token);
            deployment.Note(step.Name, note);
        }
    }

    private async Task RollBackAsync(DeploymentRow row, string reason, CancellationToken ct)
    {
        await store.SetStateAsync(row, "rolling_back", reason, null, ct);
        await store.LogAsync(row, [new LogLine(clock.GetUtcNow(), null, "warning", $"Rolling back. {reason}")], ct);
    }

    /// <summary>
    /// What a host that is being taken apart meets says nothing of the step: it stays in doubt, for whoever takes over. Not without end: a step that meets the same
    /// on a sound host fails as any other.
    /// </summary>
    private static bool IsEnding(Exception e, StepRow current, CancellationToken ct) =>
        ct.IsCancellationRequested || (e is ObjectDisposedException && current.Attempts <= DisposalsMax);

    private static bool MayPass(Exception e) => e is not (ProviderException or CampaignStillNeededException) || e is ProviderException { Fault: ProviderFault.Transient };
}
