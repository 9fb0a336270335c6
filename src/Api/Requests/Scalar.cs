using System;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Linq;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using PrizeDraw.Api.Pools;

namespace PrizeDraw.Api.Requests;

/// <summary>Judges one text, number, boolean or instant of a body.</summary>
internal static class Scalar
{
    /// <summary>What is wrong with the value, as the end of a sentence that begins with the field's name; or null.</summary>
    public static string? FaultOf(JsonNode node, Type type, ICustomAttributeProvider? attributes)
    {
        var kind = node.GetValueKind();
        if (type == typeof(string))
        {
            return kind == JsonValueKind.String ? TextFault(node.GetValue<string>(), attributes) : "must be a text.";
        }

        if (type == typeof(bool))
        {
            return kind is JsonValueKind.True or JsonValueKind.False ? null : "must be true or false.";
        }

        if (type == typeof(int) || type == typeof(long))
        {
            return NumberFault(node, kind, type, attributes);
        }

        if (type == typeof(DateTimeOffset))
        {
            return kind == JsonValueKind.String && InstantConverter.TryParse(node.GetValue<string>(), out _)
                ? null
                : "must be an RFC 3339 date and time with offset between 2000 and 2200, like 2026-12-01T09:00:00Z.";
        }

        if (type == typeof(DateOnly))
        {
            return kind == JsonValueKind.String
                && DateOnly.TryParseExact(node.GetValue<string>(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _)
                ? null
                : "must be a date like 1990-05-01.";
        }

        if (type == typeof(StockThreshold))
        {
            return StockThreshold.FaultOf(node);
        }

        throw new InvalidOperationException($"No rule judges fields of type {type}.");
    }

    private static string? NumberFault(JsonNode node, JsonValueKind kind, Type type, ICustomAttributeProvider? attributes)
    {
        var text = node.ToJsonString();
        if (kind != JsonValueKind.Number || !long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            || (type == typeof(int) && number is < int.MinValue or > int.MaxValue))
        {
            return "must be a whole number.";
        }

        return Rule<RangeAttribute>(attributes) is { } range && !range.IsValid(type == typeof(int) ? (object)(int)number : number)
            ? string.Create(CultureInfo.InvariantCulture, $"must be from {range.Minimum} to {range.Maximum}.")
            : null;
    }

    private static string? TextFault(string text, ICustomAttributeProvider? attributes)
    {
        if (Rule<StringLengthAttribute>(attributes) is { } length && (text.Length < length.MinimumLength || text.Length > length.MaximumLength))
        {
            return string.Create(CultureInfo.InvariantCulture, $"must have {length.MinimumLength} to {length.MaximumLength} characters.");
        }

        if (Rule<AllowedValuesAttribute>(attributes) is { } allowed && !allowed.Values.Contains(text))
        {
            return $"must be one of: {string.Join(", ", allowed.Values)}.";
        }

        return Rule<RegularExpressionAttribute>(attributes) is { } pattern && !pattern.IsValid(text)
            ? pattern.ErrorMessage ?? $"must match {pattern.Pattern}."
            : null;
    }

    private static T? Rule<T>(ICustomAttributeProvider? provider) where T : Attribute =>
        provider?.GetCustomAttributes(typeof(T), true).OfType<T>().FirstOrDefault();
}
