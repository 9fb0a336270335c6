using System;
using System.Threading;

namespace PrizeDraw.Providers;

/// <summary>
/// Who is told that the current flow of execution only waits for its turn (a provider's limit, the shared budget, other writes, a queue of
/// builds): that is no time of its own work.
/// </summary>
public static class TurnWaits
{
    private static readonly AsyncLocal<Func<IDisposable>?> Current = new();

    /// <summary>Calls <paramref name="begin"/> when this flow begins to wait, and disposes of what it answered when that is over, until disposed of.</summary>
    public static IDisposable To(Func<IDisposable> begin)
    {
        var before = Current.Value;
        Current.Value = begin;
        return new Listening(before);
    }

    /// <summary>The wait begins; it ends with what is answered. Null where nobody listens.</summary>
    internal static IDisposable? Begin() => Current.Value?.Invoke();

    private sealed class Listening(Func<IDisposable>? before) : IDisposable
    {
        public void Dispose() => Current.Value = before;
    }
}
