using System;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace PrizeDraw.Providers.Cloud.Supabase;

/// <summary>
/// Supabase's management API. Limits are counted by user, project and endpoint, and told as seconds that are left (<c>X-RateLimit-Reset</c>),
/// not as an instant; errors are <c>{"message": …}</c>.
/// </summary>
public sealed class SupabaseDialect : CloudDialect
{
    private static readonly string[] QuotaWords = ["project limit", "quota", "limit exceeded", "exceeded the limit", "maximum number", "billing", "payment", "spend cap"];

    /// <inheritdoc/>
    public override string Provider => "supabase";

    /// <inheritdoc/>
    public override string Title => "Supabase";

    /// <inheritdoc/>
    public override void Authorise(HttpRequestMessage request, CloudAccount account) =>
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", account.Token);

    /// <inheritdoc/>
    public override CloudLimits ReadLimits(HttpResponseMessage answer, JsonNode? body, DateTimeOffset now)
    {
        var isRefused = (int)answer.StatusCode == 429;
        var isUsedUp = CloudHeaders.Number(answer, "X-RateLimit-Remaining") is <= 0;
        if (!isRefused && !isUsedUp)
        {
            return CloudLimits.None;
        }

        var until = CloudHeaders.RetryAfter(answer, now)
            ?? (CloudHeaders.Number(answer, "X-RateLimit-Reset") is { } seconds and >= 0 ? CloudHeaders.After(seconds, now) : null);
        return new CloudLimits(isRefused, until, IsWholeAccount: false);
    }

    /// <inheritdoc/>
    public override ProviderException Refusal(CloudCall call, int status, JsonNode? body)
    {
        var said = Said(body);
        if (status == 402 || (status is >= 400 and < 500 && Array.Exists(QuotaWords, word => said.Contains(word, StringComparison.OrdinalIgnoreCase))))
        {
            return new ProviderException(
                ProviderFault.Quota,
                $"Supabase refuses because a limit of the account is reached: {said} Delete or pause a project there, or change the plan, then try again.");
        }

        return status switch
        {
            403 => new ProviderException(
                ProviderFault.Unauthorized, $"Supabase does not allow {call.Operation}: {said} Give the token the right, or another token."),
            409 or 423 or 425 => new ProviderException(ProviderFault.Transient, $"Supabase is busy with the project: {said} It is tried again."),
            408 or >= 500 => new ProviderException(ProviderFault.Transient, $"Supabase failed at {call.Operation} ({status}): {said} It is tried again.")
            {
                MayHaveHappened = !call.MayRepeat,
            },
            _ => new ProviderException(ProviderFault.Rejected, $"Supabase refused {call.Operation} ({status}): {said}"),
        };
    }

    /// <summary>The provider's own words, as one sentence of at most 300 characters.</summary>
    private static string Said(JsonNode? body)
    {
        var text = body is JsonObject fields && fields["message"] is JsonValue value && value.TryGetValue<string>(out var message) ? message.Trim() : "";
        text = text.Length > 300 ? text[..300] + "…" : text.Length == 0 ? "it gave no reason" : text;
        return text[^1] is '.' or '!' or '?' or '…' ? text : text + ".";
    }
}
