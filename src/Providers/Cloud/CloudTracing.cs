using System;
using System.Threading;

namespace PrizeDraw.Providers.Cloud;

/// <summary>What one attempt of a call came to, for the deployment log. Holds no secret.</summary>
/// <param name="Attempt">From 1.</param>
/// <param name="Status">Null when there was no answer.</param>
/// <param name="RequestId">The provider's own id of the request.</param>
/// <param name="Request">Method, path and body without secrets; 4 KB at most.</param>
/// <param name="Answer">The answer without secrets, 4 KB at most; what went wrong where there was none; null when it was empty.</param>
public sealed record CloudTrace(
    DateTimeOffset At, string Operation, int Attempt, int? Status, string? RequestId, TimeSpan Took, string Request, string? Answer);

/// <summary>Who hears of the calls that the current flow of execution makes.</summary>
public static class CloudTracing
{
    private static readonly AsyncLocal<Action<CloudTrace>?> Current = new();

    /// <summary>Hands every attempt made in this flow to the sink (and to those that listened before), until disposed of.</summary>
    public static IDisposable To(Action<CloudTrace> sink)
    {
        var before = Current.Value;
        Current.Value = before + sink;
        return new Listening(before);
    }

    internal static bool IsOn => Current.Value is not null;

    internal static void Tell(CloudTrace trace) => Current.Value?.Invoke(trace);

    private sealed class Listening(Action<CloudTrace>? before) : IDisposable
    {
        public void Dispose() => Current.Value = before;
    }
}
