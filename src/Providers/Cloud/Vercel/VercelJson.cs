using System.Collections.Immutable;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace PrizeDraw.Providers.Cloud.Vercel;

/// <summary>What Vercel writes in ways of its own. What is absent or of another kind is false, or none.</summary>
internal static class VercelJson
{
    /// <summary>True also for a number: in lists an instant stands where a single answer says true.</summary>
    public static bool Holds(this JsonNode? node, string name) =>
        node.At(name) is JsonValue value && value.GetValueKind() is JsonValueKind.True or JsonValueKind.Number;

    /// <summary>The texts of a list.</summary>
    public static ImmutableArray<string> Texts(this JsonNode? node, string name) =>
        [.. node.Items(name).OfType<JsonValue>().Where(v => v.GetValueKind() == JsonValueKind.String).Select(v => v.GetValue<string>())];
}
