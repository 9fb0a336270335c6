using System;
using System.Linq;
using System.Text.Json.Nodes;
using Polly.Timeout;

namespace PrizeDraw.Providers.Cloud;

/// <summary>Tells of one attempt to whoever listens, without secrets.</summary>
internal sealed class CloudTelling(CloudSending sending, TimeProvider clock)
{
    private readonly DateTimeOffset _at = clock.GetUtcNow();
    private readonly long _began = clock.GetTimestamp();

    public void Tell(CloudReply reply)
    {
        if (CloudTracing.IsOn)
        {
            // What the answer gives away, such as a key that was made, is not to be told by later attempts either.
            sending.Secrets.Learn(reply.Body);
            var answer = sending.Call.MayTellOfOthers ? Withheld(reply.Body)
                : reply.Body is null ? CloudSecrets.Cut(sending.Secrets.Scrub(reply.Text ?? "")) : sending.Secrets.Tell(reply.Body);
            Tell(reply.Status, reply.RequestId, answer.Length == 0 ? null : answer);
        }
    }

    public void Tell(Exception error)
    {
        if (CloudTracing.IsOn)
        {
            Tell(null, null, error switch
            {
                TimeoutRejectedException => "no answer in time",
                OperationCanceledException => "cancelled",
                System.Net.Http.HttpRequestException e => $"no answer: {e.HttpRequestError}",
                ProviderException e => sending.Secrets.Scrub(e.Message),
                _ => $"no answer: {error.GetType().Name}",
            });
        }
    }

    private const string NotKept = "not kept, since it may tell of others";

    /// <summary>How long a list is may be told; what is in it not.</summary>
    private static string Withheld(JsonNode? body) =>
        (body as JsonArray ?? (body as JsonObject)?.Select(field => field.Value).OfType<JsonArray>().FirstOrDefault()) is { } list
            ? $"{list.Count} in a list; {NotKept}" : NotKept;

    private void Tell(int? status, string? requestId, string? answer)
    {
        var call = sending.Call;
        CloudTracing.Tell(new CloudTrace(
            _at, call.Operation, sending.Attempt, status, requestId, clock.GetElapsedTime(_began),
            sending.Secrets.Tell(call.Body, call.Body is null ? $"{call.Method} {call.Path}" : $"{call.Method} {call.Path} "), answer));
    }
}
