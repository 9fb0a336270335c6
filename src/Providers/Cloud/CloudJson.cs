using System.Text.Json.Nodes;

namespace PrizeDraw.Providers.Cloud;

/// <summary>Reads answers without trusting their form: what is absent or of another kind is null.</summary>
public static class CloudJson
{
    /// <summary>What stands at the end of a path of field names, or null.</summary>
    public static JsonNode? At(this JsonNode? node, params string[] path)
    {
        foreach (var name in path)
        {
            node = node is JsonObject fields && fields.TryGetPropertyValue(name, out var value) ? value : null;
        }

        return node;
    }

    /// <summary>A text, or null.</summary>
    public static string? Text(this JsonNode? node, params string[] path) =>
        node.At(path) is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    /// <summary>A whole number, or null.</summary>
    public static long? Number(this JsonNode? node, params string[] path) =>
        node.At(path) is JsonValue value && value.TryGetValue<long>(out var number) ? number : null;

    /// <summary>A truth value, or null.</summary>
    public static bool? Flag(this JsonNode? node, params string[] path) =>
        node.At(path) is JsonValue value && value.TryGetValue<bool>(out var flag) ? flag : null;

    /// <summary>The items of a list; none where there is no list.</summary>
    public static JsonArray Items(this JsonNode? node, params string[] path) => node.At(path) as JsonArray ?? [];
}
