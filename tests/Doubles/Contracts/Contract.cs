using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;

namespace PrizeDraw.Doubles.Contracts;

/// <summary>
/// A provider's own OpenAPI 3.1 document, against which requests and answers are held. Bodies are checked by NJsonSchema. What is not
/// described is a violation; so is nothing at all that a schema leaves open, since providers add fields.
/// </summary>
public sealed class Contract
{
    private static readonly ConcurrentDictionary<string, Lazy<Contract>> Read = new();
    private readonly ImmutableArray<ContractOperation> _operations;

    /// <summary>Reads a document. <paramref name="errors"/> is the form of errors that an operation doesn't declare; null takes any.</summary>
    public Contract(JsonObject document, JsonObject? errors = null)
    {
        var schemas = new ContractSchemas(document);
        _operations =
        [
            .. document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject().Where(o => o.Value is JsonObject)
                .Select(o => new ContractOperation(o.Key.ToUpperInvariant(), path.Key, o.Value!.AsObject(), schemas, errors))),
        ];
    }

    /// <summary>Every operation of the document.</summary>
    public IReadOnlyList<ContractOperation> Operations => _operations;

    /// <summary>
    /// The document named <c>{provider}.json</c>; null where there are no documents, which <see cref="ContractFactAttribute"/> says loudly.
    /// </summary>
    /// <exception cref="InvalidOperationException">There is none, and PLATFORM_REQUIRE_CONTRACTS=1 asks for it.</exception>
    public static Contract? Find(string provider)
    {
        return ContractFolder.Find() is { } folder
            ? Read.GetOrAdd(Path.Combine(folder, provider + ".json"), file => new(() => Open(file, provider))).Value
            : null;
    }

    /// <summary>The operation that a request is for; null where none is described. A literal segment goes before a parameter.</summary>
    public ContractOperation? Match(string method, string path) => _operations
        .Where(o => o.Method == method && o.TryReadPath(path, out _)).OrderBy(o => o.Path.Count(c => c == '{')).FirstOrDefault();

    /// <summary>What is not as described in a request. <paramref name="path"/> and <paramref name="query"/> are as sent, percent-encoded.</summary>
    public IReadOnlyList<string> CheckRequest(string method, string path, string query, JsonNode? body) =>
        Match(method, path) is { } operation ? operation.CheckRequest(path, query, body) : [$"{method} {path} is not described"];

    /// <summary>What is not as described in an answer.</summary>
    public IReadOnlyList<string> CheckAnswer(string method, string path, int status, JsonNode? body) =>
        Match(method, path) is { } operation ? operation.CheckAnswer(status, body) : [$"{method} {path} is not described"];

    private static Contract Open(string file, string provider) =>
        new(JsonNode.Parse(File.ReadAllText(file))!.AsObject(), ErrorForm(provider));

    // Every operation may answer 401, 429 or 5xx, and few declare it; the form of errors is the provider's, not the operation's.
    private static JsonObject? ErrorForm(string provider) => provider switch
    {
        "github" or "supabase" => Form("""{"type":"object","required":["message"],"properties":{"message":{"type":"string"}}}"""),
        "vercel" => Form("""
            {"type":"object","required":["error"],"properties":{"error":{"type":"object","required":["code","message"],
            "properties":{"code":{"type":"string"},"message":{"type":"string"}}}}}
            """),
        _ => null,
    };

    private static JsonObject Form(string schema) => JsonNode.Parse(schema)!.AsObject();
}
