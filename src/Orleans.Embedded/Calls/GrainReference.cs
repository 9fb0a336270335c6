using System;
using System.Threading;
using System.Threading.Tasks;

namespace Orleans.Runtime;

/// <summary>
/// A reference to a grain, wherever its activation is or whether it has one. For each grain interface a class is generated
/// that turns method calls into <see cref="GrainCall"/>s.
/// </summary>
public class GrainReference : IAddressable, IEquatable<GrainReference>
{
    private readonly GrainInterface? _interface;

    internal GrainReference(EmbeddedRuntime runtime, GrainId grainId, GrainInterface? @interface)
    {
        Runtime = runtime;
        GrainId = grainId;
        _interface = @interface;
    }

    public GrainId GrainId { get; }

    public GrainInterfaceType InterfaceType => _interface?.Name ?? default;

    public virtual string InterfaceName => InterfaceType.ToString();

    internal EmbeddedRuntime Runtime { get; }

    /// <summary>Set only by tests that force two activations of one grain: calls go to this one, whatever the directory says.</summary>
    internal Activation? Pinned { get; init; }

    /// <summary>The same grain by another of its interfaces.</summary>
    public virtual TGrainInterface Cast<TGrainInterface>()
        where TGrainInterface : IAddressable => this.AsReference<TGrainInterface>();

    public bool Equals(GrainReference? other) => other is not null && other.GrainId == GrainId;

    public override bool Equals(object? obj) => Equals(obj as GrainReference);

    public override int GetHashCode() => GrainId.GetHashCode();

    public sealed override string ToString() => $"GrainReference:{GrainId}";

    public static bool operator ==(GrainReference? reference1, GrainReference? reference2) =>
        reference1 is null ? reference2 is null : reference1.Equals(reference2);

    public static bool operator !=(GrainReference? reference1, GrainReference? reference2) => !(reference1 == reference2);

    internal GrainMethod MethodAt(int index) => _interface!.Methods[index];

    internal Task Send(GrainCallVoid call, CancellationToken caller)
    {
        if (caller.IsCancellationRequested)
        {
            return Task.FromCanceled(caller);
        }

        Runtime.Send(this, call, caller);
        return call.Promise;
    }

    internal Task<T> Send<T>(GrainCall<T> call, CancellationToken caller)
    {
        if (caller.IsCancellationRequested)
        {
            return Task.FromCanceled<T>(caller);
        }

        Runtime.Send(this, call, caller);
        return call.Promise;
    }
}
