using System;
using System.Threading;
using System.Threading.Tasks;

namespace Orleans.Runtime;

/// <summary>The activation that a grain runs in.</summary>
public interface IGrainContext : IEquatable<IGrainContext>
{
    /// <summary>A reference to the grain, to be cast to one of its interfaces.</summary>
    GrainReference GrainReference { get; }

    GrainId GrainId { get; }

    /// <summary>The grain object, once constructed.</summary>
    object? GrainInstance { get; }

    /// <summary>Services that live as long as the activation.</summary>
    IServiceProvider ActivationServices { get; }

    /// <summary>Completes when the activation has fully ended.</summary>
    Task Deactivated { get; }

    /// <summary>Ends the activation once the calls under way are done; later calls go to a fresh one.</summary>
    void Deactivate(DeactivationReason deactivationReason, CancellationToken cancellationToken = default);
}
