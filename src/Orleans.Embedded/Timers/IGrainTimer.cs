using System;
using System.Diagnostics.CodeAnalysis;

namespace Orleans.Runtime;

/// <summary>A timer of one activation. Disposing it stops it and cancels the token of a tick under way.</summary>
public interface IGrainTimer : IDisposable
{
    /// <summary>Sets when the next tick comes and the pause after each. During a tick it takes effect when the tick ends.</summary>
    void Change(TimeSpan dueTime, TimeSpan period);
}

/// <summary>How a grain timer behaves.</summary>
public readonly struct GrainTimerCreationOptions()
{
    [SetsRequiredMembers]
    public GrainTimerCreationOptions(TimeSpan dueTime, TimeSpan period)
        : this()
    {
        DueTime = dueTime;
        Period = period;
    }

    /// <summary>The pause before the first tick; infinite for none.</summary>
    public required TimeSpan DueTime { get; init; }

    /// <summary>The pause from the end of a tick to the next; infinite for a single tick.</summary>
    public required TimeSpan Period { get; init; }

    /// <summary>Whether a tick may start while a call awaits. Default: it takes its turn like any call.</summary>
    public bool Interleave { get; init; }

    /// <summary>Whether ticks count as use, so that the activation does not end as idle. Default: no.</summary>
    public bool KeepAlive { get; init; }
}
