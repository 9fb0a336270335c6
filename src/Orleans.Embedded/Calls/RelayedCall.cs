using System.Threading.Tasks;

namespace Orleans.Runtime;

/// <summary>Runs another call's method. Outgoing filters see its end before the caller does.</summary>
internal sealed class RelayedCall(GrainCall original) : GrainCallVoid(original.Method)
{
    internal override GrainCall ArgumentsHolder => original;

    internal override object? BoxedResult
    {
        get => original.BoxedResult;
        set => original.BoxedResult = value;
    }

    internal override void SignalCancellation() => original.SignalCancellation();

    public override Task InvokeAsync(object target)
    {
        original.Owner = Owner;
        return original.ExecuteAsync(target);
    }
}
