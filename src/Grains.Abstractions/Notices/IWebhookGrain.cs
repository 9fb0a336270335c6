using System;
using System.Collections.Immutable;
using System.Threading;
using System.Threading.Tasks;
using Orleans;

namespace PrizeDraw.Grains.Abstractions.Notices;

/// <summary>
/// Owns the webhooks of one tenant. Key: the tenant's id. Refusals: <c>webhook.invalid</c>, <c>webhook.not_found</c>, <c>webhook.too_many</c>,
/// <c>tenant.not_found</c>.
/// </summary>
[Alias("webhook-grain")]
public interface IWebhookGrain : IGrainWithStringKey
{
    /// <summary>Adds a webhook with a secret of its own. The same id again answers what is there, with its secret.</summary>
    [Alias("add")] Task<Result<WebhookWithSecret>> AddAsync(AddWebhook command);

    /// <summary>Deletes a webhook; what was still to be delivered to it fails.</summary>
    [Alias("remove")] Task<Result<bool>> RemoveAsync(RemoveWebhook command);
}

/// <param name="WebhookId">The id to create it under.</param>
/// <param name="Url">Absolute, https, at most 2,000 characters.</param>
/// <param name="Events">Kinds of notices to tell of; empty is all.</param>
[GenerateSerializer, Alias("add-webhook")]
public sealed record AddWebhook(
    [property: Id(0)] Actor Actor,
    [property: Id(1)] string WebhookId,
    [property: Id(2)] string Url,
    [property: Id(3)] ImmutableArray<string> Events);

[GenerateSerializer, Alias("remove-webhook")]
public sealed record RemoveWebhook([property: Id(0)] Actor Actor, [property: Id(1)] string WebhookId);

[GenerateSerializer, Alias("webhook-view")]
public sealed record WebhookView(
    [property: Id(0)] string Id,
    [property: Id(1)] string Url,
    [property: Id(2)] ImmutableArray<string> Events,
    [property: Id(3)] DateTimeOffset CreatedAt);

/// <param name="Secret">The key of the signatures, whole and as text. Told when the webhook is made, and never again.</param>
[GenerateSerializer, Alias("webhook-with-secret")]
public sealed record WebhookWithSecret([property: Id(0)] WebhookView Webhook, [property: Id(1)] string Secret);

public interface IWebhookQueries
{
    /// <summary>A tenant's webhooks, newest first, without their secrets.</summary>
    Task<Page<WebhookView>> ListAsync(string tenantId, int limit, string? cursor, CancellationToken ct);
}
