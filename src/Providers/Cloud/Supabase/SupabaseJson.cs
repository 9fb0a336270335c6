using System;
using System.Collections.Immutable;
using System.Linq;
using System.Text.Json.Nodes;

namespace PrizeDraw.Providers.Cloud.Supabase;

/// <summary>
/// Reads an answer without minding what was added to it. What must be there and is not, is a <see cref="ProviderException"/>
/// (<see cref="ProviderFault.Transient"/>) that holds nothing of the answer.
/// </summary>
internal sealed class SupabaseJson(JsonNode? node, CloudCall call)
{
    public static SupabaseJson Of(JsonNode? node, CloudCall call) => new(node, call);

    public SupabaseJson Field(string name) => new((node as JsonObject)?[name], call);

    /// <summary>The items of this list; throws when it is none.</summary>
    public ImmutableArray<SupabaseJson> Items() =>
        node is JsonArray items ? [.. items.Select(item => new SupabaseJson(item, call))] : throw Unreadable();

    public ImmutableArray<SupabaseJson> Items(string name) => Field(name).Items();

    public string? Text(string name) => (node as JsonObject)?[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    public string TextOr(string name, string otherwise) => Text(name) ?? otherwise;

    public string Required(string name) => Text(name) is { Length: > 0 } text ? text : throw Unreadable();

    public int NumberOr(string name, int otherwise) => (node as JsonObject)?[name] is JsonValue value && value.TryGetValue<int>(out var number) ? number : otherwise;

    public bool Flag(string name) => (node as JsonObject)?[name] is JsonValue value && value.TryGetValue<bool>(out var flag) && flag;

    private ProviderException Unreadable() => new(
        ProviderFault.Transient, $"Supabase answered {call.Operation} with something that can't be read. It is tried again.")
    {
        MayHaveHappened = !call.MayRepeat,
    };
}
