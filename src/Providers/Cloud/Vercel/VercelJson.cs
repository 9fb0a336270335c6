using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace PrizeDraw.Providers.Cloud.Vercel;

/// <summary>Reads answers whose fields may be absent, null or of another kind than they were: all of that counts as absent.</summary>
internal static class VercelJson
{
    public static JsonNode? At(this JsonNode? node, string name) => node is JsonObject found && found.TryGetPropertyValue(name, out var value) ? value : null;

    public static string? Text(this JsonNode? node, string name) =>
        node.At(name) is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;

    public static long? Number(this JsonNode? node, string name) =>
        node.At(name) is JsonValue value && value.GetValueKind() == JsonValueKind.Number && value.TryGetValue<double>(out var number)
            && number is >= -9e15 and <= 9e15
            ? (long)number
            : null;

    /// <summary>True also for a number: some instants stand where others put true.</summary>
    public static bool Holds(this JsonNode? node, string name) =>
        node.At(name) is JsonValue value && value.GetValueKind() is JsonValueKind.True or JsonValueKind.Number;

    public static IEnumerable<JsonNode> Items(this JsonNode? node, string name) => node.At(name).Items();

    public static IEnumerable<JsonNode> Items(this JsonNode? node) => node is JsonArray array ? array.OfType<JsonNode>() : [];

    public static ImmutableArray<string> Texts(this JsonNode? node, string name) =>
        [.. node.Items(name).OfType<JsonValue>().Where(v => v.GetValueKind() == JsonValueKind.String).Select(v => v.GetValue<string>())];
}
