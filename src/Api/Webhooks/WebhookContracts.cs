using System;
using System.Collections.Generic;
using System.ComponentModel.DataAnnotations;
using PrizeDraw.Api.Requests;
using PrizeDraw.Grains.Abstractions.Notices;

namespace PrizeDraw.Api.Webhooks;

/// <summary>An address that a tenant's notices are posted to.</summary>
[Example("""{"url":"https://hooks.example.com/prize-draw","events":["stock.low","stock.out"]}""")]
public sealed record WebhookCreation
{
    /// <summary>Absolute, https, without a user name; it must lead to the public internet whenever something is posted.</summary>
    [StringLength(2000, MinimumLength = 1)] public required string Url { get; init; }

    /// <summary>Kinds of notices to tell of: stock.low, stock.out; left out or empty is all, those to come included.</summary>
    [MaxLength(20), ItemLength(1, 40)] public IReadOnlyList<string>? Events { get; init; }
}

/// <summary>A webhook.</summary>
/// <param name="Id">The webhook's id.</param>
/// <param name="Url">Where notices are posted.</param>
/// <param name="Events">Kinds of notices that it is told of; empty is all.</param>
/// <param name="CreatedAt">When it was added.</param>
[Example("""{"id":"whk_0193a5f2c0de7a10b1c2d3e4f5a6b7c8","url":"https://hooks.example.com/prize-draw","events":["stock.low"],"createdAt":"2026-11-20T09:00:00Z"}""")]
public sealed record WebhookAnswer(string Id, string Url, IReadOnlyList<string> Events, DateTimeOffset CreatedAt)
{
    internal static WebhookAnswer From(WebhookView view) => new(view.Id, view.Url, view.Events, view.CreatedAt);
}

/// <summary>A webhook that was just added.</summary>
/// <param name="Id">The webhook's id.</param>
/// <param name="Url">Where notices are posted.</param>
/// <param name="Events">Kinds of notices that it is told of; empty is all.</param>
/// <param name="CreatedAt">When it was added.</param>
/// <param name="Secret">
/// Key of the signatures, told this once: X-PrizeDraw-Signature is t=(seconds),v1=(hex of HMAC-SHA256 under this text over the seconds, a full
/// stop and the raw body). Null when the same request is repeated.
/// </param>
[Example("""{"id":"whk_0193a5f2c0de7a10b1c2d3e4f5a6b7c8","url":"https://hooks.example.com/prize-draw","events":["stock.low"],"createdAt":"2026-11-20T09:00:00Z","secret":"whsec_…"}""")]
public sealed record CreatedWebhookAnswer(string Id, string Url, IReadOnlyList<string> Events, DateTimeOffset CreatedAt, string? Secret)
{
    internal static CreatedWebhookAnswer From(WebhookWithSecret made) =>
        new(made.Webhook.Id, made.Webhook.Url, made.Webhook.Events, made.Webhook.CreatedAt, made.Secret);
}
