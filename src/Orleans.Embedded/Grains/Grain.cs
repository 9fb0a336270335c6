using System;
using System.Threading;
using System.Threading.Tasks;
using Orleans.Runtime;

namespace Orleans;

/// <summary>What the engine calls on a grain as its activation begins and ends.</summary>
public interface IGrainBase
{
    IGrainContext GrainContext { get; }

    Task OnActivateAsync(CancellationToken token) => Task.CompletedTask;

    Task OnDeactivateAsync(DeactivationReason reason, CancellationToken token) => Task.CompletedTask;
}

/// <summary>
/// The base of grain classes. One activation runs its code one turn at a time, so that grain code needs no locks.
/// </summary>
public abstract class Grain : IGrainBase, IAddressable
{
    private readonly Activation _activation;

    /// <exception cref="InvalidOperationException">The grain was not made by the engine.</exception>
    protected Grain() => _activation = RuntimeContext.Activation
        ?? throw new InvalidOperationException("Grain was created outside of the engine; ask IGrainFactory for a reference instead.");

    public IGrainContext GrainContext => _activation;

    public GrainReference GrainReference => _activation.GrainReference;

    /// <summary>The grain's id as text.</summary>
    public string IdentityString => _activation.GrainId.ToString();

    protected IGrainFactory GrainFactory => _activation.Runtime;

    protected internal IServiceProvider ServiceProvider => _activation.ActivationServices;

    internal Activation Activation => _activation;

    /// <summary>Runs before the first call. If it fails, so do the calls that wait, and no activation is left.</summary>
    public virtual Task OnActivateAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Runs after the last call. Not guaranteed: a process can be killed.</summary>
    public virtual Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Ends this activation once the calls under way are done; calls that arrive meanwhile go to a fresh one.</summary>
    protected void DeactivateOnIdle() => GrainBaseExtensions.DeactivateOnIdle(this);

    /// <summary>
    /// Keeps this activation at least that long even if idle; <see cref="TimeSpan.MaxValue"/> means for good, a negative value
    /// takes an earlier delay back.
    /// </summary>
    protected void DelayDeactivation(TimeSpan timeSpan) => _activation.DelayDeactivation(timeSpan);
}
