using System;

namespace PrizeDraw.Storage.Tests;

/// <summary>A clock that stands still until it is set.</summary>
public sealed class SetTime : TimeProvider
{
    public DateTimeOffset Now { get; set; } = new(2026, 12, 1, 9, 0, 0, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => Now;

    /// <summary>Moves on and answers the new time; version 7 ids made since sort after those made before.</summary>
    public DateTimeOffset Pass(TimeSpan time) => Now += time;
}
