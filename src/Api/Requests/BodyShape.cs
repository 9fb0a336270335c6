using System;
using System.Collections.Generic;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Linq;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace PrizeDraw.Api.Requests;

/// <summary>
/// Compares a body with the type that it is to become, and tells everything that is wrong by field path. It reads the very
/// metadata that the OpenAPI document is made from, so that the document and the judgement can't drift apart.
/// </summary>
internal sealed class BodyShape(JsonSerializerOptions options)
{
    private readonly FieldErrors _errors = new();

    /// <param name="partial">A merge patch: on the top level nothing is required, and null takes a field away.</param>
    public static FieldErrors Check(JsonNode? body, Type type, bool partial, JsonSerializerOptions options)
    {
        var shape = new BodyShape(options);
        if (body is JsonObject given)
        {
            shape.CheckObject(given, options.GetTypeInfo(type), "", partial);
        }
        else
        {
            shape._errors.Add("", "must be a JSON object.");
        }

        return shape._errors;
    }

    private void CheckObject(JsonObject given, JsonTypeInfo type, string path, bool partial)
    {
        var known = type.Properties.ToDictionary(property => property.Name, StringComparer.Ordinal);
        foreach (var (name, value) in given.ToArray())
        {
            if (!known.TryGetValue(name, out var property))
            {
                _errors.AddUnknown(Join(path, name));
            }
            else if (value is null)
            {
                CheckNull(property, Join(path, name), partial);
            }
            else
            {
                CheckValue(value, property.PropertyType, property.AttributeProvider, Join(path, name));
            }
        }

        foreach (var missing in type.Properties.Where(property => property.IsRequired && !partial && !given.ContainsKey(property.Name)))
        {
            _errors.Add(Join(path, missing.Name), "is required.");
        }
    }

    private void CheckNull(JsonPropertyInfo property, string path, bool partial)
    {
        if (!partial && !property.IsSetNullable)
        {
            _errors.Add(path, "must not be null.");
        }
        else if (partial && property.AttributeProvider?.IsDefined(typeof(StaysAttribute), true) == true)
        {
            _errors.Add(path, "can't be taken away.");
        }
    }

    private void CheckValue(JsonNode value, Type declared, ICustomAttributeProvider? attributes, string path)
    {
        var type = Nullable.GetUnderlyingType(declared) ?? declared;
        var info = options.GetTypeInfo(type);
        if (info.Kind == JsonTypeInfoKind.Enumerable)
        {
            CheckItems(value, info.ElementType!, attributes, path);
        }
        else if (info.Kind == JsonTypeInfoKind.Object)
        {
            if (value is JsonObject nested)
            {
                CheckObject(nested, info, path, partial: false);
            }
            else
            {
                _errors.Add(path, "must be an object.");
            }
        }
        else if (info.Kind == JsonTypeInfoKind.Dictionary)
        {
            CheckAnswers(value, path);
        }
        else if (Scalar.FaultOf(value, type, attributes) is { } fault)
        {
            _errors.Add(path, fault);
        }
    }

    /// <summary>A dictionary holds what people answered: its names are theirs, its values texts, numbers and booleans.</summary>
    private void CheckAnswers(JsonNode value, string path)
    {
        if (value is not JsonObject answers)
        {
            _errors.Add(path, "must be an object.");
            return;
        }

        foreach (var (name, answer) in answers)
        {
            if (answer is not JsonValue)
            {
                _errors.Add(Join(path, name), "must be a text, a number, true or false.");
            }
        }
    }

    private void CheckItems(JsonNode value, Type elementType, ICustomAttributeProvider? attributes, string path)
    {
        if (value is not JsonArray items)
        {
            _errors.Add(path, "must be a list.");
            return;
        }

        if (Attribute<MaxLengthAttribute>(attributes) is { } most && items.Count > most.Length)
        {
            _errors.Add(path, string.Create(CultureInfo.InvariantCulture, $"must have at most {most.Length} items."));
            return;
        }

        if (Attribute<MinLengthAttribute>(attributes) is { } least && items.Count < least.Length)
        {
            _errors.Add(path, string.Create(CultureInfo.InvariantCulture, $"must have at least {least.Length} items."));
        }

        for (var index = 0; index < items.Count; index++)
        {
            CheckItem(items, index, elementType, attributes, $"{path}[{index}]");
        }
    }

    private void CheckItem(JsonArray items, int index, Type elementType, ICustomAttributeProvider? attributes, string path)
    {
        if (items[index] is JsonValue text && text.GetValueKind() == JsonValueKind.String
            && elementType.GetCustomAttribute<ShorthandAttribute>() is { } shorthand)
        {
            items[index] = new JsonObject { [shorthand.Field] = text.GetValue<string>() };
        }

        if (items[index] is { } item)
        {
            CheckValue(item, elementType, ItemRules.Of(attributes), path);
        }
        else
        {
            _errors.Add(path, "must not be null.");
        }
    }

    private static T? Attribute<T>(ICustomAttributeProvider? provider) where T : Attribute =>
        provider?.GetCustomAttributes(typeof(T), true).OfType<T>().FirstOrDefault();

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";
}
