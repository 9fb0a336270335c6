using System.Collections.Generic;
using System.Text.Json.Serialization;

namespace PrizeDraw.Api.Problems;

/// <summary>What every refused or failed request answers (RFC 9457).</summary>
public sealed record ProblemDocument
{
    /// <summary>Names the kind of problem; made from the code.</summary>
    public required string Type { get; init; }

    /// <summary>The code's meaning, the same for each occurrence.</summary>
    public required string Title { get; init; }

    /// <summary>The HTTP status.</summary>
    public required int Status { get; init; }

    /// <summary>What went wrong this time and what to change.</summary>
    public required string Detail { get; init; }

    /// <summary>Stable and meant for programs: noun.fact.</summary>
    public required string Code { get; init; }

    /// <summary>Quote it when you report the problem: it finds the request in the platform's log.</summary>
    public required string TraceId { get; init; }

    /// <summary>For bad input: what is wrong, by field, header or parameter.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, IReadOnlyList<string>>? Errors { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ProblemDocument))]
internal sealed partial class ProblemJson : JsonSerializerContext;
