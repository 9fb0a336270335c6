using System;
using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace PrizeDraw.Providers.Cloud.Vercel;

/// <summary>
/// How Vercel is spoken to. Its limits stand in <c>x-ratelimit-*</c> (the reset as seconds since 1970), in Retry-After and in the body of a
/// 429; they hold for one endpoint each.
/// </summary>
public sealed class VercelDialect : CloudDialect
{
    private static readonly TimeSpan WaitedFor = TimeSpan.FromMinutes(5);

    /// <inheritdoc/>
    public override string Provider => "vercel";

    /// <inheritdoc/>
    public override string Title => "Vercel";

    /// <inheritdoc/>
    public override void Authorise(HttpRequestMessage request, CloudAccount account)
    {
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", account.Token);
    }

    /// <inheritdoc/>
    public override CloudLimits ReadLimits(HttpResponseMessage answer, JsonNode? body, DateTimeOffset now)
    {
        var reset = CloudHeaders.Epoch(answer, "x-ratelimit-reset", now);
        if (answer.StatusCode != HttpStatusCode.TooManyRequests)
        {
            // What is free again tomorrow is no reason to wait today: the next call is refused, and says why.
            return CloudHeaders.Number(answer, "x-ratelimit-remaining") is 0 && reset - now <= WaitedFor
                ? new CloudLimits(false, reset, IsWholeAccount: false)
                : CloudLimits.None;
        }

        // A limit by the day is a quota: nobody waits for tomorrow with a saga open.
        return VercelRefusals.IsDailyLimit(body)
            ? CloudLimits.None
            : new CloudLimits(true, CloudHeaders.RetryAfter(answer, now) ?? reset ?? BodyReset(body, now), IsWholeAccount: false);
    }

    /// <inheritdoc/>
    public override ProviderException Refusal(CloudCall call, int status, JsonNode? body) => VercelRefusals.Of(call, status, body);

    private static DateTimeOffset? BodyReset(JsonNode? body, DateTimeOffset now)
    {
        return body.Number("error", "limit", "reset") is { } reset ? CloudHeaders.After(reset - now.ToUnixTimeSeconds(), now) : null;
    }
}
