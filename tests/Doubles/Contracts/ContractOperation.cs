using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.WebUtilities;

namespace PrizeDraw.Doubles.Contracts;

/// <summary>One operation of a provider's document.</summary>
public sealed class ContractOperation
{
    private const string Json = "application/json";
    private readonly JsonObject _operation;
    private readonly ContractSchemas _schemas;
    private readonly JsonObject? _errors;
    private readonly Regex _pattern;
    private readonly ImmutableArray<JsonObject> _parameters;

    internal ContractOperation(string method, string path, JsonObject operation, ContractSchemas schemas, JsonObject? errors)
    {
        (Method, Path, _operation, _schemas, _errors) = (method, path, operation, schemas, errors);
        _pattern = new Regex("^" + Regex.Replace(Regex.Escape(path), @"\\\{([^}]+)}", "(?<$1>[^/]+)") + "$", RegexOptions.CultureInvariant);
        _parameters = [.. (operation["parameters"]?.AsArray() ?? []).Select(p => schemas.Resolve(p!.AsObject()))];
    }

    public string Method { get; }

    /// <summary>As the document writes it, with <c>{parameters}</c>.</summary>
    public string Path { get; }

    public override string ToString() => $"{Method} {Path}";

    /// <summary>The values of the path's parameters, decoded. A slash within one must have been sent as %2F.</summary>
    public bool TryReadPath(string path, out IReadOnlyDictionary<string, string> values)
    {
        var match = _pattern.Match(path);
        values = match.Groups.Values.Skip(1).ToDictionary(g => g.Name, g => Uri.UnescapeDataString(g.Value));
        return match.Success;
    }

    internal IReadOnlyList<string> CheckRequest(string path, string query, JsonNode? body)
    {
        TryReadPath(path, out var values);
        var faults = Parameters("path").SelectMany(p => ParameterFaults(p, [values[Name(p)]]))
            .Concat(QueryFaults(query)).Concat(RequestBodyFaults(body));
        return [.. faults.Select(f => $"{this}: {f}")];
    }

    internal IReadOnlyList<string> CheckAnswer(int status, JsonNode? body) =>
        [.. AnswerFaults(status, body).Select(f => $"{this}: answer {status}: {f}")];

    /// <summary>Reads every schema, so that one which can't be read fails the test that asks, and not by chance.</summary>
    internal void Compile()
    {
        _ = _parameters.Select(p => _schemas.Compiled(p["schema"]!.AsObject(), SchemaUse.Request)).Count();
        if (RequestSchema() is { } request)
        {
            _schemas.Compiled(request, SchemaUse.Request);
        }

        foreach (var answer in _operation["responses"]!.AsObject().Select(r => JsonSchemaIn(_schemas.Resolve(r.Value!.AsObject()))).OfType<JsonObject>())
        {
            _schemas.Compiled(answer, SchemaUse.Answer);
        }
    }

    private IEnumerable<JsonObject> Parameters(string place) => _parameters.Where(p => (string?)p["in"] == place);

    private IEnumerable<string> QueryFaults(string query)
    {
        var sent = QueryHelpers.ParseQuery(query);
        var described = Parameters("query").ToDictionary(Name);
        return sent.Keys.Except(described.Keys).Select(n => $"the query has {n}, which is not described")
            .Concat(described.Values.Where(p => IsRequired(p) && !sent.ContainsKey(Name(p))).Select(p => $"the query lacks {Name(p)}"))
            .Concat(sent.Where(s => described.ContainsKey(s.Key)).SelectMany(s => ParameterFaults(described[s.Key], [.. s.Value!])));
    }

    // A parameter is text whose type only its schema knows: it is right if it is in any of the ways that the text can be read.
    private IEnumerable<string> ParameterFaults(JsonObject parameter, string[] texts)
    {
        var schema = parameter["schema"]!.AsObject();
        JsonNode?[][] readings = IsArray(schema)
            ? [[new JsonArray([.. texts.Select(t => JsonValue.Create(t))])]]
            : [.. texts.Select(t => Readings(t).ToArray())];
        foreach (var reading in readings)
        {
            var faults = reading.Select(r => _schemas.Faults(schema, r, SchemaUse.Request)).ToArray();
            if (faults.All(f => f.Count > 0))
            {
                yield return $"{(string?)parameter["in"]} parameter {Name(parameter)}: {string.Join("; ", faults[^1])}";
            }
        }
    }

    private static IEnumerable<JsonNode?> Readings(string text)
    {
        if (text is "true" or "false")
        {
            yield return JsonValue.Create(text == "true");
        }

        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
        {
            yield return JsonValue.Create(number);
        }

        yield return JsonValue.Create(text);
    }

    private IEnumerable<string> RequestBodyFaults(JsonNode? body)
    {
        var described = _operation["requestBody"] is JsonObject given ? _schemas.Resolve(given) : null;
        if (body is null)
        {
            return described is not null && IsRequired(described) ? ["the body is missing"] : [];
        }

        return described is null ? ["a body is sent, and none is described"]
            : RequestSchema() is { } schema ? _schemas.Faults(schema, body, SchemaUse.Request).Select(f => "body " + f)
            : ["a body of JSON is sent, and another type is described"];
    }

    private JsonObject? RequestSchema() => _operation["requestBody"] is JsonObject body ? JsonSchemaIn(_schemas.Resolve(body)) : null;

    private IEnumerable<string> AnswerFaults(int status, JsonNode? body)
    {
        var declared = _operation["responses"]![status.ToString(CultureInfo.InvariantCulture)] is JsonObject response ? _schemas.Resolve(response) : null;
        return declared is null && status < 400 ? ["the status is not described"]
            : declared is not null && JsonSchemaIn(declared) is { } schema
                ? body is null ? ["the body is missing"] : _schemas.Faults(schema, body, SchemaUse.Answer)
            : status is 204 or 304 ? body is null ? [] : ["there is a body"]
            : status >= 400 && _errors is not null ? _schemas.Faults(_errors, body, SchemaUse.Answer)
            : [];
    }

    private static JsonObject? JsonSchemaIn(JsonObject described) => described["content"]?[Json]?["schema"]?.AsObject();

    private static string Name(JsonObject parameter) => (string)parameter["name"]!;

    private static bool IsRequired(JsonObject described) => (bool?)described["required"] == true;

    private static bool IsArray(JsonObject schema) => schema["type"] is JsonValue type && (string?)type == "array";
}
