using System;
using System.Net.Http;
using System.Text.Json.Nodes;

namespace PrizeDraw.Providers.Cloud;

/// <summary>How one provider is spoken to: its headers, and how its refusals and limits are read.</summary>
public abstract class CloudDialect
{
    /// <summary>The provider's stable name, lower case, such as <c>github</c>: part of bucket names.</summary>
    public abstract string Provider { get; }

    /// <summary>The provider's name in messages for users.</summary>
    public virtual string Title => Provider;

    /// <summary>Puts the credential and the headers that every call carries on a request.</summary>
    public abstract void Authorise(HttpRequestMessage request, CloudAccount account);

    /// <summary>Reads limits from any answer: Retry-After, x-ratelimit-*, secondary limits. <see cref="CloudHeaders"/> helps.</summary>
    public abstract CloudLimits ReadLimits(HttpResponseMessage answer, JsonNode? body, DateTimeOffset now);

    /// <summary>
    /// What a status that is no answer means for the caller, with a message for users that says what to do next. Redirects, 401, 408, 5xx and
    /// refusals because of a limit never get here. The client takes known secrets out of the message and adds the request's id.
    /// </summary>
    public abstract ProviderException Refusal(CloudCall call, int status, JsonNode? body);
}
