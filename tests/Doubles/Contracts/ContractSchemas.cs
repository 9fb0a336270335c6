using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using NJsonSchema;
using NJsonSchema.Validation;

namespace PrizeDraw.Doubles.Contracts;

/// <summary>On which side a schema stands.</summary>
internal enum SchemaUse
{
    Request,
    Answer,
}

/// <summary>
/// The schemas of one document, each compiled once together with what it refers to. NJsonSchema passes over what it doesn't know, so
/// that a rule which it wouldn't check is refused here.
/// </summary>
internal sealed class ContractSchemas(JsonObject document)
{
    private const string Prefix = "#/components/schemas/";

    private static readonly HashSet<string> Checked =
    [
        "$ref", "type", "enum", "properties", "required", "items", "additionalProperties", "allOf", "anyOf", "oneOf", "format", "pattern",
        "minLength", "maxLength", "minimum", "maximum", "minItems", "maxItems", "uniqueItems", "minProperties", "maxProperties",
    ];

    // What says something to people, or to generators of code.
    private static readonly HashSet<string> Told =
        ["title", "description", "default", "deprecated", "example", "examples", "discriminator", "readOnly", "writeOnly", "nullable", "externalDocs"];

    private readonly ConcurrentDictionary<(JsonObject Schema, SchemaUse Use), Lazy<JsonSchema>> _compiled = new();

    /// <summary>Follows a reference to another part of the document (a parameter, a response), if it is one.</summary>
    public JsonObject Resolve(JsonObject part) => (string?)part["$ref"] is { } reference
        ? Resolve(reference.TrimStart('#', '/').Split('/').Aggregate((JsonNode)document, (node, name) => node[name]
            ?? throw new InvalidOperationException($"{reference} is not in the document.")).AsObject())
        : part;

    /// <summary>What is wrong with a value by a schema, as <c>#/path: what</c>.</summary>
    public IReadOnlyList<string> Faults(JsonObject schema, JsonNode? value, SchemaUse use)
    {
        var compiled = Compiled(schema, use);
        // Dates stay the text that they are: they are checked as such.
        using var reader = new JsonTextReader(new System.IO.StringReader(value?.ToJsonString() ?? "null")) { DateParseHandling = DateParseHandling.None };
        lock (compiled)
        {
            return [.. compiled.Validate(JToken.ReadFrom(reader)).SelectMany(Sentences)];
        }
    }

    /// <summary>Compiles a schema that belongs to the document.</summary>
    /// <exception cref="NotSupportedException">It has a rule that would not be checked.</exception>
    public JsonSchema Compiled(JsonObject schema, SchemaUse use) => _compiled.GetOrAdd((schema, use), key => new(() => Compile(key.Schema, key.Use))).Value;

    private JsonSchema Compile(JsonObject schema, SchemaUse use)
    {
        var definitions = new JsonObject();
        var wanted = new Queue<string>();
        var root = Rewritten(schema, use, wanted);
        while (wanted.TryDequeue(out var name))
        {
            if (!definitions.ContainsKey(name))
            {
                definitions[name] = null;
                definitions[name] = Rewritten(Resolve(new JsonObject { ["$ref"] = Prefix + name }), use, wanted);
            }
        }

        var whole = new JsonObject { ["definitions"] = definitions, ["allOf"] = new JsonArray(root) };
        return JsonSchema.FromJsonAsync(whole.ToJsonString()).GetAwaiter().GetResult();
    }

    private static JsonObject Rewritten(JsonObject schema, SchemaUse use, Queue<string> wanted)
    {
        if (schema.Select(k => k.Key).FirstOrDefault(k => !Checked.Contains(k) && !Told.Contains(k)) is { } unknown)
        {
            throw new NotSupportedException($"The schema rule {unknown} would not be checked.");
        }

        if (use == SchemaUse.Answer && schema.ContainsKey("oneOf") && schema.ContainsKey("anyOf"))
        {
            throw new NotSupportedException("One of oneOf and anyOf beside each other would not be checked.");
        }

        if ((string?)schema["$ref"] is { } reference)
        {
            return schema.Any(k => k.Key != "$ref" && Checked.Contains(k.Key))
                ? throw new NotSupportedException($"Rules beside the reference {reference} would not be checked.")
                : new JsonObject { ["$ref"] = Referred(reference, wanted) };
        }

        var rewritten = new JsonObject();
        foreach (var (name, rule) in schema.Where(k => Checked.Contains(k.Key)))
        {
            // Documents made from types write "one of" for "any of these forms". Requests are judged by the schemas of the provider's own
            // validation; in answers a value that fits two forms is as good.
            rewritten[name == "oneOf" && use == SchemaUse.Answer ? "anyOf" : name] = name switch
            {
                "properties" => new JsonObject(rule!.AsObject().Select(p => KeyValuePair.Create(p.Key, (JsonNode?)Rewritten(p.Value!.AsObject(), use, wanted)))),
                "allOf" or "anyOf" or "oneOf" => new JsonArray([.. rule!.AsArray().Select(s => Rewritten(s!.AsObject(), use, wanted))]),
                "items" or "additionalProperties" when rule is JsonObject inner => Rewritten(inner, use, wanted),
                _ => rule?.DeepClone(),
            };
        }

        return rewritten;
    }

    private static string Referred(string reference, Queue<string> wanted)
    {
        if (!reference.StartsWith(Prefix, StringComparison.Ordinal))
        {
            throw new NotSupportedException($"The reference {reference} leads elsewhere than to a schema.");
        }

        wanted.Enqueue(reference[Prefix.Length..]);
        return "#/definitions/" + reference[Prefix.Length..];
    }

    private static IEnumerable<string> Sentences(ValidationError error)
    {
        var inner = error is ChildSchemaValidationError children ? children.Errors.Values.SelectMany(e => e).SelectMany(Sentences).Distinct().Take(10).ToArray() : [];
        return error.Kind == ValidationErrorKind.NotAllOf ? inner : [$"{error.Path}: {error.Kind}", .. inner];
    }
}
