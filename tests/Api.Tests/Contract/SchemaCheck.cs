using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace PrizeDraw.Api.Tests.Contract;

/// <summary>As much of JSON Schema as the document uses.</summary>
internal sealed class SchemaCheck(ApiDocument document)
{
    /// <summary>What of the value the schema doesn't allow.</summary>
    public IEnumerable<string> Faults(JsonNode? value, JsonObject schema, string path = "$")
    {
        schema = document.Resolve(schema);
        foreach (var keyword in new[] { "oneOf", "anyOf" })
        {
            if (schema[keyword] is JsonArray choices)
            {
                var fitting = choices.Count(choice => !Faults(value, choice!.AsObject(), path).Any());
                return fitting == 1 || (fitting > 1 && keyword == "anyOf") ? [] : [$"{path} fits {fitting} of {keyword}."];
            }
        }

        var types = schema["type"] switch
        {
            JsonArray several => several.Select(type => (string)type!).ToArray(),
            { } one => [(string)one!],
            null => null,
        };
        if (types is not null && !types.Any(type => Is(value, type)))
        {
            return [$"{path} is {value?.ToJsonString() ?? "null"}, not {string.Join(" or ", types)}."];
        }

        return value switch
        {
            JsonObject fields => ObjectFaults(fields, schema, path),
            JsonArray items when schema["items"] is JsonObject item => items.SelectMany((each, index) => Faults(each, item, $"{path}[{index}]")),
            _ => [],
        };
    }

    private IEnumerable<string> ObjectFaults(JsonObject fields, JsonObject schema, string path)
    {
        var properties = schema["properties"] as JsonObject ?? [];
        foreach (var missing in (schema["required"] as JsonArray ?? []).Select(name => (string)name!).Where(name => !fields.ContainsKey(name)))
        {
            yield return $"{path}.{missing} is missing.";
        }

        foreach (var (name, value) in fields)
        {
            var of = properties[name] as JsonObject ?? schema["additionalProperties"] as JsonObject;
            if (of is null && (properties.Count > 0 || schema["additionalProperties"]?.GetValueKind() == JsonValueKind.False))
            {
                yield return $"{path}.{name} is not documented.";
            }

            foreach (var fault in of is null ? [] : Faults(value, of, $"{path}.{name}"))
            {
                yield return fault;
            }
        }
    }

    private static bool Is(JsonNode? value, string type) => (type, value?.GetValueKind() ?? JsonValueKind.Null) switch
    {
        ("null", JsonValueKind.Null) => true,
        ("object", JsonValueKind.Object) => true,
        ("array", JsonValueKind.Array) => true,
        ("string", JsonValueKind.String) => true,
        ("boolean", JsonValueKind.True or JsonValueKind.False) => true,
        ("number", JsonValueKind.Number) => true,
        ("integer", JsonValueKind.Number) => !value!.ToJsonString().Contains('.', StringComparison.Ordinal),
        _ => false,
    };
}
