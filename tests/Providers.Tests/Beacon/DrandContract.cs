using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Text.RegularExpressions;
using PrizeDraw.Providers.Beacon;
using PrizeDraw.TestKit;

namespace PrizeDraw.Providers.Tests.Beacon;

/// <summary>
/// Holds requests and answers against drand's own OpenAPI documents, which lie in Contracts (drand/drand-docs, Apache 2.0 or MIT). Knows of
/// JSON Schema what they use; meets it with anything else, it says so.
/// </summary>
internal sealed class DrandContract(RelayVersion version)
{
    private readonly JsonElement _document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(
        RepositoryRoot.Path, "tests", "Providers.Tests", "Beacon", "Contracts", version == RelayVersion.V1 ? "drand-v1.json" : "drand-v2.json"))).RootElement;

    /// <summary>What is not as described in a request and its answer; empty when all is.</summary>
    public IReadOnlyList<string> FaultsOf(string method, string path, int status, string body)
    {
        var described = _document.GetProperty("paths").EnumerateObject().Where(p => Match(p.Name, path).Success)
            // /rounds/latest is described beside /rounds/{round}: the more literal one is meant.
            .OrderBy(p => p.Name.Count(c => c == '{')).FirstOrDefault();
        if (described.Value.ValueKind != JsonValueKind.Object || !described.Value.TryGetProperty(method.ToLowerInvariant(), out var operation))
        {
            return [$"{method} {path} is not described"];
        }

        var values = Match(described.Name, path);
        var faults = operation.GetProperty("parameters").EnumerateArray()
            .SelectMany(p => ParameterFaults(p, values.Groups[Group(p.GetProperty("name").GetString()!)].Value)).ToList();
        return operation.GetProperty("responses").TryGetProperty($"{status}", out var response)
            ? [.. faults, .. Faults(response.GetProperty("content").GetProperty("application/json").GetProperty("schema"), JsonDocument.Parse(body).RootElement, "body")]
            : [.. faults, $"{status} is not a described answer"];
    }

    private static Match Match(string template, string path) =>
        Regex.Match(path, "^" + Regex.Replace(template, @"\{([^}]+)\}", m => $"(?<{Group(m.Groups[1].Value)}>[^/]+)") + "$");

    private static string Group(string name) => name.Replace("-", "", StringComparison.Ordinal);

    private IEnumerable<string> ParameterFaults(JsonElement parameter, string text)
    {
        var schema = parameter.GetProperty("schema");
        var isNumber = schema.GetProperty("type").GetString() == "integer";
        return Faults(schema, JsonDocument.Parse(isNumber ? text : $"\"{text}\"").RootElement, parameter.GetProperty("name").GetString()!);
    }

    private IEnumerable<string> Faults(JsonElement schema, JsonElement value, string at) =>
        schema.EnumerateObject().SelectMany(rule => rule.Name switch
        {
            "$ref" => Faults(Referred(rule.Value.GetString()!), value, at),
            "type" => IsOf(rule.Value.GetString()!, value) ? [] : [$"{at} is no {rule.Value}"],
            "properties" => rule.Value.EnumerateObject().Where(p => value.TryGetProperty(p.Name, out _))
                .SelectMany(p => Faults(p.Value, value.GetProperty(p.Name), $"{at}.{p.Name}")),
            "required" => rule.Value.EnumerateArray().Where(n => !value.TryGetProperty(n.GetString()!, out _)).Select(n => $"{at} lacks {n}"),
            "pattern" => Regex.IsMatch(value.GetString()!, rule.Value.GetString()!) ? [] : [$"{at} doesn't match {rule.Value}"],
            "minimum" => value.GetDecimal() >= rule.Value.GetDecimal() ? [] : [$"{at} is below {rule.Value}"],
            "description" or "example" or "examples" => Enumerable.Empty<string>(),
            _ => throw new NotSupportedException($"{rule.Name} is a rule that this check doesn't know."),
        });

    private JsonElement Referred(string reference) =>
        reference.TrimStart('#', '/').Split('/').Aggregate(_document, (element, name) => element.GetProperty(name));

    private static bool IsOf(string type, JsonElement value) => type switch
    {
        "object" => value.ValueKind == JsonValueKind.Object,
        "string" => value.ValueKind == JsonValueKind.String,
        "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        _ => throw new NotSupportedException($"{type} is a type that this check doesn't know."),
    };
}
