using System;
using System.Threading;

namespace PrizeDraw.TestKit;

/// <summary>The machine's clock, which a test may put forward. Timers take as long as on the machine's.</summary>
public sealed class AheadClock : TimeProvider
{
    private long _ahead;

    /// <summary>How far it is before the machine's.</summary>
    public TimeSpan Ahead => TimeSpan.FromTicks(Interlocked.Read(ref _ahead));

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Ahead;

    public void Leap(TimeSpan by) => Interlocked.Add(ref _ahead, by.Ticks);
}
