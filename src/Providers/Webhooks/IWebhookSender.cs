using System;
using System.Threading;
using System.Threading.Tasks;

namespace PrizeDraw.Providers.Webhooks;

/// <summary>Posts to addresses that users have named.</summary>
public interface IWebhookSender
{
    /// <summary>
    /// Posts the body once. Throws <see cref="ProviderException"/> when the receiver did not answer 2xx:
    /// <see cref="ProviderFault.Rejected"/> when it makes no sense to try again. Its message names no more of the address than the user
    /// knows.
    /// </summary>
    Task PostAsync(WebhookRequest request, CancellationToken ct);
}

/// <param name="Secret">Signs the body.</param>
/// <param name="Delivery">The same for each attempt, for receivers that were told twice.</param>
/// <param name="Event">The kind of the notice.</param>
/// <param name="Body">JSON in UTF-8.</param>
public sealed record WebhookRequest(Uri Url, string Secret, string Delivery, string Event, ReadOnlyMemory<byte> Body);

/// <summary>How webhooks are posted.</summary>
public sealed record WebhookOptions
{
    /// <summary>How long one request may take, from the look-up of the name to the end of the answer; 10 seconds.</summary>
    public TimeSpan TimeLimit { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Whether this machine may be posted to, by http too: for tests alone.</summary>
    public bool LoopbackAllowed { get; init; }
}
