using System;
using System.Collections.Generic;
using System.Linq;

namespace PrizeDraw.Domain.Notices;

/// <summary>
/// What a webhook may be. Only the address's form is judged here: where its name leads is known when it is connected to, and judged then.
/// </summary>
public static class WebhookRules
{
    public const int UrlLengthMax = 2000;

    /// <summary>Webhooks that a tenant may have.</summary>
    public const int WebhooksMax = 20;

    /// <param name="url">Absolute, https, without a user name or a fragment.</param>
    /// <param name="events">Kinds to tell of; none is all of them.</param>
    /// <param name="loopbackAllowed">Whether http to this machine is taken too (tests).</param>
    /// <returns>Null when all is well.</returns>
    public static WebhookIsInvalid? Judge(string url, IReadOnlyCollection<string> events, bool loopbackAllowed)
    {
        List<FieldError> errors = [];
        if (FaultOf(url, loopbackAllowed) is { } fault)
        {
            errors.Add(new FieldError("url", fault));
        }

        if (events.Except(NoticeKinds.All, StringComparer.Ordinal).FirstOrDefault() is not null)
        {
            errors.Add(new FieldError("events", $"Name some of: {string.Join(", ", NoticeKinds.All)}."));
        }

        return errors.Count == 0 ? null : new WebhookIsInvalid(errors);
    }

    private static string? FaultOf(string url, bool loopbackAllowed)
    {
        if (url.Length > UrlLengthMax || !Uri.TryCreate(url, UriKind.Absolute, out var address) || url.Any(char.IsControl))
        {
            return $"Give an absolute address of at most {UrlLengthMax} characters.";
        }

        if (address.Scheme != Uri.UriSchemeHttps && !(loopbackAllowed && address.Scheme == Uri.UriSchemeHttp && address.IsLoopback))
        {
            return "Give an address that begins with https://.";
        }

        return address.UserInfo.Length > 0 || address.Fragment.Length > 0 ? "Leave user name and fragment out of the address." : null;
    }
}

/// <summary>The input describes a webhook that cannot be.</summary>
public sealed record WebhookIsInvalid(IReadOnlyList<FieldError> Errors)
    : DomainError("webhook.invalid", "The webhook can't be like this; errors says what to change.")
{
    public override IReadOnlyList<FieldError> Fields => Errors;
}

public sealed record WebhookIsNotThere() : DomainError("webhook.not_found", "There is no such webhook.");

public sealed record WebhooksAreTooMany() : DomainError(
    "webhook.too_many", $"A client may have {WebhookRules.WebhooksMax} webhooks; delete one that isn't needed any more.");
