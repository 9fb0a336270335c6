using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;

namespace PrizeDraw.Doubles;

/// <summary>A request as a double got it. Path and query are as sent, percent-encoded; the operation is null where none is known.</summary>
public sealed record SeenRequest(
    int Number, DateTimeOffset At, string Method, string Path, string Query, string? Operation, ImmutableDictionary<string, string> Headers, JsonNode? Body)
{
    /// <summary>The value of a header, whatever its letters' case; empty where there is none.</summary>
    public string Header(string name) => Headers.GetValueOrDefault(name, "");

    /// <summary>The token of <c>Authorization: Bearer …</c>, or null.</summary>
    public string? Token =>
        Header("Authorization") is var header && header.StartsWith("Bearer ", StringComparison.Ordinal) ? header["Bearer ".Length..] : null;
}

/// <summary>What a route's handler is given: the request, and what its path says, decoded.</summary>
public sealed class DoubleRequest(SeenRequest seen, IReadOnlyDictionary<string, string> values)
{
    public SeenRequest Seen => seen;

    /// <summary>A parameter of the path.</summary>
    public string this[string name] => values[name];

    /// <summary>The body as an object; empty where there is none.</summary>
    public JsonObject Body { get; } = seen.Body as JsonObject ?? [];

    /// <summary>Text of the body, or null.</summary>
    public string? Text(string name) => Body[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    /// <summary>A parameter of the query, decoded, or null.</summary>
    public string? Query(string name) => Queries(name).FirstOrDefault();

    /// <summary>All values of a parameter of the query.</summary>
    public IReadOnlyList<string> Queries(string name) =>
        QueryHelpers.ParseQuery(seen.Query).TryGetValue(name, out var values) ? [.. values.OfType<string>()] : [];
}

/// <summary>What a double answers: a status, and JSON or text.</summary>
public sealed record DoubleAnswer(int Status, JsonNode? Body = null)
{
    /// <summary>What is answered in place of JSON, such as a page of a proxy or a stream of lines.</summary>
    public (string ContentType, string Content)? Text { get; init; }

    public ImmutableArray<(string Name, string Value)> Headers { get; init; } = [];

    /// <summary>The same answer with one header more.</summary>
    public DoubleAnswer With(string name, string value) => this with { Headers = Headers.Add((name, value)) };
}

/// <summary>Something that exists at a double. The marker is the nonce that stands on it, or null where there is none.</summary>
public sealed record DoubleResource(string Kind, string Name, string Id, string? Marker);
