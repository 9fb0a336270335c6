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
    /// <inheritdoc/>
    public override string Provider => "vercel";

    /// <inheritdoc/>
    public override string Title => "Vercel";

    /// <inheritdoc/>
    public override void Authorise(HttpRequestMessage request, CloudAccount account)
    {
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", account.Token);
        request.Headers.Accept.ParseAdd("application/json");
        request.Headers.UserAgent.ParseAdd("prize-draw-platform");
    }

    /// <inheritdoc/>
    public override CloudLimits ReadLimits(HttpResponseMessage answer, JsonNode? body, DateTimeOffset now)
    {
        var reset = CloudHeaders.Epoch(answer, "x-ratelimit-reset", now);
        if (answer.StatusCode != HttpStatusCode.TooManyRequests)
        {
            return CloudHeaders.Number(answer, "x-ratelimit-remaining") is 0 && reset is not null
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
        var limit = body.At("error").At("limit");
        return limit.Number("reset") is { } reset ? CloudHeaders.After(reset - now.ToUnixTimeSeconds(), now) : null;
    }
}
