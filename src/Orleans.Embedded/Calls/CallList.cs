using System.Diagnostics;

namespace Orleans.Runtime;

/// <summary>Calls of an activation, oldest first. Linked through the calls themselves; guarded by the activation's lock.</summary>
internal sealed class CallList
{
    internal GrainCall? First { get; private set; }

    internal int Count { get; private set; }

    private GrainCall? Last { get; set; }

    internal void Add(GrainCall call)
    {
        Debug.Assert(call.List is null, "A call is on one list at a time.");
        call.List = this;
        call.Previous = Last;
        if (Last is null)
        {
            First = call;
        }
        else
        {
            Last.Next = call;
        }

        Last = call;
        Count++;
    }

    internal void Remove(GrainCall call)
    {
        Debug.Assert(call.List == this, "A call is taken from the list that it is on.");
        if (call.Previous is null)
        {
            First = call.Next;
        }
        else
        {
            call.Previous.Next = call.Next;
        }

        if (call.Next is null)
        {
            Last = call.Previous;
        }
        else
        {
            call.Next.Previous = call.Previous;
        }

        (call.List, call.Next, call.Previous) = (null, null, null);
        Count--;
    }

    internal GrainCall? TakeFirst()
    {
        var call = First;
        if (call is not null)
        {
            Remove(call);
        }

        return call;
    }
}
