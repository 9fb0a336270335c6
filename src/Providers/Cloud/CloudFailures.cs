using System;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace PrizeDraw.Providers.Cloud;

/// <summary>What a call that came to nothing means for who asked.</summary>
internal sealed class CloudFailures(CloudDialect dialect, CloudOptions options, CloudSending sending)
{
    private string Later => sending.MayHaveHappened ? "Whether it was done is looked up before it is tried again." : "It is tried again later.";

    public ProviderException Of(Exception error) => Transient(error switch
    {
        BrokenCircuitException => $"{dialect.Title} keeps failing, so that nothing is asked of it for {options.BreakDuration.TotalSeconds:0} s. {Later}",
        TimeoutRejectedException => $"{dialect.Title} did not answer {sending.Call.Operation} within {options.AttemptTimeout.TotalSeconds:0} s. {Later}",
        _ => $"{dialect.Title} could not be reached for {sending.Call.Operation}. {Later}",
    }, error);

    public ProviderException Of(CloudReply reply)
    {
        sending.Secrets.Learn(reply.Body);
        var refusal = reply switch
        {
            { Limits.IsRefused: true } => Transient(
                $"{dialect.Title} asks to wait until {Of(sending.LimitedUntil)}, since its limits are used up. {Later}"),
            { Status: 401 } => new ProviderException(ProviderFault.Unauthorized,
                $"{dialect.Title} no longer accepts the credential: it has expired or was revoked. Store a new one, then try again."),
            { Status: >= 300 and <= 399 } => new ProviderException(ProviderFault.Rejected,
                $"{dialect.Title} redirected {sending.Call.Operation}, which is not followed: was what it concerns renamed or moved there?"),
            _ when reply.HasFailed(sending.Call) => Transient(
                $"{dialect.Title} failed at {sending.Call.Operation} ({reply.Status}){(reply.Limits.Until is { } until ? $" and asks to wait until {Of(until)}" : "")}. {Later}"),
            _ => dialect.Refusal(sending.Call, reply.Status, reply.Body),
        };
        return new ProviderException(refusal.Fault, sending.Secrets.Scrub(refusal.Message) + (reply.RequestId is { } id ? $" (request {id})" : ""))
        {
            MayHaveHappened = refusal.MayHaveHappened || sending.MayHaveHappened,
            Status = reply.Status,
            LimitedUntil = reply.Limits.IsRefused ? sending.LimitedUntil : reply.HasFailed(sending.Call) ? reply.Limits.Until : null,
        };
    }

    private static string Of(DateTimeOffset instant) => $"{instant.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC";

    private ProviderException Transient(string message, Exception? inner = null) =>
        new(ProviderFault.Transient, message, inner) { MayHaveHappened = sending.MayHaveHappened };
}
