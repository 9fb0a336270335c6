using System.Collections.Generic;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using PrizeDraw.Api.Requests;

namespace PrizeDraw.Api.OpenApi;

/// <summary>Codes that an operation may answer, beyond those that follow from its arguments.</summary>
internal sealed record FailsWith(IReadOnlyList<string> Codes);

/// <summary>An operation of a campaign that does not need the campaign's own database, so that it is served when that is put away, too.</summary>
internal sealed record ServedWhenPutAway;

/// <summary>Headers that come with a successful answer.</summary>
internal sealed record AnswerHeaders(int Status, bool Location, bool ETag);

/// <summary>An endpoint whose caller shows a site key.</summary>
internal sealed record SiteKeyed;

/// <summary>An endpoint whose caller shows a token in a header of its own.</summary>
internal sealed record TokenHeader(string Name, string Meaning);

/// <summary>Says beside each endpoint what the OpenAPI document says of it.</summary>
internal static class Describing
{
    public static RouteHandlerBuilder Describe(this RouteHandlerBuilder endpoint, string operationId, string summary) =>
        endpoint.WithName(operationId).WithSummary(summary);

    /// <summary>A successful answer with a body. 201 and 202 come with Location.</summary>
    public static RouteHandlerBuilder Answers<T>(this RouteHandlerBuilder endpoint, int status, bool etag = false) =>
        endpoint.WithMetadata(
            new ProducesResponseTypeMetadata(status, typeof(T), ["application/json"]),
            new AnswerHeaders(status, status is StatusCodes.Status201Created or StatusCodes.Status202Accepted, etag));

    /// <summary>A successful answer without a body.</summary>
    public static RouteHandlerBuilder Answers(this RouteHandlerBuilder endpoint, int status) =>
        endpoint.WithMetadata(new ProducesResponseTypeMetadata(status, typeof(void), []));

    public static RouteHandlerBuilder Fails(this RouteHandlerBuilder endpoint, params string[] codes) =>
        endpoint.WithMetadata(new FailsWith(codes));

    public static RouteHandlerBuilder NeverPutAway(this RouteHandlerBuilder endpoint) => endpoint.WithMetadata(new ServedWhenPutAway());

    public static RouteHandlerBuilder Takes(this RouteHandlerBuilder endpoint, int bytes) =>
        endpoint.WithMetadata(new BodyLimit(bytes));
}
