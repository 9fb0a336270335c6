using System;
using System.Collections.Generic;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace PrizeDraw.Domain.Evidence;

/// <summary>
/// RFC 8785 canonical JSON of a document that already exists. Numbers are read as IEEE doubles, as the RFC says. Refused with an
/// <see cref="ArgumentException"/>: duplicate names, lone surrogates, numbers beyond a double's range.
/// </summary>
public static class CanonicalJson
{
    /// <summary>The canonical UTF-8 of an element.</summary>
    public static byte[] ToUtf8(JsonElement element)
    {
        var writer = new CanonicalJsonWriter();
        Write(writer, element);
        return writer.ToArray();
    }

    /// <summary>The canonical UTF-8 of a node; a null node is the JSON null.</summary>
    public static byte[] ToUtf8(JsonNode? node) => ToUtf8(JsonSerializer.SerializeToElement(node));

    /// <summary>SHA-256 of the canonical UTF-8.</summary>
    public static Bytes32 HashOf(JsonElement element) => Bytes32.HashOf(ToUtf8(element));

    /// <summary>SHA-256 of the canonical UTF-8.</summary>
    public static Bytes32 HashOf(JsonNode? node) => Bytes32.HashOf(ToUtf8(node));

    /// <summary>Writes an element as the next value of a larger document.</summary>
    public static void Write(CanonicalJsonWriter writer, JsonElement element)
    {
        ArgumentNullException.ThrowIfNull(writer);
        switch (element.ValueKind)
        {
            case JsonValueKind.Object: WriteObject(writer, element); break;
            case JsonValueKind.Array: WriteArray(writer, element); break;
            case JsonValueKind.String: writer.Text(TextOf(element)); break;
            case JsonValueKind.Number: writer.Number(NumberOf(element)); break;
            case JsonValueKind.True: writer.Boolean(true); break;
            case JsonValueKind.False: writer.Boolean(false); break;
            case JsonValueKind.Null: writer.Null(); break;
            default: throw new ArgumentException("The element holds no value.", nameof(element));
        }
    }

    private static void WriteObject(CanonicalJsonWriter writer, JsonElement element)
    {
        var properties = new List<KeyValuePair<string, JsonElement>>();
        foreach (var property in element.EnumerateObject())
        {
            properties.Add(new(NameOf(property), property.Value));
        }
        properties.Sort(static (x, y) => string.CompareOrdinal(x.Key, y.Key));
        writer.StartObject();
        string? last = null;
        foreach (var (name, value) in properties)
        {
            if (name == last) throw new ArgumentException($"The name '{name}' stands twice in one object.", nameof(element));
            last = name;
            writer.Name(name);
            Write(writer, value);
        }
        writer.EndObject();
    }

    private static void WriteArray(CanonicalJsonWriter writer, JsonElement element)
    {
        writer.StartArray();
        foreach (var item in element.EnumerateArray()) Write(writer, item);
        writer.EndArray();
    }

    private static double NumberOf(JsonElement element) =>
        element.TryGetDouble(out var value) && double.IsFinite(value)
            ? value
            : throw new ArgumentException("A number is beyond the range of a double.", nameof(element));

    // System.Text.Json finds a lone surrogate only when the text is asked for.
    private static string TextOf(JsonElement element)
    {
        try { return element.GetString()!; }
        catch (InvalidOperationException fault) { throw new ArgumentException("A text is not valid Unicode.", fault); }
    }

    private static string NameOf(JsonProperty property)
    {
        try { return property.Name; }
        catch (InvalidOperationException fault) { throw new ArgumentException("A name is not valid Unicode.", fault); }
    }
}
