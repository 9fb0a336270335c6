using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace PrizeDraw.Api.Tests.Contract;

/// <summary>One operation of the document.</summary>
public sealed record Operation(string Id, string Method, string Path, JsonObject Definition)
{
    public bool NeedsPerson => Definition["security"] is JsonArray { Count: > 0 } all && all[0]!.AsObject().ContainsKey("bearer");

    public bool NeedsSite => Definition["security"] is JsonArray { Count: > 0 } all && all[0]!.AsObject().ContainsKey("siteKey");

    public JsonObject? BodySchema => Definition["requestBody"]?["content"]?["application/json"]?["schema"]?.AsObject();

    public IEnumerable<string> Codes => Definition["x-error-codes"]!.AsArray().Select(code => (string)code!);

    public override string ToString() => $"{Method} {Path}";
}

/// <summary>The OpenAPI document as a client reads it.</summary>
public sealed class ApiDocument(JsonObject document)
{
    private static readonly string[] Methods = ["get", "post", "patch", "put", "delete"];

    public JsonObject Root => document;

    public IReadOnlyList<Operation> Operations { get; } =
    [
        .. document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject()
            .Where(operation => Methods.Contains(operation.Key))
            .Select(operation => new Operation(
                (string?)operation.Value!["operationId"] ?? "", operation.Key.ToUpperInvariant(), path.Key, operation.Value!.AsObject()))),
    ];

    public Operation? Find(string method, string path) => Operations.FirstOrDefault(operation =>
        operation.Method == method && Regex.IsMatch(path, "^" + Regex.Replace(operation.Path, @"\{[^}]+\}", "[^/]+") + "$"));

    /// <summary>The schema itself, where it is a reference.</summary>
    public JsonObject Resolve(JsonObject schema) => (string?)schema["$ref"] is { } reference
        ? Resolve(document["components"]!["schemas"]![reference.Split('/')[^1]]!.AsObject())
        : schema;

    /// <summary>An example of what the operation takes, from its schema.</summary>
    public JsonObject ExampleFor(Operation operation) =>
        Resolve(operation.BodySchema!)["examples"]![0]!.DeepClone().AsObject();
}
