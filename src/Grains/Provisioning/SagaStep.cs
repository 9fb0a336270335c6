using System;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Providers;

namespace PrizeDraw.Grains.Provisioning;

/// <summary>What a step may know of its own run.</summary>
/// <param name="Nonce">The ownership marker of this step's intent: 16 hex digits, fixed before the first attempt.</param>
/// <param name="Log">Adds a line to the deployment's log.</param>
/// <param name="Note">What an attempt of this run noted last; null for nothing.</param>
/// <param name="NoteAsync">Stores that, before it returns.</param>
internal sealed record StepContext(string Nonce, Action<string> Log, string? Note, Func<string?, CancellationToken, Task> NoteAsync)
{
    // Stored (deployment_step.note); decision 0042 says what each means.
    private const string Creating = "creating", Refused = "refused", Deleting = "deleting", Kept = "kept";

    /// <summary>Whether this is the step's first attempt, so that no earlier one can have asked for anything.</summary>
    public bool IsFirst { get; init; }

    /// <summary>Where the step notes a creation that it asks for. What an earlier version asked for stands nowhere: then a refusal says nothing of it.</summary>
    public CreationNote Creation => new(Note == Creating, (isAsked, ct) => NoteAsync(isAsked ? Creating : Note is null && !IsFirst ? null : Refused, ct));

    /// <summary>Where the step notes a deletion that it asks for.</summary>
    public DeletionNote Deletion => new(IsDeleting(Note), (isAsked, ct) => NoteAsync(isAsked ? Deleting : Kept, ct));

    /// <summary>Whether a note says that a deletion was asked for of which nobody knows how it ended.</summary>
    public static bool IsDeleting(string? note) => note == Deleting;

    /// <summary>Whether, by a note, a call that creates may have been done; null where nobody kept that.</summary>
    public static bool? MayBeMade(string? note) => note is null ? null : note != Refused;

    /// <summary>What is known of the calls that made, or deleted, what a step made. A removal that takes over knows what that step noted, until it has a word of its own.</summary>
    public string? NoteOn(string made, CampaignDeployment deployment) => Note ?? deployment.NoteOf(made);
}

/// <summary>
/// A step of a saga: it knows how to do and undo itself, and nothing of its neighbours. Every call may be repeated, and may come after a
/// crash in the middle of an earlier one.
/// </summary>
internal interface ISagaStep
{
    /// <summary>Stored in every deployment log: a rename is a migration.</summary>
    string Name { get; }

    /// <summary>What the log says when the step is done.</summary>
    string Done { get; }

    /// <summary>How long one attempt may work, or undo; what it waits for its turn (limits, other writes, queues) is not counted.</summary>
    TimeSpan TimeOut { get; }

    /// <summary>Whether a campaign of these settings needs the step at all.</summary>
    bool Concerns(CampaignSettings settings);

    /// <summary>At which provider the step makes something of its own, in an account that is stored before; null for none, or on this machine.</summary>
    string? MadeAt(CampaignSettings settings);

    /// <summary>Does the step and answers its result as JSON.</summary>
    Task<string> DoAsync(CampaignDeployment deployment, StepContext step, CancellationToken ct);

    /// <summary>The result of an earlier attempt of which nobody knows how it ended; null when there is none to adopt.</summary>
    Task<string?> FindAsync(CampaignDeployment deployment, StepContext step, CancellationToken ct);

    /// <summary>Undoes what this step, marked with its nonce, may have done. Nothing to undo is fine.</summary>
    Task UndoAsync(CampaignDeployment deployment, StepContext step, CancellationToken ct);
}

/// <summary>A step with a typed result.</summary>
internal abstract class SagaStep<TResult> : ISagaStep
{
    public abstract string Name { get; }

    public abstract string Done { get; }

    public virtual TimeSpan TimeOut => TimeSpan.FromMinutes(1);

    public virtual bool Concerns(CampaignSettings settings) => true;

    public virtual string? MadeAt(CampaignSettings settings) => null;

    protected abstract Task<TResult> DoAsync(CampaignDeployment deployment, StepContext step, CancellationToken ct);

    protected virtual Task<TResult?> FindAsync(CampaignDeployment deployment, StepContext step, CancellationToken ct) =>
        Task.FromResult<TResult?>(default);

    /// <summary>By default there is nothing to undo: what the step wrote goes with what an earlier step made.</summary>
    protected virtual Task UndoAsync(CampaignDeployment deployment, StepContext step, CancellationToken ct) => Task.CompletedTask;

    async Task<string> ISagaStep.DoAsync(CampaignDeployment deployment, StepContext step, CancellationToken ct) =>
        JsonSerializer.Serialize(await DoAsync(deployment, step, ct), JsonSerializerOptions.Web);

    async Task<string?> ISagaStep.FindAsync(CampaignDeployment deployment, StepContext step, CancellationToken ct) =>
        await FindAsync(deployment, step, ct) is { } found ? JsonSerializer.Serialize(found, JsonSerializerOptions.Web) : null;

    Task ISagaStep.UndoAsync(CampaignDeployment deployment, StepContext step, CancellationToken ct) => UndoAsync(deployment, step, ct);
}

/// <summary>Points of a step at which a crash is interesting; the default observer does nothing.</summary>
public enum SagaPoint
{
    /// <summary>The intent is stored, nothing has been called.</summary>
    IntentStored,

    /// <summary>The call is done, its result not stored.</summary>
    EffectDone,

    /// <summary>The result is stored.</summary>
    ResultStored,

    /// <summary>It is stored that the step is being undone, nothing has been undone.</summary>
    UndoStored,

    /// <summary>The step is undone, which is not stored.</summary>
    UndoDone,
}

/// <summary>Is told where each saga stands, before it goes on.</summary>
public interface ISagaObserver
{
    /// <summary>
    /// What this throws before the result is stored counts as a failure of the step, or of its undo; afterwards it stops the saga until
    /// its reminder.
    /// </summary>
    /// <param name="campaign">The campaign's slug.</param>
    /// <param name="step">The step's name.</param>
    /// <param name="point">Where the step stands.</param>
    Task AtAsync(string campaign, string step, SagaPoint point);
}

/// <summary>Lets sagas run.</summary>
public sealed class NoSagaObserver : ISagaObserver
{
    public Task AtAsync(string campaign, string step, SagaPoint point) => Task.CompletedTask;
}
