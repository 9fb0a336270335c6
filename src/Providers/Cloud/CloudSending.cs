using System;
using System.IO;
using System.Net.Http;
using Polly;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace PrizeDraw.Providers.Cloud;

/// <summary>One call under way, over all its attempts.</summary>
internal sealed class CloudSending(CloudCall call, CloudAccount account, CloudOptions options, DateTimeOffset startedAt)
{
    public static readonly ResiliencePropertyKey<CloudSending> Key = new("prizedraw.sending");

    private int _refusedByLimit;
    private IDisposable? _waiting;

    public CloudCall Call => call;

    /// <summary>With the token that this call is made with.</summary>
    public CloudAccount Account => account;

    public CloudSecrets Secrets { get; } = new(account, call);

    /// <summary>From 1; 0 before the first one.</summary>
    public int Attempt { get; set; }

    /// <summary>Whether some attempt of this write may have been done, though nobody heard so.</summary>
    public bool MayHaveHappened { get; private set; }

    /// <summary>When the last refusal because of a limit allows the next attempt.</summary>
    public DateTimeOffset LimitedUntil { get; private set; }

    /// <summary>The call waits for its turn from here on, until <see cref="GoOn"/>.</summary>
    public void Wait() => _waiting ??= TurnWaits.Begin();

    public void GoOn()
    {
        _waiting?.Dispose();
        _waiting = null;
    }

    public TimeSpan WaitLeft(DateTimeOffset now) => startedAt + options.WaitMax - now;

    /// <summary>Notes what an attempt brought; answers until when others of the account must wait too, or null.</summary>
    public DateTimeOffset? Note(CloudReply reply, DateTimeOffset now)
    {
        MayHaveHappened |= !call.IsRead && reply.HasFailed(call);
        if (!reply.Limits.IsRefused)
        {
            return reply.Limits.Until;
        }

        // Who does not say how long is asked ever more rarely: hammering gets accounts banned.
        LimitedUntil = reply.Limits.Until ?? now + options.LimitDelay * (1 << _refusedByLimit);
        _refusedByLimit++;
        return LimitedUntil;
    }

    public void Note(Exception error) => MayHaveHappened |= !call.IsRead && !NothingWasSent(error);

    public bool ShouldRepeat(Outcome<CloudReply> outcome, DateTimeOffset now) => outcome switch
    {
        _ when WaitLeft(now) <= TimeSpan.Zero => false,
        { Exception: BrokenCircuitException } => true,
        { Exception: TimeoutRejectedException or HttpRequestException or IOException } => call.MayRepeat || NothingWasSent(outcome.Exception),
        { Result: { Limits.IsRefused: true } } => LimitedUntil - now <= WaitLeft(now),
        { Result: { } reply } => call.MayRepeat && reply.HasFailed(call) && !(reply.Limits.Until - now > WaitLeft(now)),
        _ => false,
    };

    /// <summary>How long to wait before the next attempt; null where the pipeline's own delay does.</summary>
    public TimeSpan? WaitBeforeNext(Outcome<CloudReply> outcome, DateTimeOffset now) => outcome switch
    {
        { Exception: BrokenCircuitException { RetryAfter: { } pause } } => pause,
        { Result: { Limits.IsRefused: true } } => LimitedUntil > now ? LimitedUntil - now : TimeSpan.Zero,
        { Result.Limits.Until: { } until } when until > now => until - now,
        _ => null,
    };

    private static bool NothingWasSent(Exception error) => error is BrokenCircuitException or HttpRequestException
    {
        HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError
            or HttpRequestError.ProxyTunnelError,
    };
}
